"""Callers that give up, interrupt, or come in numbers: nothing leaks and nobody is misled."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from integration.host import SYMBOL, Host, moved
from integration.server import PATIENCE

import adapter
import adapter.core.single_flight
from adapter.errors import OrderGone
from adapter.simulator import Simulator

from .held import Held
from .raw_server import RawServer
from .simulated import Trader


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
def test_a_task_that_is_given_up_leaves_nothing_behind(
    async_host: Host, give_up: Any, then: str
) -> None:
    """No connection stays taken, the loop gets no error, and the exchange object still works."""
    held, complaints = Held(), list[Any]()
    with RawServer(held) as server:
        exchange = moved(async_host.attached(), server.url)

        async def scenario() -> Any:
            asyncio.get_running_loop().set_exception_handler(lambda _, c: complaints.append(c))
            await give_up(lambda: exchange.cancel_order("7", SYMBOL), held.came)
            taken = len(exchange.tcp_connector._acquired)
            held.may.set()
            order = await exchange.cancel_order(then, SYMBOL)
            gc.collect()
            await asyncio.sleep(0)
            return taken, order

        taken, order = async_host.run(scenario())
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
