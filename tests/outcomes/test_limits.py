"""A host that takes no more is left alone until it does; everything else goes on."""

from __future__ import annotations

import threading
from typing import Any

import ccxt
import pytest
from integration.host import SYMBOL, Host, moved
from integration.server import PATIENCE
from simulator.wire import NOW

from adapter.errors import CancelUnknown, RateLimited
from adapter.simulator import Simulator

from .raw_server import Peer, RawServer, answering, kept
from .simulated import BY_NAME, KINDS, MINUTE, Clock, Kind, Trader

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
hosts = pytest.mark.parametrize("name", ["usdm", "coinm", "options", "pm_margin", "spot", "margin"])
BANS = ["limited_429", "banned_418", "banned_418_bare"]
bans = pytest.mark.parametrize("ban", BANS)


def second_server(trader: Trader, other: Simulator, *apis: str) -> None:
    """These addresses of the exchange lead to another host."""
    api = trader.exchange.urls["api"]
    moved_there = {name: api[name].replace(trader.sim.url, other.url) for name in apis}
    trader.exchange.urls = {**trader.exchange.urls, "api": {**api, **moved_there}}


@hosts
def test_a_limit_that_ends_in_time_is_waited_for(host: Host, sim: Simulator, name: str) -> None:
    """``Retry-After: 1`` within 15 s: one pause of a second, then the cancel."""
    trader = Trader(host, sim, BY_NAME[name])
    order = trader.place()
    sim.faults.play("limited_429", seconds=1)
    outcome = trader.cancel(order)["outcome"]

    assert "canceled" == outcome
    assert trader.asked.startswith("DD")
    assert 1 == trader.asked.count("DD")
    assert 1.0 in [event.details["seconds"] for event in trader.events_named("waited")]


@kinds
@bans
def test_a_limit_beyond_the_deadline_is_raised_at_once(host: Host, kind: Kind, ban: str) -> None:
    """`RateLimited` with the seconds, without a pause; the next call does not even send."""
    clock = Clock()
    with Simulator(clock=clock) as sim:
        trader = Trader(host, sim, kind)
        trader.exchange.milliseconds = clock
        order = trader.place()
        sim.faults.play(ban, seconds=120)
        with pytest.raises(RateLimited) as first:
            trader.cancel(order)
        with pytest.raises(RateLimited) as second:
            trader.cancel(order)

    assert 120 == first.value.retry_after
    assert 100 < (second.value.retry_after or 0) <= 120
    assert "D" == trader.asked
    assert [] == trader.events_named("waited")
    assert "NEW" == trader.book(order)
    assert isinstance(first.value, ccxt.RateLimitExceeded)
    assert isinstance(first.value, ccxt.DDoSProtection)


@pytest.mark.parametrize("name", ["usdm", "pm_um"])
def test_a_limit_is_over_when_it_is_over(host: Host, sim: Simulator, name: str) -> None:
    """Raised by a call without time; the next one, which has it, sends when the host takes it."""
    trader = Trader(host, sim, BY_NAME[name])
    order = trader.place()
    sim.faults.play("limited_429", seconds=30)
    with pytest.raises(RateLimited):
        trader.cancel(order, deadline=15)
    outcome = trader.cancel(order, deadline=60)["outcome"]

    assert "canceled" == outcome
    assert [429, 200] == [request.status for request in sim.requests]


@kinds
@pytest.mark.parametrize("ban", ["limited_429_bare", "limited_1003"])
def test_a_limit_without_a_time_holds_until_the_hosts_minute_ends(
    host: Host, kind: Kind, ban: str
) -> None:
    """Neither ``Retry-After`` nor "banned until": three calls make one request, and raise."""
    with Simulator(clock=Clock(NOW + MINUTE // 3)) as sim:
        trader = Trader(host, sim, kind)
        order = trader.place()
        sim.faults.play(ban)
        first, *others = [trader.tried(order) for _ in range(3)]
        asked = trader.asked
        trader.pass_by(first.retry_after)
        outcome = trader.cancel(order)["outcome"]

    assert "D" == asked
    assert 40.0 == first.retry_after
    assert "the host's minute ends in 40.0 s" in str(first)
    assert [(RateLimited, 40.0)] * 2 == [(type(e), round(e.retry_after, 3)) for e in others]
    assert "canceled" == outcome


@kinds
def test_a_limit_without_a_time_is_waited_for_where_the_deadline_lasts(
    host: Host, kind: Kind
) -> None:
    """The host's minute ends in 10 s: one pause, and then the cancel."""
    with Simulator(clock=Clock(NOW + MINUTE - 10_000)) as sim:
        trader = Trader(host, sim, kind)
        order = trader.place()
        sim.faults.play("limited_429_bare")
        outcome = trader.cancel(order)["outcome"]

    assert "canceled" == outcome
    assert trader.asked.startswith("DD")
    assert 10.0 == trader.events_named("waited")[0].details["seconds"]


@bans
def test_other_hosts_go_on(host: Host, sim: Simulator, ban: str) -> None:
    """A ban on futures blocks neither Options nor Portfolio Margin nor spot."""
    with Simulator() as other:
        trader = Trader(host, sim)
        names = ("eapiPrivate", "eapiPublic", "papi", "private", "sapi", "public")
        second_server(trader, other, *names)
        other.add_key(trader.exchange.apiKey, trader.exchange.secret)
        order = trader.place()
        sim.faults.play(ban, seconds=120)
        assert isinstance(trader.tried(order), RateLimited)
        for name in ("options", "pm_um", "pm_cm", "pm_margin", "spot", "margin"):
            kind = BY_NAME[name]
            elsewhere = other.place(name, kind.symbol)
            trader.kind = kind
            assert "canceled" == trader.cancel(elsewhere)["outcome"]

    assert 1 == len(sim.requests)


@pytest.mark.parametrize(("banned", "free"), [("spot", "margin"), ("margin", "spot")])
def test_spot_and_margin_are_limited_apart(
    host: Host, sim: Simulator, banned: str, free: str
) -> None:
    """They have one host, which counts /api and /sapi for themselves."""
    trader = Trader(host, sim, BY_NAME[banned])
    order = trader.place()
    sim.faults.play("limited_429", seconds=120)
    assert isinstance(trader.tried(order), RateLimited)
    trader.kind = BY_NAME[free]

    assert "canceled" == trader.cancel(trader.place())["outcome"]


@bans
def test_another_exchange_object_is_not_held(host: Host, sim: Simulator, ban: str) -> None:
    """A ban is kept by the object that got it, and by no other."""
    banned, free = Trader(host, sim), Trader(host, sim)
    order = banned.place()
    sim.faults.play(ban, seconds=120)
    assert isinstance(banned.tried(order), RateLimited)
    sim.faults.clear()

    assert isinstance(banned.tried(order), RateLimited)
    assert "canceled" == free.cancel(order)["outcome"]
    assert 2 == len(sim.requests)


def test_1008_on_options_is_a_limit(host: Host) -> None:
    """There -1008 means that this client asks too much; elsewhere that everybody does."""
    with Simulator(clock=Clock(NOW + MINUTE // 3)) as sim:
        trader = Trader(host, sim, BY_NAME["options"])
        order = trader.place()
        sim.faults.play("throttled_1008")
        limited = [trader.tried(order) for _ in range(3)]

    assert {RateLimited} == {type(error) for error in limited}
    assert 40.0 == limited[0].retry_after
    assert "D" == trader.asked
    assert "NEW" == trader.book(order)


@kinds
def test_a_limit_on_the_query_does_not_hide_the_doubt(
    host: Host, sim: Simulator, kind: Kind
) -> None:
    """The cancel is lost and the query banned: unknown, never "not executed"."""
    trader = Trader(host, sim, kind)
    order = trader.place()
    sim.faults.play("drop_after", on="DELETE")
    sim.faults.play("banned_418", on="GET")

    assert isinstance(trader.tried(order), CancelUnknown)
    assert "Dq" == trader.asked


def limited(seconds: int) -> bytes:
    answer = kept({"code": -1003, "msg": "Too many requests."}, "429 Too Many Requests")
    return answer.replace(b"\r\n\r\n", b"\r\nRetry-After: %d\r\n\r\n" % seconds, 1)


def test_a_shorter_limit_does_not_end_a_longer_one(host: Host) -> None:
    """Two cancels are in progress; one gets 100 s, then the other 20 s: 100 s apply."""
    both, first_told = threading.Barrier(2), threading.Event()

    def serve(peer: Peer) -> None:
        request = peer.listen()
        both.wait(PATIENCE)
        if "orderId=1&" in request:
            peer.say(limited(100))
        else:
            assert first_told.wait(PATIENCE)
            peer.say(limited(20))

    def heard_of(event: Any) -> None:
        if event.what == "blocked" and event.order_id == "1":
            first_told.set()

    with RawServer(serve) as server:
        exchange = moved(host.attached(on_event=heard_of), server.url)

        def call(id: str) -> Any:
            return lambda: exchange.cancel_order(id, SYMBOL)

        for result in host.together([caught(host, call("1")), caught(host, call("2"))]):
            assert isinstance(result, RateLimited)
        with pytest.raises(RateLimited) as later:
            host.cancel(exchange, "3", SYMBOL)

    assert (later.value.retry_after or 0) > 90


def caught(host: Host, call: Any) -> Any:
    """The same call, which returns its error."""

    def sync() -> Any:
        try:
            return call()
        except ccxt.BaseError as e:
            return e

    async def asynchronous() -> Any:
        try:
            return await call()
        except ccxt.BaseError as e:
            return e

    return sync if host.is_sync else asynchronous


def test_a_limit_is_the_word_of_the_moment(host: Host) -> None:
    """``Retry-After: 0`` blocks nothing: the cancel is sent again."""
    with RawServer(answering(limited(0))) as server:
        order = host.cancel(moved(host.attached(), server.url), "7", SYMBOL)

    assert "canceled" == order["outcome"]
    assert "DD" == server.asked
