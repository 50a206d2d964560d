"""The truth of a model exchange: its orders, and what each was at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import attrs

Amount = Decimal | str | int

LIVE = ("open", "canceling")
"""The states in which an order may still be filled."""


def number(value: Decimal | None, missing: str = "") -> str:
    """Write a decimal without an exponent."""
    return missing if value is None else format(value, "f")


def iso(ms: int) -> str:
    """Write a time as 2026-01-31T00:00:00.000Z."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@attrs.frozen(kw_only=True)
class ModelOrder:
    """What an order was from ``updated`` on; times are in ms, and ``ended`` is 0 while it is live.

    ``state`` is "open", "canceling" (a cancel is acknowledged and pending), "filled", "canceled",
    "expired", "rejected" or, for a trigger order, "triggered" (``child_id`` is then its order).
    """

    id: str
    client_id: str = ""
    market: str
    side: str
    type: str = "limit"
    amount: Decimal
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    filled: Decimal = Decimal(0)
    state: str = "open"
    child_id: str = ""
    is_active: bool = False
    """Whether a trigger order was triggered and trades under its own id."""
    created: int
    updated: int
    ended: int = 0
    info: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def is_trigger(self) -> bool:
        return self.trigger_price is not None and not self.is_active

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def remaining(self) -> Decimal:
        return self.amount - self.filled


@attrs.define
class Book:
    """Orders by id, each with all its versions; ``now`` returns ms and ``new_id`` makes ids."""

    now: Callable[[], int]
    new_id: Callable[[int], str] = attrs.field(default=lambda number: str(10**18 + number))
    _versions: dict[str, list[ModelOrder]] = attrs.field(factory=dict, init=False)
    _due: list[tuple[int, Callable[[int], None]]] = attrs.field(factory=list, init=False)
    _lock: threading.RLock = attrs.field(factory=threading.RLock, init=False)
    _is_still: bool = attrs.field(default=False, init=False)

    def place(
        self,
        market: str,
        side: str,
        amount: Amount,
        price: Amount | None = None,
        *,
        type: str = "limit",
        client_id: str = "",
        trigger_price: Amount | None = None,
        info: Mapping[str, Any] | None = None,
    ) -> ModelOrder:
        """Add an order; one of type "market" without a trigger price is filled at once."""
        with self._lock:
            now = self._settled()
            order = ModelOrder(
                id=self.new_id(len(self._versions) + 1),
                client_id=client_id,
                market=market,
                side=side,
                type=type,
                amount=Decimal(amount),
                price=None if price is None else Decimal(price),
                trigger_price=None if trigger_price is None else Decimal(trigger_price),
                created=now,
                updated=now,
                info=dict(info or {}),
            )
            self._versions[order.id] = [order]
            if type == "market" and not order.is_trigger:
                return self.fill(order.id)
            return order

    def fill(self, id: str, amount: Amount | None = None) -> ModelOrder:
        """Fill ``amount`` of a live order, or all that remains."""
        with self._lock:
            return self._fill(id, amount, self._settled())

    def cancel(self, id: str, lag: float = 0.0) -> ModelOrder:
        """Cancel a live order, after ``lag`` seconds in which it is "canceling"."""
        with self._lock:
            now = self._settled()
            if not lag:
                return self._end(id, "canceled", now)
            order = self._change(id, now, state="canceling")
            self.later(lag, lambda at: self._cancel_pending(id, at))
            return order

    def expire(self, id: str) -> ModelOrder:
        with self._lock:
            return self._end(id, "expired", self._settled())

    def trigger(self, id: str) -> ModelOrder:
        """Trigger a live trigger order and return the order that it places."""
        with self._lock:
            parent = self[id]
            child = self.place(
                parent.market,
                parent.side,
                parent.amount,
                parent.price,
                type=parent.type,
                info=parent.info,
            )
            self._change(id, child.created, state="triggered", ended=child.created)
            self._change(id, child.created, child_id=child.id)
            return child

    def activate(self, id: str) -> ModelOrder:
        """Trigger a live trigger order that then trades under its own id."""
        with self._lock:
            return self._change(id, self._settled(), is_active=True)

    def fill_later(self, id: str, seconds: float, amount: Amount | None = None) -> None:
        """Fill an order in ``seconds`` if it is then live."""
        self.later(seconds, lambda at: self._fill_if_live(id, amount, at))

    def later(self, seconds: float, change: Callable[[int], None]) -> None:
        """Call ``change`` with its own time in ms; the first look at the book after that does."""
        with self._lock:
            self._due.append((self.now() + round(seconds * 1000), change))
            self._due.sort(key=lambda due: due[0])

    @contextmanager
    def still(self) -> Iterator[None]:
        """Let nothing that is due happen within: what was read stays true."""
        with self._lock:
            self._settled()
            self._is_still = True
            try:
                yield
            finally:
                self._is_still = False

    def __getitem__(self, id: str) -> ModelOrder:
        """Return the order as it is. Raises KeyError for an id that never was."""
        with self._lock:
            self._settled()
            return self._versions[id][-1]

    def orders(self, at: int | None = None) -> list[ModelOrder]:
        """Return every order, the oldest first, as it was at ``at`` (ms) or is."""
        with self._lock:
            now = self._settled()
            found = (
                self._at(versions, now if at is None else at)
                for versions in self._versions.values()
            )
            return [order for order in found if order is not None]

    def log(self, id: str) -> list[ModelOrder]:
        """Return every version of an order, each from its ``updated`` on."""
        with self._lock:
            self._settled()
            return list(self._versions[id])

    def _settled(self) -> int:
        """Do what is due, each at its own time, and return the time that it is."""
        now = self.now()
        while not self._is_still and self._due and self._due[0][0] <= now:
            at, change = self._due.pop(0)
            change(at)
        return now

    def _fill(self, id: str, amount: Amount | None, at: int) -> ModelOrder:
        order = self._versions[id][-1]
        filled = order.amount if amount is None else order.filled + Decimal(amount)
        if not order.is_live or filled > order.amount:
            raise ValueError(f"order {id} is {order.state} with {order.filled} of {order.amount}")
        if filled == order.amount:
            return self._change(id, at, filled=filled, state="filled", ended=at)
        return self._change(id, at, filled=filled)

    def _fill_if_live(self, id: str, amount: Amount | None, at: int) -> None:
        if self._versions[id][-1].is_live:
            self._fill(id, amount, at)

    def _cancel_pending(self, id: str, at: int) -> None:
        if self._versions[id][-1].state == "canceling":
            self._end(id, "canceled", at)

    def _end(self, id: str, state: str, at: int) -> ModelOrder:
        order = self._versions[id][-1]
        if not order.is_live:
            raise ValueError(f"order {id} is {order.state} and cannot become {state}")
        return self._change(id, at, state=state, ended=at)

    def _change(self, id: str, at: int, **changes: Any) -> ModelOrder:
        versions = self._versions[id]
        versions.append(attrs.evolve(versions[-1], updated=at, **changes))
        return versions[-1]

    @staticmethod
    def _at(versions: list[ModelOrder], at: int) -> ModelOrder | None:
        return next((order for order in reversed(versions) if order.updated <= at), None)
