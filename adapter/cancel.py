"""The conversation of one cancel: a generator that yields steps and is sent what came of them.

It ends in an order or an error. It does no I/O, and its clock is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeVar, cast

import attrs
import ccxt

from adapter.call import Call, Hold, Meaning, NoReply, Reply, Request, Resync, Verdict, Wait
from adapter.errors import CancelUnknown, OrderGone, RateLimited
from adapter.product import Errors, Order, Product
from adapter.settings import Policy

T = TypeVar("T")
Step = Request | Wait | Hold | Resync
Conversation = Generator[Step, Any, Order]
Steps = Generator[Step, Any, Order | None]

AHEAD = 1000
"""ms by which Binance lets a caller's clock be ahead of its own."""
CANCELED = "canceled"
ENDED = ("closed", "expired", "rejected")
FINAL = (CANCELED, *ENDED)
LIVE = ("open", "canceling")
PAUSES = (0.2, 0.4, 0.8)
"""Seconds between two tries; the last one holds for all that follow."""
FIRST_LOOK = 0.05
"""Seconds after an accepted cancel; each look waits twice as long as the one before."""


def at_once(
    reply: Reply | NoReply,
    call: Call,
    product: Product,
    *,
    errors: Errors,
    unified: Callable[[Mapping[str, Any], bool], Order],
) -> Order | None:
    """The order as a `conversation` ends with it, where the first answer says that it is canceled.

    None where there is more to it: the conversation then goes on from that answer.
    """
    try:
        verdict = product.venue.verdict(reply, call, product, errors, False)
        if verdict.status != CANCELED or verdict.meaning is not Meaning.ORDER:
            return None
        order = unified(cast(Reply, verdict.reply).data, False)
    except Exception:
        return None  # the conversation reads it again, and tells of what is wrong
    return {**order, "outcome": "canceled"} if order["status"] == CANCELED else None


def conversation(
    call: Call,
    product: Product,
    policy: Policy,
    *,
    name: str,
    errors: Errors,
    unified: Callable[[Mapping[str, Any], bool], Order],
    clock: Callable[[], float],
    now: Callable[[], int],
    tell: Callable[..., None],
    ends: float | None = None,
    began: int | None = None,
    first: Reply | NoReply | None = None,
) -> Conversation:
    """Cancel one order, and find out what became of it.

    ``name`` is the exchange's, for messages; ``errors`` is the venue's class for each code;
    ``unified`` makes an answer, to a query or not, a ccxt order; ``clock`` gives monotonic seconds;
    ``now`` gives the exchange's time in ms; ``tell`` is told what each answer was taken for;
    ``ends`` is when the call must end, by ``clock``, and ``began`` when it began, by ``now``, for
    one that began before this; ``first`` is the answer to its first send, where that is over.

    Returns the unified order with ``outcome``: ``"canceled"``, or ``"accepted"`` when the exchange
    took the cancel and did not finish in time. Raises `OrderGone`, `CancelUnknown`, `RateLimited`,
    or the ccxt exception for the exchange's answer; all by ``call.deadline``.
    """
    talk = _Talk(
        call=call,
        product=product,
        policy=policy,
        name=name,
        errors=errors,
        unified=unified,
        clock=clock,
        now=now,
        began=now() if began is None else began,
        ends=clock() + call.deadline if ends is None else ends,
        tell=tell,
        first=first,
    )
    return talk.run()


@attrs.define(kw_only=True)
class _Talk:
    """What one conversation knows so far."""

    call: Call
    product: Product
    policy: Policy
    name: str
    errors: Errors
    unified: Callable[[Mapping[str, Any], bool], Order]
    clock: Callable[[], float]
    now: Callable[[], int]
    began: int
    """The exchange's time in ms when the call began, as far as it is known."""
    ends: float
    tell: Callable[..., None]
    first: Reply | NoReply | None
    """The answer to the first send, until it is read."""
    sends: int = 0
    in_doubt: bool = False
    """Whether an earlier send may have been executed without our seeing the answer."""
    contradicted: bool = False
    """Whether the exchange said "unknown order" of an order that a query then found open."""
    resynced: bool = False
    seen: Order | None = None
    """The last state that the exchange showed."""

    def run(self) -> Conversation:
        """Send, settle what came back, and send again where that is allowed."""
        if self.first is None and self._left() <= 0:
            raise ccxt.RequestTimeout(f"{self.name} cancelOrder() was not sent: its time was over")
        while True:
            verdict = yield from self._asked("DELETE")
            if verdict.meaning is not Meaning.HELD:
                self.sends += 1
            order = yield from self._settled(verdict)
            if order is None and (self.sends >= self.policy.attempts or self._left() <= 0):
                order = yield from self._last_word(verdict)
            if order is not None:
                return order

    def _left(self) -> float:
        return self.ends - self.clock()

    def _settled(self, verdict: Verdict) -> Steps:
        """Gives the order when the call is over, None when the cancel may be sent again."""
        match verdict.meaning:
            case Meaning.ORDER:
                return self._answered(verdict)
            case Meaning.GONE:
                return self._gone(verdict)
            case Meaning.UNKNOWN:
                self.in_doubt = True
                return self._lost(verdict)
        return self._not_executed(verdict)

    def _not_executed(self, verdict: Verdict) -> Steps:
        """By the exchange's word, or because it never left."""
        may_send = self.sends < self.policy.attempts
        if may_send and (yield from self._may_go_on(verdict, self.sends - 1)):
            return None
        return (yield from self._last_word(verdict))

    def _answered(self, verdict: Verdict) -> Steps:
        """The exchange answered with the order: done, or accepted and to be followed."""
        order = self._shown(verdict, query=False)
        if order["status"] in FINAL or not self.call.confirm:
            return self._ended(order, verdict)
        order, found = yield from self._followed(order, verdict)
        return self._ended(order, verdict, found)

    def _followed(
        self, order: Order, found: Verdict
    ) -> Generator[Step, Any, tuple[Order, Verdict]]:
        """Query an accepted cancel until the order's status is final, for as long as allowed."""
        until = min(self.ends, self.clock() + self.policy.confirm_timeout)
        pause = FIRST_LOOK
        while order["status"] not in FINAL and self.clock() + pause < until:
            yield Wait(pause)
            pause *= 2
            verdict = yield from self._asked("GET", until)
            if verdict.meaning is Meaning.ORDER:
                order, found = self._shown(verdict, query=True), verdict
            elif not (yield from self._may_go_on(verdict, 0)):
                break
        return order, found

    def _gone(self, verdict: Verdict) -> Steps:
        """No such open order, by the exchange's word: a query tells how it ended."""
        text = f"{self.name} {verdict.text}"
        found = yield from self._looked(patient=False)
        if found is None:
            raise OrderGone(f"{text} ({hint})" if (hint := self.product.hint) else text)
        if found.status in LIVE:
            if self.contradicted or self._may_be_another(found):
                raise self._unknown(verdict) from verdict.cause
            self.contradicted = True
            return None
        if self._may_be_another(found):
            raise OrderGone(text)
        if self.in_doubt and found.status == CANCELED:
            return self._ended(cast(Order, self.seen), verdict, found)
        state = found.status if found.status in FINAL else None
        raise OrderGone(text, order=self.seen, state=state)

    def _lost(self, verdict: Verdict) -> Steps:
        """The cancel may have been executed: look before it is sent again."""
        found = yield from self._looked(patient=True)
        if found is None or self._may_be_another(found):
            raise self._unknown(verdict) from verdict.cause
        if found.status in LIVE:
            return None
        if found.status not in FINAL:
            raise self._unknown(verdict) from verdict.cause
        return self._ended(cast(Order, self.seen), verdict, found)

    def _looked(self, *, patient: bool) -> Generator[Step, Any, Verdict | None]:
        """The order as a query finds it, or None when no query can.

        An order that is just placed may be unknown to queries for a moment, so that answer is
        checked. Patience is to go on for as long as no query has an answer at all.
        """
        tries = 0
        while self._left() > 0:
            verdict = yield from self._asked("GET")
            if verdict.meaning is Meaning.ORDER:
                self._shown(verdict, query=True)
                return verdict
            tries += 1
            if tries >= self.policy.attempts and (not patient or verdict.meaning is Meaning.GONE):
                return None
            if not (yield from self._may_go_on(verdict, tries - 1)):
                return None
        return None

    def _may_go_on(self, verdict: Verdict, tries: int) -> Generator[Step, Any, bool]:
        """Do what has to come before the next try, if there may be one."""
        match verdict.meaning:
            case Meaning.REFUSED:
                return False
            case Meaning.LIMITED | Meaning.HELD:
                return (yield from self._waited(verdict.retry_after))
            case Meaning.CLOCK:
                return (yield from self._in_time(verdict))
        return (yield from self._waited(PAUSES[min(tries, len(PAUSES) - 1)]))

    def _waited(self, seconds: float | None) -> Generator[Step, Any, bool]:
        if seconds is None or seconds >= self._left():
            return False
        yield Wait(seconds)
        return True

    def _in_time(self, verdict: Verdict) -> Generator[Step, Any, bool]:
        """Set the clock by the exchange's, once."""
        if self.resynced or verdict.reply is None or self._left() <= 0:
            return False
        self.resynced = True
        yield Resync(refused=verdict.reply, timeout=self._left())
        self.began = self.now() - round((self.call.deadline - self._left()) * 1000)
        return True

    def _asked(self, method: str, until: float | None = None) -> Generator[Step, Any, Verdict]:
        """One request, and what its answer means."""
        ends = self.ends if until is None else until
        venue, query = self.product.venue, method == "GET"
        if self.first is None:
            request = venue.request(method, self.call, self.product)
            reply: Reply | NoReply = yield request.within(ends - self.clock())
        else:
            reply, self.first = self.first, None
        verdict = self._read(
            lambda: venue.verdict(reply, self.call, self.product, self.errors, query)
        )
        self.tell("judged", meaning=verdict.meaning.name, status=verdict.status)
        if verdict.meaning is Meaning.LIMITED and verdict.retry_after:
            yield Hold(verdict.retry_after)
        return verdict

    def _shown(self, verdict: Verdict, *, query: bool) -> Order:
        """The order in an answer. From now on it goes by the id that is never used again."""
        order = self._read(lambda: self.unified(cast(Reply, verdict.reply).data, query))
        if not query or not self._may_be_another(verdict):
            self.seen = order
            if self.call.client_order_id is not None:
                self.call = attrs.evolve(self.call, order_id=order["id"], client_order_id=None)
        return order

    def _read(self, what: Callable[[], T]) -> T:
        """What a plugin or ccxt's parser makes of an answer. Where it fails, nothing is known."""
        try:
            return what()
        except Exception as e:
            raise CancelUnknown(
                f"{self.name} cancelOrder(): the answer could not be read ({type(e).__name__}), so"
                " nobody can say whether the cancel took; fetch the order before you act on it",
                order=self.seen,
            ) from e

    def _may_be_another(self, found: Verdict) -> bool:
        """Whether a client id leads to an order that was made since this call began."""
        by_client_id = self.call.client_order_id is not None
        return by_client_id and (found.created or 0) > self.began - AHEAD

    def _ended(self, order: Order, verdict: Verdict, found: Verdict | None = None) -> Order:
        """The order with its outcome. Raises `OrderGone` when it ended otherwise than canceled.

        ``found`` is what a query said, where it was not the cancel's own ``verdict``.
        """
        status = order["status"]
        if status in ENDED:
            said = verdict.text if found is None else f"{found.text}, after {verdict.text}"
            text = f"{self.name} the order was {status} before the cancel: {said}"
            raise OrderGone(text, order=order, state=status)
        if status == CANCELED:
            return {**order, "outcome": "canceled"}
        return {**order, "status": "canceling" if status in LIVE else status, "outcome": "accepted"}

    def _last_word(self, verdict: Verdict) -> Steps:
        """End with this verdict; but while a cancel is in doubt, look once more first."""
        if self.in_doubt and verdict.meaning not in (Meaning.UNKNOWN, Meaning.GONE):
            found = yield from self._looked(patient=True)
            if found is None or self._may_be_another(found):
                raise self._unknown(verdict) from verdict.cause
            if found.status in FINAL:
                return self._ended(cast(Order, self.seen), verdict, found)
        raise self._error(verdict) from verdict.cause

    def _error(self, verdict: Verdict) -> ccxt.BaseError:
        """The error of a verdict. Its message is ccxt's where the exchange answered in JSON."""
        text = f"{self.name} {verdict.text}"
        match verdict.meaning:
            case Meaning.UNKNOWN | Meaning.GONE:
                return self._unknown(verdict)
            case Meaning.LIMITED | Meaning.HELD:
                return RateLimited(text, retry_after=verdict.retry_after)
            case Meaning.NOT_SENT:
                return verdict.error(f"{self.name} cancelOrder() was not sent: {verdict.text}")
        return verdict.error(text)

    def _unknown(self, verdict: Verdict) -> CancelUnknown:
        return CancelUnknown(
            f"{self.name} cancelOrder() was sent and nobody can say whether it took; fetch the"
            f" order before you act on it: {verdict.text}",
            order=self.seen,
        )
