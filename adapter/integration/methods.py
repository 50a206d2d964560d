"""The methods of ccxt that the adapter replaces, each sync and async."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from adapter.engine.runners import (
    run_cancel,
    run_cancel_all_orders,
    run_cancel_all_orders_async,
    run_cancel_async,
    run_cancel_orders,
    run_cancel_orders_async,
)

Arguments = tuple[Any, ...]


@attrs.frozen
class CancelMethod:
    """One method: its two spellings, its arguments, and what runs it."""

    name: str
    camel_case: str
    arguments: Callable[..., Arguments]
    """``(exchange, …)``: the arguments by position, as ccxt's method takes them; params last."""
    run: Callable[..., Any]
    """``(exchange, state, original, *arguments)``"""
    run_async: Callable[..., Any]

    @property
    def spellings(self) -> tuple[str, str]:
        """Both names."""
        return self.name, self.camel_case


def cancel_order(
    self: Any,  # noqa: ARG001  # as in ccxt
    id: Any,
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Arguments:
    """Cancel one order; see `adapter.attach`."""
    return id, symbol, params


def cancel_orders(
    self: Any,  # noqa: ARG001  # as in ccxt
    ids: Any,
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Arguments:
    """Cancel several orders of one market; see `adapter.attach`."""
    return ids, symbol, params


def cancel_all_orders(
    self: Any,  # noqa: ARG001  # as in ccxt
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Arguments:
    """Cancel all open orders of a market; see `adapter.attach`."""
    return symbol, params


ONE = CancelMethod("cancel_order", "cancelOrder", cancel_order, run_cancel, run_cancel_async)
MANY = CancelMethod(
    "cancel_orders", "cancelOrders", cancel_orders, run_cancel_orders, run_cancel_orders_async
)
ALL = CancelMethod(
    "cancel_all_orders",
    "cancelAllOrders",
    cancel_all_orders,
    run_cancel_all_orders,
    run_cancel_all_orders_async,
)
METHODS = (ONE, MANY, ALL)
SPELLINGS = tuple(name for method in METHODS for name in method.spellings)
