"""A cancel whose answer was lost, and one by client id."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest
from policies import shipped_policy
from scripted import (
    BAD_KEY,
    BY_CLIENT_ID,
    BY_ID,
    CANCELED,
    FILLED,
    GONE,
    LATE,
    LOST,
    NOT_FOUND,
    NOT_SENT,
    NOW,
    OPEN,
    OVERLOADED,
    ReadClock,
    answer,
    play,
)

from adapter.contract.messages import NoResponse, Response, Sleep
from adapter.core.pacing import FIRST_PAUSE
from adapter.errors import CancelUnknown, OrderGone
from adapter.venues.binance.pm_um import ENDPOINT as PM_UM


class TestLost:
    """Sent, and no usable answer: look before it is sent again."""

    def test_found_canceled_it_was_us(self) -> None:
        """The order of the query is returned as canceled."""
        played = play(LOST, CANCELED)

        assert ("Dq", "canceled") == (played.asked, played.order["outcome"])
        assert played.order["queried"]

    def test_found_filled_it_is_gone(self) -> None:
        """A fill that came first is reported with its order, and what the query answered."""
        error = play(LOST, FILLED).error

        assert isinstance(error, OrderGone)
        assert "closed" == error.state
        assert f"{FILLED}, after {LOST.reason}" in str(error)

    def test_what_is_held_back_makes_no_pause_longer(self) -> None:
        """The first query that fails is made again as soon as if it had not waited."""
        held = NoResponse(may_have_been_sent=False, reason="held back", retry_after=0.5)
        looks = play(LOST, *[held] * 6, LOST, CANCELED).looks

        assert pytest.approx(FIRST_PAUSE) == looks[-1] - looks[-2]

    @pytest.mark.parametrize("sent", [LOST, OVERLOADED])
    def test_while_others_try_whether_cancels_work_it_waits(self, sent: Any) -> None:
        """It makes no query meanwhile: many calls would use up the host's limit."""
        answers = [sent, CANCELED] if sent is OVERLOADED else [sent, OPEN, CANCELED]
        played = play(*answers, pauses=[0.3, 0.5])

        assert "canceled" == played.order["outcome"]
        *_, first, second, cancel = played.steps
        assert (Sleep(0.3), Sleep(0.5), "DELETE") == (first, second, cancel.method)

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
        """It is unknown whether a late cancel still comes; the order was last seen open."""
        lost: list[Any] = [LOST, OPEN]
        played = play(*lost * 6)

        assert isinstance(played.error, CancelUnknown)
        assert "DqDqDqDqDqDq" == played.asked
        assert "was sent 6 times in 1" in str(played.error)
        assert "the last one that showed it says 'open'" in str(played.error)
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
        """From 50 ms to 2 s between two queries."""
        played = play(LOST, *[NOT_FOUND] * 30)

        waits = [wait.seconds for wait in played.waits[:8]]
        assert [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0] == waits

    def test_a_little_time_is_time_enough(self) -> None:
        """As long as any of the deadline is left, the cancel is sent again and looked for."""
        call = attrs.evolve(BY_ID, deadline=1.0)
        played = play((0.3, LOST), (0.3, answer(OPEN)), (0.3, LOST), CANCELED, call=call)

        assert ("DqDq", "canceled") == (played.asked, played.order["outcome"])

    def test_doubt_is_patient_to_the_end(self) -> None:
        """The last look goes on for as long as no query has an answer."""
        lost = [LOST] * 5
        played = play(LOST, OPEN, NOT_SENT, *lost, CANCELED, policy=shipped_policy(attempts=2))

        assert "canceled" == played.order["outcome"]

    def test_a_query_that_is_refused_is_repeated(self) -> None:
        """A firewall may refuse for a second, and a cancel is in doubt."""
        played = play(LOST, BAD_KEY, BAD_KEY, CANCELED)

        assert ("Dqqq", "canceled") == (played.asked, played.order["outcome"])

        refused = play(LOST, *[BAD_KEY] * 30).error
        assert isinstance(refused, CancelUnknown)
        assert isinstance(refused.__cause__, ccxt.AuthenticationError)

    def test_an_order_that_no_query_finds(self) -> None:
        """It may be pruned or just placed: that is unknown, and it is not sent again."""
        played = play(LOST, *[NOT_FOUND] * 30)

        assert isinstance(played.error, CancelUnknown)
        assert "of 16 queries, none showed the order" in str(played.error)
        assert 1 == played.asked.count("D")

    def test_a_query_may_lag_behind(self) -> None:
        """An order is not found at first and found then."""
        assert "canceled" == play(LOST, NOT_FOUND, CANCELED).order["outcome"]

    def test_a_word_that_nobody_knows_settles_nothing(self) -> None:
        """Neither sent again nor called canceled."""
        played = play(LOST, *[{**OPEN, "status": "FROZEN"}] * 30)

        assert isinstance(played.error, CancelUnknown)
        assert 1 == played.asked.count("D")

    @pytest.mark.parametrize("last", [NOT_SENT, answer(OVERLOADED), answer(BAD_KEY)])
    def test_a_later_refusal_does_not_forget_the_doubt(self, last: Response | NoResponse) -> None:
        """An earlier send may have been executed late: only queries can show it."""
        played = play(LOST, OPEN, last, CANCELED)
        assert ("DqDq", "canceled") == (played.asked, played.order["outcome"])

        refused: list[Any] = [last, OPEN]
        assert isinstance(play(LOST, OPEN, *refused * 9).error, CancelUnknown)
        assert isinstance(play(LOST, OPEN, last).error, CancelUnknown)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ([], [BAD_KEY] * 30),
            ([], [{**OPEN, "status": "FROZEN"}] * 30),
            ([LOST, OPEN], [BAD_KEY] * 30),
            ([LOST, OPEN], [OPEN]),
        ],
    )
    def test_the_cause_is_the_operating_systems(self, before: list[Any], after: list[Any]) -> None:
        """A reset or a time-out is the cause of the error."""
        cause = OSError("the operating system's word")
        last = NoResponse(may_have_been_sent=True, reason="OSError", cause=cause)
        error = play(*before, last, *after).error

        assert error is not None
        assert cause is error.__cause__


class TestClientId:
    """A client id may belong to a new order by the time that we look."""

    def test_a_query_goes_by_the_same_name(self) -> None:
        """And what it finds is asked for by its order id from then on."""
        played = play(LOST, OPEN, GONE, CANCELED, call=BY_CLIENT_ID)
        ids = [{*request.params} - {"symbol"} for request in played.requests]

        assert [{"origClientOrderId"}, {"origClientOrderId"}, {"orderId"}, {"orderId"}] == ids

    @pytest.mark.parametrize("made", [NOW - 1001, None])
    def test_an_order_of_an_earlier_or_of_no_time_is_ours(self, made: int | None) -> None:
        """What was made before the call began, by a clock that may be a second ahead."""
        played = play(LOST, {**OPEN, "time": made}, CANCELED, call=BY_CLIENT_ID)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    @pytest.mark.parametrize("first", [LOST, answer(GONE)])
    def test_a_newer_order_is_not_cancelled(self, first: Response | NoResponse) -> None:
        """An order made since the call began stays alone, and is shown as it was found."""
        newer = {**OPEN, "time": NOW + 2}
        played = play(first, newer, call=BY_CLIENT_ID)

        assert isinstance(played.error, CancelUnknown)
        assert "made after that" in str(played.error)
        assert played.error.order is not None
        assert ("Dq", "7") == (played.asked, played.error.order["id"])
        assert played.seconds < 1.0

    def test_one_that_may_be_newer_is_looked_at_until_the_deadline(self) -> None:
        """The exchange's clock is read, and does not distinguish them: it is never sent again."""
        played = play(LOST, {**OPEN, "time": NOW}, call=BY_CLIENT_ID)

        assert isinstance(played.error, CancelUnknown)
        assert "Dq" == played.asked
        assert any(isinstance(step, ReadClock) for step in played.steps)
        assert played.seconds > 14.0

    def test_the_clock_of_the_exchange_settles_what_a_second_would_matter_for(self) -> None:
        """An order of half a second ago is surely older than the call, and is sent by order id."""
        recent = {**OPEN, "time": NOW - 500}
        played = play(LOST, recent, CANCELED, call=BY_CLIENT_ID)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])
        assert 1 == sum(isinstance(step, ReadClock) for step in played.steps)
        assert "7" == played.requests[-1].params.get("orderId")

    def test_an_answers_date_bounds_it_where_there_is_no_page_for_the_time(self) -> None:
        """It has only whole seconds."""
        dated = answer({**OPEN, "time": NOW - 500}, date="Tue, 14 Nov 2023 22:13:20 GMT")
        played = play(LOST, dated, CANCELED, call=BY_CLIENT_ID, product=PM_UM)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

        undated = play(LOST, {**OPEN, "time": NOW - 500}, call=BY_CLIENT_ID, product=PM_UM)
        assert isinstance(undated.error, CancelUnknown)
        assert "Dq" == undated.asked

    def test_a_newer_order_is_reported_by_what_answers_have_shown(self) -> None:
        """Where their dates bound the start of the call, no query has to be repeated."""
        dated = answer({**OPEN, "time": NOW + 1500}, date="Tue, 14 Nov 2023 22:13:20 GMT")
        played = play(LOST, dated, call=BY_CLIENT_ID, product=PM_UM)

        assert isinstance(played.error, CancelUnknown)
        assert "made after that" in str(played.error)
        assert ("Dq", 0.0) == (played.asked, played.seconds)

    def test_unique_client_ids_need_no_clock(self) -> None:
        """Where the user never gives one twice, it cannot mean another order."""
        newer = {**OPEN, "time": NOW + 60_000}
        unique = shipped_policy(client_ids="unique")
        played = play(LOST, newer, CANCELED, call=BY_CLIENT_ID, policy=unique)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    def test_an_order_id_that_was_given_too_settles_it(self) -> None:
        """The cancel goes by the client id, the look and what follows by the order id."""
        both = attrs.evolve(BY_CLIENT_ID, order_id="7")
        played = play(LOST, {**OPEN, "time": NOW + 60_000}, CANCELED, call=both)

        ids = [{*request.params} - {"symbol"} for request in played.requests]
        assert [{"origClientOrderId"}, {"orderId"}, {"orderId"}] == ids

    def test_an_order_id_of_another_order_is_left_out(self) -> None:
        """A query by it shows another client id: the order is looked for by its client id."""
        both = attrs.evolve(BY_CLIENT_ID, order_id="8")
        other = {**OPEN, "orderId": 8, "clientOrderId": "other"}
        played = play(LOST, other, CANCELED, call=both, steady=False)

        ids = [{*request.params} - {"symbol"} for request in played.requests]
        assert [{"origClientOrderId"}, {"orderId"}, {"origClientOrderId"}] == ids
        assert "canceled" == played.order["outcome"]

    def test_newer_is_by_the_exchanges_clock(self) -> None:
        """When the caller's was an hour slow, and is set during the call."""
        lost = (1.0, LOST)
        played = play(lost, LATE, OPEN, CANCELED, call=BY_CLIENT_ID, wrong=-3_600_000)
        assert ("DqqD", "canceled") == (played.asked, played.order["outcome"])

        newer = {**OPEN, "time": NOW + 500}
        error = play(lost, LATE, newer, call=BY_CLIENT_ID, wrong=-3_600_000).error
        assert isinstance(error, CancelUnknown)

    @pytest.mark.parametrize(("made", "asked"), [(NOW - 1, "DqqD"), (NOW + 2, "Dqq")])
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

    @pytest.mark.parametrize("first", [LOST, answer(GONE)])
    def test_what_a_look_finds_is_reported_whenever_it_was_made(
        self, first: Response | NoResponse
    ) -> None:
        """A client id means the newest order that has it."""
        error = play(first, {**FILLED, "time": NOW + 60_000}, call=BY_CLIENT_ID).error

        assert isinstance(error, OrderGone)
        assert "closed" == error.state
        assert error.order is not None
