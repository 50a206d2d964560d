"""The conversation, played by hand: no exchange, no socket, and a clock that we turn."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest

from adapter.binance.options import PRODUCT as OPTIONS
from adapter.binance.pm_cm import PRODUCT as PM_CM
from adapter.binance.pm_margin import PRODUCT as PM_MARGIN
from adapter.binance.pm_um import PRODUCT as PM_UM
from adapter.binance.usdm import PRODUCT as USDM
from adapter.call import Call, Hold, NoReply, Reply, Request, Resync, Wait
from adapter.cancel import Step, at_once, conversation
from adapter.errors import CancelUnknown, Limited, OrderGone
from adapter.product import Product
from adapter.settings import Policy

BY_ID = Call(market_id="BTCUSDT", order_id="7", client_order_id=None, deadline=15.0, confirm=True)
BY_CLIENT_ID = attrs.evolve(BY_ID, order_id=None, client_order_id="mine")
NOW = 1_700_000_000_000

CANCELED = {"orderId": 7, "clientOrderId": "mine", "status": "CANCELED"}
OPEN = {**CANCELED, "status": "NEW", "time": NOW - 60_000}
FILLED = {**CANCELED, "status": "FILLED", "time": NOW - 60_000}
GONE = {"code": -2011, "msg": "Unknown order sent."}
NOT_FOUND = {"code": -2013, "msg": "Order does not exist."}
OVERLOADED = {"code": -1008, "msg": "Request throttled by system-level protection."}
LATE = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}
BAD_KEY = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
LOST = NoReply(sent=True, reason="ReadTimeout: timed out")
NOT_SENT = NoReply(sent=False, reason="ConnectTimeout")
HELD = NoReply(sent=False, reason="the exchange takes no requests", retry_after=2.0)


def answer(data: dict[str, Any], **headers: str) -> Reply:
    status = 400 if "code" in data else 200
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=str(data), data=data, headers=named)


def limited(seconds: int | None) -> Reply:
    headers = {} if seconds is None else {"retry-after": str(seconds)}
    return Reply(status=429, body="{}", data={"code": -1003}, headers=headers)


def shown(error: ccxt.BaseError | None) -> tuple[Any, ...]:
    return type(error), str(error), *(vars(error).items() if error else ())


@attrs.define
class Played:
    """A conversation that has been answered to its end."""

    steps: list[Step]
    order: dict[str, Any]
    error: ccxt.BaseError | None = attrs.field(eq=shown)
    seconds: float
    told: list[tuple[str, str | None]]
    """The meaning and the status of each answer, as they were told."""

    @property
    def asked(self) -> str:
        """``D`` for each cancel and ``q`` for each query that was sent."""
        requests = [step for step in self.steps if isinstance(step, Request)]
        return "".join({"DELETE": "D", "GET": "q"}[request.method] for request in requests)

    @property
    def waits(self) -> list[Wait]:
        return [step for step in self.steps if isinstance(step, Wait)]

    @property
    def requests(self) -> list[Request]:
        return [step for step in self.steps if isinstance(step, Request)]


def play(
    *answers: dict[str, Any] | Reply | NoReply | tuple[float, Reply | NoReply],
    call: Call = BY_ID,
    product: Product = USDM,
    policy: Policy | None = None,
    wrong: int = 0,
    late: float = 0.0,
) -> Played:
    """Give each request the next answer, which may take so many seconds; turn the clock at waits.

    When the answers have run out, everything is lost after a second. The caller's clock is
    ``wrong`` by so many ms, until it is set. An answer may come ``late`` by so many seconds.

    It makes no difference whether the first answer was there before the conversation began.
    """
    played = _play(answers, call, product, policy or Policy(), wrong, late, begun=False)
    begun = _play(answers, call, product, policy or Policy(), wrong, late, begun=True)
    assert played == begun
    return played


def _play(
    answers: tuple[Any, ...],
    call: Call,
    product: Product,
    policy: Policy,
    wrong: int,
    late: float,
    begun: bool,
) -> Played:
    clock, left, skew = [0.0], list(answers), [wrong]
    steps: list[Any] = []
    told: list[tuple[str, str | None]] = []
    errors = {"-2015": ccxt.AuthenticationError}
    first: Reply | NoReply | None = None
    if begun:
        request = product.venue.request("DELETE", call, product)
        steps.append(request)
        spent, first = timed(left.pop(0) if left else (1.0, LOST))
        clock[0] += min(spent, request.timeout + late)
        order = at_once(first, call, product, errors=errors, unified=unified)
        if order is not None:
            return Played(steps, order, None, clock[0], [("ORDER", "canceled")])

    def tell(event: str, *, meaning: str, status: str | None) -> None:
        assert "judged" == event
        told.append((meaning, status))

    talk = conversation(
        call,
        product,
        policy,
        name="binance",
        errors=errors,
        unified=unified,
        clock=lambda: clock[0],
        now=lambda: NOW + round(clock[0] * 1000) + skew[0],
        tell=tell,
        ends=call.deadline,
        began=NOW + wrong if begun else None,
        first=first,
    )
    done: Any = None
    try:
        while True:
            step = talk.send(done)
            steps.append(step)
            done = None
            if isinstance(step, Resync):
                skew[0] = 0
            elif isinstance(step, Wait):
                clock[0] += step.seconds
            elif isinstance(step, Request):
                assert step.timeout > 0
                spent, done = timed(left.pop(0) if left else (1.0, LOST))
                clock[0] += min(spent, step.timeout + late)
    except StopIteration as end:
        return Played(steps, end.value, None, clock[0], told)
    except ccxt.BaseError as e:
        return Played(steps, {}, e, clock[0], told)


def timed(given: Any) -> tuple[float, Reply | NoReply]:
    if isinstance(given, tuple):
        return given
    return 0.0, answer(given) if isinstance(given, dict) else given


def unified(answer: Any, query: bool) -> dict[str, Any]:
    words = {
        "CANCELED": "canceled",
        "FILLED": "closed",
        "EXPIRED": "expired",
        "REJECTED": "rejected",
    }
    live = {"NEW": "open", "ACCEPTED": "open", "PENDING_CANCEL": "canceling"}
    word = str(answer["status"])
    status = words.get(word) or live.get(word) or word.lower()
    return {"id": str(answer["orderId"]), "status": status, "queried": query}


def test_it_asks_for_one_delete_with_the_order_id() -> None:
    """An order id travels as orderId, and nothing else names the order."""
    [request] = play(CANCELED).requests

    assert ("DELETE", "order") == (request.method, request.path)
    assert {"symbol": "BTCUSDT", "orderId": "7"} == request.params


def test_canceled_is_canceled() -> None:
    """The exchange's word that the order is canceled ends the call with it."""
    played = play(CANCELED)

    assert ("D", "canceled") == (played.asked, played.order["outcome"])
    assert not played.order["queried"]


def test_each_answer_is_told_as_it_was_taken() -> None:
    """With its meaning, and the order's status where it shows one."""
    played = play(LOST, OPEN, GONE, CANCELED)

    taken = [("UNKNOWN", None), ("ORDER", "open"), ("GONE", None), ("ORDER", "canceled")]
    assert taken == played.told


@pytest.mark.parametrize(
    "answers", [[], [LOST], [LOST, OPEN, GONE]], ids=["cancelled", "lost", "gone"]
)
def test_canceled_in_any_spelling_is_canceled(answers: list[Any]) -> None:
    """A status is taken for what it says, in the cancel's own answer and in a query's."""
    played = play(*answers, {**CANCELED, "status": "Canceled"})

    assert "canceled" == played.order["outcome"]


def test_the_cancels_answer_and_the_querys_name_the_client_id_differently() -> None:
    """On margin a cancel names the order's own client id as the original one, a query plainly."""
    cancelled = {**CANCELED, "origClientOrderId": "mine", "clientOrderId": "x"}
    played = play(cancelled, call=BY_CLIENT_ID, product=PM_MARGIN)
    assert ("D", "canceled") == (played.asked, played.order["outcome"])

    queried = play(
        LOST, {**CANCELED, "origClientOrderId": "x"}, call=BY_CLIENT_ID, product=PM_MARGIN
    )
    assert "canceled" == queried.order["outcome"]


class TestAccepted:
    """A cancel that is answered with a live order was taken, and is followed."""

    @pytest.mark.parametrize("word", ["ACCEPTED", "NEW", "PENDING_CANCEL", "FROZEN", "ABORTED"])
    def test_until_it_is_canceled(self, word: str) -> None:
        """The query's order is returned when it is canceled."""
        played = play({**OPEN, "status": word}, OPEN, CANCELED, product=OPTIONS)

        assert ("Dqq", "canceled") == (played.asked, played.order["outcome"])
        assert played.order["queried"]

    def test_until_it_was_filled(self) -> None:
        """An accepted cancel that lost the race to a fill is no success."""
        played = play(OPEN, FILLED)

        assert isinstance(played.error, OrderGone)
        assert "closed" == played.error.state

    def test_the_looks_come_further_apart(self) -> None:
        """Each after twice the time of the one before; after a failure by the usual pause."""
        played = play(OPEN, OPEN, OPEN, LOST, CANCELED)

        assert [0.05, 0.1, 0.2, 0.2, 0.4] == [s.seconds for s in played.waits]

    def test_for_confirm_timeout_at_most(self) -> None:
        """Past that it is canceling and accepted, which is all that is known."""
        played = play(OPEN, *[OPEN] * 99, policy=Policy(confirm_timeout=2.0))

        assert ("canceling", "accepted") == (played.order["status"], played.order["outcome"])
        assert "7" == played.order["id"]
        assert 0 < played.seconds <= 2.0

    def test_no_look_lasts_longer_than_that(self) -> None:
        """A query may take what is left of confirm_timeout, however far the deadline is."""
        [_, query] = play(OPEN, CANCELED, policy=Policy(confirm_timeout=2.0)).requests

        assert pytest.approx(1.95) == query.timeout

    def test_a_look_that_would_have_no_time_is_not_begun(self) -> None:
        """The first one would be at the very end of confirm_timeout."""
        played = play(OPEN, CANCELED, policy=Policy(confirm_timeout=0.05))

        assert ("D", "accepted") == (played.asked, played.order["outcome"])
        assert 0.0 == played.seconds

    def test_not_at_all_when_the_caller_will_not_wait(self) -> None:
        """``confirm=False`` takes the exchange's word and returns."""
        played = play(OPEN, call=attrs.evolve(BY_ID, confirm=False))

        assert ("D", "accepted") == (played.asked, played.order["outcome"])

    @pytest.mark.parametrize("word", ["FROZEN", "ABORTED"])
    def test_an_unknown_word_is_passed_on(self, word: str) -> None:
        """A status that nobody has seen yet is neither canceled nor an error."""
        played = play({**OPEN, "status": word}, call=attrs.evolve(BY_ID, confirm=False))

        assert (word.lower(), "accepted") == (played.order["status"], played.order["outcome"])

    def test_queries_that_fail_do_not_undo_it(self) -> None:
        """What the exchange took is accepted, though no query says more."""
        played = play(OPEN, NOT_FOUND, LOST, BAD_KEY)

        assert ("Dqqq", "accepted") == (played.asked, played.order["outcome"])


@pytest.mark.parametrize(
    ("word", "state"), [("FILLED", "closed"), ("EXPIRED", "expired"), ("REJECTED", "rejected")]
)
def test_an_order_that_ended_otherwise_is_gone(word: str, state: str) -> None:
    """A 2xx about a filled, expired or rejected order is no cancel: the error carries the order."""
    data = {**OPEN, "status": word}
    error = play(data).error

    assert isinstance(error, OrderGone)
    assert state == error.state
    assert f"binance the order was {state} before the cancel: {data}" == str(error)
    assert error.order is not None


class TestGone:
    """A cancel of an unknown order: a query tells how it ended."""

    @pytest.mark.parametrize(("found", "state"), [(CANCELED, "canceled"), (FILLED, "closed")])
    def test_the_error_knows_how(self, found: dict[str, Any], state: str) -> None:
        """State and order are the query's; the message is ccxt's with Binance's raw body."""
        played = play(GONE, found)

        assert isinstance(played.error, OrderGone)
        assert ("Dq", state) == (played.asked, played.error.state)
        assert f"binance {GONE}" == str(played.error)
        assert played.error.order is not None

    def test_an_order_that_no_query_finds_has_no_state(self) -> None:
        """Asked again, because queries lag behind; then None says that nobody knows."""
        played = play(GONE, NOT_FOUND, NOT_FOUND, NOT_FOUND)

        assert isinstance(played.error, OrderGone)
        assert ("Dqqq", None, None) == (played.asked, played.error.state, played.error.order)

    @pytest.mark.parametrize("product", [USDM, PM_UM, PM_CM])
    def test_where_it_may_be_conditional_the_message_says_so(self, product: Product) -> None:
        """Those of futures lie in another book; Binance's raw body stays in front."""
        error = play(GONE, NOT_FOUND, NOT_FOUND, NOT_FOUND, product=product).error

        hint = 'if it is a conditional order, pass params={"trigger": True}'
        assert f"binance {GONE} ({hint})" == str(error)

    @pytest.mark.parametrize("product", [OPTIONS, PM_MARGIN])
    def test_where_it_cannot_be_the_message_is_ccxts(self, product: Product) -> None:
        """Options and margin have one book for all orders."""
        error = play(GONE, NOT_FOUND, NOT_FOUND, NOT_FOUND, product=product).error

        assert f"binance {GONE}" == str(error)

    def test_queries_without_an_answer_leave_it_gone(self) -> None:
        """The exchange's word stands; only its state is unknown."""
        played = play(GONE)

        assert isinstance(played.error, OrderGone)
        assert ("Dqqq", None) == (played.asked, played.error.state)

    def test_a_status_word_that_nobody_knows_is_no_state(self) -> None:
        """The order is there to be read, and nothing is claimed of it."""
        error = play(GONE, {**OPEN, "status": "FROZEN"}).error

        assert isinstance(error, OrderGone)
        assert error.state is None
        assert error.order is not None

    @pytest.mark.parametrize("word", ["NEW", "PENDING_CANCEL"])
    def test_found_open_after_all_it_is_sent_once_more(self, word: str) -> None:
        """A contradiction is tried once; then the cancel works."""
        played = play(GONE, {**OPEN, "status": word}, CANCELED)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    def test_found_open_twice_nobody_can_say(self) -> None:
        """The error carries the order as it was last seen: open."""
        played = play(GONE, OPEN, GONE, OPEN)

        assert isinstance(played.error, CancelUnknown)
        assert "DqDq" == played.asked
        assert played.error.order is not None
        assert "open" == played.error.order["status"]

    def test_with_one_attempt_a_contradiction_is_unknown(self) -> None:
        """Never more sends than ``attempts``."""
        played = play(GONE, OPEN, policy=Policy(attempts=1))

        assert isinstance(played.error, CancelUnknown)
        assert "Dq" == played.asked


class TestLost:
    """Sent, and no usable answer: look before it is sent again."""

    def test_found_canceled_it_was_us(self) -> None:
        """The order of the query is returned as canceled."""
        played = play(LOST, CANCELED)

        assert ("Dq", "canceled") == (played.asked, played.order["outcome"])
        assert played.order["queried"]

    def test_found_filled_it_is_gone(self) -> None:
        """A fill that came first is told with its order, and what the query answered."""
        error = play(LOST, FILLED).error

        assert isinstance(error, OrderGone)
        assert "closed" == error.state
        assert f"{FILLED}, after {LOST.reason}" in str(error)

    @pytest.mark.parametrize("word", ["NEW", "PENDING_CANCEL"])
    def test_found_open_it_is_sent_again(self, word: str) -> None:
        """And the second answer counts."""
        assert "DqD" == play(LOST, {**OPEN, "status": word}, CANCELED).asked

    def test_by_order_id_it_is_ours_however_new(self) -> None:
        """The exchange gives no order id twice; our clock may be slow by more than a second."""
        played = play(LOST, {**OPEN, "time": NOW + 60_000}, CANCELED)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    def test_unknown_order_after_a_lost_answer_is_our_own_cancel(self) -> None:
        """-2011 after a send whose answer was lost, and the order found canceled, is success."""
        played = play(LOST, OPEN, GONE, CANCELED)

        assert ("DqDq", "canceled") == (played.asked, played.order["outcome"])

    def test_unknown_order_after_a_lost_answer_and_filled_is_gone(self) -> None:
        """The fill won; the lost cancel did nothing."""
        error = play(LOST, OPEN, GONE, FILLED).error

        assert isinstance(error, OrderGone)
        assert "closed" == error.state

    @pytest.mark.parametrize("word", ["FROZEN", "ABORTED"])
    def test_unknown_order_after_a_lost_answer_and_a_word_that_nobody_knows(
        self, word: str
    ) -> None:
        """It is gone, and nothing is claimed of how: least of all that we cancelled it."""
        error = play(LOST, OPEN, GONE, {**OPEN, "status": word}).error

        assert isinstance(error, OrderGone)
        assert error.state is None
        assert error.order is not None
        assert word.lower() == error.order["status"]

    def test_every_answer_lost_and_the_order_open(self) -> None:
        """Nobody can say whether a late cancel still comes; the order was last seen open."""
        played = play(LOST, OPEN, LOST, OPEN, LOST, OPEN)

        assert isinstance(played.error, CancelUnknown)
        assert "DqDqDq" == played.asked
        assert played.error.order is not None

    def test_every_query_lost(self) -> None:
        """Queries go on until the deadline, and not beyond."""
        played = play(LOST)

        assert isinstance(played.error, CancelUnknown)
        assert isinstance(played.error, ccxt.RequestTimeout)
        assert "fetch the order" in str(played.error)
        assert str(played.error).endswith(f": {LOST.reason}")
        assert played.error.order is None
        assert played.asked.startswith("Dqqqqq")
        assert played.seconds <= 15.0

    def test_pauses_grow_to_their_longest(self) -> None:
        """200, 400, and then 800 ms between two queries."""
        played = play(LOST)

        assert [0.2, 0.4, 0.8, 0.8] == [wait.seconds for wait in played.waits[:4]]

    def test_a_little_time_is_time_enough(self) -> None:
        """As long as any of the deadline is left, the cancel is sent again and looked for."""
        call = attrs.evolve(BY_ID, deadline=1.0)
        played = play((0.3, LOST), (0.3, answer(OPEN)), (0.3, LOST), CANCELED, call=call)

        assert ("DqDq", "canceled") == (played.asked, played.order["outcome"])

    def test_doubt_is_patient_to_the_end(self) -> None:
        """The last look goes on for as long as no query has an answer."""
        lost = [LOST] * 5
        played = play(LOST, OPEN, NOT_SENT, *lost, CANCELED, policy=Policy(attempts=2))

        assert "canceled" == played.order["outcome"]

    def test_a_query_that_is_refused_is_not_repeated(self) -> None:
        """A key that may not read stays one."""
        played = play(LOST, BAD_KEY)

        assert isinstance(played.error, CancelUnknown)
        assert "Dq" == played.asked

    def test_an_order_that_no_query_finds(self) -> None:
        """It may be pruned or just placed: nobody can say."""
        played = play(LOST, NOT_FOUND, NOT_FOUND, NOT_FOUND)

        assert isinstance(played.error, CancelUnknown)
        assert "Dqqq" == played.asked

    def test_patience_ends_when_the_exchange_knows_no_such_order(self) -> None:
        """However many queries were lost before: that answer was waited for."""
        played = play(*[LOST] * 5, NOT_FOUND)

        assert isinstance(played.error, CancelUnknown)
        assert "Dqqqqq" == played.asked

    def test_a_query_may_lag_behind(self) -> None:
        """An order is not found at first and found then."""
        assert "canceled" == play(LOST, NOT_FOUND, CANCELED).order["outcome"]

    def test_a_word_that_nobody_knows_settles_nothing(self) -> None:
        """Neither sent again nor called canceled."""
        played = play(LOST, {**OPEN, "status": "FROZEN"})

        assert isinstance(played.error, CancelUnknown)
        assert "Dq" == played.asked

    @pytest.mark.parametrize("last", [NOT_SENT, answer(OVERLOADED), answer(BAD_KEY)])
    def test_a_later_refusal_does_not_forget_the_doubt(self, last: Reply | NoReply) -> None:
        """An earlier send may have been executed late: look once more before the error."""
        policy = Policy(attempts=2)

        played = play(LOST, OPEN, last, CANCELED, policy=policy)
        assert ("DqDq", "canceled") == (played.asked, played.order["outcome"])

        refused = play(LOST, OPEN, last, OPEN, policy=policy).error
        assert refused is not None
        assert not isinstance(refused, CancelUnknown)

        assert isinstance(play(LOST, OPEN, last, policy=policy).error, CancelUnknown)

    def test_a_contradiction_is_not_looked_at_twice(self) -> None:
        """The query that just found the order open was the last look."""
        played = play(LOST, OPEN, GONE, OPEN, policy=Policy(attempts=2))

        assert isinstance(played.error, CancelUnknown)
        assert "DqDq" == played.asked

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ([], [BAD_KEY]),
            ([], [{**OPEN, "status": "FROZEN"}]),
            ([LOST, OPEN], [BAD_KEY]),
            ([LOST, OPEN], [OPEN]),
        ],
    )
    @pytest.mark.parametrize("sent", [True, False])
    def test_the_cause_is_the_operating_systems(
        self, before: list[Any], after: list[Any], sent: bool
    ) -> None:
        """A reset, a refused connection or a time-out stands behind the error."""
        cause = OSError("the operating system's word")
        last = NoReply(sent=sent, reason="OSError", cause=cause)
        error = play(*before, last, *after, policy=Policy(attempts=2 if before else 1)).error

        assert error is not None
        assert cause is error.__cause__


class TestClientId:
    """A client id may belong to a new order by the time that we look."""

    def test_a_query_goes_by_the_same_name(self) -> None:
        """And what it finds is asked for by its order id from then on."""
        played = play(LOST, OPEN, GONE, CANCELED, call=BY_CLIENT_ID)
        ids = [{*request.params} - {"symbol"} for request in played.requests]

        assert [{"origClientOrderId"}, {"origClientOrderId"}, {"orderId"}, {"orderId"}] == ids

    @pytest.mark.parametrize("made", [NOW - 1000, None])
    def test_an_order_of_an_earlier_or_of_no_time_is_ours(self, made: int | None) -> None:
        """What was made before the call began, by a clock that may be a second ahead."""
        played = play(LOST, {**OPEN, "time": made}, CANCELED, call=BY_CLIENT_ID)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    @pytest.mark.parametrize("first", [LOST, answer(GONE)])
    def test_a_newer_order_is_not_cancelled(self, first: Reply | NoReply) -> None:
        """An order made since the call began is another one: it stays alone, and is not shown."""
        newer = {**OPEN, "time": NOW - 999}
        played = play(first, newer, call=BY_CLIENT_ID)

        assert isinstance(played.error, CancelUnknown)
        assert ("Dq", None) == (played.asked, played.error.order)

    def test_newer_is_by_the_exchanges_clock(self) -> None:
        """When the caller's was an hour slow, and is set during the call."""
        lost = (1.0, LOST)
        played = play(lost, LATE, OPEN, CANCELED, call=BY_CLIENT_ID, wrong=-3_600_000)
        assert ("DqqD", "canceled") == (played.asked, played.order["outcome"])

        newer = {**OPEN, "time": NOW + 500}
        error = play(lost, LATE, newer, call=BY_CLIENT_ID, wrong=-3_600_000).error
        assert isinstance(error, CancelUnknown)

    @pytest.mark.parametrize(("made", "asked"), [(NOW - 1000, "DqqD"), (NOW - 999, "Dqq")])
    def test_a_clock_that_is_set_late_still_tells_when_the_call_began(
        self, made: int, asked: str
    ) -> None:
        """To the millisecond, though the call has lasted for seconds by then."""
        found = {**OPEN, "time": made}
        lost, late = (9.0, LOST), (2.0, answer(LATE))
        played = play(lost, late, found, CANCELED, call=BY_CLIENT_ID, wrong=-3_600_000)

        assert asked == played.asked

    def test_what_the_cancel_answered_is_ours_however_new(self) -> None:
        """The exchange took the cancel of that one: it is followed by its order id."""
        accepted = {**OPEN, "status": "ACCEPTED", "time": NOW + 60_000}
        played = play(accepted, LOST, {**FILLED, "time": NOW + 60_000}, call=BY_CLIENT_ID)

        assert [{"orderId"}] * 2 == [{*r.params} - {"symbol"} for r in played.requests[1:]]
        assert isinstance(played.error, OrderGone)
        assert "closed" == played.error.state

    def test_a_newer_orders_end_is_not_ours(self) -> None:
        """That it was filled says nothing of the one that was meant."""
        error = play(GONE, {**FILLED, "time": NOW + 1}, call=BY_CLIENT_ID).error

        assert isinstance(error, OrderGone)
        assert (None, None) == (error.state, error.order)

    def test_a_newer_order_settles_no_doubt(self) -> None:
        """After a lost send, a newer order under the same name leaves it unknown."""
        newer = {**CANCELED, "time": NOW + 1}
        error = play(LOST, newer, call=BY_CLIENT_ID).error

        assert isinstance(error, CancelUnknown)


class TestNotExecuted:
    """The exchange's word, or the socket's, that nothing happened."""

    def test_it_waits_and_sends_again(self) -> None:
        """200, then 400 ms."""
        played = play(OVERLOADED, OVERLOADED, CANCELED)

        assert ("DDD", "canceled") == (played.asked, played.order["outcome"])
        assert [Wait(0.2), Wait(0.4)] == played.waits

    def test_the_longest_pause_holds_for_all_that_follow(self) -> None:
        """However many attempts are allowed."""
        played = play(*[OVERLOADED] * 5, policy=Policy(attempts=5))

        assert "DDDDD" == played.asked
        assert [Wait(0.2), Wait(0.4), Wait(0.8), Wait(0.8)] == played.waits

    def test_and_gives_up_with_its_class(self) -> None:
        """After ``attempts`` sends, and with no wait after the last."""
        played = play(*[OVERLOADED] * 5)

        assert isinstance(played.error, ccxt.ExchangeNotAvailable)
        assert "DDD" == played.asked
        assert pytest.approx(0.6) == played.seconds

    def test_never_sent_is_a_network_error_and_no_doubt(self) -> None:
        """What never left this machine cannot have cancelled anything."""
        played = play(*[NOT_SENT] * 5)

        assert ccxt.NetworkError is type(played.error)
        assert "binance cancelOrder() was not sent: ConnectTimeout" == str(played.error)
        assert "DDD" == played.asked

    @pytest.mark.parametrize("deadline", [0.1, 0.2])
    def test_a_wait_that_would_take_all_the_time_is_not_begun(self, deadline: float) -> None:
        """The error comes at once instead."""
        played = play(OVERLOADED, call=attrs.evolve(BY_ID, deadline=deadline))

        assert isinstance(played.error, ccxt.ExchangeNotAvailable)
        assert 0.0 == played.seconds


class TestLimits:
    """Too many requests: wait as told, or say so at once."""

    def test_a_limit_that_ends_in_time_is_waited_out(self) -> None:
        """And the host is held for everybody else until then."""
        played = play(limited(3), CANCELED)

        assert "canceled" == played.order["outcome"]
        assert [Hold(3.0), Wait(3.0)] == [s for s in played.steps if not isinstance(s, Request)]

    @pytest.mark.parametrize("seconds", [60, None])
    def test_a_longer_one_is_told_at_once(self, seconds: int | None) -> None:
        """With the seconds, where the exchange said so; both of ccxt's classes catch it."""
        played = play(limited(seconds))

        assert isinstance(played.error, Limited)
        assert isinstance(played.error, ccxt.DDoSProtection)
        assert isinstance(played.error, ccxt.RateLimitExceeded)
        assert (seconds, 0.0) == (played.error.retry_after, played.seconds)
        holds = [step for step in played.steps if isinstance(step, Hold)]
        assert ([Hold(seconds)] if seconds else []) == holds

    def test_being_held_here_is_no_send(self) -> None:
        """A request that was held back is no attempt, and holds the host for nobody any longer."""
        played = play(HELD, CANCELED, policy=Policy(attempts=1))

        assert "canceled" == played.order["outcome"]
        assert [Wait(2.0)] == [s for s in played.steps if not isinstance(s, Request)]

    def test_being_held_too_long_is_told(self) -> None:
        """Like the limit itself."""
        played = play(HELD, call=attrs.evolve(BY_ID, deadline=1.0))

        assert isinstance(played.error, Limited)
        assert 2.0 == played.error.retry_after


class TestClock:
    """A timestamp out of the window: set the clock, once."""

    def test_it_is_set_and_the_cancel_sent_again(self) -> None:
        """Signed afresh, by the exchange's time."""
        played = play(LATE, CANCELED)

        assert ("DD", "canceled") == (played.asked, played.order["outcome"])
        assert 1 == sum(isinstance(step, Resync) for step in played.steps)

    def test_it_is_set_in_the_last_second(self) -> None:
        """As long as any time is left, there may be enough."""
        played = play((14.5, answer(LATE)), CANCELED)

        assert ("DD", "canceled") == (played.asked, played.order["outcome"])

    @pytest.mark.parametrize("late", [0.0, 0.001])
    def test_it_is_not_set_when_no_time_is_left(self, late: float) -> None:
        """The answer came with the deadline, or a moment after it."""
        played = play((20.0, answer(LATE)), late=late)

        assert isinstance(played.error, ccxt.InvalidNonce)
        assert [] == [step for step in played.steps if isinstance(step, Resync)]

    def test_a_second_time_is_an_error(self) -> None:
        """The clock was set and is still wrong: something else is the matter."""
        played = play(LATE, LATE)

        assert isinstance(played.error, ccxt.InvalidNonce)
        assert "DD" == played.asked


def test_a_refusal_ends_the_call_at_once() -> None:
    """A wrong key stays wrong. The message is ccxt's, with Binance's raw body."""
    played = play(BAD_KEY)

    assert ccxt.AuthenticationError is type(played.error)
    assert f"binance {BAD_KEY}" == str(played.error)
    assert "D" == played.asked


def test_the_deadline_ends_everything() -> None:
    """Answers that come slowly leave no time to send again."""
    played = play((6.0, LOST), (6.0, answer(OPEN)), (6.0, LOST))

    assert isinstance(played.error, CancelUnknown)
    assert "DqD" == played.asked
    assert played.seconds <= 15.0


@pytest.mark.parametrize("late", [0.0, 0.001])
def test_nothing_is_sent_when_the_last_answer_comes_with_the_deadline(late: float) -> None:
    """The cancel's or the query's, in time to the instant or a moment after."""
    found_open = play((5.0, LOST), (20.0, answer(OPEN)), late=late)
    assert ("Dq", CancelUnknown) == (found_open.asked, type(found_open.error))

    lost = play((20.0, LOST), late=late)
    assert ("D", CancelUnknown) == (lost.asked, type(lost.error))


@pytest.mark.parametrize(
    ("word", "status"), [("CANCELED", "open"), ("FILLED", "canceled"), ("FROZEN", "frozen")]
)
def test_what_is_not_canceled_in_every_respect_needs_a_conversation(word: str, status: str) -> None:
    """By the verdict and by the order; what neither shows is read once, and told of once."""
    read = []

    def unify(answer: Any, query: bool) -> dict[str, Any]:
        read.append(answer)
        return {**unified(answer, query), "status": status}

    said = answer({**CANCELED, "status": word})

    assert at_once(said, BY_ID, USDM, errors={}, unified=unify) is None
    assert (1 if word == "CANCELED" else 0) == len(read)


@pytest.mark.parametrize("now", [15.0, 15.5, 20.0])
def test_a_call_whose_time_is_over_sends_nothing(now: float) -> None:
    """It may have waited for another call, or for the markets."""
    talk = conversation(
        BY_ID,
        USDM,
        Policy(),
        name="binance",
        errors={},
        unified=unified,
        clock=lambda: now,
        now=lambda: NOW,
        tell=lambda *_, **__: None,
        ends=15.0,
    )

    with pytest.raises(ccxt.RequestTimeout, match=r"was not sent: its time was over$") as caught:
        next(talk)
    assert not isinstance(caught.value, CancelUnknown)
