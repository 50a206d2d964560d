"""`install`, `attach`, `detach` and the import line, on one exchange object."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from integration.host import moved, still
from integration.server import CANCELED, Server, http

import adapter
from adapter.simulator import Simulator

from .bot import SYMBOL, Bot


def stand_in_of(bot: Bot) -> Any:
    """The module that ``from adapter import ccxt`` gives, or one below it."""
    end = {"sync": "", "async": ".async_support", "pro": ".pro"}[bot.mode]
    return importlib.import_module(f"adapter.ccxt{end}")


def test_attach_goes_before_install(bot: Bot, sim: Simulator) -> None:
    """Its account counts, and a cancel is one request."""
    events: list[adapter.Event] = []
    adapter.install(on_event=events.append)
    exchange = adapter.attach(bot.new(), account="portfolio-margin")
    placed = sim.place("pm_um", "BTCUSDT")
    order = bot.cancel(sim.connect(exchange), placed.order_id, SYMBOL)

    assert "canceled" == order["outcome"]
    assert ["DELETE"] == [request.method for request in sim.requests]
    assert [] == events


def test_what_was_attached_survives_an_uninstall(bot: Bot, sim: Simulator) -> None:
    """It is the user's own doing."""
    adapter.install()
    exchange, other = adapter.attach(bot.new()), bot.new()
    adapter.uninstall()

    assert "canceled" == bot.cancels(sim, exchange)["outcome"]
    assert bot.served(other) is None


def test_a_call_that_no_plugin_takes_is_sent_once(bot: Bot) -> None:
    """With both on one object, it passes through both and ends in ccxt's own method."""
    adapter.install()
    exchange = still(adapter.attach(bot.new()))
    with Server(http({"algoId": 7, "algoStatus": "CANCELED", "symbol": "BTCUSDT"})) as server:
        bot.cancel(moved(exchange, server.url), "7", SYMBOL, {"stop": True})

    assert 1 == len(server.received)


def test_the_class_serves_as_the_object_is_attached(bot: Bot, sim: Simulator) -> None:
    """A bot that calls the class's method finds the account of `attach`."""
    adapter.install()
    exchange = adapter.attach(bot.new(), account="portfolio-margin")
    placed = sim.place("pm_um", "BTCUSDT")
    sim.connect(exchange)
    order = bot.done(lambda: type(exchange).cancel_order(exchange, placed.order_id, SYMBOL))

    assert "canceled" == order["outcome"]


def test_detach_leaves_one_object_to_ccxt(bot: Bot, sim: Simulator) -> None:
    """Until it is attached again; the others are served on."""
    adapter.install()
    exchange, other = bot.new(), bot.new()
    assert adapter.detach(exchange) is exchange

    assert bot.served(exchange) is None
    assert "binance.usdm" == bot.served(other)
    assert "binance.usdm" == bot.served(adapter.attach(exchange))
    assert "canceled" == bot.cancels(sim, exchange)["outcome"]


def test_detach_holds_whatever_is_set_later(bot: Bot) -> None:
    """Neither another `install` nor options bring the adapter back to it; a fresh start does."""
    adapter.install()
    exchange = adapter.detach(bot.new())
    exchange.options["adapter"] = {"deadline": 5}
    with adapter.install(account="portfolio-margin"):
        assert bot.served(exchange) is None
    assert bot.served(exchange) is None
    adapter.uninstall()
    adapter.install()

    assert "binance.usdm" == bot.served(exchange)


def test_detach_before_install_shows_nothing_of_it(bot: Bot) -> None:
    """There was nothing to leave."""
    exchange = adapter.detach(bot.new())
    adapter.install()

    assert "binance.usdm" == bot.served(exchange)


@pytest.mark.parametrize("order", ["line first", "install first"])
def test_the_import_line_and_install(bot: Bot, sim: Simulator, order: str) -> None:
    """An exchange from the import line is served once, and stays served after `uninstall`."""
    if order == "install first":
        adapter.install()
    exchange = bot.new(stand_in_of(bot).binance)
    adapter.install()
    bot.cancels(sim, exchange)
    adapter.uninstall()

    assert ["DELETE"] == [request.method for request in sim.requests]
    assert "canceled" == bot.cancels(sim, exchange)["outcome"]


def test_the_import_line_hears_of_an_opt_out() -> None:
    """``options={"adapter": False}`` keeps it away too."""
    stand_in: Any = importlib.import_module("adapter.ccxt")
    exchange = stand_in.binance({"options": {"adapter": False}})

    assert adapter.explain(exchange, SYMBOL).plugin is None


def test_the_import_line_keeps_an_override(bot: Bot, sim: Simulator) -> None:
    """A class derived from the import line's has its own method before the adapter's."""
    log: list[Any] = []
    cls = bot.overriding(log, stand_in_of(bot).binance)
    exchange = bot.new(cls)
    order = bot.cancels(sim, exchange)

    assert [order["id"]] == log
    assert "canceled" == order["outcome"]
    reason = str(adapter.explain(exchange, SYMBOL).reason)
    assert f"cancel_order of the class {cls.__qualname__} is called first" in reason
    assert "canceled" == bot.cancels(sim, exchange, "cancelOrder")["outcome"]


def test_the_import_line_can_be_detached(bot: Bot) -> None:
    """Then ccxt's own method takes the call, installed or not."""
    exchange = still(adapter.detach(bot.new(stand_in_of(bot).binance)))
    with Server(http(CANCELED)) as server:
        order = bot.cancel(moved(exchange, server.url), "7", SYMBOL)

    assert "outcome" not in order
