"""The methods of ccxt that the adapter replaces, each sync and async."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from adapter.engine.everything import cancel_all_orders_flow
from adapter.engine.flow import cancel_flow
from adapter.engine.many import cancel_orders_flow
from adapter.engine.together import Flow

Arguments = tuple[Any, ...]


@attrs.frozen
class CancelMethod:
    """One method: its two spellings, its arguments, and what runs it."""

    name: str
    camel_case: str
    arguments: Callable[..., Arguments]
    """``(exchange, …)``: the arguments by position, as ccxt's method takes them; params last."""
    flow: Callable[..., Flow]
    """``(exchange, state, *arguments)``"""

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


ONE = CancelMethod("cancel_order", "cancelOrder", cancel_order, cancel_flow)
MANY = CancelMethod("cancel_orders", "cancelOrders", cancel_orders, cancel_orders_flow)
ALL = CancelMethod(
    "cancel_all_orders", "cancelAllOrders", cancel_all_orders, cancel_all_orders_flow
)
METHODS = (ONE, MANY, ALL)
SPELLINGS = tuple(name for method in METHODS for name in method.spellings)
