"""Errors after a cancel was sent end in one of three outcomes, with the error as their cause.

The errors are those of code that is not the machine's: the user's, a plugin's, ccxt's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import ccxt
import pytest
from altered import altered
from policies import shipped_policy
from scripted import (
    BAD_KEY,
    BY_CLIENT_ID,
    BY_ID,
    CANCELED,
    FILLED,
    GONE,
    HELD,
    LOST,
    NOT_FOUND,
    NOT_SENT,
    NOW,
    OPEN,
    OVERLOADED,
    ScriptedChannel,
    play,
    unified,
)

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest, Sleep
from adapter.core.cancel import CancelMachine
from adapter.core.evidence import Evidence
from adapter.core.pacing import Pacing
from adapter.errors import CancelUnknown, OrderGone
from adapter.venues.binance.usdm import ENDPOINT as USDM


def failing(good: Iterator[Any], error: Exception) -> Callable[..., Any]:
    """A function that gives these values and then raises."""

    def give(*_: Any, **__: Any) -> Any:
        for value in good:
            return value
        raise error

    return give


def broken_request(error: Exception) -> CancelEndpoint:
    """An endpoint that cannot make a query any more."""

    def request(call: CancelRequest, **asked: Any) -> Any:
        if asked["query"] is not None:
            raise error
        return USDM.venue.build_request(call, **asked)

    return attrs.evolve(USDM, venue=altered(USDM.venue, build_request=request))


ERRORS = [KeyError("x"), MemoryError(), ccxt.AuthenticationError("x"), OrderGone("not ours")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
class TestOnceItHasLeft:
    """The caller gets an error that nobody knows, and of what came up."""

    @pytest.mark.parametrize(("first", "end"), [(LOST, CancelUnknown), (GONE, OrderGone)])
    def test_a_query_that_cannot_be_made(self, error: Exception, first: Any, end: Any) -> None:
        """By a plugin, or for want of keys: no query is answered, however often it is tried."""
        played = play(first, product=broken_request(error))

        assert isinstance(played.error, end)
        assert error is played.error.__cause__
        assert [*played.sends] == [0.0]

    def test_a_query_that_cannot_be_made_after_the_cancel_was_accepted(
        self, error: Exception
    ) -> None:
        """The exchange's answer counts."""
        played = play(OPEN, product=broken_request(error))

        assert ("canceling", "accepted") == (played.order["status"], played.order["outcome"])

    def test_a_hook_that_fails(self, error: Exception) -> None:
        """The hook that is called for each answer."""
        raised = play(LOST, OPEN, broken=lambda: {"emit": failing(iter([None, None]), error)}).error

        assert isinstance(raised, CancelUnknown)
        assert error is raised.__cause__
        assert raised.order is not None
        assert "open" == raised.order["status"]

    def test_an_answer_that_a_plugin_fails_at(self, error: Exception) -> None:
        """The message reports that an answer came and could not be read."""
        venue = altered(USDM.venue, classify=failing(iter([]), error))
        raised = play(OPEN, product=attrs.evolve(USDM, venue=venue)).error

        assert isinstance(raised, CancelUnknown)
        assert f"the answer could not be read ({type(error).__name__})" in str(raised)
        assert error is raised.__cause__

    def test_an_order_that_cannot_be_parsed(self, error: Exception) -> None:
        """The message reports that an answer came and could not be read."""
        raised = play(LOST, OPEN, broken=lambda: {"parse": failing(iter([]), error)}).error

        assert isinstance(raised, CancelUnknown)
        assert f"the answer could not be read ({type(error).__name__})" in str(raised)
        assert error is raised.__cause__


@pytest.mark.parametrize(("first", "end"), [(LOST, CancelUnknown), (GONE, OrderGone), (OPEN, None)])
def test_an_exchange_object_that_was_closed_is_not_asked_again(first: Any, end: Any) -> None:
    """The call ends at once, by what is known then."""
    closed = ccxt.ExchangeClosedByUser("x")
    played = play(first, product=broken_request(closed))
    waiting = play(first, product=broken_request(KeyError("x")))

    assert played.seconds < waiting.seconds / 10
    if end is None:
        assert ("canceling", "accepted") == (played.order["status"], played.order["outcome"])
    else:
        assert isinstance(played.error, end)
        assert closed is played.error.__cause__


@pytest.mark.parametrize("answers", [[CANCELED], [OVERLOADED, CANCELED]])
def test_before_it_has_left_an_error_stays_what_it_is(answers: list[Any]) -> None:
    """Nothing was sent, or nothing was executed: the caller needs no query to know that."""
    error = KeyError("x")
    with pytest.raises(KeyError) as caught:
        play(OVERLOADED, *answers, broken=lambda: {"emit": failing(iter([None]), error)})

    assert error is caught.value


def test_a_pause_that_fails_is_cut_short() -> None:
    """Such as by a clock that the user has replaced: the next query follows all the same."""
    machine = CancelMachine(
        call=BY_ID,
        channel=ScriptedChannel(endpoint=USDM, steps=[], parse=unified),
        policy=shipped_policy(),
        evidence=Evidence("binance"),
        pacing=Pacing(lambda: 0.0, 15.0),
        now=lambda: NOW,
        emit=lambda *_, **__: None,
    )
    running = machine.run()
    assert "DELETE" == next(running).method
    assert "GET" == running.send(LOST).method
    assert isinstance(running.send(LOST), Sleep)
    assert "GET" == running.throw(RuntimeError("x")).method


def test_an_interrupt_is_never_caught() -> None:
    """A caller that goes away does not get `CancelUnknown`."""
    with pytest.raises(KeyboardInterrupt):
        play(LOST, broken=lambda: {"emit": failing(iter([]), KeyboardInterrupt())})  # type: ignore[arg-type]


class TestTexts:
    """A message in ccxt's form: the exchange's id first."""

    def test_unknown_shows_what_was_seen_and_how_often_it_was_asked(self) -> None:
        """With the raw answer of the exchange at the end."""
        played = play(LOST, world=lambda method, _: LOST if method == "DELETE" else OPEN)
        looks = len(played.looks)

        assert (
            f"binance cancelOrder() was sent 6 times in {played.seconds:.1f} s: nobody can say"
            f" whether it took; of {looks} queries, the last one that showed it says 'open';"
            f" fetch the order before you act on it: {LOST.reason}"
        ) == str(played.error)

    def test_unknown_without_any_sight_of_it(self) -> None:
        """After one send."""
        played = play(world=lambda *_: LOST)

        assert (
            f"was sent once in {played.seconds:.1f} s: nobody can say whether it took;"
            f" of {len(played.looks)} queries, none showed the order;"
        ) in str(played.error)

    def test_unknown_after_a_contradiction(self) -> None:
        """The cancel found no open order, and every query did."""
        played = play(world=lambda method, _: GONE if method == "DELETE" else OPEN)
        sends = len(played.sends)

        assert f"the exchange said {sends} times that no such order is open" in str(played.error)
        assert str(played.error).endswith(f": {GONE}")

    @pytest.mark.parametrize(
        ("first", "status", "how"),
        [
            (GONE, "CANCELED", f"binance {GONE}: the order was canceled before the cancel"),
            (GONE, "FILLED", f"binance {GONE}: the order was filled before the cancel"),
            (GONE, "EXPIRED", f"binance {GONE}: the order was expired before the cancel"),
            (GONE, "FROZEN", f"{GONE}: the order was not open any more, in the state 'frozen'"),
            (LOST, "REJECTED", "the order was rejected before the cancel: "),
            (LOST, "FILLED", "the order was filled before the cancel: "),
        ],
    )
    def test_gone_shows_how(self, first: Any, status: str, how: str) -> None:
        """As far as a query knows."""
        found = {**FILLED, "status": status}
        error = play(first, found).error

        assert isinstance(error, OrderGone)
        assert how in str(error)
        assert (str(found) in str(error)) == (first is LOST)

    def test_gone_where_no_query_can_be_asked(self) -> None:
        """A refusal shows nothing of the order."""
        error = play(GONE, BAD_KEY).error

        assert isinstance(error, OrderGone)
        assert f"binance {GONE}: no query could say how it ended" in str(error)
        assert isinstance(error.__cause__, ccxt.AuthenticationError)

    def test_an_order_that_was_seen_open_is_never_reported_as_gone(self) -> None:
        """Not found after that: it may be forgotten or archived, however it ended."""

        def come(method: str, seconds: float) -> Any:
            if method == "DELETE":
                return LOST if seconds == 0 else GONE
            return OPEN if seconds <= 0.25 else NOT_FOUND

        error = play(world=come).error
        assert isinstance(error, CancelUnknown)
        assert error.order is not None

    def test_a_newer_order_is_named(self) -> None:
        """The error shows why the cancel was not sent again."""
        newer = {**OPEN, "time": NOW + 5000}
        error = play(LOST, newer, call=BY_CLIENT_ID).error

        assert isinstance(error, CancelUnknown)
        assert "the order that bears this client id now was made after that" in str(error)

    @pytest.mark.parametrize("unsent", [NOT_SENT, HELD])
    def test_what_never_left_is_no_send(self, unsent: Any) -> None:
        """The message counts what may have reached the exchange."""

        def come(method: str, seconds: float) -> Any:
            if method == "GET":
                return OPEN
            return LOST if seconds == 0 else unsent

        assert "cancelOrder() was sent once in" in str(play(world=come).error)
