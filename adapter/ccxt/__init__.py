"""ccxt, with the adapter on every exchange object that it makes: ``from adapter import ccxt``."""

import ccxt

from adapter.ccxt.attached import attached

__getattr__, __dir__ = attached(ccxt)
