"""Many at once: bounded, by one deadline, shared with other calls, and ended with the caller."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from typing import Any

import ccxt
import pytest
from integration.host import Host

from adapter.core.events import Event
from adapter.engine.many import CONCURRENCY
from adapter.simulator import Simulator

from .trader import BY_NAME, KEPT, Trader, outcomes

SINGLY = BY_NAME["pm_um"]


def in_real_time(trader: Trader) -> None:
    """Pauses take their time: those that are skipped add up where they go side by side."""
    io = vars(trader.exchange)["_adapter"].io
    io.clock = time.monotonic
    io.sleep = time.sleep if trader.host.is_sync else asyncio.sleep
    trader.exchange.milliseconds = trader.sim.book.clock


class Watched:
    """What sends the requests of an exchange object, and how many it sends at once."""

    def __init__(self, trader: Trader, fail_at: int = -1, error: type[BaseException] = Exception):
        self.io = vars(trader.exchange)["_adapter"].io
        self.send, self.count = self.io.send, itertools.count(1)
        self.now = self.most = 0
        self.lock, self.fail_at, self.error = threading.Lock(), fail_at, error
        self.io.send = self.sent if trader.host.is_sync else self.asent

    def _begin(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if next(self.count) == self.fail_at:
                raise self.error

    def sent(self, *arguments: Any, **named: Any) -> Any:
        self._begin()
        try:
            return self.send(*arguments, **named)
        finally:
            self.now -= 1

    async def asent(self, *arguments: Any, **named: Any) -> Any:
        self._begin()
        try:
            return await self.send(*arguments, **named)
        finally:
            self.now -= 1


@pytest.mark.long
def test_a_thousand_ids(host: Host, sim: Simulator) -> None:
    """One request each where there is no request for several; never more than some at once."""
    trader = Trader(host, sim, SINGLY)
    in_real_time(trader)
    orders = [sim.place("pm_um", "BTCUSDT") for _ in range(1000)]
    watched = Watched(trader)
    came = trader.cancel_many(orders)

    assert ["canceled"] * 1000 == outcomes(came)
    assert [str(order.order_id) for order in orders] == [order["id"] for order in came]
    assert 1000 == len(sim.requests)
    assert 1 < watched.most <= CONCURRENCY
    assert {} == trader.flights


def test_those_that_wait_leave_room(host: Host, sim: Simulator) -> None:
    """More orders than requests at once are each accepted first and final only later."""
    trader = Trader(host, sim, SINGLY)
    in_real_time(trader)
    orders = trader.place_many(3 * CONCURRENCY)
    sim.faults.play(*["accepted_only"] * len(orders), on="DELETE")
    watched = Watched(trader)
    came = trader.cancel_many(orders, deadline=KEPT)

    assert ["canceled"] * len(orders) == outcomes(came)
    assert watched.most <= CONCURRENCY


def test_there_is_one_deadline(host: Host, sim: Simulator) -> None:
    """What is not begun by then is not sent, and says so."""
    trader = Trader(host, sim, SINGLY, {"options": {"adapter": {"throttle": "wait"}}})
    clock = vars(trader.exchange)["_adapter"].io.clock
    orders = trader.place_many(3)
    watched = Watched(trader)
    send = watched.io.send

    def late(*arguments: Any, **named: Any) -> Any:
        clock.now += 6.0
        return send(*arguments, **named)

    watched.io.send = late
    came = trader.cancel_many(orders, deadline=5.0)

    assert {"canceled"} < {*outcomes(came)} | {"refused"}
    for order, placed in zip(came, orders, strict=True):
        if order["outcome"] == "refused":
            assert "was not sent" in str(order["error"])
            assert "NEW" == trader.book(placed)


def test_a_cancel_that_is_under_way_is_shared(host: Host, sim: Simulator) -> None:
    """One request for an order that two calls cancel at once."""
    trader = Trader(host, sim, SINGLY)
    order, other = trader.place_many(2)
    sim.faults.play("delay_after", "delay_after", on="DELETE", seconds=0.2)
    single, many = host.together(
        [lambda: _single(trader, order), lambda: _many(trader, [order, other])]
    )

    assert "canceled" == single["outcome"]
    assert ["canceled"] * 2 == outcomes(many)
    assert "DD" == trader.asked


def _single(trader: Trader, order: Any) -> Any:
    asked = str(order.order_id), trader.kind.unified, dict(trader.kind.params)
    return trader.exchange.cancel_order(*asked)


def _many(trader: Trader, orders: list[Any]) -> Any:
    ids = [str(order.order_id) for order in orders]
    return trader.exchange.cancel_orders(ids, trader.kind.unified, dict(trader.kind.params))


class LeftError(BaseException):
    """What ends a program."""


def test_what_ends_the_caller_ends_all(host: Host, sim: Simulator) -> None:
    """It is raised as it is, nobody waits for these cancels any more, and events say so."""
    trader = Trader(host, sim, SINGLY)
    orders = trader.place_many(30)
    Watched(trader, fail_at=5, error=LeftError)
    with pytest.raises(BaseException) as raised:  # noqa: PT011  # a group of tasks has its own
        trader.cancel_many(orders)

    assert "LeftError" in repr(raised.value)
    assert {} == trader.flights
    last = [event for event in trader.events if event.order_id is None][-1]
    assert ("interrupted", True) == (last.what, last.details["sent"])
    assert trader.events_named("interrupted")


def test_a_task_that_is_cancelled_ends_all(sim: Simulator) -> None:
    """Without further requests, and the orders can be cancelled again."""
    host = Host("async")
    trader = Trader(host, sim, SINGLY)
    orders = trader.place_many(30)

    async def leave() -> None:
        call = asyncio.ensure_future(_many(trader, orders))
        while not sim.requests:
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    host.run(leave())
    assert {} == trader.flights
    assert "interrupted" == trader.events[-1].what
    assert {"canceled", "gone"} >= {*outcomes(trader.cancel_many(orders))}
    host.close()


class Interrupted(dict[Any, Any]):
    """Flights of which the third is begun when Ctrl-C comes."""

    def setdefault(self, key: Any, default: Any = None) -> Any:
        begun = super().setdefault(key, default)
        if len(self) == 3:
            raise LeftError
        return begun


def test_an_interrupt_before_anything_is_sent(host: Host, sim: Simulator) -> None:
    """No flight is left for others to wait for."""
    trader = Trader(host, sim, SINGLY)
    vars(trader.exchange)["_adapter"].single_flight.flights = Interrupted()
    orders = trader.place_many(5)
    with pytest.raises(LeftError):
        trader.cancel_many(orders)

    assert {} == trader.flights
    assert [] == sim.requests


def test_no_thread_can_be_had(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The calling one does it all."""
    host = Host("sync")
    trader = Trader(host, sim, SINGLY)
    orders = trader.place_many(5)

    start = threading.Thread.start

    def start_others(thread: threading.Thread) -> None:
        if thread.name == "adapter-worker":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_others)
    came = trader.cancel_many(orders)

    assert ["canceled"] * 5 == outcomes(came)
    host.close()


def test_events_say_how_far_it_is(host: Host, sim: Simulator) -> None:
    """How many there are, how each ended, and at last how many ended in which way."""
    trader = Trader(host, sim, SINGLY)
    order, filled = trader.place_many(2)
    sim.book.fill(filled)
    trader.cancel_many([order, filled])
    of_the_call = [event for event in trader.events if event.order_id is None]

    assert 1 == len({event.call for event in trader.events})
    assert [("started", {"orders": 2}), ("settled", {"canceled": 1, "gone": 1})] == [
        (event.what, dict(event.details)) for event in of_the_call
    ]
    assert trader.events[0] is of_the_call[0]
    assert trader.events[-1] is of_the_call[-1]
    ended = {event.order_id: event.details for event in trader.events_named("settled")}
    assert "canceled" == ended[str(order.order_id)]["outcome"]
    assert "OrderGone" == ended[str(filled.order_id)]["error"]


def test_a_listener_in_other_threads_has_the_callers_context(host: Host, sim: Simulator) -> None:
    """As in a single call."""
    import contextvars

    name = contextvars.ContextVar("name", default="nobody's")
    seen: set[str] = set()

    def listen(_: Event) -> None:
        seen.add(name.get())

    trader = Trader(host, sim, SINGLY)
    vars(trader.exchange)["_adapter"].config.on_event = listen
    orders = trader.place_many(20)
    name.set("mine")
    trader.cancel_many(orders)

    assert {"mine"} == seen


def test_all_are_under_way_elsewhere(host: Host, sim: Simulator) -> None:
    """Nothing is sent, and the outcome is that of the other call."""
    trader = Trader(host, sim, SINGLY)
    order = trader.place()
    state = vars(trader.exchange)["_adapter"]
    key = "binance.pm_um", "BTCUSDT", str(order.order_id), None
    flight = state.single_flight.begin(state.single_flight.make(key))
    flight.outcome = ccxt.OperationRejected("no")
    flight.future().set_result(flight.outcome)
    [came] = trader.cancel_many([order])

    assert isinstance(came["error"], ccxt.OperationRejected)
    assert [] == sim.requests
    assert [flight] == [*trader.flights.values()]
