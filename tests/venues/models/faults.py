"""What can go wrong with a request to a model exchange, for how many requests or how long."""

from __future__ import annotations

import threading
from collections.abc import Callable

import attrs

from venues.models.book import Amount

KINDS = {
    "delay": "the request is executed after lag seconds, though its client may have left",
    "answer_delay": "the answer waits for lag seconds",
    "lost_before": "the connection is closed without an answer, and nothing was executed",
    "lost_after": "executed, then the connection is closed without an answer",
    "html": "HTTP 200 with an HTML page; executed or not",
    "http_502_html": "HTTP 502 with an HTML page, not executed",
    "busy": "the venue's own busy or maintenance error, not executed",
    "timed_out": "the venue's own timeout, which says nothing of the outcome; executed or not",
    "rate_limit": "the venue's own rate limit, not executed",
    "clock": "the venue's own refusal of the time or nonce",
    "query_lag": "a query shows the orders as they were lag seconds ago",
    "ack_lag": "a cancel is acknowledged and pending for lag seconds",
    "fill_before": "the order is filled just before the cancel is executed",
    "partly_fill_before": "amount of the order, or half of it, is filled just before the cancel",
    "fill_while_canceling": "the cancel is pending for lag seconds, and amid them comes a fill",
    "cancel_before": "another party cancels the order just before the cancel is executed",
}
PENDING = ("ack_lag", "fill_while_canceling")
"""Not possible where the cancel's answer is final."""

ORDER_REQUESTS = ("cancel", "cancel_all", "query", "create")
ON = (*ORDER_REQUESTS, "private", "any")


@attrs.define
class Fault:
    """One fault: ``times`` requests of kind ``on``, or all of them until ``until`` (ms).

    It lets ``after`` of them pass first. "any" is each request about orders, and "private" each
    other one with a key.
    """

    kind: str = attrs.field(validator=attrs.validators.in_(KINDS))
    on: str = attrs.field(validator=attrs.validators.in_(ON))
    times: int | None
    until: int | None
    lag: float
    amount: Amount | None
    executed: bool
    after: int


@attrs.define
class Faults:
    """The faults that are to come, in the order in which they were added."""

    _now: Callable[[], int]
    _faults: list[Fault] = attrs.field(factory=list, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def add(
        self,
        kind: str,
        on: str = "cancel",
        *,
        times: int | None = None,
        seconds: float | None = None,
        lag: float = 0.2,
        amount: Amount | None = None,
        executed: bool = True,
        after: int = 0,
    ) -> None:
        """Add a fault for ``times`` requests, for ``seconds``, or else for one request."""
        if times is None and seconds is None:
            times = 1
        until = None if seconds is None else self._now() + round(seconds * 1000)
        with self._lock:
            self._faults.append(Fault(kind, on, times, until, lag, amount, executed, after))

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, request: str) -> dict[str, Fault]:
        """Return the faults by kind that befall a request, and count it."""
        with self._lock:
            now = self._now()
            self._faults = [f for f in self._faults if f.until is None or now < f.until]
            taken: dict[str, Fault] = {}
            for fault in self._faults:
                kinds = ORDER_REQUESTS if fault.on == "any" else (fault.on,)
                if request not in kinds:
                    continue
                if fault.after > 0:
                    fault.after -= 1
                elif fault.kind not in taken:
                    taken[fault.kind] = fault
                    if fault.times is not None:
                        fault.times -= 1
            self._faults = [f for f in self._faults if f.times is None or f.times > 0]
            return taken
