"""Looks among the conditional orders for one that is not among the others."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

from adapter.contract.messages import Classification, Order, Response
from adapter.core.cancel import CancelMachine
from adapter.core.evidence import LIVE
from adapter.errors import OrderGone


def search_conditional(
    first: CancelMachine,
    second: CancelMachine,
    gone: OrderGone,
    *,
    market_field: str,
    only_tells: bool,
) -> Generator[Any, Any, Order]:
    """Cancel the order there, if it is open there and its order id was given.

    ``first`` has ended in ``gone``, because its book does not have the order; ``second`` is a
    machine for the other book. A client id may name an order in either book, so what bears it there
    is only told. So may an order id where ``only_tells``. ``market_field`` is `OrderFields.market`.

    Raises ``gone`` where nothing is learnt, and what `CancelMachine.run` raises.
    """
    evidence, call = first.evidence, first.call
    not_open = cast(Classification, evidence.not_open)
    try:
        found = yield from second.find()
    except Exception as e:
        raise gone from e
    if found is None or _is_of_another_market(found[1], call.market_id, market_field):
        evidence.conditional_hint = ""
        raise evidence.not_found(not_open, by_query=True)
    order, status = found[0], found[0]["status"]
    is_by_order_id = call.client_order_id is None and not only_tells
    is_open = status in LIVE
    if is_by_order_id and not is_open:
        raise second.evidence.gone(not_open, found[1], status)
    may_cancel = first.policy.conditional == "cancel" and second.pacing.left() > 0
    if is_by_order_id and may_cancel:
        return (yield from second.run())
    told = f"conditional order {order['id']} has that id and is {status}"
    raise evidence.not_found(not_open, by_query=True, told=told)


def _is_of_another_market(found: Classification, market_id: str, field: str) -> bool:
    """Where an order is found by its id alone, that may be one of another market."""
    return bool(field) and cast(Response, found.response).data.get(field) != market_id
