"""A bot that changes ``cancel_order`` for itself keeps its own code, with the adapter behind it."""

from __future__ import annotations

from typing import Any

import pytest
from integration.host import moved, still
from integration.server import Server, http

import adapter
from adapter.simulator import Simulator

from .bot import SYMBOL, Bot


@pytest.mark.parametrize("spelling", ["cancel_order", "cancelOrder"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_override_is_called_and_leads_to_the_adapter(
    bot: Bot, sim: Simulator, when: str, spelling: str
) -> None:
    """Whether the class was there before `install` or came after it."""
    log: list[Any] = []
    if when == "after":
        adapter.install()
    cls = bot.overriding(log)
    exchange = bot.new(cls)
    adapter.install()
    order = bot.cancels(sim, exchange, spelling)

    assert [order["id"]] == log
    assert "canceled" == order["outcome"]


def test_an_override_of_an_override(bot: Bot, sim: Simulator) -> None:
    """Each of the bot's classes is called, and the adapter once."""
    log: list[Any] = []
    adapter.install()
    order = bot.cancels(sim, bot.new(bot.overriding(log, bot.overriding(log))))

    assert [order["id"]] * 2 == log
    assert ["DELETE"] == [request.method for request in sim.requests]


def test_an_override_keeps_what_ccxt_takes(bot: Bot) -> None:
    """A conditional order passes through the bot's code once, and once through ccxt's."""
    log: list[Any] = []
    adapter.install()
    exchange = still(bot.new(bot.overriding(log)))
    with Server(http({"algoId": 7, "algoStatus": "CANCELED", "symbol": "BTCUSDT"})) as server:
        bot.cancel(moved(exchange, server.url), "7", SYMBOL, {"stop": True})

    assert ["7"] == log
    assert 1 == len(server.received)


def test_an_override_that_hands_nothing_on_is_the_bots_own(bot: Bot) -> None:
    """The adapter does not replace it, and `explain` shows which method comes first."""
    adapter.install()
    cls = type("Dry", (bot.ccxt.binance,), {"cancel_order": lambda *_: "dry run"})
    exchange = bot.new(cls)

    assert "dry run" == exchange.cancel_order("7", SYMBOL)
    reason = adapter.explain(exchange, SYMBOL).reason
    assert "cancel_order of the class Dry is called first" in str(reason)


def test_a_class_of_the_bots_own_family_is_left_to_it(bot: Bot) -> None:
    """One that is not derived from ccxt's binance has nothing for the adapter to replace."""
    cls = type(
        "binance", (bot.ccxt.Exchange,), {"cancel_order": lambda *_: "mine", "id": "binance"}
    )
    adapter.install()
    exchange = bot.keep(cls({"timeout_on_exit": 0}))

    assert "mine" == exchange.cancel_order("7")
    assert bot.served(exchange) is None


def test_a_wrapper_on_the_object_is_called_and_leads_to_the_adapter(
    bot: Bot, sim: Simulator
) -> None:
    """Set there after `install`, it keeps the adapter's method."""
    log: list[Any] = []
    adapter.install()
    exchange = bot.new()
    own = exchange.cancel_order

    def wrapper(id: Any, *rest: Any) -> Any:
        log.append(id)
        return own(id, *rest)

    exchange.cancel_order = wrapper
    order = bot.cancels(sim, exchange)

    assert [order["id"]] == log
    assert "canceled" == order["outcome"]
    exchange.options["cancelOrder"] = {"portfolioMargin": True}
    reason = adapter.explain(exchange, SYMBOL).reason
    assert "cancel_order of this exchange object is called first" in str(reason)


def test_a_wrapper_in_ccxts_class_is_called_and_stays(
    bot: Bot, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put there after `install`, it is the bot's, and no `uninstall` takes it away."""
    adapter.install()
    own, log = bot.ccxt.binance.cancel_order, []

    def patched(self: Any, id: Any, *rest: Any) -> Any:
        log.append(id)
        return own(self, id, *rest)

    monkeypatch.setattr(bot.ccxt.binance, "cancel_order", patched)
    exchange = bot.new()
    order = bot.cancels(sim, exchange)
    adapter.uninstall()

    assert [order["id"]] == log
    assert "canceled" == order["outcome"]
    assert bot.ccxt.binance.cancel_order is patched


def test_a_constructor_of_the_bots_own_is_whole(bot: Bot) -> None:
    """What it sets after ccxt's constructor counts, options for the adapter too."""
    adapter.install()
    parent: Any = bot.ccxt.binance

    class Mine(parent):  # type: ignore[misc]  # sync or async is chosen at run time
        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.options["adapter"] = {"account": "portfolio-margin"}

    assert "binance.pm_um" == bot.served(bot.new(Mine))
