"""``ccxt.async_support``, with the adapter attached to every new exchange object."""

import ccxt.async_support

from adapter.ccxt.attached import attached

__getattr__, __dir__ = attached(ccxt.async_support)
