"""The state machine of one cancel, from its first request to an order or an error.

It asks a channel to cancel, to query the order and to set the clock, and is given what each
response means. It does no I/O, and its clock is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NoReturn, cast

import attrs
import ccxt

from adapter.contract.messages import CancelRequest, Classification, Order, ResponseKind, Sleep
from adapter.core.channel import Asking, Channel
from adapter.core.evidence import ACCEPTED, CANCELED, LIVE, NOT_EXECUTED, UNSENT, Evidence
from adapter.core.pacing import FIRST_PAUSE, LONGEST_PAUSE, MAX_REQUESTS, Pacing
from adapter.core.policy import Policy
from adapter.core.target import Target

Step = Generator[Any, Any, Order | None]
Ask = Callable[[CancelRequest, float], Asking]
"""Sends a request of the call, within so many seconds."""

NOT_FOUND_PAUSE = 0.2
"""Seconds after which an order that was just placed is found, if there is one."""
LOOK_PAUSES = (0.05, 0.2, 0.8)
"""Seconds after each look at an order that no cancel was sent for; there are no more looks."""
NOT_NOW = (ResponseKind.RATE_LIMITED, ResponseKind.HELD_LOCALLY, ResponseKind.CLOCK_SKEW)
"""After these something must be done before the next request: see `_may_continue`."""


@attrs.frozen
class Received:
    """What a response means, and when its request was made."""

    found: Classification
    sent_at: float
    """By the clock of the machine's pacing."""
    timestamp: int
    """The one in ms that the request carried."""


@attrs.define(kw_only=True)
class CancelMachine:
    """One cancel, and what is known of it so far."""

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
    is_nowhere: bool = attrs.field(default=False, init=False)
    """Whether neither the cancel nor two queries have found the order."""
    final: Exception | None = attrs.field(default=None, init=False)
    """The error that the call is to end with."""

    @target.default
    def _target(self) -> Target:
        return Target(self.call, self.policy.client_ids == "unique")

    def run(self, first: Received | None = None) -> Generator[Any, Any, Order]:
        """Cancel the order, and find out what became of it.

        ``first`` is what was answered, if a request for several orders has cancelled it already.

        Returns the unified order with ``outcome``: ``"canceled"``, or ``"accepted"`` if the
        exchange accepted the cancel and did not finish in time. Raises `OrderGone`,
        `CancelUnknown`, `RateLimited`, or the ccxt exception for the exchange's answer; all by the
        end of the call.
        """
        if first is None:
            self._check_time()
        try:
            while True:
                if first is None:
                    sent = yield from self._request(query=False)
                else:
                    sent, first = self._receive(first, query=False), None
                self.evidence.add_send(sent)
                order = yield from self._handle(sent)
                if order is not None:
                    return order
        except Exception as e:
            if e is self.final or not self.evidence.has_left:
                raise
            raise self.evidence.interrupted(e, self._seconds()) from e

    def send(self, ask: Ask) -> Asking:
        """Send one request until it is executed or refused, or nobody can say; gives which.

        It may be for several orders, of which each goes on by a machine of its own. ``ask`` sends
        it by the channel.

        Raises `RateLimited`, or the ccxt exception, for one that was not executed in time.
        """
        self._check_time()
        while True:
            sent = yield from self._request(query=False, ask=ask)
            self.evidence.sends += sent.kind not in UNSENT
            if sent.kind not in NOT_EXECUTED or sent.kind is ResponseKind.REFUSED:
                return sent
            yield from self._on_not_executed(sent)

    def _check_time(self) -> None:
        if self.pacing.left() <= 0:
            name = self.evidence.name
            raise ccxt.RequestTimeout(f"{name} cancelOrder() was not sent: its time was over")

    def find(self) -> Generator[Any, Any, tuple[Order, Classification] | None]:
        """Query the order before any cancel. None where it is not there.

        Raises the ccxt exception for what kept it from being known.
        """
        for pause in LOOK_PAUSES:
            found = yield from self._request(query=True)
            if found.kind is ResponseKind.ORDER:
                order = self._parse_order(found)
                self._record(order, found, query=True)
                return order, found
            if found.kind is ResponseKind.NOT_OPEN:
                return None
            if not (yield from self._may_continue(found, pause)):
                break
        raise self.evidence.not_executed(found)

    def _handle(self, sent: Classification) -> Step:
        """Gives the order when the call is over, None when the cancel is to be sent again."""
        match sent.kind:
            case ResponseKind.ORDER | ResponseKind.ACKNOWLEDGED:
                return self._on_accepted(sent)
            case ResponseKind.REFUSED if not self.evidence.in_doubt:
                return self._on_not_executed(sent)
            case _ if not self.evidence.has_left:
                return self._on_not_executed(sent)
        return self._poll_until_final(sent)

    def _on_not_executed(self, sent: Classification) -> Step:
        """By the exchange's word, or because it never left: the order is as it was."""
        ends_call = sent.kind is ResponseKind.REFUSED or (
            sent.kind is ResponseKind.CLOCK_SKEW and self.is_clock_synced
        )
        if not ends_call:
            pause = self.pacing.before_resend()
            if (yield from self._may_continue(sent, pause)) and self.pacing.left() > 0:
                return None
        self._fail(self.evidence.not_executed(sent), sent.cause)

    def _on_accepted(self, sent: Classification) -> Step:
        """The exchange answered with the order, or accepted the cancel: done, or to be followed."""
        order = self._parse_order(sent)
        self._record(order, sent, query=False)
        if sent.kind is ResponseKind.ACKNOWLEDGED and self.evidence.order is not None:
            order = self.evidence.order
        found = None
        if not self.evidence.is_final(order["status"]) and self.call.confirm:
            order, found = yield from self._follow(order)
        return self._finish(order, sent, found)

    def _follow(self, order: Order) -> Generator[Any, Any, tuple[Order, Classification | None]]:
        """Query an accepted cancel until the order's status is final, for as long as allowed."""
        clock, pause, last = self.pacing.clock, FIRST_PAUSE, None
        until = min(self.pacing.ends_at, clock() + self.policy.confirm_timeout)
        while not self.evidence.is_final(order["status"]) and clock() + pause < until:
            yield from self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            found = yield from self._request(query=True, until=until)
            if found.kind is ResponseKind.ORDER:
                shown = self._parse_order(found)
                if self._is_followed(shown, found):
                    order, last = shown, found
                    self._record(order, found, query=True)
            elif found.kind in NOT_NOW and not (yield from self._may_continue(found, pause)):
                break
        return order, last

    def _is_followed(self, shown: Order, found: Classification) -> bool:
        """Whether a query shows the order whose cancel was accepted.

        One with another client id is not queried again. A live one that is newer than the call
        bears the client id of the one that was cancelled.
        """
        if self.target.is_another(shown):
            return False
        return shown["status"] not in LIVE or not self.target.is_newer(found)

    def _poll_until_final(self, sent: Classification) -> Step:
        """Query the order until it has ended, or until the cancel is due again."""
        due, not_found, may_ask = self.pacing.next_send_at(), 0, True
        if sent.kind in NOT_NOW or self.pacing.requests_left() == 1:
            may_ask = yield from self._may_continue(sent, self.pacing.before_first_query())
        while may_ask and self.pacing.left() > 0:
            found = yield from self._request(query=True)
            self.evidence.queries += found.kind not in UNSENT
            order = self._on_query(found, sent)
            if order is not None:
                return order
            not_found += found.kind is ResponseKind.NOT_OPEN
            is_unseen = self.evidence.is_not_open_and_unseen
            if is_unseen and (not_found > 1 or found.kind is ResponseKind.REFUSED):
                break
            may_send = self._may_send_again()
            if may_send and self.pacing.may_send_at(due):
                if (yield from self._may_send_to_it()):
                    return None
                due, may_send = self.pacing.next_send_at(), False
            if is_unseen and found.kind is ResponseKind.NOT_OPEN:
                pause = NOT_FOUND_PAUSE
            else:
                pause = self.pacing.before_query(due if may_send else None)
            may_ask = yield from self._may_continue(found, pause)
        self._give_up(sent, not_found=not_found > 1)

    def _on_query(self, found: Classification, sent: Classification) -> Order | None:
        """The order if a query shows that the call is over. Raises `OrderGone` likewise."""
        if found.kind is not ResponseKind.ORDER:
            return None
        order = self._parse_order(found)
        if self.target.is_another(order):
            return None
        self._record(order, found, query=True)
        status, is_live = order["status"], order["status"] in LIVE
        is_ours = status == CANCELED and self.evidence.in_doubt
        if is_ours or self.evidence.has_ended(status):
            return self._finish(order, sent, found)
        if is_live and self.target.is_newer(found):
            self._fail_newer_order()
        if status == CANCELED or (not is_live and sent.kind is ResponseKind.NOT_OPEN):
            self._fail(self.evidence.gone(sent, found, status))
        return None

    def _may_send_again(self) -> bool:
        """Whether a query has shown the order open, and sends are left."""
        may_request = self.pacing.requests < MAX_REQUESTS - 1
        are_left = self.evidence.ambiguous < self.policy.attempts and may_request
        return self.evidence.is_open and are_left

    def _may_send_to_it(self) -> Generator[Any, Any, bool]:
        """Whether the order that bears the client id was there before the call began.

        The exchange's clock is read to decide it.
        Raises `CancelUnknown` if the order is a newer one.
        """
        start_time = self.target.start_time
        if self.target.is_by_order_id:
            return True
        created, sent_at = self.evidence.created, self.pacing.clock()
        time = yield from self.channel.read_clock(self.pacing.left())
        if time is not None:
            self._learn_time(time, sent_at, 1)
        if start_time.is_after(created):
            self.target.take_order_id(cast(Order, self.evidence.order))
            return True
        if start_time.is_before(created):
            self._fail_newer_order()
        return False

    def _may_continue(self, found: Classification, pause: float) -> Generator[Any, Any, bool]:
        """Do what must come before the next request, if there may be one."""
        left = self.pacing.left()
        if found.kind in (ResponseKind.RATE_LIMITED, ResponseKind.HELD_LOCALLY):
            if found.retry_after is None or found.retry_after >= left:
                return False
            yield from self._sleep(found.retry_after)
            return True
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
            self._fail(self.evidence.unreadable(found.cause), found.cause)
        self.pacing.requests += self.channel.requests
        self.evidence.add_cause(found)
        if found.kind is ResponseKind.NOT_OPEN or found.kind in ACCEPTED:
            self.is_clock_synced = False
            if self.target.call.client_order_id is not None:
                self.target.start_time.accepted(came.timestamp, self._seconds() * 1000)
        if found.server_time is not None:
            self._learn_time(found.server_time, sent_at, 1000)
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
        kind, cls = ResponseKind.NOT_SENT, ccxt.NetworkError
        if self.channel.has_left:
            kind, cls = ResponseKind.AMBIGUOUS, ccxt.RequestTimeout
        return Classification(kind=kind, text=type(error).__name__, error=cls, cause=error)

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

    def _finish(self, order: Order, sent: Classification, found: Classification | None) -> Order:
        """The order with its outcome. Raises `OrderGone` if it had ended otherwise.

        ``found`` is what a query was answered, if one was needed after the cancel.
        """
        status = order["status"]
        if self.evidence.has_ended(status):
            self._fail(self.evidence.gone(sent, found, status))
        if status == CANCELED:
            return {**order, "outcome": "canceled"}
        is_live = status is None or status in LIVE
        return {**order, "status": "canceling" if is_live else status, "outcome": "accepted"}

    def _give_up(self, sent: Classification, *, not_found: bool) -> NoReturn:
        """End without knowing how the order ended, or whether it did."""
        not_open = self.evidence.not_open
        if not_open is None or self.evidence.order is not None:
            self._fail(self.evidence.unknown(sent, self._seconds()), self.evidence.cause)
        self.is_nowhere = not_found
        error = self.evidence.not_found(not_open, by_query=not_found)
        self._fail(error, self.evidence.cause)

    def _fail_newer_order(self) -> NoReturn:
        self._fail(self.evidence.newer_order(self._seconds()), self.evidence.cause)

    def _fail(self, error: Exception, cause: BaseException | None = None) -> NoReturn:
        """End with an error that the call is to end with; any other comes from outside."""
        self.final = error
        raise error from cause
