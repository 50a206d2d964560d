"""A cancel by client id that was not executed: a newer order may have taken that id since."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest
from altered import altered
from policies import shipped_policy
from scripted import (
    BAD_KEY,
    BY_CLIENT_ID,
    CANCELED,
    FILLED,
    GONE,
    HELD,
    LATE,
    LOST,
    NOT_FOUND,
    NOT_SENT,
    NOW,
    OPEN,
    OVERLOADED,
    answer,
    limited,
    play,
)

from adapter.contract.messages import NoResponse, Response, Sleep
from adapter.errors import CancelUnknown, OrderGone, RateLimited
from adapter.venues.binance.pm_um import ENDPOINT as PM_UM
from adapter.venues.binance.usdm import ENDPOINT as USDM

NEWER = {**OPEN, "orderId": 8, "time": NOW + 60_000}
CUT_OFF = Response(status=400, body='{"co', data={}, headers={})
NEW_WORD = {**OPEN, "status": "SOMETHING_NEW"}

not_executed = pytest.mark.parametrize(
    "first", [OVERLOADED, NOT_SENT, HELD, limited(3), LATE], ids=str
)


@not_executed
class TestWhateverKeptItFromBeingExecuted:
    """Busy, never sent, held back here, too many requests, a wrong clock."""

    def test_an_order_of_before_the_call_is_cancelled_by_its_order_id(self, first: Any) -> None:
        """One query; its id can come to mean no other order."""
        played = play(first, OPEN, CANCELED, call=BY_CLIENT_ID)

        ids = [{*request.params} - {"symbol"} for request in played.requests]
        assert [{"origClientOrderId"}, {"origClientOrderId"}, {"orderId"}] == ids
        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    def test_a_newer_order_is_left_alone(self, first: Any) -> None:
        """It is shown, and so is that nothing was executed."""
        error = play(first, NEWER, call=BY_CLIENT_ID).error

        assert isinstance(error, CancelUnknown)
        assert error.order is not None
        assert ("8", "open") == (error.order["id"], error.order["status"])
        assert "and not executed; the order that bears this client id now was" in str(error)
        assert isinstance(error.__cause__, ccxt.BaseError)

    @pytest.mark.parametrize(("ended", "state"), [(FILLED, "closed"), (CANCELED, "canceled")])
    def test_an_order_that_has_ended_is_gone(self, first: Any, ended: Any, state: str) -> None:
        """Not by this call."""
        played = play(first, ended, call=BY_CLIENT_ID)

        assert isinstance(played.error, OrderGone)
        assert (state, "Dq") == (played.error.state, played.asked)

    def test_an_id_that_nothing_bears_is_sent_as_at_first(self, first: Any) -> None:
        """The create of the order may be under way."""
        played = play(first, NOT_FOUND, CANCELED, call=BY_CLIENT_ID)

        assert "origClientOrderId" in played.requests[-1].params
        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    def test_unique_client_ids_need_no_query(self, first: Any) -> None:
        """They mean one order."""
        unique = shipped_policy(client_ids="unique")

        assert "DD" == play(first, CANCELED, call=BY_CLIENT_ID, policy=unique).asked

    def test_an_order_id_that_was_given_too_settles_it(self, first: Any) -> None:
        """If the order bears the client id, it is the one, however young it is."""
        both = attrs.evolve(BY_CLIENT_ID, order_id="8")
        played = play(first, NEWER, {**CANCELED, "orderId": 8}, call=both)

        ids = [{*request.params} - {"symbol"} for request in played.requests]
        assert [{"origClientOrderId"}, {"orderId"}, {"orderId"}] == ids

    def test_an_order_id_of_another_order_is_left_out(self, first: Any) -> None:
        """The client id counts, and is queried next."""
        both = attrs.evolve(BY_CLIENT_ID, order_id="8")
        other = {**NEWER, "clientOrderId": "other"}
        played = play(first, other, OPEN, CANCELED, call=both, steady=False)

        assert ("DqqD", "7") == (played.asked, played.order["id"])


class TestQueries:
    """That before a cancel is sent again fails, or settles nothing."""

    @pytest.mark.parametrize(
        "came",
        [OVERLOADED, NOT_SENT, HELD, limited(3), LATE, LOST, CUT_OFF, {"status": "?"}],
        ids=str,
    )
    def test_it_is_made_again(self, came: Any) -> None:
        """The cancel is not sent before one is answered."""
        played = play(OVERLOADED, came, OPEN, CANCELED, call=BY_CLIENT_ID)

        assert ("DqqD", "canceled") == (played.asked, played.order["outcome"])

    def test_pauses_grow_as_those_between_sends(self) -> None:
        """A busy exchange is not asked more often."""
        played = play(*[OVERLOADED] * 4, OPEN, CANCELED, call=BY_CLIENT_ID)

        assert [Sleep(0.2), Sleep(0.4), Sleep(0.8), Sleep(1.6)] == played.waits

    @pytest.mark.parametrize("came", [OVERLOADED, LOST, (0.5, LOST)], ids=str)
    def test_without_an_answer_until_the_deadline_nothing_was_executed(self, came: Any) -> None:
        """What the cancel was answered is the error: no send is in doubt."""
        played = play(OVERLOADED, *[came] * 30, call=BY_CLIENT_ID)

        assert isinstance(played.error, ccxt.ExchangeNotAvailable)
        assert not isinstance(played.error, CancelUnknown)
        assert "D" == played.asked.rstrip("q")
        assert played.seconds > 14.0

    def test_an_order_that_may_be_newer_is_left_alone_until_the_deadline(self) -> None:
        """No clock decides; the order is as it was."""
        call = attrs.evolve(BY_CLIENT_ID, deadline=3.0)
        young = {**OPEN, "time": NOW - 500}
        played = play(OVERLOADED, *[young] * 30, call=call, product=PM_UM, steady=False)

        assert isinstance(played.error, ccxt.ExchangeNotAvailable)
        assert "D" == played.asked.rstrip("q")

    def test_one_that_is_refused_ends_the_call(self) -> None:
        """With the exchange's word for it."""
        played = play(OVERLOADED, BAD_KEY, call=BY_CLIENT_ID)

        assert isinstance(played.error, ccxt.AuthenticationError)
        assert "Dq" == played.asked

    def test_one_that_is_limited_for_too_long_ends_the_call(self) -> None:
        """With the time for which the exchange takes nothing."""
        played = play(OVERLOADED, limited(60), call=BY_CLIENT_ID)

        assert isinstance(played.error, RateLimited)
        assert 60 == played.error.retry_after

    def test_one_that_takes_all_the_time_is_the_last_request(self) -> None:
        """A cancel after it would only add a doubt."""
        played = play(OVERLOADED, (30.0, answer(OPEN)), call=BY_CLIENT_ID)

        assert isinstance(played.error, ccxt.ExchangeNotAvailable)
        assert "Dq" == played.asked

    @pytest.mark.parametrize("failing", ["parse", "classify"])
    def test_one_that_cannot_be_read_leaves_no_doubt(self, failing: str) -> None:
        """No cancel was executed, whatever a plugin or a parser makes of the order."""

        def fail(*_: Any, **__: Any) -> Any:
            raise KeyError("x")

        def classify(*response: Any, **asked: Any) -> Any:
            how = USDM.venue.classify if asked["query"] is None else fail
            return how(*response, **asked)

        product = USDM
        if failing == "classify":
            product = attrs.evolve(USDM, venue=altered(USDM.venue, classify=classify))
        broken = {"parse": fail} if failing == "parse" else {}
        played = play(OVERLOADED, OPEN, call=BY_CLIENT_ID, product=product, broken=lambda: broken)

        assert isinstance(played.error, ccxt.BadResponse)
        assert "was not executed" in str(played.error)
        assert isinstance(played.error.__cause__, KeyError)

    def test_a_status_that_nobody_knows_is_no_end(self) -> None:
        """The cancel finds out."""
        played = play(OVERLOADED, NEW_WORD, CANCELED, call=BY_CLIENT_ID)

        assert ("DqD", "canceled") == (played.asked, played.order["outcome"])

    @pytest.mark.parametrize("found", [NOT_FOUND, OPEN])
    def test_an_answered_one_does_not_excuse_a_clock_that_stays_wrong(self, found: Any) -> None:
        """Of two cancels with the exchange's own time, both are refused."""
        played = play(LATE, found, LATE, call=BY_CLIENT_ID)

        assert isinstance(played.error, ccxt.InvalidNonce)
        assert "DqD" == played.asked

    def test_after_it_the_order_is_not_open_any_more(self) -> None:
        """The second cancel goes by order id, and so does what settles it."""
        played = play(OVERLOADED, OPEN, GONE, FILLED, call=BY_CLIENT_ID)

        assert isinstance(played.error, OrderGone)
        assert "orderId" in played.requests[-1].params
        assert ("DqDq", "closed") == (played.asked, played.error.state)

    @pytest.mark.parametrize("lost", [LOST, NoResponse(may_have_been_sent=False, reason="x")])
    def test_attempts_count_none_of_it(self, lost: NoResponse) -> None:
        """They are for sends that may have been executed."""
        one = shipped_policy(attempts=1)
        played = play(OVERLOADED, lost, OPEN, CANCELED, call=BY_CLIENT_ID, policy=one)

        assert "canceled" == played.order["outcome"]
