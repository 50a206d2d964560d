"""``ccxt``, with the adapter attached to every new exchange: ``from adapter import ccxt``."""

import ccxt

from adapter.ccxt.attached import attached

__getattr__, __dir__ = attached(ccxt)
