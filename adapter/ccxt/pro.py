"""``ccxt.pro``, with the adapter on every exchange object that it makes."""

import ccxt.pro

from adapter.ccxt.attached import attached

__getattr__, __dir__ = attached(ccxt.pro)
