"""``ccxt.async_support``, with the adapter on every exchange object that it makes."""

import ccxt.async_support

from adapter.ccxt.attached import attached

__getattr__, __dir__ = attached(ccxt.async_support)
