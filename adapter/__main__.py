"""``python -m adapter`` is the console script ``ccxt-adapter``."""

import sys

from adapter.cli import main

sys.exit(main())
