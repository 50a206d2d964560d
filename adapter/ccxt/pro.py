"""``ccxt.pro``, with the adapter attached to every new exchange object."""

import ccxt.pro

from adapter.ccxt.attached import attached

__getattr__, __dir__ = attached(ccxt.pro)
