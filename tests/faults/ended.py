"""A call at its end, as values: what it asked, what it was told, what it said, and the book."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt

from adapter.call import NoReply, Reply
from adapter.simulator.book import Order

from .schedules import Schedule


@attrs.define
class Asked:
    """One order request of the call, and what came back."""

    method: str
    at: float
    """Seconds since the call began."""
    fault: str = ""
    took: bool = False
    """Whether this very request has canceled the order by now."""
    back: Reply | NoReply | None = None

    @property
    def code(self) -> int | None:
        """Binance's error code in the answer."""
        code = self._data.get("code")
        return code if isinstance(code, int) else None

    def shows(self, order: Order) -> str | None:
        """The status in Binance's word, if the answer is about this order."""
        status = self._data.get("status")
        return str(status) if status and self._data.get("orderId") == order.order_id else None

    @property
    def _data(self) -> dict[str, Any]:
        data = self.back.data if isinstance(self.back, Reply) else None
        return data if isinstance(data, dict) else {}

    def __str__(self) -> str:
        took = ", took" if self.took else ""
        back = self.back
        said = f"{back.status} {back.body[:120]}" if isinstance(back, Reply) else back
        return f"{self.at:8.3f} {self.method} {self.fault}{took}: {said}"


@attrs.frozen(kw_only=True)
class Ended:
    """What one call said, and the book at that moment."""

    schedule: Schedule
    present: Order
    """The order that was meant, as it is in the book."""
    asked: list[Asked]
    took: bool
    """Whether a cancel of this call has canceled the order by now."""
    seconds: float
    """How long the call took."""
    order: dict[str, Any] | None = None
    error: ccxt.BaseError | None = None
    reborn: Order | None = None
    """The new order under the same client id, as it is in the book."""

    @property
    def sends(self) -> list[Asked]:
        """The cancels."""
        return [asked for asked in self.asked if asked.method == "DELETE"]

    @property
    def lost(self) -> list[Asked]:
        """The cancels that may have been executed without an answer."""
        return [a for a in self.sends if isinstance(a.back, NoReply) and a.back.sent]

    @property
    def shown(self) -> Order:
        """The order that is told of: the new one under the client id, where that was found."""
        order = self.order or getattr(self.error, "order", None) or {}
        if self.reborn is not None and order.get("id") == str(self.reborn.order_id):
            return self.reborn
        return self.present

    @property
    def looks(self) -> list[Asked]:
        """The queries after the last cancel."""
        last = max((i for i, asked in enumerate(self.asked) if asked.method == "DELETE"), default=0)
        return self.asked[last + 1 :]

    @property
    def path(self) -> str:
        """``D`` for each cancel and ``q`` for each query that was sent."""
        return "".join({"DELETE": "D", "GET": "q"}[asked.method] for asked in self.asked)

    def __str__(self) -> str:
        said = type(self.error).__name__ if self.error else "order"
        order = self.order or getattr(self.error, "order", None) or {}
        about = {k: order[k] for k in ("id", "status", "filled", "outcome") if k in order}
        state = getattr(self.error, "state", "")
        book = self.present, self.reborn
        return "\n".join(
            [
                repr(self.schedule),
                *map(str, self.asked),
                f"{self.seconds:8.3f} said {said} {state} {about}",
                *(f"book: {o.order_id} {o.status} {o.executed}" for o in book if o),
            ]
        )
