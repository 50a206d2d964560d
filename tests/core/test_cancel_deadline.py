"""When a cancel is sent, looked for and given up: by what the exchange answers at each moment."""

from __future__ import annotations

import email.utils
from collections.abc import Callable
from typing import Any

import attrs
import ccxt
import hypothesis
import pytest
from altered import altered
from hypothesis import strategies
from policies import shipped_policy
from scripted import (
    BAD_KEY,
    BY_CLIENT_ID,
    BY_ID,
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
    ReadClock,
    SyncClock,
    answer,
    limited,
    play,
)

from adapter.contract.messages import NoResponse
from adapter.core.pacing import ENOUGH_TO_SEND, MAX_REQUESTS
from adapter.errors import CancelUnknown, OrderGone, RateLimited
from adapter.venues.binance.pm_um import ENDPOINT as PM_UM
from adapter.venues.binance.usdm import ENDPOINT as USDM


def world(cancels: Any, looks: Any) -> Callable[[str, float], Any]:
    """The answer to a request: the given one, or the one of that second."""

    def come(method: str, seconds: float) -> Any:
        given = cancels if method == "DELETE" else looks
        while callable(given):
            given = given(seconds)
        return given

    return come


def until(seconds: float, before: Any, after: Any) -> Callable[[float], Any]:
    """One answer before that second, and another from then on."""
    return lambda now: before if now < seconds else after


class TestSends:
    """A cancel whose answers are lost is sent again while the order is seen open."""

    def test_are_about_twice_as_far_apart_each_time(self) -> None:
        """Six of them, up to half of the default deadline."""
        played = play(world=world(LOST, OPEN))

        assert isinstance(played.error, CancelUnknown)
        assert [0, 0.25, 0.75, 1.75, 3.75, 7.75] == pytest.approx(played.sends)

    @pytest.mark.parametrize("attempts", [1, 2, 5])
    def test_are_never_more_than_attempts(self, attempts: int) -> None:
        """And the looks go on until the deadline all the same."""
        played = play(world=world(LOST, OPEN), policy=shipped_policy(attempts=attempts))

        assert attempts == len(played.sends)
        assert played.looks[-1] > 14.0

    def test_that_were_not_executed_do_not_count(self) -> None:
        """Neither by the exchange's answer, nor because they were never sent."""
        for harmless in (OVERLOADED, NOT_SENT, GONE):
            cancels = until(0.1, LOST, until(3.0, harmless, CANCELED))
            played = play(world=world(cancels, OPEN), policy=shipped_policy(attempts=2))

            assert "canceled" == played.order["outcome"]
            assert [0, 0.25, 0.75, 1.75, 3.75] == pytest.approx(played.sends)

    def test_wait_for_the_looks_that_lag(self) -> None:
        """A cancel that took effect is not sent again while a query may only lag behind."""
        played = play(world=world(LOST, until(0.2, OPEN, CANCELED)))

        assert ("canceled", [0.0]) == (played.order["outcome"], played.sends)
        assert played.seconds < 0.4

    @pytest.mark.parametrize("lag", [0.1, 1.5, 5.0, 14.0])
    def test_need_no_more_than_the_lag(self, lag: float) -> None:
        """A fill that the query shows late is reported as soon as it is seen."""
        played = play(world=world(GONE, until(lag, OPEN, FILLED)))

        assert isinstance(played.error, OrderGone)
        assert "closed" == played.error.state
        assert lag <= played.seconds <= lag + 2.0

    @pytest.mark.parametrize("burst", [0.2, 0.3, 1.0, 2.0, 7.0])
    def test_outlast_a_burst(self, burst: float) -> None:
        """As long as one of them comes after it, the order is canceled."""
        lost = until(burst, LOST, CANCELED)
        played = play(world=world(lost, until(burst, LOST, OPEN)))

        assert "canceled" == played.order["outcome"]
        assert played.seconds <= 2 * burst + 2.0

    def test_are_not_repeated_where_no_query_shows_the_order(self) -> None:
        """A second send would show nothing, and an order that is not found may be anyone's."""
        for look in (LOST, NOT_FOUND, BAD_KEY, {**OPEN, "status": "FROZEN"}):
            assert [0.0] == play(world=world(LOST, look)).sends

    @pytest.mark.parametrize("left", [0.03, 0.3])
    def test_have_time_for_an_answer(self, left: float) -> None:
        """An order that is seen open moments before the deadline is left as it is."""
        call = attrs.evolve(BY_ID, deadline=5.0)
        seen = until(5.0 - left, LOST, (left / 2, answer(OPEN)))
        played = play(world=world((0.01, LOST), seen), call=call)

        assert all(5.0 - when > 0.05 for when in played.sends)


class TestPauses:
    """Between two looks."""

    def test_grow_from_50_ms_to_2_s(self) -> None:
        """Twice as long each time."""
        waits = [wait.seconds for wait in play(world=world(LOST, LOST)).waits]

        assert [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2, 2] == pytest.approx(waits[:10])

    def test_of_a_busy_exchange_grow_from_200_ms_to_2_s(self) -> None:
        """And the send after the last of them has the time for its answer."""
        played = play(world=world(OVERLOADED, LOST))

        assert isinstance(played.error, ccxt.ExchangeNotAvailable)
        gaps = [b - a for a, b in zip(played.sends, played.sends[1:], strict=False)]
        assert [0.2, 0.4, 0.8, 1.6, 2.0, 2.0] == pytest.approx(gaps[:6])
        assert played.sends[-1] <= 15.0 - ENOUGH_TO_SEND

    @pytest.mark.parametrize("answers", [(LOST, LOST), (LOST, OPEN), (GONE, OPEN)])
    @pytest.mark.parametrize("deadline", [0.1, 0.3, 1.0, 5.0, 15.0])
    def test_leave_time_for_a_last_look(self, answers: tuple[Any, Any], deadline: float) -> None:
        """The final report of the call is fresh."""
        played = play(world=world(*answers), call=attrs.evolve(BY_ID, deadline=deadline))

        assert isinstance(played.error, CancelUnknown | OrderGone)
        assert deadline - played.looks[-1] < max(0.05, deadline * 0.1)

    def test_after_not_found_are_200_ms(self) -> None:
        """So long may a create that is in progress take to be seen."""
        played = play(world=world(GONE, NOT_FOUND))

        assert ([0.0], [0.0, 0.2]) == (played.sends, played.looks)

    def test_after_not_found_in_doubt_grow(self) -> None:
        """An order that was only just placed may come to be seen later than that."""
        played = play(world=world(LOST, until(3.0, NOT_FOUND, CANCELED)))

        assert "canceled" == played.order["outcome"]
        assert [0.05, 0.1, 0.2, 0.4] == pytest.approx([w.seconds for w in played.waits[:4]])


ANSWERS: list[Any] = [
    *(CANCELED, OPEN, FILLED, GONE, NOT_FOUND, OVERLOADED, BAD_KEY, LOST, NOT_SENT, HELD),
    *(limited(1), limited(60), {**OPEN, "status": "FROZEN"}, {**OPEN, "status": "ACCEPTED"}),
]
SLOW = strategies.sampled_from([0.0, 0.0, 0.01, 0.3, 3.0])
SCRIPT = strategies.lists(strategies.tuples(SLOW, strategies.sampled_from(ANSWERS)), max_size=40)


def as_script(answers: list[tuple[float, Any]]) -> list[Any]:
    return [(spent, answer(a) if isinstance(a, dict) else a) for spent, a in answers]


class TestBounds:
    """Whatever is answered, and however late."""

    @pytest.mark.parametrize("deadline", [0.1, 1.0, 15.0, 60.0, 3600.0])
    @pytest.mark.parametrize("look", [LOST, OPEN, NOT_FOUND, BAD_KEY, OVERLOADED, NOT_SENT])
    @pytest.mark.parametrize("cancel", [LOST, GONE, OVERLOADED, NOT_SENT])
    def test_a_call_makes_at_most_24_requests(
        self, cancel: Any, look: Any, deadline: float
    ) -> None:
        """However long its deadline is, and never beyond it."""
        call = attrs.evolve(BY_ID, deadline=deadline)
        played = play(world=world(cancel, look), call=call)

        assert len(played.times) <= 24
        assert played.seconds <= deadline
        assert all(when < deadline for _, when in played.times)

    def test_24_is_the_number(self) -> None:
        """Asserted here, because the tests above would pass with a smaller one as well."""
        assert 24 == MAX_REQUESTS
        call = attrs.evolve(BY_ID, deadline=3600.0)
        assert 24 == len(play(world=world(OVERLOADED, LOST), call=call).times)
        assert 20 <= len(play(world=world(LOST, OPEN), call=call).times) <= 24

    @pytest.mark.parametrize(
        ("deadline", "seconds"),
        [(15, 0.4), (15, 3.2), (15, 4.96), (15, 9.9), (60, 4.0), (60, 14.0)],
    )
    def test_the_last_is_a_query_near_the_deadline(self, deadline: float, seconds: float) -> None:
        """However many requests the sends have taken, and however late they began."""
        looks = until(0.1, LOST, until(seconds, NOT_FOUND, OPEN))
        played = play(world=world(LOST, looks), call=attrs.evolve(BY_ID, deadline=deadline))

        assert isinstance(played.error, CancelUnknown)
        assert played.looks[-1] >= deadline - ENOUGH_TO_SEND - 1e-9
        assert len(played.times) <= MAX_REQUESTS

    @hypothesis.given(
        script=SCRIPT,
        call=strategies.sampled_from([BY_ID, BY_CLIENT_ID]),
        deadline=strategies.sampled_from([0.1, 1.0, 15.0, 60.0]),
        attempts=strategies.integers(1, 6),
    )
    def test_any_script(
        self, script: list[tuple[float, Any]], call: Any, deadline: float, attempts: int
    ) -> None:
        """In time, within the requests; and once one may have left, one of three ends."""
        call, policy = attrs.evolve(call, deadline=deadline), shipped_policy(attempts=attempts)
        played = play(*as_script(script), call=call, policy=policy, steady=False)

        assert played.seconds <= deadline + 1e-9
        asked = [meaning for meaning, _ in played.classified if meaning != "HELD_LOCALLY"]
        follows = any(status for meaning, status in played.classified[:1] if meaning == "ORDER")
        assert follows or len(asked) <= MAX_REQUESTS + 1
        cancels = [
            m
            for m, (method, _) in zip(played.classified, played.times, strict=False)
            if method == "DELETE"
        ]
        meanings = [meaning for meaning, _ in cancels]
        assert attempts >= meanings.count("AMBIGUOUS")
        if {"AMBIGUOUS", "NOT_OPEN", "ORDER"} & {*meanings} and played.error is not None:
            is_refused = (
                type(played.error) is ccxt.AuthenticationError and "AMBIGUOUS" not in meanings
            )
            assert isinstance(played.error, OrderGone | CancelUnknown) or is_refused
        if played.error is None:
            assert played.order["outcome"] in ("canceled", "accepted")


class TestDoubt:
    """What a limit, a wrong clock or a refusal does to a call that is in doubt."""

    @pytest.mark.parametrize("last", [limited(60), HELD, limited(2)])
    def test_a_limit_on_looks_is_waited_out_or_ends_it(self, last: Any) -> None:
        """Doubt stays doubt: never `RateLimited`, whose handlers think that nothing was done."""
        call = attrs.evolve(BY_ID, deadline=1.5)
        played = play(world=world(LOST, last), call=call)

        assert isinstance(played.error, CancelUnknown)
        assert isinstance(played.error.__cause__, RateLimited)
        assert ("Dq", 0.0) == (played.asked, played.seconds)

    def test_a_limit_that_ends_in_time_is_waited_out(self) -> None:
        """And the look after it settles the call."""
        looks = until(1.0, limited(2), CANCELED)
        played = play(world=world(LOST, looks))

        assert ("canceled", 2.0) == (played.order["outcome"], played.seconds)

    def test_a_limit_that_names_no_time_is_tried_again(self) -> None:
        """In pauses: the truth may be there in half a second."""

        def classify(*arguments: Any, **named: Any) -> Any:
            found = USDM.venue.classify(*arguments, **named)
            return attrs.evolve(found, retry_after=None)

        endpoint = attrs.evolve(USDM, venue=altered(USDM.venue, classify=classify))
        looks = until(1.0, limited(60), CANCELED)
        played = play(world=world(LOST, looks), product=endpoint)

        assert "canceled" == played.order["outcome"]
        assert 1.0 <= played.seconds < 2.0

    def test_a_limit_on_the_second_send_is_waited_out_before_a_look(self) -> None:
        """That look would be refused as well."""
        cancels = until(0.1, LOST, limited(3))
        played = play(world=world(cancels, until(1.0, OPEN, CANCELED)))

        assert "canceled" == played.order["outcome"]
        assert pytest.approx(3.25) == played.seconds == pytest.approx(played.looks[-1])

    def test_a_limit_that_outlasts_the_call_ends_it_at_once(self) -> None:
        """After a doubtful send as `CancelUnknown`, with the limit as its cause."""
        cancels = until(0.1, LOST, limited(60))
        error = play(world=world(cancels, OPEN)).error

        assert isinstance(error, CancelUnknown)
        assert isinstance(error.__cause__, RateLimited)
        assert 60 == error.__cause__.retry_after
        assert error.order is not None

    def test_a_refusal_after_a_doubt_is_the_cause(self) -> None:
        """A key that was revoked meanwhile shows nothing of the earlier send."""
        error = play(world=world(until(0.1, LOST, BAD_KEY), OPEN)).error

        assert isinstance(error, CancelUnknown)
        assert isinstance(error.__cause__, ccxt.AuthenticationError)

    def test_a_limited_look_at_an_accepted_cancel_leaves_it_accepted(self) -> None:
        """The exchange accepted it; a limit that ends in time is waited out."""
        accepted = {**OPEN, "status": "ACCEPTED"}
        ended = play(world=world(accepted, limited(60)))
        assert ("accepted", "Dq") == (ended.order["outcome"], ended.asked)

        waited = play(world=world(accepted, until(0.5, limited(1), CANCELED)))
        assert "canceled" == waited.order["outcome"]

    def test_not_executed_after_unknown_order_is_looked_into(self) -> None:
        """The exchange contradicted itself: nobody knows that the order is as it was."""
        error = play(world=world(until(0.1, GONE, OVERLOADED), OPEN)).error

        assert isinstance(error, CancelUnknown)
        assert isinstance(error.__cause__, ccxt.ExchangeNotAvailable)

    def test_the_last_error_is_the_cause(self) -> None:
        """Of the whole error of the operating system."""
        errors = [OSError(number) for number in range(2)]
        resets = [
            NoResponse(may_have_been_sent=True, reason="OSError", cause=error) for error in errors
        ]
        error = play(world=world(resets[0], until(5.0, LOST, resets[1]))).error

        assert error is not None
        assert errors[1] is error.__cause__


class TestHeld:
    """A request that is delayed here, or refused for its time, was not taken by the exchange."""

    def test_it_counts_as_no_request(self) -> None:
        """However often it has to wait."""
        held = NoResponse(may_have_been_sent=False, reason="held back", retry_after=0.1)
        cancels = until(4.0, held, until(4.15, OVERLOADED, CANCELED))
        played = play(world=world(cancels, LOST))

        assert "canceled" == played.order["outcome"]
        assert len(played.sends) > MAX_REQUESTS

    def test_a_limit_that_ends_with_the_deadline_is_reported_at_once(self) -> None:
        """Nothing could follow it."""
        played = play(world=world(limited(15), LOST))

        assert isinstance(played.error, RateLimited)
        assert 0.0 == played.seconds

    def test_a_clock_is_set_again_once_a_request_was_accepted(self) -> None:
        """It was right for a while, and has moved since."""
        played = play(LATE, GONE, LATE, CANCELED)

        assert isinstance(played.error, OrderGone)
        assert "canceled" == played.error.state
        assert 2 == sum(isinstance(step, SyncClock) for step in played.steps)


class TestNewer:
    """An order that has the client id and may be newer than the call."""

    def test_a_date_tells_no_more_than_its_second(self) -> None:
        """Only a later one shows that an order of that second was made after the call began."""

        def come(method: str, seconds: float) -> Any:
            if method == "DELETE":
                return LOST
            date = email.utils.formatdate(NOW / 1000 + seconds, usegmt=True)
            return answer({**OPEN, "time": NOW + 500}, date=date)

        played = play(world=come, call=BY_CLIENT_ID, product=PM_UM)

        assert "made after that" in str(played.error)
        assert 0.5 < played.seconds < 1.0

    def test_the_clock_is_read_when_the_cancel_is_due(self) -> None:
        """And not at every look."""
        played = play(world=world(LOST, {**OPEN, "time": NOW}), call=BY_CLIENT_ID)

        assert isinstance(played.error, CancelUnknown)
        assert [0.0] == played.sends
        assert 5 == sum(isinstance(step, ReadClock) for step in played.steps)

    def test_an_answer_without_a_client_id_is_of_the_order_id(self) -> None:
        """It does not report that another order has it."""
        both = attrs.evolve(BY_CLIENT_ID, order_id="7")
        found = {key: value for key, value in OPEN.items() if key != "clientOrderId"}
        played = play(world=world(until(0.1, LOST, CANCELED), found), call=both)

        assert "canceled" == played.order["outcome"]
        assert all("orderId" in request.params for request in played.requests[1:])
