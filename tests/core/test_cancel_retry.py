"""A cancel that the exchange did not execute: it is sent again."""

from __future__ import annotations

import attrs
import ccxt
import pytest
from altered import altered
from policies import shipped_policy
from scripted import (
    BY_ID,
    CANCELED,
    HELD,
    LATE,
    NOT_SENT,
    OVERLOADED,
    Asked,
    BlockHost,
    SyncClock,
    answer,
    limited,
    play,
)

from adapter.contract.messages import (
    Classification,
    ResponseKind,
    Sleep,
)
from adapter.errors import RateLimited
from adapter.venues.binance.usdm import ENDPOINT as USDM


class TestNotExecuted:
    """The exchange, or the socket, reports that nothing happened."""

    def test_it_waits_and_sends_again(self) -> None:
        """200, then 400 ms."""
        played = play(OVERLOADED, OVERLOADED, CANCELED)

        assert ("DDD", "canceled") == (played.asked, played.order["outcome"])
        assert [Sleep(0.2), Sleep(0.4)] == played.waits

    def test_the_longest_pause_holds_for_all_that_follow(self) -> None:
        """Two seconds; ``attempts`` counts none of these sends."""
        played = play(*[OVERLOADED] * 7, CANCELED, policy=shipped_policy(attempts=1))

        assert "canceled" == played.order["outcome"]
        assert [0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0] == [wait.seconds for wait in played.waits]

    def test_and_gives_up_with_its_class_at_the_deadline(self) -> None:
        """The last send is close to it."""
        played = play(*[OVERLOADED] * 30)

        assert isinstance(played.error, ccxt.ExchangeNotAvailable)
        assert 14.5 == pytest.approx(played.times[-1][1]) == pytest.approx(played.seconds)

    def test_never_sent_is_a_network_error_and_no_doubt(self) -> None:
        """What never left this machine cannot have cancelled anything."""
        played = play(*[NOT_SENT] * 30)

        assert ccxt.NetworkError is type(played.error)
        assert "binance cancelOrder() was not sent: ConnectTimeout" == str(played.error)
        assert {"D"} == {*played.asked}

    def test_a_pause_leaves_time_for_a_last_send(self) -> None:
        """It is shorter where it would take all that is left."""
        played = play(OVERLOADED, CANCELED, call=attrs.evolve(BY_ID, deadline=0.6))

        assert ("DD", "canceled") == (played.asked, played.order["outcome"])
        assert [pytest.approx(0.1)] == [wait.seconds for wait in played.waits]

    @pytest.mark.parametrize("deadline", [0.04, 0.4])
    def test_no_pause_where_no_answer_can_follow(self, deadline: float) -> None:
        """The error comes at once instead: a send would leave a doubt, and no more."""
        played = play(OVERLOADED, call=attrs.evolve(BY_ID, deadline=deadline))

        assert isinstance(played.error, ccxt.ExchangeNotAvailable)
        assert 0.0 == played.seconds


class TestLimits:
    """Too many requests: wait as required, or raise at once."""

    def test_a_limit_that_ends_in_time_is_waited_out(self) -> None:
        """And the host is blocked for all other calls until then."""
        played = play(limited(3), CANCELED)

        assert "canceled" == played.order["outcome"]
        assert [BlockHost(3.0), Sleep(3.0)] == [s for s in played.steps if not isinstance(s, Asked)]

    @pytest.mark.parametrize("seconds", [60, None])
    def test_a_longer_one_is_reported_at_once(self, seconds: int | None) -> None:
        """With the seconds, where the venue knows them; both of ccxt's classes catch it."""
        verdict = Classification(kind=ResponseKind.RATE_LIMITED, text="", retry_after=seconds)
        venue = altered(USDM.venue, classify=lambda *_, **__: verdict)
        played = play(limited(60), product=attrs.evolve(USDM, venue=venue))

        assert isinstance(played.error, RateLimited)
        assert isinstance(played.error, ccxt.DDoSProtection)
        assert isinstance(played.error, ccxt.RateLimitExceeded)
        assert (seconds, 0.0) == (played.error.retry_after, played.seconds)
        holds = [step for step in played.steps if isinstance(step, BlockHost)]
        assert ([BlockHost(seconds)] if seconds else []) == holds

    def test_being_delayed_here_is_no_send(self) -> None:
        """A delayed request is no attempt, and does not prolong the block of the host."""
        played = play(HELD, CANCELED, policy=shipped_policy(attempts=1))

        assert "canceled" == played.order["outcome"]
        assert [Sleep(2.0)] == [s for s in played.steps if not isinstance(s, Asked)]

    def test_being_delayed_too_long_is_reported(self) -> None:
        """Like the limit itself."""
        played = play(HELD, call=attrs.evolve(BY_ID, deadline=1.0))

        assert isinstance(played.error, RateLimited)
        assert 2.0 == played.error.retry_after


class TestClock:
    """A timestamp out of the window: set the clock, once."""

    def test_it_is_set_and_the_cancel_sent_again(self) -> None:
        """Signed afresh, by the exchange's time."""
        played = play(LATE, CANCELED)

        assert ("DD", "canceled") == (played.asked, played.order["outcome"])
        assert 1 == sum(isinstance(step, SyncClock) for step in played.steps)

    def test_it_is_set_in_the_last_second(self) -> None:
        """As long as any time is left, there may be enough."""
        played = play((14.5, answer(LATE)), CANCELED)

        assert ("DD", "canceled") == (played.asked, played.order["outcome"])

    @pytest.mark.parametrize("late", [0.0, 0.001])
    def test_it_is_not_set_when_no_time_is_left(self, late: float) -> None:
        """The answer came with the deadline, or a moment after it."""
        played = play((20.0, answer(LATE)), late=late)

        assert isinstance(played.error, ccxt.InvalidNonce)
        assert [] == [step for step in played.steps if isinstance(step, SyncClock)]

    def test_a_second_time_is_an_error(self) -> None:
        """The clock was set and is still wrong: something else is the matter."""
        played = play(LATE, LATE)

        assert isinstance(played.error, ccxt.InvalidNonce)
        assert "DD" == played.asked
