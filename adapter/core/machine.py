"""What a cancel's state machine does for each of its requests, whatever the state.

It asks a channel, learns from what a response means, and waits. It does no I/O, and its clock is an
argument.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NoReturn

import attrs
import ccxt

from adapter.contract.messages import CancelRequest, Classification, Order, ResponseKind, Sleep
from adapter.core.channel import Asking, Channel
from adapter.core.evidence import ACCEPTED, LIVE, Evidence
from adapter.core.pacing import BUSY_PAUSE, Pacing
from adapter.core.policy import Policy
from adapter.core.target import Target

Ask = Callable[[CancelRequest, float], Asking]
"""Sends a request of the call, within so many seconds."""


@attrs.frozen
class Received:
    """What a response means, and when its request was made."""

    found: Classification
    sent_at: float
    """By the clock of the machine's pacing."""
    timestamp: int
    """The one in ms that the request carried."""


@attrs.define(kw_only=True)
class Machine:
    """The requests of one cancel, and what is known from them so far."""

    call: CancelRequest
    """As the caller made it."""
    channel: Channel
    policy: Policy
    evidence: Evidence
    pacing: Pacing
    now: Callable[[], int]
    """The timestamp in ms that a request made at this moment carries."""
    emit: Callable[..., None]
    """Is called with each event and its details."""

    is_clock_synced: bool = attrs.field(default=False, init=False)
    """Whether the clock was set, and nothing has been accepted since."""
    target: Target = attrs.field(init=False)
    final: Exception | None = attrs.field(default=None, init=False)
    """The error that the call is to end with."""

    @target.default
    def _target(self) -> Target:
        return Target(self.call, self.policy.client_ids == "unique")

    def _may_continue(self, found: Classification, pause: float) -> Generator[Any, Any, bool]:
        """Do what must come before the next request, if there may be one."""
        left = self.pacing.left()
        if found.kind in (ResponseKind.RATE_LIMITED, ResponseKind.HELD_LOCALLY):
            if found.retry_after is not None and found.retry_after >= left:
                return False
            if found.retry_after is not None:
                yield from self._sleep(found.retry_after)
                return True
            pause = max(pause, BUSY_PAUSE)  # an exchange that names no time
        if found.kind is ResponseKind.CLOCK_SKEW and not self.is_clock_synced:
            if left <= 0:
                return False
            self.is_clock_synced = True
            yield from self.channel.sync_clock(found, left)
            return True
        seconds = self.pacing.limit(pause)
        if seconds > 0:
            yield from self._sleep(seconds)
        return seconds > 0

    def _request(
        self, *, query: bool, until: float | None = None, ask: Ask | None = None
    ) -> Asking:
        """One request, and what its response means."""
        sent_at, timestamp = self.pacing.clock(), self.now()
        ends_at = self.pacing.ends_at if until is None else until
        if ask is None:
            ask = self.channel.query if query else self.channel.cancel
        try:
            found = yield from ask(self.target.call, ends_at - sent_at)
        except Exception as e:
            found = self._on_exception(e)
        return self._receive(Received(found, sent_at, timestamp), query=query)

    def _receive(self, came: Received, *, query: bool) -> Classification:
        """Learn what a response has beside its meaning."""
        found, sent_at = came.found, came.sent_at
        if found.kind is ResponseKind.UNREADABLE:
            self.evidence.has_left |= not query
            self._fail(self.evidence.unreadable(found.cause), found.cause)
        self.pacing.requests += self.channel.requests
        self.evidence.add_cause(found)
        if found.kind is ResponseKind.NOT_OPEN or found.kind in ACCEPTED:
            # a query shows nothing of a clock by which no cancel has been accepted
            self.is_clock_synced &= query and not self.evidence.has_left
            if self.target.call.client_order_id is not None:
                self.target.start_time.accepted(came.timestamp, self._seconds() * 1000)
        if found.server_time is not None:
            self._learn_time(found.server_time, sent_at, 1000)
        if self.channel.has_listener:
            self._emit_classified(found, query)
        if found.kind is ResponseKind.RATE_LIMITED and found.retry_after:
            self.channel.block(found.retry_after)
        return found

    def _on_exception(self, error: Exception) -> Classification:
        """What an error outside the machine means: nothing is known once a cancel may have left.

        Raises it if nothing has left.
        """
        if not (self.evidence.has_left or self.channel.has_left):
            raise error
        if isinstance(error, ccxt.ExchangeClosedByUser):
            self.pacing.is_over = True
        kind, cls = ResponseKind.NOT_SENT, ccxt.NetworkError
        if self.channel.has_left:
            kind, cls = ResponseKind.AMBIGUOUS, ccxt.RequestTimeout
        return Classification(kind=kind, text=type(error).__name__, error=cls, cause=error)

    def _await_others(self) -> Generator[Any, Any, None]:
        """Wait while the host answers no cancel, and other calls try: what they ask is enough."""
        while (pause := self.channel.pause_before_resend(self.pacing.left())) > 0:
            yield from self._sleep(pause)

    def _sleep(self, seconds: float) -> Generator[Any, Any, None]:
        self.emit("waited", seconds=seconds)
        try:
            yield Sleep(seconds)
        except Exception as e:
            self._on_exception(e)

    def _seconds(self, at: float | None = None) -> float:
        """From the beginning of the call to now, or to a reading of the clock."""
        reading = self.pacing.clock() if at is None else at
        return reading - (self.pacing.ends_at - self.call.deadline)

    def _learn_time(self, server_time: int, sent_at: float, resolution: int) -> None:
        """If a client id may come to mean another order, it matters when the call began."""
        sent, received = self._seconds(sent_at) * 1000, self._seconds() * 1000
        self.target.start_time.answered(server_time, resolution, sent, received)

    def _emit_classified(self, found: Classification, query: bool) -> None:
        """Emit what a response means, and why that of a query does not settle the call."""
        details, is_live = {}, found.status in LIVE
        if query and found.kind is ResponseKind.NOT_OPEN:
            details["why"] = "an order whose create is under way is not found yet"
        elif query and is_live and self.evidence.not_open is not None:
            details["why"] = "the cancel found no open order: the query may lag behind"
        elif query and is_live and not self.target.is_surely(found):
            details["why"] = (
                "the order that bears the client id may have been made since the call began"
            )
        self.emit("classified", kind=found.kind.name, status=found.status, **details)

    def _parse_order(self, found: Classification) -> Order:
        try:
            return self.channel.parse_order(found)
        except Exception as e:
            self._fail(self.evidence.unreadable(e), e)

    def _record(self, order: Order, found: Classification, *, query: bool) -> None:
        """Keep what was seen. If it surely is the order that was meant, go by its order id."""
        if found.kind is ResponseKind.ORDER:
            self.evidence.add_order(order, found)
        if not query or self.target.is_surely(found):
            self.target.take_order_id(order)

    def _fail(self, error: Exception, cause: BaseException | None = None) -> NoReturn:
        """End with an error that the call is to end with; any other comes from outside."""
        self.final = error
        raise error from cause
