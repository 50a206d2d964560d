"""Callers that give up, interrupt, or come in numbers: nothing leaks and nobody is misled."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import ccxt
import pytest
from integration.host import SYMBOL, Host, moved
from integration.server import PATIENCE

import adapter
import adapter.core.single_flight
from adapter.errors import OrderGone
from adapter.simulator import Simulator

from .raw_server import CANCELED, Peer, RawServer, kept
from .simulated import Trader

GONE = kept({"code": -2011, "msg": "Unknown order sent."}, "400 Bad Request")
FILLED = kept({**CANCELED, "status": "FILLED"})


class Held:
    """Answers only when it may; ``came`` is set by the first request."""

    def __init__(self, delete: bytes | None = None, get: bytes | None = None) -> None:
        self.came, self.may = threading.Event(), threading.Event()
        self._delete, self._get = delete, get

    def __call__(self, peer: Peer) -> None:
        while True:
            line = peer.listen()
            self.came.set()
            if not self.may.wait(PATIENCE):
                raise ConnectionError
            asked = line.partition("orderId=")[2].partition("&")[0]
            fixed = self._delete if line.startswith("DELETE") else self._get
            peer.say(fixed or kept({**CANCELED, "orderId": int(asked)}))


@pytest.fixture
def mode() -> Iterator[Host]:
    host = Host("async")
    yield host
    host.close()


async def gives_up_by_cancel(call: Callable[[], Any], came: threading.Event) -> None:
    task = asyncio.ensure_future(call())
    assert await asyncio.to_thread(came.wait, PATIENCE)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def gives_up_by_timeout(call: Callable[[], Any], came: threading.Event) -> None:
    async def expire(timeout: asyncio.Timeout) -> None:
        assert await asyncio.to_thread(came.wait, PATIENCE)
        timeout.reschedule(0)

    async def expired() -> None:
        async with asyncio.timeout(None) as timeout:
            expiry = asyncio.ensure_future(expire(timeout))
            await call()
            await expiry

    with pytest.raises(TimeoutError):
        await expired()


async def gives_up_by_wait_for(call: Callable[[], Any], came: threading.Event) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(call(), 0.3)
    assert await asyncio.to_thread(came.wait, PATIENCE)


GIVING_UP = [gives_up_by_cancel, gives_up_by_timeout, gives_up_by_wait_for]


@pytest.mark.parametrize("give_up", GIVING_UP)
@pytest.mark.parametrize("then", ["7", "8"], ids=["the same order", "another order"])
def test_a_task_that_is_given_up_leaves_nothing_behind(mode: Host, give_up: Any, then: str) -> None:
    """No connection stays taken, the loop gets no error, and the exchange object still works."""
    held, complaints = Held(), list[Any]()
    with RawServer(held) as server:
        exchange = moved(mode.attached(), server.url)

        async def scenario() -> Any:
            asyncio.get_running_loop().set_exception_handler(lambda _, c: complaints.append(c))
            await give_up(lambda: exchange.cancel_order("7", SYMBOL), held.came)
            taken = len(exchange.tcp_connector._acquired)
            held.may.set()
            order = await exchange.cancel_order(then, SYMBOL)
            gc.collect()
            await asyncio.sleep(0)
            return taken, order

        taken, order = mode.run(scenario())
        gc.collect()

    assert 0 == taken
    assert then == order["id"]
    assert "canceled" == order["outcome"]
    assert [] == complaints
    assert 0 == len(exchange.tcp_connector._acquired) if exchange.tcp_connector else True


def interrupt(*_: Any) -> None:
    """Ctrl-C."""
    raise KeyboardInterrupt


def test_ctrl_c_while_the_answer_is_awaited_leaves_nothing_behind() -> None:
    """The signal comes while the main thread reads the socket; the next cancel is served."""
    host, main, held = Host("sync"), threading.main_thread(), Held()

    def press() -> None:
        assert held.came.wait(PATIENCE)
        assert main.ident is not None
        signal.pthread_kill(main.ident, signal.SIGINT)

    before = signal.signal(signal.SIGINT, interrupt)
    finger = threading.Thread(target=press)
    try:
        with RawServer(held) as server:
            exchange = moved(host.attached(), server.url)
            finger.start()
            with pytest.raises(KeyboardInterrupt):
                host.cancel(exchange, "7", SYMBOL)
            finger.join()
            held.may.set()
            order = host.cancel(exchange, "7", SYMBOL)
            host.close()
            gc.collect()
    finally:
        signal.signal(signal.SIGINT, before)

    assert "canceled" == order["outcome"]
    assert "DD" == server.asked


@pytest.mark.parametrize("when", ["sent", "replied", "classified", "waited", "settled"])
def test_an_interruption_at_any_step_leaves_nothing_behind(
    host: Host, sim: Simulator, when: str
) -> None:
    """``KeyboardInterrupt`` goes through, and the same order can be cancelled by the next call."""
    trader = Trader(host, sim)
    order = trader.place()

    def once(event: Any) -> None:
        if event.what == when:
            adapter.attach(trader.exchange, on_event=trader.events.append)
            raise InterruptedByUs

    adapter.attach(trader.exchange, on_event=once)
    sim.faults.play("http_503_unavailable")
    with pytest.raises(InterruptedByUs):
        trader.cancel(order)
    sim.faults.clear()
    result = trader.tried(order)
    gc.collect()

    assert "CANCELED" == trader.book(order)
    assert isinstance(result, OrderGone) if when == "settled" else "canceled" == result["outcome"]


class InterruptedByUs(BaseException):
    """Like KeyboardInterrupt, which asyncio's runner would turn into its own end."""


@pytest.mark.parametrize("fault", [None, "drop_after", "drop_before", "http_503_unavailable"])
def test_sixteen_orders_at_once(host: Host, sim: Simulator, fault: str | None) -> None:
    """Threads or tasks on one exchange object: each order is cancelled, and each answer its own.

    One order may meet all of the faults, so there are as many tries.
    """
    trader = Trader(host, sim)
    state = vars(trader.exchange)["_adapter"]
    state.config.endpoints = tuple(
        attrs.evolve(choice, policy=attrs.evolve(choice.policy, attempts=6))
        for choice in state.config.endpoints
    )
    orders = [trader.place() for _ in range(16)]
    sim.faults.play(*[fault, None, None] * 5, on="DELETE")

    def call(id: int) -> Callable[[], Any]:
        return lambda: trader.exchange.cancel_order(id, SYMBOL)

    results = host.together([call(order.order_id) for order in orders])

    assert [str(order.order_id) for order in orders] == [result["id"] for result in results]
    assert {"CANCELED"} == {trader.book(order) for order in orders}


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
    mode: Host, joined: threading.Event
) -> None:
    """The leader is cancelled: the call that waited for it sends its own cancel."""
    held = Held()
    with RawServer(held) as server:
        exchange = moved(mode.attached(), server.url)

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

        order = mode.run(scenario())

    assert "canceled" == order["outcome"]
    assert "DD" == server.asked


def test_a_follower_that_gives_up_costs_the_leader_nothing(
    mode: Host, joined: threading.Event
) -> None:
    """One ``DELETE``, and the leader's order."""
    held = Held()
    with RawServer(held) as server:
        exchange = moved(mode.attached(), server.url)

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

        order = mode.run(scenario())

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
