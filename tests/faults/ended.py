"""A call at its end, as values: its requests, their answers, its report, and the book."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import Any

import attrs

from adapter.contract.messages import NoResponse, Response
from adapter.simulator.book import Order

from .schedules import Schedule

UNKNOWN_ORDER = (-2011, -2013, -6028)
UNKNOWN_OUTCOME = (-1000, -1001, -1006, -1007)
STRANGER = "stranger"
"""The client id of another order, which an answer is about."""
STATUS = {"strategyId": "strategyStatus", "algoId": "algoStatus", "orderId": "status"}
"""By the field of an id, that of the status; a conditional order may have two ids."""
MINUTE = 60.0
BANNED_UNTIL = re.compile(r"banned until (\d+)")


@attrs.define
class Asked:
    """One order request of the call, and what came back."""

    method: str
    at: float
    """Seconds since the call began."""
    fault: str = ""
    aimed: int | None = None
    """The id of the order that it meant when the exchange handled it."""
    took: int | None = None
    """The id of the order that this very request has canceled by now."""
    back: Response | NoResponse | None = None
    doubts_5xx: bool = False
    """Whether the exchange says of no HTTP 5xx that the request was not executed."""

    @property
    def code(self) -> int | None:
        """Binance's error code in the answer."""
        code = self._data.get("code")
        return code if isinstance(code, int) else None

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer."""
        return self.back.status if isinstance(self.back, Response) else None

    @property
    def is_doubtful(self) -> bool:
        """Whether the answer does not show if the request was executed."""
        if not isinstance(self.back, Response):
            return self.back is not None and self.back.may_have_been_sent
        if self.back.status == 503 and not self.doubts_5xx:
            return "Unknown error" in self.back.body
        if 200 <= self.back.status < 300:
            return not self._data or STRANGER in self.back.body
        return self.back.status in (408, 500, 502, 503, 504) or self.code in UNKNOWN_OUTCOME

    @property
    def is_unknown_order(self) -> bool:
        """Whether the exchange knows no such open order."""
        refused = self._data.get("msg", "").startswith("Unknown order") or self.code != -2011
        return self.code in UNKNOWN_ORDER and refused

    @property
    def is_limited(self) -> bool:
        """Whether the host takes nothing for a while."""
        return self.status in (418, 429) or self.code == -1003

    @property
    def held_for(self) -> float:
        """For how many seconds the host takes nothing, at most: it counts in whole ones."""
        if not isinstance(self.back, Response) or not self.is_limited:
            return 0.0
        if retry_after := self.back.headers.get("retry-after"):
            return float(retry_after)
        date = parsedate_to_datetime(self.back.headers["date"]).timestamp()
        if until := BANNED_UNTIL.search(self.back.body):
            return int(until[1]) / 1000 - date
        return MINUTE - date % MINUTE

    def shows(self, order: Order) -> str | None:
        """The status as Binance spells it, if the answer is about this order."""
        for name, status in STATUS.items():
            if name in self._data:
                is_meant = str(self._data[name]) == str(order.order_id)
                found = self._data.get(status) if is_meant else None
                return str(found) if found else None
        return None

    @property
    def is_acknowledged(self) -> bool:
        """Whether the answer says that the cancel was accepted, and shows no order."""
        return self._data.get("msg") == "success" or self._data.get("complete") is True

    @property
    def _data(self) -> dict[str, Any]:
        data = self.back.data if isinstance(self.back, Response) else None
        return data if isinstance(data, dict) else {}

    def __str__(self) -> str:
        took = ", took" if self.took else ""
        back = self.back
        said = f"{back.status} {back.body[:120]}" if isinstance(back, Response) else back
        return f"{self.at:8.3f} {self.method} {self.fault}{took}: {said}"


@attrs.frozen(kw_only=True)
class Ended:
    """What one call reported, and the book at that moment."""

    schedule: Schedule
    present: Order
    """The order that was meant, as it is in the book."""
    asked: list[Asked]
    took: frozenset[int]
    """The ids of the orders that a cancel of this call has canceled by now."""
    seconds: float
    """How long the call took."""
    order: dict[str, Any] | None = None
    error: Exception | None = None
    reborn: Order | None = None
    """The new order under the same client id, as it is in the book."""

    @property
    def shown(self) -> dict[str, Any] | None:
        """The order that was returned, or comes with the error."""
        return self.order or getattr(self.error, "order", None)

    @property
    def subject(self) -> Order:
        """The order that the call reports: by client id that may be the new one."""
        new = self.reborn is not None and (self.shown or {}).get("id") == str(self.reborn.order_id)
        return self.reborn if new and self.reborn is not None else self.present

    @property
    def left(self) -> float:
        """Seconds between the end and the deadline."""
        return self.schedule.deadline - self.seconds

    @property
    def sends(self) -> list[Asked]:
        """The cancels."""
        return [asked for asked in self.asked if asked.method == "DELETE"]

    @property
    def looks(self) -> list[Asked]:
        """The queries after the last cancel."""
        last = max((i for i, asked in enumerate(self.asked) if asked.method == "DELETE"), default=0)
        return self.asked[last + 1 :]

    @property
    def seen(self) -> bool:
        """Whether any answer has shown the order."""
        return any(asked.shows(self.subject) for asked in self.asked)

    @property
    def path(self) -> str:
        """``D`` for each cancel and ``q`` for each query that was sent."""
        return "".join({"DELETE": "D", "GET": "q"}[asked.method] for asked in self.asked)

    def __str__(self) -> str:
        said = type(self.error).__name__ if self.error else "order"
        order = self.shown or {}
        about = {k: order[k] for k in ("id", "status", "filled", "outcome") if k in order}
        state = getattr(self.error, "state", "")
        book = self.present, self.reborn
        return "\n".join(
            [
                repr(self.schedule),
                *map(str, self.asked),
                f"{self.seconds:8.3f} said {said} {state} {about}: {self.error}",
                *(f"book: {o.order_id} {o.status} {o.executed}" for o in book if o),
            ]
        )
