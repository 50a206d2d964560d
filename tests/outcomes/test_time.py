"""A clock that is wrong is set once, and the deadline applies whatever the server does."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import ccxt
import pytest
from integration.host import SYMBOL, Host, moved
from integration.server import PATIENCE, http

import adapter
from adapter.simulator import Simulator

from .raw_server import OPEN, Peer, RawServer, answering, kept
from .simulated import BY_NAME, KINDS, Clock, Kind, Trader

HOUR = 3_600_000
SKEWS = {"skew_hour": -HOUR, "skew_hour_behind": HOUR}

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
skews = pytest.mark.parametrize("skew", SKEWS)


def on_time(host: Host, sim: Simulator, kind: Kind, clock: Clock) -> Trader:
    """Both clocks are one, which is stopped, so that the offset is exact."""
    options = {"fetchMarkets": {"types": ["option"]}} if kind.name == "options" else {}
    trader = Trader(host, sim, kind, {"options": options})
    trader.exchange.milliseconds = clock
    return trader


def looks(kind: Kind) -> str:
    """Portfolio Margin has no time endpoint: the ``Date`` of the refusal shows it."""
    return "" if kind.path.startswith("/papi") else "t"


@kinds
@skews
def test_a_clock_that_is_an_hour_off_is_set_once(host: Host, kind: Kind, skew: str) -> None:
    """The cancel is refused, the time taken, the cancel sent again, and the offset kept."""
    clock = Clock()
    with Simulator(clock=clock) as sim:
        trader = on_time(host, sim, kind, clock)
        first, second = trader.place(), trader.place()
        sim.faults.play(skew, on="DELETE")
        order = trader.cancel(first)
        assert f"D{looks(kind)}D{seen(kind)}" == trader.asked
        assert SKEWS[skew] == trader.exchange.options["timeDifference"]
        trader.cancel(second)

    assert "canceled" == order["outcome"]
    assert ("CANCELED", "CANCELED") == (trader.book(first), trader.book(second))
    assert f"D{looks(kind)}D{seen(kind)}D{seen(kind)}" == trader.asked
    assert 1 == len(trader.events_named("resynced"))


@kinds
@skews
def test_the_offset_serves_ccxts_own_methods(host: Host, kind: Kind, skew: str) -> None:
    """``fetch_order`` of ccxt is in time as well, after one cancel of ours."""
    clock = Clock()
    with Simulator(clock=clock) as sim:
        trader = on_time(host, sim, kind, clock)
        host.done(trader.exchange.load_markets)
        order = trader.place()
        sim.faults.play(skew, on="DELETE")
        trader.cancel(order)
        found = host.done(
            lambda: trader.exchange.fetch_order(
                str(order.order_id), kind.unified, dict(kind.params)
            )
        )

    assert "canceled" == found["status"]
    assert str(order.order_id) == found["id"]


@kinds
@skews
def test_a_clock_that_is_wrong_for_a_query_is_set_too(host: Host, kind: Kind, skew: str) -> None:
    """The answer to the cancel is lost, and the query refused: it is asked again in time."""
    clock = Clock()
    with Simulator(clock=clock) as sim:
        trader = on_time(host, sim, kind, clock)
        order = trader.place()
        sim.faults.play("drop_after", on="DELETE")
        sim.faults.play(skew, on="GET")
        outcome = trader.cancel(order)["outcome"]

    assert "canceled" == outcome
    assert f"Dq{looks(kind)}q" == trader.asked


@kinds
@pytest.mark.parametrize("again", ["skew_hour_behind", "me_recv_window_5028"])
def test_a_second_refusal_is_invalid_nonce(host: Host, kind: Kind, again: str) -> None:
    """The clock is set once in a call; after that it is the user's to mend."""
    clock = Clock()
    with Simulator(clock=clock) as sim:
        trader = on_time(host, sim, kind, clock)
        order = trader.place()
        sim.faults.play("skew_hour", again, on="DELETE")
        with pytest.raises(ccxt.InvalidNonce):
            trader.cancel(order)

    assert "NEW" == trader.book(order)
    assert f"D{looks(kind)}D" == trader.asked


@kinds
def test_the_matching_engines_window_is_answered_alike(host: Host, kind: Kind) -> None:
    """-5028: one look at the clock, and the cancel again."""
    clock = Clock()
    with Simulator(clock=clock) as sim:
        trader = on_time(host, sim, kind, clock)
        order = trader.place()
        sim.faults.play("me_recv_window_5028", on="DELETE")
        outcome = trader.cancel(order)["outcome"]

    assert "canceled" == outcome
    assert f"D{looks(kind)}D{seen(kind)}" == trader.asked


def seen(kind: Kind) -> str:
    """Options accepts a cancel, and a query sees that it took."""
    return "q" if kind.name == "options" else ""


REFUSED = kept({"code": -1021, "msg": "Timestamp for this request is outside."}, "400 Bad Request")
Answer = bytes | Callable[[Peer], object]


def closes(_: Peer) -> str:
    return "closed"


HELD: dict[str, tuple[tuple[Answer, ...], str, Any]] = {
    "the cancel": ((), "D", adapter.CancelUnknown),
    "the query after a lost answer": ((closes,), "Dq", adapter.CancelUnknown),
    "the clock's page": ((REFUSED,), "Dt", ccxt.InvalidNonce),
    "the cancel after the clock": (
        (REFUSED, http({"serverTime": 1})),
        "DtD",
        adapter.CancelUnknown,
    ),
    "the query after an accepted cancel": ((kept(OPEN),), "Dq", "accepted"),
}


@pytest.mark.parametrize("held", HELD)
def test_the_deadline_does_not_wait_for_the_server(host: Host, held: str) -> None:
    """The server answers when the call has ended, and not before: the call ended by itself.

    What comes before takes all but a quarter of a second, by the call's own clock.
    """
    before, asked, outcome = HELD[held]
    ended, answered, replies = threading.Event(), threading.Event(), list[Any]()

    def hold(_: Peer) -> str:
        assert ended.wait(PATIENCE)
        answered.set()
        return "ended"

    def received(event: Any) -> None:
        if event.what == "replied":
            replies.append(event)
            if len(replies) == len(before):
                vars(exchange)["_adapter"].io.clock.now += 15.75

    with RawServer(answering(*before, *[hold] * 9)) as server:
        exchange = moved(host.attached({"timeout": 600_000}, on_event=received), server.url)
        try:
            params = {"deadline": 16 if before else 0.25}
            result = host.cancel(exchange, "7", SYMBOL, params)["outcome"]
        except ccxt.BaseError as e:
            result = type(e)
        in_time = not answered.is_set()
        ended.set()

    assert in_time
    assert outcome == result
    assert asked == server.asked[: len(asked)]


@pytest.mark.parametrize("fault", ["drop_before", "http_503_unavailable", "not_found_lag"])
def test_no_pause_reaches_past_the_deadline(host: Host, sim: Simulator, fault: str) -> None:
    """The pauses of one call add up to less than its deadline, and no single one is longer."""
    trader = Trader(host, sim, BY_NAME["usdm"])
    order = trader.place()
    sim.faults.play("drop_before")
    sim.faults.play(*[fault] * 40)
    with contextlib.suppress(ccxt.BaseError):
        trader.cancel(order, deadline=5)

    assert sum(event.details["seconds"] for event in trader.events_named("waited")) < 5


@kinds
def test_a_request_that_is_executed_after_the_deadline_was_called_unknown(
    host: Host, sim: Simulator, kind: Kind
) -> None:
    """The exchange delays everything: unknown was true, for the cancel is executed afterwards."""
    trader, came = Trader(host, sim, kind), False
    sim.faults.play(*["delay_before"] * 99)
    while not came:  # a cancel that was given up before the exchange got it is none
        order = trader.place()
        result = trader.tried(order, deadline=0.3)
        came = any(request.params["orderId"] == str(order.order_id) for request in sim.requests)
    before = trader.book(order)
    sim.faults.finish()

    assert isinstance(result, adapter.CancelUnknown)
    assert ("NEW", "CANCELED") == (before, trader.book(order))
