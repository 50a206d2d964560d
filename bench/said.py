"""What one cancel said, set against the book: one rule for the adapter and for ccxt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import attrs

from adapter.cli.verdict import FALSE, TRUE, UNKNOWN, Said, verdict
from adapter.simulator import Order, Simulator

__all__ = ["AGE", "FALSE", "TRUE", "UNKNOWN", "Call", "Clock", "canceled_by_others"]


AGE = 60.0
"""Seconds for which an order has been in the book when it is cancelled."""


@attrs.define
class Clock:
    """The wall clock in ms, which can be put back for a while: to place orders that have an age."""

    ago: float = 0.0

    def __call__(self) -> int:
        """The time."""
        return time.time_ns() // 1_000_000 - round(self.ago * 1000)

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """It is a minute ago."""
        self.ago = AGE
        try:
            yield
        finally:
            self.ago = 0.0


@attrs.define
class Call:
    """One cancel, what it said, and the order in the book when it had said it."""

    meant: Order
    answer: dict[str, Any] = attrs.field(factory=dict)
    error: BaseException | None = None
    present: Order | None = None

    def verdict(self, by_others: frozenset[int] = frozenset()) -> str:
        """True, false, or nothing said; a fill that is not the order's own is false as well.

        ``by_others`` are the ids of the orders that somebody else canceled.
        """
        now = self.present or self.meant
        said = Said(
            status=self.answer.get("status"),
            names_it=self.answer.get("id") in (None, str(now.order_id)),
            error=type(self.error) if self.error else None,
            state=getattr(self.error, "state", None),
        )
        if self.answer.get("status") == "canceled" and not self._fill_is(now.executed):
            return FALSE
        if self.answer.get("outcome") == "accepted" and now.is_open:
            return TRUE  # under way, by the exchange's word
        return verdict(said, now.status, by_call=now.order_id not in by_others)

    def _fill_is(self, executed: Decimal) -> bool:
        filled = self.answer.get("filled")
        return filled is not None and Decimal(str(filled)) == executed

    def __str__(self) -> str:
        said = {k: self.answer.get(k) for k in ("id", "status", "outcome", "filled")}
        error = f"{type(self.error).__name__}: {self.error}" if self.error else said
        return f"{error}\n    of {self.present}"


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
