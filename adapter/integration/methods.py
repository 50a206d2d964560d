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
    """Cancel one order, and return it with ``outcome``: ``"canceled"`` or ``"accepted"``.

    ``id`` is the order id, or None with ``{"clientOrderId": …}`` in ``params``. The adapter's own
    params are ``deadline``, in seconds for the whole call, and ``confirm``, whether an accepted
    cancel is followed until it is final.

    Raises `adapter.OrderGone` for an order that is not open any more, `adapter.CancelUnknown` where
    nobody can say whether the cancel took effect, and `adapter.RateLimited`. After any other of
    ccxt's errors, the order is as it was. Where ccxt's method handles the call, ``outcome`` is None
    and the errors mean what they mean in ccxt.
    """
    return id, symbol, params


def cancel_orders(
    self: Any,  # noqa: ARG001  # as in ccxt
    ids: Any,
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Arguments:
    """Cancel several orders of one market, and return an order for each id, in the order given.

    ``ids`` are order ids, or None with ``{"clientOrderIds": […]}`` in ``params``. Each order has
    ``outcome``, ``"canceled"``, ``"accepted"``, ``"gone"``, ``"unknown"`` or ``"refused"``, and
    ``error``: what ``cancel_order`` would have raised, or None. Raises only where nothing was sent.
    """
    return ids, symbol, params


def cancel_all_orders(
    self: Any,  # noqa: ARG001  # as in ccxt
    symbol: Any = None,
    params: Any = {},  # noqa: B006  # as in ccxt
) -> Arguments:
    """Cancel the orders of a market that are open as the call begins.

    Returns an order for each, as ``cancel_orders`` does, or ``[]``. Raises what the list of open
    orders raises; then nothing was cancelled.
    """
    return symbol, params


ONE = CancelMethod("cancel_order", "cancelOrder", cancel_order, cancel_flow)
MANY = CancelMethod("cancel_orders", "cancelOrders", cancel_orders, cancel_orders_flow)
ALL = CancelMethod(
    "cancel_all_orders", "cancelAllOrders", cancel_all_orders, cancel_all_orders_flow
)
METHODS = (ONE, MANY, ALL)
SPELLINGS = tuple(name for method in METHODS for name in method.spellings)
