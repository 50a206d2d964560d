"""The conversation about a cancel whose answer was lost, and about one by client id."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest
from played import (
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
    answer,
    play,
)

from adapter.call import NoReply, Reply
from adapter.errors import CancelUnknown, OrderGone
from adapter.settings import Policy


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
