"""Two calls for one order share one request, and its outcome."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import ccxt
import pytest
from integration.host import SYMBOL, Host, moved
from integration.server import PATIENCE

import adapter
import adapter.core.single_flight
from adapter.errors import OrderGone

from .held import Held
from .raw_server import CANCELED, Peer, RawServer, kept

GONE = kept({"code": -2011, "msg": "Unknown order sent."}, "400 Bad Request")


FILLED = kept({**CANCELED, "status": "FILLED"})


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set as soon as a call has found another one of the same order."""
    event, real = threading.Event(), adapter.core.single_flight.AwaitInFlight

    def join(*arguments: Any) -> Any:
        event.set()
        return real(*arguments)

    monkeypatch.setattr(adapter.core.single_flight, "AwaitInFlight", join)
    return event


def caught(host: Host, call: Callable[[], Any]) -> Callable[[], Any]:
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


def twice(host: Host, held: Held, joined: threading.Event) -> tuple[Any, Any, str]:
    """Both outcomes of two calls for one order, and what was asked."""
    with RawServer(held) as server:
        exchange = moved(host.attached(), server.url)

        def release() -> None:
            if joined.wait(PATIENCE):
                held.may.set()

        threading.Thread(target=release).start()
        call = caught(host, lambda: exchange.cancel_order("7", SYMBOL))
        one, other = host.together([call, call])
        assert joined.is_set()
        assert {} == vars(exchange)["_adapter"].single_flight.flights
    return one, other, server.asked


def test_two_calls_for_one_order_share_the_order(host: Host, joined: threading.Event) -> None:
    """One ``DELETE``; equal answers, and nobody can change the other's."""
    one, other, asked = twice(host, Held(), joined)

    assert "D" == asked
    assert one == other
    assert one is not other
    assert one["info"] is not other["info"]


def test_two_calls_for_one_order_share_the_error(host: Host, joined: threading.Event) -> None:
    """The same class, message, state and order, as an exception of each call's own."""
    one, other, asked = twice(host, Held(GONE, FILLED), joined)

    assert "Dq" == asked
    assert OrderGone is type(one) is type(other)
    assert (str(one), one.state, one.order) == (str(other), other.state, other.order)
    assert "closed" == one.state
    assert one is not other


def test_the_order_of_a_shared_error_is_each_calls_own(host: Host, joined: threading.Event) -> None:
    """What one caller does to ``.order`` does not reach the other."""
    one, other, _ = twice(host, Held(GONE, FILLED), joined)

    assert one.order is not other.order


def test_a_follower_does_the_work_when_the_leader_gives_up(
    async_host: Host, joined: threading.Event
) -> None:
    """The leader is cancelled: the call that waited for it sends its own cancel."""
    held = Held()
    with RawServer(held) as server:
        exchange = moved(async_host.attached(), server.url)

        async def scenario() -> Any:
            leader = asyncio.ensure_future(exchange.cancel_order("7", SYMBOL))
            assert await asyncio.to_thread(held.came.wait, PATIENCE)
            follower = asyncio.ensure_future(exchange.cancel_order("7", SYMBOL))
            assert await asyncio.to_thread(joined.wait, PATIENCE)
            leader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await leader
            held.may.set()
            return await follower

        order = async_host.run(scenario())

    assert "canceled" == order["outcome"]
    assert "DD" == server.asked


def test_a_follower_that_gives_up_costs_the_leader_nothing(
    async_host: Host, joined: threading.Event
) -> None:
    """One ``DELETE``, and the leader's order."""
    held = Held()
    with RawServer(held) as server:
        exchange = moved(async_host.attached(), server.url)

        async def scenario() -> Any:
            leader = asyncio.ensure_future(exchange.cancel_order("7", SYMBOL))
            assert await asyncio.to_thread(held.came.wait, PATIENCE)
            follower = asyncio.ensure_future(exchange.cancel_order("7", SYMBOL))
            assert await asyncio.to_thread(joined.wait, PATIENCE)
            follower.cancel()
            with pytest.raises(asyncio.CancelledError):
                await follower
            held.may.set()
            return await leader

        order = async_host.run(scenario())

    assert "canceled" == order["outcome"]
    assert "D" == server.asked


def test_different_orders_do_not_wait_for_each_other(host: Host) -> None:
    """Order 7 is answered only when order 8 has been: neither would end if one waited."""
    eight_done = threading.Event()

    def serve(peer: Peer) -> None:
        line = peer.listen()
        if "orderId=7&" in line:
            assert eight_done.wait(PATIENCE)
            peer.say(kept(CANCELED))
        else:
            peer.say(kept({**CANCELED, "orderId": 8}))
            eight_done.set()

    with RawServer(serve) as server:
        exchange = moved(host.attached(), server.url)
        orders = host.together(
            [
                lambda: exchange.cancel_order("7", SYMBOL),
                lambda: exchange.cancel_order("8", SYMBOL),
            ]
        )

    assert ["7", "8"] == [order["id"] for order in orders]
    assert "DD" == server.asked
