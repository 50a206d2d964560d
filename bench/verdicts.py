"""Whether what one cancel reported is true of the simulator's book."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from adapter.cli.demo.verdict import FALSE, TRUE, UNKNOWN, Reported, verdict
from adapter.simulator import Order, Simulator

__all__ = ["AGE", "COLUMNS", "FALSE", "TRUE", "UNKNOWN", "Call", "canceled_by_others"]

COLUMNS = {"true": TRUE, "unknown": UNKNOWN, "false": FALSE}
"""The verdicts by the words of tables."""
AGE = 60.0
"""Seconds for which an order has been in the book when it is cancelled."""


@attrs.define
class Call:
    """One cancel, its result, and the order in the book at that moment."""

    order: Order
    answer: dict[str, Any] = attrs.field(factory=dict)
    error: BaseException | None = None
    after: Order | None = None

    def verdict(self, by_others: frozenset[int] = frozenset()) -> str:
        """True, false or unknown; a fill that is not the order's own is false as well.

        ``by_others`` are the ids of the orders that somebody else canceled.
        """
        now = self.after or self.order
        reported = Reported(
            status=self.answer.get("status"),
            names_it=self.answer.get("id") in (None, str(now.order_id)),
            error=type(self.error) if self.error else None,
            state=getattr(self.error, "state", None),
        )
        filled = self.answer.get("filled")
        if reported.status == "canceled" and (
            filled is None or Decimal(str(filled)) != now.executed
        ):
            return FALSE
        if self.answer.get("outcome") == "accepted" and now.is_open:
            return TRUE  # in progress, by the exchange's answer
        return verdict(reported, now.status, by_call=now.order_id not in by_others)

    def __str__(self) -> str:
        answer = {k: self.answer.get(k) for k in ("id", "status", "outcome", "filled")}
        error = f"{type(self.error).__name__}: {self.error}" if self.error else answer
        return f"{error}\n    of {self.after}"


def canceled_by_others(sim: Simulator) -> frozenset[int]:
    """The ids of the orders that a fault canceled just before a request for them."""
    hit = [played.request for played in sim.faults.played if played.fault.name == "cancel_before"]
    wanted = [request.params for request in hit]
    found = []
    for order in sim.book.orders():
        ids = {("orderId", str(order.order_id)), ("symbol", order.symbol)}
        names = {order.client_order_id}
        if any(ids <= set(p.items()) or names & set(p.values()) for p in wanted):
            found.append(order.order_id)
    return frozenset(found)
