"""What must be true of how a call ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import adapter
from adapter.simulator import Order

from .world import STATES, World


def gone(result: Any, state: str | None, order: Order) -> None:
    """Assert that a call ended in `OrderGone` with this state, and with the order."""
    assert isinstance(result, adapter.OrderGone), repr(result)
    assert state == result.state
    assert result.order is not None
    assert str(order.order_id) == result.order["id"]
    assert state == result.order["status"]


def canceled(result: Any, order: Order) -> None:
    """Assert that a call ended in the order, canceled."""
    assert isinstance(result, dict), repr(result)
    assert ("canceled", "canceled") == (result["status"], result["outcome"])
    assert str(order.order_id) == result["id"]


def settled_or_unknown(world: World, result: Any, order: Order) -> None:
    """Assert that a call ended in an order, `OrderGone` or `CancelUnknown`, true by the book.

    Options accepts a cancel, and where no query can be made after that, accepted is the outcome.
    """
    if isinstance(result, dict) and "accepted" == result["outcome"]:
        assert ("options", "canceling") == (world.kind.name, result["status"])
        assert str(order.order_id) == result["id"]
    elif isinstance(result, dict):
        canceled(result, order)
        assert "CANCELED" == world.book(order)
    elif isinstance(result, adapter.OrderGone):
        gone(result, STATES.get(world.book(order)), order)
    else:
        assert isinstance(result, adapter.CancelUnknown), repr(result)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
