"""The state machine of one cancel, from its first request to an order or an error.

It asks a channel to cancel, to query the order and to set the clock, and is given what each
response means. It does no I/O, and its clock is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NoReturn, cast

import attrs
import ccxt

from adapter.contract.messages import CancelRequest, Classification, ResponseKind, Sleep
from adapter.contract.venue import Order
from adapter.core.channel import Asking, Channel
from adapter.core.policy import Policy
from adapter.core.start_time import StartTime
from adapter.errors import CancelUnknown, OrderGone, RateLimited

Step = Generator[Any, Any, Order | None]

CANCELED = "canceled"
ENDED = {"closed": "filled", "expired": "expired", "rejected": "rejected"}
"""How an order can end otherwise, and the word for it in messages."""
FINAL = (CANCELED, *ENDED)
LIVE = ("open", "canceling")
UNSENT = (ResponseKind.HELD_LOCALLY, ResponseKind.NOT_SENT)
NOT_EXECUTED = (
    ResponseKind.REFUSED,
    ResponseKind.RATE_LIMITED,
    ResponseKind.HELD_LOCALLY,
    ResponseKind.CLOCK_SKEW,
    ResponseKind.NOT_EXECUTED,
    ResponseKind.NOT_SENT,
)

FIRST_PAUSE = 0.05
"""Seconds between the first two queries; each pause is twice the one before."""
BUSY_PAUSE = 0.2
"""Seconds before a cancel that was not executed is sent again, doubled each time."""
LONGEST_PAUSE = 2.0
"""Seconds that a pause grows to."""
NOT_FOUND_PAUSE = 0.2
"""Seconds after which an order that was just placed is found, if there is one."""
RESEND_AFTER = 0.25
"""Seconds from a doubtful answer to the next send, twice as long each time."""
MAX_REQUESTS = 24
"""What one call may ask of a host; pauses grow beyond their longest to last until the deadline."""
LAST_SHARE = 0.6
"""The share of the last second that a pause takes at most, so that a last request follows it."""
TOO_LITTLE = 0.05
"""Seconds in which no further request is worth a pause."""
ENOUGH_TO_SEND = 0.5
"""Seconds in which a request is answered: a cancel with less would leave a doubt, and no more."""

FETCH = "fetch the order before you act on it"
NOT_FOUND = (
    "no query finds it either: it never existed, is forgotten, lies elsewhere (another symbol or"
    " account), or its create is still under way, and then it may trade"
)


@attrs.define(kw_only=True)
class CancelMachine:
    """One cancel, and what is known of it so far."""

    call: CancelRequest
    channel: Channel
    policy: Policy
    name: str
    """The exchange's, for messages."""
    not_found_hint: str = ""
    """What to add where neither cancel nor query knows the order."""
    clock: Callable[[], float]
    """Monotonic seconds."""
    now: Callable[[], int]
    """The timestamp in ms that a request made at this moment carries."""
    emit: Callable[..., None]
    """Is called with each event and its details."""
    ends_at: float
    """When the call must end, by ``clock``."""

    has_left: bool = attrs.field(default=False, init=False)
    """Whether a cancel may have been executed, or its order was not open any more."""
    in_doubt: bool = attrs.field(default=False, init=False)
    """Whether a send may have been executed without our seeing the answer."""
    sends: int = attrs.field(default=0, init=False)
    ambiguous: int = attrs.field(default=0, init=False)
    """The sends that may have been executed."""
    unsettled: int = attrs.field(default=0, init=False)
    """The sends after which the order had to be looked at."""
    not_open: Classification | None = attrs.field(default=None, init=False)
    """The last answer to a send that said that no such order is open."""
    not_open_count: int = attrs.field(default=0, init=False)
    queries: int = attrs.field(default=0, init=False)
    requests: int = attrs.field(default=0, init=False)
    busy_pause: float = attrs.field(default=BUSY_PAUSE, init=False)
    query_pause: float = attrs.field(default=FIRST_PAUSE, init=False)
    is_clock_synced: bool = attrs.field(default=False, init=False)
    """Whether the clock was set, and nothing has been accepted since."""
    start_time: StartTime = attrs.field(factory=StartTime, init=False)
    last_seen: Order | None = attrs.field(default=None, init=False)
    """The last state that the exchange showed."""
    last_created: int | None = attrs.field(default=None, init=False)
    """When the order that was seen was made, in ms, where the exchange says."""
    cause: BaseException | None = attrs.field(default=None, init=False)
    """The last error of the operating system, or of the user's code."""
    final: Exception | None = attrs.field(default=None, init=False)

    def run(self) -> Generator[Any, Any, Order]:
        """Cancel the order, and find out what became of it.

        Returns the unified order with ``outcome``: ``"canceled"``, or ``"accepted"`` when the
        exchange took the cancel and did not finish in time. Raises `OrderGone`, `CancelUnknown`,
        `RateLimited`, or the ccxt exception for the exchange's answer; all by ``ends``.
        """
        if self._left() <= 0:
            raise ccxt.RequestTimeout(f"{self.name} cancelOrder() was not sent: its time was over")
        try:
            while True:
                classification = yield from self._request(query=False)
                self.sends += classification.kind not in UNSENT
                order = yield from self._handle(classification)
                if order is not None:
                    return order
        except Exception as e:
            if e is self.final or not self.has_left:
                raise
            raise CancelUnknown(
                f"{self._describe_sends()}, and {type(e).__name__} came up before it was known"
                f" whether it took; {FETCH}",
                order=self.last_seen,
            ) from e

    def _left(self) -> float:
        return self.ends_at - self.clock()

    def _handle(self, classification: Classification) -> Step:
        """Gives the order when the call is over, None when the cancel is to be sent again."""
        match classification.kind:
            case ResponseKind.ORDER:
                self.has_left = True
                return self._on_order(classification)
            case ResponseKind.NOT_OPEN:
                self.has_left, self.not_open = True, classification
                self.not_open_count += 1
            case ResponseKind.AMBIGUOUS:
                self.has_left = self.in_doubt = True
                self.ambiguous += 1
            case ResponseKind.REFUSED if not self.in_doubt:
                return self._on_not_executed(classification)
            case _ if not self.has_left:
                return self._on_not_executed(classification)
        return self._poll_until_final(classification)

    def _on_not_executed(self, classification: Classification) -> Step:
        """By the exchange's word, or because it never left: the order is as it was."""
        ends_call = classification.kind is ResponseKind.REFUSED or (
            classification.kind is ResponseKind.CLOCK_SKEW and self.is_clock_synced
        )
        if not ends_call:
            pause = min(self.busy_pause, self._left() - ENOUGH_TO_SEND)
            self.busy_pause = min(self.busy_pause * 2, self._longest_pause())
            if (yield from self._may_continue(classification, pause)) and self._left() > 0:
                return None
        self._fail(self._not_executed_error(classification), classification.cause)

    def _on_order(self, classification: Classification) -> Step:
        """The exchange answered with the order: done, or accepted and to be followed."""
        order = self._parse_order(classification, query=False)
        self._record(order, classification, query=False)
        found = None
        if order["status"] not in FINAL and self.call.confirm:
            order, found = yield from self._follow(order)
        return self._finish(order, classification, found)

    def _follow(self, order: Order) -> Generator[Any, Any, tuple[Order, Classification | None]]:
        """Query an accepted cancel until the order's status is final, for as long as allowed."""
        until, pause = min(self.ends_at, self.clock() + self.policy.confirm_timeout), FIRST_PAUSE
        found = None
        while order["status"] not in FINAL and self.clock() + pause < until:
            yield from self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            result = yield from self._request(query=True, until=until)
            if result.kind is ResponseKind.ORDER:
                order, found = self._parse_order(result, query=True), result
                self._record(order, result, query=True)
            elif result.kind in (
                ResponseKind.RATE_LIMITED,
                ResponseKind.HELD_LOCALLY,
                ResponseKind.CLOCK_SKEW,
            ) and not (yield from self._may_continue(result, pause)):
                break
        return order, found

    def _poll_until_final(self, classification: Classification) -> Step:
        """Look at the order until it has ended, or until the cancel is due again."""
        due, not_found = self._next_send_at(), 0
        can_ask, is_last = True, self._requests_left() == 1
        if is_last or classification.kind in (
            ResponseKind.RATE_LIMITED,
            ResponseKind.HELD_LOCALLY,
            ResponseKind.CLOCK_SKEW,
        ):
            can_ask = yield from self._may_continue(
                classification, max(FIRST_PAUSE, self._shortest_pause())
            )
        while can_ask and self._left() > 0:
            result = yield from self._request(query=True)
            self.queries += result.kind not in UNSENT
            order = self._on_query(result, classification)
            if order is not None:
                return order
            not_found += result.kind is ResponseKind.NOT_OPEN
            is_unseen = self.not_open is not None and self.last_seen is None
            if is_unseen and (not_found > 1 or result.kind is ResponseKind.REFUSED):
                break
            may_send = self._may_send_again()
            if may_send and self.clock() >= due and self._left() > TOO_LITTLE:
                if (yield from self._may_send_to_it()):
                    return None
                due, may_send = self._next_send_at(), False
            can_ask = yield from self._may_continue(
                result, self._pause(result, due if may_send else None)
            )
        self._give_up(classification, not_found=not_found > 1)

    def _next_send_at(self) -> float:
        """When the cancel is sent again, by ``clock``, unless it is known by then what it did."""
        self.unsettled += 1
        return self.clock() + RESEND_AFTER * 2.0 ** (self.unsettled - 1)

    def _pause(self, result: Classification, due: float | None) -> float:
        """Seconds until the next request."""
        if (
            result.kind is ResponseKind.NOT_OPEN
            and self.not_open is not None
            and self.last_seen is None
        ):
            return NOT_FOUND_PAUSE
        pause = min(self.query_pause, self._longest_pause())
        self.query_pause = pause * 2
        if due is not None:
            pause = min(pause, due - self.clock())
        return max(pause, self._shortest_pause())

    def _longest_pause(self) -> float:
        """Seconds of a pause that lets the requests of the call last until its end."""
        return max(LONGEST_PAUSE, self._left() / self._requests_left())

    def _shortest_pause(self) -> float:
        """Seconds of a pause that lets the last of them do so, where sends have taken many."""
        return self._left() / (2.0 ** self._requests_left() - 1)

    def _requests_left(self) -> int:
        return max(1, MAX_REQUESTS - self.requests)

    def _on_query(self, result: Classification, classification: Classification) -> Order | None:
        """The order where a query shows that the call is over. Raises `OrderGone` likewise."""
        if result.kind is not ResponseKind.ORDER:
            return None
        order = self._parse_order(result, query=True)
        if self._is_another_order(order):
            self.call = attrs.evolve(self.call, order_id=None)
            return None
        self._record(order, result, query=True)
        status = order["status"]
        if status in ENDED or (status == CANCELED and self.in_doubt):
            return self._finish(order, classification, result)
        if (
            status in LIVE
            and not self._is_surely_requested(result)
            and self.start_time.is_before(result.created)
        ):
            self._fail(self._newer_order_error(), self.cause)
        if status == CANCELED or (
            status not in LIVE and classification.kind is ResponseKind.NOT_OPEN
        ):
            self._fail(self._gone_error(classification, result, status))
        return None

    def _may_send_again(self) -> bool:
        """Whether a query has shown that the order lives, and sends are left."""
        lives = self.last_seen is not None and self.last_seen["status"] in LIVE
        are_left = self.ambiguous < self.policy.attempts and self.requests < MAX_REQUESTS - 1
        return lives and are_left

    def _is_by_order_id(self) -> bool:
        """Whether the cancel can meet no other order: an order id is never used again."""
        return self.call.client_order_id is None or self.policy.client_ids == "unique"

    def _may_send_to_it(self) -> Generator[Any, Any, bool]:
        """Whether the order that bears the client id was there before the call began.

        Where that is a matter of less than the clocks are known by, the exchange's is read.
        Raises `CancelUnknown` where the order is a newer one.
        """
        if self._is_by_order_id():
            return True
        if not self.start_time.is_after(self.last_created):
            sent = self.clock()
            try:
                time = yield from self.channel.read_clock(self._left())
            except Exception as e:
                self._on_exception(e)
                time = None
            if time is not None:
                self._learn_time(time, sent, 1)
        if self.start_time.is_after(self.last_created):
            self._take_order_id(cast(Order, self.last_seen))
            return True
        if self.start_time.is_before(self.last_created):
            self._fail(self._newer_order_error(), self.cause)
        return False

    def _newer_order_error(self) -> CancelUnknown:
        return CancelUnknown(
            f"{self._describe_sends()}; the order that bears this client id now was made after"
            " that, so the cancel is not sent again, and nobody can say what became of the order"
            f" that had it before; {FETCH}",
            order=self.last_seen,
        )

    def _may_continue(
        self, classification: Classification, pause: float
    ) -> Generator[Any, Any, bool]:
        """Do what has to come before the next request, if there may be one."""
        if classification.kind in (ResponseKind.RATE_LIMITED, ResponseKind.HELD_LOCALLY):
            seconds = classification.retry_after
            if seconds is None or seconds >= self._left():
                return False
            yield from self._sleep(seconds)
            return True
        if classification.kind is ResponseKind.CLOCK_SKEW and not self.is_clock_synced:
            if self._left() <= 0:
                return False
            self.is_clock_synced = True
            try:
                yield from self.channel.sync_clock(classification, self._left())
            except Exception as e:
                self._on_exception(e)
            return True
        left = self._left()
        if left < TOO_LITTLE or pause <= 0 or self.requests >= MAX_REQUESTS:
            return False
        yield from self._sleep(min(pause, max(left * LAST_SHARE, left - ENOUGH_TO_SEND)))
        return True

    def _request(self, *, query: bool, until: float | None = None) -> Asking:
        """One request, and what its response means."""
        sent, timestamp = self.clock(), self.now()
        ask = self.channel.query if query else self.channel.cancel
        try:
            found = yield from ask(self.call, (self.ends_at if until is None else until) - sent)
        except Exception as e:
            found = self._on_exception(e)
        if found.kind is ResponseKind.UNREADABLE:
            self._fail_unreadable(found.cause)
        self.requests += found.kind is not ResponseKind.HELD_LOCALLY
        self.cause = found.cause or self.cause
        if self.cause is None and found.kind in NOT_EXECUTED:
            self.cause = self._not_executed_error(found)
        if found.kind in (ResponseKind.ORDER, ResponseKind.NOT_OPEN):
            self.is_clock_synced = False
            if self.call.client_order_id is not None:
                self.start_time.accepted(timestamp, self._ms_since_start(self.clock()))
        if found.server_time is not None:
            self._learn_time(found.server_time, sent, 1000)
        self._emit_classified(found, query)
        if found.kind is ResponseKind.RATE_LIMITED and found.retry_after:
            self.channel.block(found.retry_after)
        return found

    def _on_exception(self, error: Exception) -> Classification:
        """What an error outside the machine means: nothing is known once a cancel may have left.

        Raises it where nothing has left.
        """
        if not (self.has_left or self.channel.has_left):
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

    def _learn_time(self, server_time: int, sent: float, resolution: int) -> None:
        """Where a client id may come to mean another order, it matters when the call began."""
        at = self._ms_since_start(sent), self._ms_since_start(self.clock())
        self.start_time.answered(server_time, resolution, *at)

    def _ms_since_start(self, when: float) -> float:
        return (when - (self.ends_at - self.call.deadline)) * 1000

    def _emit_classified(self, classification: Classification, query: bool) -> None:
        """Tell what an answer was taken for, and why it does not settle the call."""
        why = None
        if query and classification.kind is ResponseKind.NOT_OPEN:
            why = "an order whose create is under way is not found yet"
        elif query and classification.status in LIVE and self.not_open is not None:
            why = "the cancel found no open order: the query may lag behind"
        elif (
            query
            and classification.status in LIVE
            and not self._is_surely_requested(classification)
        ):
            why = "the order that bears the client id may have been made since the call began"
        details = {} if why is None else {"why": why}
        self.emit(
            "classified", kind=classification.kind.name, status=classification.status, **details
        )

    def _parse_order(self, classification: Classification, *, query: bool) -> Order:
        try:
            return self.channel.parse_order(classification, query=query)
        except Exception as e:
            self._fail_unreadable(e)

    def _is_another_order(self, order: Order) -> bool:
        """Whether a query by the order id shows an order that does not bear the client id."""
        by_both = self.call.order_id is not None and self.call.client_order_id is not None
        return by_both and order.get("clientOrderId") not in (None, self.call.client_order_id)

    def _record(self, order: Order, classification: Classification, *, query: bool) -> None:
        """Keep what was seen. Where it surely is the one, it goes by its order id from now on."""
        self.last_seen, self.last_created = order, classification.created
        if self.call.client_order_id is not None and (
            not query or self._is_surely_requested(classification)
        ):
            self._take_order_id(order)

    def _is_surely_requested(self, result: Classification) -> bool:
        """Whether the order that a query shows was there before the call began."""
        by_order_id = self.call.order_id is not None or self._is_by_order_id()
        return by_order_id or self.start_time.is_after(result.created)

    def _take_order_id(self, order: Order) -> None:
        self.call = attrs.evolve(self.call, order_id=order["id"], client_order_id=None)

    def _fail_unreadable(self, cause: BaseException | None) -> NoReturn:
        """End where a plugin or ccxt's parser fails at an answer: then nothing is known."""
        error = CancelUnknown(
            f"{self.name} cancelOrder(): the answer could not be read ({type(cause).__name__}), so"
            f" nobody can say whether the cancel took; {FETCH}",
            order=self.last_seen,
        )
        self._fail(error, cause)

    def _finish(
        self, order: Order, classification: Classification, found: Classification | None = None
    ) -> Order:
        """The order with its outcome. Raises `OrderGone` when it ended otherwise than canceled.

        ``found`` is what a query said, where it was not the cancel's own ``classification``.
        """
        status = order["status"]
        if status in ENDED:
            self._fail(self._gone_error(classification, found, status))
        if status == CANCELED:
            return {**order, "outcome": "canceled"}
        return {**order, "status": "canceling" if status in LIVE else status, "outcome": "accepted"}

    def _gone_error(
        self, classification: Classification, found: Classification | None, status: str
    ) -> OrderGone:
        """The error for an order that ended before the cancel; None as state where it is unsure."""
        how = f"the order was {ENDED.get(status, status)} before the cancel"
        if status not in FINAL:
            how = f"the order was not open any more, in the state {status!r}"
        answers = (
            classification.text if found is None else f"{found.text}, after {classification.text}"
        )
        text = f"{self.name} {how}: {answers}"
        if classification.kind is ResponseKind.NOT_OPEN:
            text = f"{self.name} {classification.text}: {how}"
        return OrderGone(text, order=self.last_seen, state=status if status in FINAL else None)

    def _give_up(self, classification: Classification, *, not_found: bool) -> NoReturn:
        """End without knowing how the order ended, or whether it did."""
        gone = self.not_open
        if gone is None or self.last_seen is not None:
            self._fail(self._unknown_error(classification), self.cause)
        how = NOT_FOUND if not_found else "no query could say how it ended"
        hint = f"; {self.not_found_hint}" if self.not_found_hint else ""
        self._fail(OrderGone(f"{self.name} {gone.text}: {how}{hint}"), self.cause)

    def _not_executed_error(self, classification: Classification) -> ccxt.BaseError:
        """The error of a cancel that was not executed. ccxt's message where the exchange spoke."""
        text = f"{self.name} {classification.text}"
        match classification.kind:
            case ResponseKind.RATE_LIMITED | ResponseKind.HELD_LOCALLY:
                return RateLimited(text, retry_after=classification.retry_after)
            case ResponseKind.NOT_SENT:
                return classification.error(
                    f"{self.name} cancelOrder() was not sent: {classification.text}"
                )
        return classification.error(text)

    def _unknown_error(self, classification: Classification) -> CancelUnknown:
        """What was seen, how often, and for how long it was asked."""
        found = "none showed the order"
        if self.last_seen is not None:
            found = f"the last one that showed it says {self.last_seen['status']!r}"
        doubt = "nobody can say whether it took"
        if not self.in_doubt:
            doubt = f"the exchange said {_times(self.not_open_count)} that no such order is open"
        text = f"{self._describe_sends()}: {doubt}; of {self.queries} queries, {found}; {FETCH}"
        return CancelUnknown(f"{text}: {classification.text}", order=self.last_seen)

    def _describe_sends(self) -> str:
        seconds = self._ms_since_start(self.clock()) / 1000
        return f"{self.name} cancelOrder() was sent {_times(self.sends)} in {seconds:.1f} s"

    def _fail(self, error: Exception, cause: BaseException | None = None) -> NoReturn:
        """End with an error that the call is to end with; any other comes from outside."""
        self.final = error
        raise error from cause


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
