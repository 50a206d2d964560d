"""The call shapes of other bots: what they believe of an order agrees with the book."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import ccxt
import ccxt.async_support
import pytest

import adapter
from adapter.simulator import Order, Simulator
from adapter.simulator.simulator import wall_clock

from .callers import CALLERS, CANCELED, GONE, SYMBOL, bt_ccxt_store

each = pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.__name__)

Caller = Callable[..., Any]


@attrs.define
class Clock:
    """The exchange's time in ms, which may be set back."""

    behind: int = 0

    def __call__(self) -> int:
        return wall_clock() - self.behind


@attrs.frozen
class Bot:
    """Makes its exchange object itself, calls, and is watched."""

    sim: Simulator
    clock: Clock
    events: list[adapter.Event]

    def placed(self) -> Order:
        """An order that has been in the book for a while: a client id finds no newer one."""
        self.clock.behind = 60_000
        order = self.sim.place("usdm", "BTCUSDT", client_order_id="mine-1", quantity=2)
        self.clock.behind = 0
        return order

    def believes(self, caller: Caller, order: Order) -> str:
        """What the caller makes of its cancel of this order."""
        ids = str(order.order_id), order.client_order_id
        if inspect.iscoroutinefunction(caller):
            return asyncio.run(self._awaited(caller, *ids))
        exchange = self.sim.connect(ccxt.binance({"enableRateLimit": False}))
        try:
            return str(caller(exchange, *ids))
        finally:
            exchange.session.close()

    async def _awaited(self, caller: Caller, *ids: str) -> str:
        exchange = self.sim.connect(ccxt.async_support.binance({"enableRateLimit": False}))
        exchange.timeout_on_exit = 0
        try:
            return str(await caller(exchange, *ids))
        finally:
            await exchange.close()

    def outcomes(self) -> list[tuple[str, str]]:
        """By which plugin the cancels were settled, and how."""
        settled = [event for event in self.events if event.what == "settled"]
        return [(e.plugin, e.details.get("error") or e.details["status"]) for e in settled]


@pytest.fixture
def bot() -> Iterator[Bot]:
    clock, events = Clock(), list[adapter.Event]()
    with Simulator(clock=clock) as sim, adapter.install(on_event=events.append):
        yield Bot(sim, clock, events)


@each
def test_a_cancel_that_takes(bot: Bot, caller: Caller) -> None:
    """The bot believes it, the adapter has settled it once, and the book agrees."""
    order = bot.placed()

    assert CANCELED == bot.believes(caller, order)
    assert [("binance.usdm", "canceled")] == bot.outcomes()
    assert "CANCELED" == bot.sim.book.now(order).status


@each
def test_a_cancel_that_loses_to_a_fill(bot: Bot, caller: Caller) -> None:
    """No bot believes that it cancelled an order which has traded, whatever it catches."""
    order = bot.placed()
    bot.sim.faults.play("fill_before", on="DELETE")

    assert GONE == bot.believes(caller, order)
    assert [("binance.usdm", "OrderGone")] == bot.outcomes()
    assert "FILLED" == bot.sim.book.now(order).status


@each
def test_a_cancel_whose_answer_is_lost(bot: Bot, caller: Caller) -> None:
    """The bot gets the executed cancel, not the lost connection: it is sent only once."""
    order = bot.placed()
    bot.sim.faults.play("drop_after", on="DELETE")

    assert CANCELED == bot.believes(caller, order)
    assert [("binance.usdm", "canceled")] == bot.outcomes()
    assert 1 == sum(request.method == "DELETE" for request in bot.sim.requests)


def stop(bot: Bot) -> Order:
    """A new stop in the book, placed by ccxt's own method."""
    exchange: Any = bot.sim.connect(ccxt.binance({"enableRateLimit": False}))
    params = {"stopLossPrice": 90_000}
    placed = exchange.create_order(SYMBOL, "limit", "sell", 0.5, 89_000, params)
    exchange.session.close()
    (order,) = bot.sim.book.orders("usdm_algo")
    assert str(order.order_id) == placed["id"]
    return order


def test_a_stop_that_the_bot_names_so(bot: Bot) -> None:
    """bt-ccxt-store says that it is one, and the plugin of conditional orders takes it."""
    order = stop(bot)

    assert CANCELED == bot.believes(bt_ccxt_store, order)
    assert [("binance.usdm_algo", "canceled")] == bot.outcomes()
    assert "CANCELED" == bot.sim.book.now(order).status


def test_a_stop_that_has_been_triggered(bot: Bot) -> None:
    """It is gone, and the order that the stop has become stays open."""
    order = stop(bot)
    _, becomes = bot.sim.trigger(order)

    assert GONE == bot.believes(bt_ccxt_store, order)
    assert [("binance.usdm_algo", "OrderGone")] == bot.outcomes()
    assert "NEW" == bot.sim.book.now(becomes).status
