"""Exchange objects that no plugin serves: ccxt's own methods, without the adapter's own words."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Mapping
from typing import Any

from adapter.core.arguments import OURS

UNSERVED: weakref.WeakSet[Any] = weakref.WeakSet()
"""Those that `adapter.attach` was called for."""

log = logging.getLogger("adapter")

_warned: set[str] = set()
"""The ids of the exchanges that a warning was logged for."""


def params_for_ccxt(exchange: Any, params: Any) -> Any:
    """The params as ccxt's own method knows them; the caller's dict is not changed."""
    if not isinstance(params, Mapping) or exchange not in UNSERVED:
        return params
    if not any(word in params for word in OURS):
        return params
    return {name: value for name, value in params.items() if name not in OURS}


def unserved_reason(exchange: Any) -> str:
    """Why ccxt's own method takes a call, for people."""
    return f"no plugin serves {exchange.id}; ccxt's own cancel_order takes every call"


def warn_once(exchange: Any) -> None:
    """Log the `reason`, once for each exchange id."""
    if exchange.id not in _warned:
        _warned.add(exchange.id)
        log.warning("%s", unserved_reason(exchange))
