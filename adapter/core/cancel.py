"""The state machine of one cancel: it asks for steps, is given what came of them, and ends.

It ends in an order or an error. It does no I/O, and its clock is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, NoReturn, TypeVar, cast

import attrs
import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import (
    ApiRequest,
    BlockHost,
    CancelRequest,
    Classification,
    NoResponse,
    ReadClock,
    Response,
    ResponseKind,
    Sleep,
    SyncClock,
)
from adapter.contract.venue import Errors, Order
from adapter.core.start_time import StartTime
from adapter.errors import CancelUnknown, OrderGone, RateLimited
from adapter.registry.config import Policy

T = TypeVar("T")
Step = ApiRequest | Sleep | BlockHost | SyncClock | ReadClock
Steps = Generator[Step, Any, Order | None]

CANCELED = "canceled"
ENDED = {"closed": "filled", "expired": "expired", "rejected": "rejected"}
"""How an order can end otherwise, and the word for it in messages."""
FINAL = (CANCELED, *ENDED)
LIVE = ("open", "canceling")
UNSENT = (ResponseKind.HELD, ResponseKind.NOT_SENT)
NOT_EXECUTED = (
    ResponseKind.REFUSED,
    ResponseKind.LIMITED,
    ResponseKind.HELD,
    ResponseKind.CLOCK,
    ResponseKind.NOT_EXECUTED,
    ResponseKind.NOT_SENT,
)

FIRST_PAUSE = 0.05
"""Seconds between the first two looks at an order; each pause is twice the one before."""
BUSY_PAUSE = 0.2
"""Seconds before a cancel that was not executed is sent again, growing in the same way."""
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


def first_answer(
    reply: Response | NoResponse,
    call: CancelRequest,
    product: CancelEndpoint,
    *,
    errors: Errors,
    unified: Callable[[Mapping[str, Any], bool], Order],
) -> Order | None:
    """The order as a `CancelMachine` ends with it, where the first answer says it is canceled.

    None where there is more to it: the machine then goes on from that answer.
    """
    try:
        verdict = product.venue.verdict(reply, call.addressed(query=False), product, errors, False)
        if verdict.status != CANCELED or verdict.meaning is not ResponseKind.ORDER:
            return None
        order = unified(cast(Response, verdict.reply).data, False)
    except Exception:
        return None  # the machine reads it again, and tells of what is wrong
    return {**order, "outcome": "canceled"} if order["status"] == CANCELED else None


@attrs.define(kw_only=True)
class CancelMachine:
    """One cancel, and what is known of it so far."""

    call: CancelRequest
    product: CancelEndpoint
    policy: Policy
    name: str
    """The exchange's, for messages."""
    errors: Errors
    """The venue's class for each code."""
    unified: Callable[[Mapping[str, Any], bool], Order]
    """Makes an answer, to a query or not, a ccxt order."""
    clock: Callable[[], float]
    """Monotonic seconds."""
    now: Callable[[], int]
    """The timestamp in ms that a request made at this moment carries."""
    tell: Callable[..., None]
    """Is told what each answer was taken for."""
    ends: float
    """When the call must end, by ``clock``."""
    began: int
    """``now`` when the call began."""
    first: Response | NoResponse | None = None
    """The answer to the first send, until it is read."""

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
    looks: int = attrs.field(default=0, init=False)
    requests: int = attrs.field(default=0, init=False)
    busy_pause: float = attrs.field(default=BUSY_PAUSE, init=False)
    look_pause: float = attrs.field(default=FIRST_PAUSE, init=False)
    synced: bool = attrs.field(default=False, init=False)
    """Whether the clock was set, and nothing has been accepted since."""
    start: StartTime = attrs.field(factory=StartTime, init=False)
    seen: Order | None = attrs.field(default=None, init=False)
    """The last state that the exchange showed."""
    created: int | None = attrs.field(default=None, init=False)
    """When the order that was seen was made, in ms, where the exchange says."""
    cause: BaseException | None = attrs.field(default=None, init=False)
    """The last error of the operating system, or of the user's code."""
    final: Exception | None = attrs.field(default=None, init=False)

    def run(self) -> Generator[Step, Any, Order]:
        """Cancel the order, and find out what became of it.

        Returns the unified order with ``outcome``: ``"canceled"``, or ``"accepted"`` when the
        exchange took the cancel and did not finish in time. Raises `OrderGone`, `CancelUnknown`,
        `RateLimited`, or the ccxt exception for the exchange's answer; all by ``ends``.
        """
        if self.first is None and self._left() <= 0:
            raise ccxt.RequestTimeout(f"{self.name} cancelOrder() was not sent: its time was over")
        try:
            while True:
                verdict = yield from self._request("DELETE")
                self.sends += verdict.meaning not in UNSENT
                order = yield from self._handle(verdict)
                if order is not None:
                    return order
        except Exception as e:
            if e is self.final or not self.has_left:
                raise
            raise CancelUnknown(
                f"{self._sent()}, and {type(e).__name__} came up before it was known whether it"
                f" took; {FETCH}",
                order=self.seen,
            ) from e

    def _left(self) -> float:
        return self.ends - self.clock()

    def _handle(self, verdict: Classification) -> Steps:
        """Gives the order when the call is over, None when the cancel is to be sent again."""
        match verdict.meaning:
            case ResponseKind.ORDER:
                self.has_left = True
                return self._on_order(verdict)
            case ResponseKind.GONE:
                self.has_left, self.not_open = True, verdict
                self.not_open_count += 1
            case ResponseKind.UNKNOWN:
                self.has_left = self.in_doubt = True
                self.ambiguous += 1
            case ResponseKind.REFUSED if not self.in_doubt:
                return self._on_not_executed(verdict)
            case _ if not self.has_left:
                return self._on_not_executed(verdict)
        return self._poll_until_final(verdict)

    def _on_not_executed(self, verdict: Classification) -> Steps:
        """By the exchange's word, or because it never left: the order is as it was."""
        ends_call = verdict.meaning is ResponseKind.REFUSED or (
            verdict.meaning is ResponseKind.CLOCK and self.synced
        )
        if not ends_call:
            pause = min(self.busy_pause, self._left() - ENOUGH_TO_SEND)
            self.busy_pause = min(self.busy_pause * 2, self._longest())
            if (yield from self._may_go_on(verdict, pause)) and self._left() > 0:
                return None
        self._fail(self._error(verdict), verdict.cause)

    def _on_order(self, verdict: Classification) -> Steps:
        """The exchange answered with the order: done, or accepted and to be followed."""
        order = self._record_order(verdict, query=False)
        found = None
        if order["status"] not in FINAL and self.call.confirm:
            order, found = yield from self._follow(order)
        return self._finish(order, verdict, found)

    def _follow(self, order: Order) -> Generator[Step, Any, tuple[Order, Classification | None]]:
        """Query an accepted cancel until the order's status is final, for as long as allowed."""
        until, pause = min(self.ends, self.clock() + self.policy.confirm_timeout), FIRST_PAUSE
        found = None
        while order["status"] not in FINAL and self.clock() + pause < until:
            yield Sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            look = yield from self._request("GET", until)
            if look.meaning is ResponseKind.ORDER:
                order, found = self._record_order(look, query=True), look
            elif look.meaning in (
                ResponseKind.LIMITED,
                ResponseKind.HELD,
                ResponseKind.CLOCK,
            ) and not (yield from self._may_go_on(look, pause)):
                break
        return order, found

    def _poll_until_final(self, verdict: Classification) -> Steps:
        """Look at the order until it has ended, or until the cancel is due again."""
        due, not_found = self._due(), 0
        can_ask, is_last = True, self._requests_left() == 1
        if is_last or verdict.meaning in (
            ResponseKind.LIMITED,
            ResponseKind.HELD,
            ResponseKind.CLOCK,
        ):
            can_ask = yield from self._may_go_on(verdict, max(FIRST_PAUSE, self._shortest()))
        while can_ask and self._left() > 0:
            look = yield from self._request("GET")
            self.looks += look.meaning not in UNSENT
            order = self._on_look(look, verdict)
            if order is not None:
                return order
            not_found += look.meaning is ResponseKind.GONE
            is_unseen = self.not_open is not None and self.seen is None
            if is_unseen and (not_found > 1 or look.meaning is ResponseKind.REFUSED):
                break
            may_send = self._may_send_again()
            if may_send and self.clock() >= due and self._left() > TOO_LITTLE:
                if (yield from self._is_surely_meant()):
                    return None
                due, may_send = self._due(), False
            can_ask = yield from self._may_go_on(look, self._pause(look, due if may_send else None))
        self._give_up(verdict, not_found=not_found > 1)

    def _due(self) -> float:
        """When the cancel is sent again, by ``clock``, unless it is known by then what it did."""
        self.unsettled += 1
        return self.clock() + RESEND_AFTER * 2.0 ** (self.unsettled - 1)

    def _pause(self, look: Classification, due: float | None) -> float:
        """Seconds until the next request."""
        if look.meaning is ResponseKind.GONE and self.not_open is not None and self.seen is None:
            return NOT_FOUND_PAUSE
        pause = min(self.look_pause, self._longest())
        self.look_pause = pause * 2
        if due is not None:
            pause = min(pause, due - self.clock())
        return max(pause, self._shortest())

    def _longest(self) -> float:
        """Seconds of a pause that lets the requests of the call last until its end."""
        return max(LONGEST_PAUSE, self._left() / self._requests_left())

    def _shortest(self) -> float:
        """Seconds of a pause that lets the last of them do so, where sends have taken many."""
        return self._left() / (2.0 ** self._requests_left() - 1)

    def _requests_left(self) -> int:
        return max(1, MAX_REQUESTS - self.requests)

    def _on_look(self, look: Classification, verdict: Classification) -> Order | None:
        """The order where a query shows that the call is over. Raises `OrderGone` likewise."""
        if look.meaning is not ResponseKind.ORDER:
            return None
        order = self._parse(look, query=True)
        if self._is_another(order):
            self.call = attrs.evolve(self.call, order_id=None)
            return None
        self._record(order, look, query=True)
        status = order["status"]
        if status in ENDED or (status == CANCELED and self.in_doubt):
            return self._finish(order, verdict, look)
        if status in LIVE and not self._is_surely(look) and self.start.is_before(look.created):
            self._fail(self._newer(), self.cause)
        if status == CANCELED or (status not in LIVE and verdict.meaning is ResponseKind.GONE):
            self._fail(self._gone(verdict, look, status))
        return None

    def _may_send_again(self) -> bool:
        """Whether a query has shown that the order lives, and sends are left."""
        lives = self.seen is not None and self.seen["status"] in LIVE
        are_left = self.ambiguous < self.policy.attempts and self.requests < MAX_REQUESTS - 1
        return lives and are_left

    def _is_by_order_id(self) -> bool:
        """Whether the cancel can meet no other order: an order id is never used again."""
        return self.call.client_order_id is None or self.policy.client_ids == "unique"

    def _is_surely_meant(self) -> Generator[Step, Any, bool]:
        """Whether the order that bears the client id was there before the call began.

        Where that is a matter of less than the clocks are known by, the exchange's is read.
        Raises `CancelUnknown` where the order is a newer one.
        """
        if self._is_by_order_id():
            return True
        if not self.start.is_after(self.created) and self.product.time_api is not None:
            sent = self.clock()
            reply = yield ReadClock(self._left())
            if isinstance(reply, Response):
                self._learn_time(reply, sent, 1)
        if self.start.is_after(self.created):
            self._take_order_id(cast(Order, self.seen))
            return True
        if self.start.is_before(self.created):
            self._fail(self._newer(), self.cause)
        return False

    def _newer(self) -> CancelUnknown:
        return CancelUnknown(
            f"{self._sent()}; the order that bears this client id now was made after that, so the"
            " cancel is not sent again, and nobody can say what became of the order that had it"
            f" before; {FETCH}",
            order=self.seen,
        )

    def _may_go_on(self, verdict: Classification, pause: float) -> Generator[Step, Any, bool]:
        """Do what has to come before the next request, if there may be one."""
        if verdict.meaning in (ResponseKind.LIMITED, ResponseKind.HELD):
            seconds = verdict.retry_after
            if seconds is None or seconds >= self._left():
                return False
            yield Sleep(seconds)
            return True
        if verdict.meaning is ResponseKind.CLOCK and not self.synced and verdict.reply is not None:
            if self._left() <= 0:
                return False
            self.synced = True
            yield SyncClock(refused=verdict.reply, timeout=self._left())
            return True
        left = self._left()
        if left < TOO_LITTLE or pause <= 0 or self.requests >= MAX_REQUESTS:
            return False
        yield Sleep(min(pause, max(left * LAST_SHARE, left - ENOUGH_TO_SEND)))
        return True

    def _request(
        self, method: str, until: float | None = None
    ) -> Generator[Step, Any, Classification]:
        """One request, and what its answer means."""
        ends = self.ends if until is None else until
        venue, query = self.product.venue, method == "GET"
        call = self.call.addressed(query=query)
        if self.first is None:
            sent, timestamp = self.clock(), self.now()
            request = venue.request(method, call, self.product)
            reply: Response | NoResponse = yield request.within(ends - sent)
        else:
            sent, timestamp = self.ends - self.call.deadline, self.began
            reply, self.first = self.first, None
        verdict = self._read(lambda: venue.verdict(reply, call, self.product, self.errors, query))
        self.requests += verdict.meaning is not ResponseKind.HELD
        self.cause = verdict.cause or self.cause
        if self.cause is None and verdict.meaning in NOT_EXECUTED:
            self.cause = self._error(verdict)
        if verdict.meaning in (ResponseKind.ORDER, ResponseKind.GONE):
            self.synced = False
            self.start.accepted(timestamp, self._ms_since_start(self.clock()))
        if isinstance(reply, Response):
            self._learn_time(reply, sent, 1000)
        self._tell(verdict, query)
        if verdict.meaning is ResponseKind.LIMITED and verdict.retry_after:
            yield BlockHost(verdict.retry_after)
        return verdict

    def _learn_time(self, reply: Response, sent: float, resolution: int) -> None:
        """Where a client id may come to mean another order, it matters when the call began."""
        if self.call.client_order_id is None:
            return
        time = self.product.venue.server_time(reply)
        if time is not None:
            at = self._ms_since_start(sent), self._ms_since_start(self.clock())
            self.start.answered(time, resolution, *at)

    def _ms_since_start(self, when: float) -> float:
        return (when - (self.ends - self.call.deadline)) * 1000

    def _tell(self, verdict: Classification, query: bool) -> None:
        """Tell what an answer was taken for, and why it does not settle the call."""
        why = None
        if query and verdict.meaning is ResponseKind.GONE:
            why = "an order whose create is under way is not found yet"
        elif query and verdict.status in LIVE and self.not_open is not None:
            why = "the cancel found no open order: the query may lag behind"
        elif query and verdict.status in LIVE and not self._is_surely(verdict):
            why = "the order that bears the client id may have been made since the call began"
        details = {} if why is None else {"why": why}
        self.tell("judged", meaning=verdict.meaning.name, status=verdict.status, **details)

    def _record_order(self, verdict: Classification, *, query: bool) -> Order:
        order = self._parse(verdict, query=query)
        self._record(order, verdict, query=query)
        return order

    def _parse(self, verdict: Classification, *, query: bool) -> Order:
        return self._read(lambda: self.unified(cast(Response, verdict.reply).data, query))

    def _is_another(self, order: Order) -> bool:
        """Whether a query by the order id shows an order that does not bear the client id."""
        by_both = self.call.order_id is not None and self.call.client_order_id is not None
        return by_both and order.get("clientOrderId") not in (None, self.call.client_order_id)

    def _record(self, order: Order, verdict: Classification, *, query: bool) -> None:
        """Keep what was seen. Where it surely is the one, it goes by its order id from now on."""
        self.seen, self.created = order, verdict.created
        if self.call.client_order_id is not None and (not query or self._is_surely(verdict)):
            self._take_order_id(order)

    def _is_surely(self, look: Classification) -> bool:
        """Whether the order that a query shows was there before the call began."""
        by_order_id = self.call.order_id is not None or self._is_by_order_id()
        return by_order_id or self.start.is_after(look.created)

    def _take_order_id(self, order: Order) -> None:
        self.call = attrs.evolve(self.call, order_id=order["id"], client_order_id=None)

    def _read(self, what: Callable[[], T]) -> T:
        """What a plugin or ccxt's parser makes of an answer. Where it fails, nothing is known."""
        try:
            return what()
        except Exception as e:
            error = CancelUnknown(
                f"{self.name} cancelOrder(): the answer could not be read ({type(e).__name__}), so"
                f" nobody can say whether the cancel took; {FETCH}",
                order=self.seen,
            )
            self._fail(error, e)

    def _finish(
        self, order: Order, verdict: Classification, found: Classification | None = None
    ) -> Order:
        """The order with its outcome. Raises `OrderGone` when it ended otherwise than canceled.

        ``found`` is what a query said, where it was not the cancel's own ``verdict``.
        """
        status = order["status"]
        if status in ENDED:
            self._fail(self._gone(verdict, found, status))
        if status == CANCELED:
            return {**order, "outcome": "canceled"}
        return {**order, "status": "canceling" if status in LIVE else status, "outcome": "accepted"}

    def _gone(
        self, verdict: Classification, found: Classification | None, status: str
    ) -> OrderGone:
        """The error for an order that ended before the cancel; None as state where it is unsure."""
        how = f"the order was {ENDED.get(status, status)} before the cancel"
        if status not in FINAL:
            how = f"the order was not open any more, in the state {status!r}"
        said = verdict.text if found is None else f"{found.text}, after {verdict.text}"
        text = f"{self.name} {how}: {said}"
        if verdict.meaning is ResponseKind.GONE:
            text = f"{self.name} {verdict.text}: {how}"
        return OrderGone(text, order=self.seen, state=status if status in FINAL else None)

    def _give_up(self, verdict: Classification, *, not_found: bool) -> NoReturn:
        """End without knowing how the order ended, or whether it did."""
        gone = self.not_open
        if gone is None or self.seen is not None:
            self._fail(self._unknown(verdict), self.cause)
        how = NOT_FOUND if not_found else "no query could say how it ended"
        hint = f"; {self.product.hint}" if self.product.hint else ""
        self._fail(OrderGone(f"{self.name} {gone.text}: {how}{hint}"), self.cause)

    def _error(self, verdict: Classification) -> ccxt.BaseError:
        """The error of a cancel that was not executed. ccxt's message where the exchange spoke."""
        text = f"{self.name} {verdict.text}"
        match verdict.meaning:
            case ResponseKind.LIMITED | ResponseKind.HELD:
                return RateLimited(text, retry_after=verdict.retry_after)
            case ResponseKind.NOT_SENT:
                return verdict.error(f"{self.name} cancelOrder() was not sent: {verdict.text}")
        return verdict.error(text)

    def _unknown(self, verdict: Classification) -> CancelUnknown:
        """What was seen, how often, and for how long it was asked."""
        found = "none showed the order"
        if self.seen is not None:
            found = f"the last one that showed it says {self.seen['status']!r}"
        doubt = "nobody can say whether it took"
        if not self.in_doubt:
            doubt = f"the exchange said {_times(self.not_open_count)} that no such order is open"
        text = f"{self._sent()}: {doubt}; of {self.looks} queries, {found}; {FETCH}"
        return CancelUnknown(f"{text}: {verdict.text}", order=self.seen)

    def _sent(self) -> str:
        seconds = self._ms_since_start(self.clock()) / 1000
        return f"{self.name} cancelOrder() was sent {_times(self.sends)} in {seconds:.1f} s"

    def _fail(self, error: Exception, cause: BaseException | None = None) -> NoReturn:
        """End with an error that the call is to end with; any other comes from outside."""
        self.final = error
        raise error from cause


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
