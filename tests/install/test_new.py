"""Exchange objects that ccxt makes while the adapter is installed."""

from __future__ import annotations

import copy
import inspect
import pickle
import threading
from typing import Any

import ccxt
import pytest
from integration.host import moved, still
from integration.server import CANCELED, Server, http

import adapter
from adapter.integration.instances import INSTANCES
from adapter.simulator import Simulator
from adapter.simulator.connect import redirected

from .bot import OPTION, SYMBOL, Bot

SPELLINGS = ("cancel_order", "cancelOrder")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_new_exchange_is_served(bot: Bot, sim: Simulator, spelling: str) -> None:
    """Both spellings, in all three modes: one DELETE, and an outcome."""
    adapter.install()
    order = bot.cancels(sim, bot.new(), spelling)

    assert ("canceled", "canceled") == (order["status"], order["outcome"])
    assert ["DELETE"] == [request.method for request in sim.requests]


@pytest.mark.parametrize("id", ["binance", "binanceusdm", "binancecoinm"])
def test_every_class_that_a_plugin_serves(bot: Bot, id: str) -> None:
    """By the id of the exchange, not by its class."""
    adapter.install()

    assert "binance.usdm" == bot.served(bot.new(getattr(bot.ccxt, id)))


def test_the_object_holds_nothing_of_ours(bot: Bot) -> None:
    """It has the attributes that ccxt gives it, so it copies and pickles as ever."""
    before = vars(bot.new()).keys()
    adapter.install()

    assert before == vars(bot.new()).keys()


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda exchange: pickle.loads(pickle.dumps(exchange))],  # noqa: S301  # our own
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_is_served(bot: Bot, sim: Simulator, copied: Any) -> None:
    """One that no constructor made, with the options of the original."""
    adapter.install()
    exchange = bot.keep(copied(bot.new(options={"adapter": {"account": "portfolio-margin"}})))

    assert "binance.pm_um" == bot.served(exchange)
    del exchange.options["adapter"]
    assert "canceled" == bot.cancels(sim, exchange)["outcome"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_method_is_of_the_exchanges_mode(bot: Bot, spelling: str) -> None:
    """A coroutine function on async classes, a plain one on sync; signature and text as ccxt's."""
    own = bot.new().cancel_order.__func__
    adapter.install()
    method = getattr(bot.new(), spelling)

    assert bot.is_sync != inspect.iscoroutinefunction(method)
    assert inspect.signature(own) == inspect.signature(method.__func__)
    assert (own.__name__, own.__doc__) == (method.__name__, method.__doc__)


@pytest.mark.usefixtures("only_binance")
@pytest.mark.parametrize("id", ["binanceus", "kraken", "okx"])
def test_other_exchanges_are_ccxts_own(bot: Bot, id: str) -> None:
    """No plugin serves them, and `explain` reports it, even where options name the adapter."""
    adapter.install(account="portfolio-margin")
    exchange = bot.new(getattr(bot.ccxt, id), {"adapter": {"no such": "setting"}})

    assert bot.served(exchange, "BTC/USDT") is None


@pytest.mark.usefixtures("only_binance")
def test_binanceus_goes_straight_to_ccxt(bot: Bot) -> None:
    """It inherits from ccxt's binance, and its cancel is ccxt's own all the same."""
    adapter.install()
    exchange = still(bot.new(bot.ccxt.binanceus))
    exchange.markets[SYMBOL].update(type="spot", spot=True, swap=False, linear=None)
    with Server(http(CANCELED)) as server:
        exchange.urls = redirected(exchange.urls, server.url)
        order = bot.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["status"]
    assert "outcome" not in order


def test_what_no_plugin_takes_is_ccxts_own(bot: Bot) -> None:
    """What its params call a stock order goes to ccxt's method, once."""
    adapter.install()
    exchange = still(bot.new())
    with Server(http({"code": -2011, "msg": "Unknown order sent."}, "400 Bad")) as server:
        moved(exchange, server.url)
        with pytest.raises(ccxt.OrderNotFound) as caught:
            bot.cancel(exchange, "7", SYMBOL, {"stock": True})

    assert not isinstance(caught.value, adapter.OrderGone)
    assert 1 == len(server.received)
    assert "/fapi/v1/order" in server.received[0].target


def test_the_arguments_are_defaults_for_all(bot: Bot, sim: Simulator) -> None:
    """The account, the settings and the hook of `install` are those of each exchange object."""
    events: list[adapter.Event] = []
    adapter.install(account="portfolio-margin", on_event=events.append)
    exchange = bot.new()
    placed = sim.place("pm_um", "BTCUSDT")
    bot.cancel(sim.connect(exchange), placed.order_id, SYMBOL)

    assert ["sent", "replied", "classified", "settled"] == [event.what for event in events]
    assert {"binance.pm_um"} == {event.plugin for event in events}


def test_own_plugins_toml(bot: Bot, tmp_path: Any) -> None:
    """A plugin that the file of `install` disables leaves its calls to ccxt."""
    file = tmp_path / "mine.toml"
    file.write_text("[binance.options]\nenabled = false\n", encoding="utf-8")
    adapter.install(plugins=file)

    assert bot.served(bot.new(), OPTION) is None
    assert "binance.usdm" == bot.served(bot.new())


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"account": "papi"}, ValueError),
        ({"plugins": "no/such/file.toml"}, adapter.PluginError),
    ],
    ids=["account", "plugins"],
)
def test_wrong_arguments_install_nothing(bot: Bot, arguments: Any, error: type) -> None:
    """It raises at once."""
    with pytest.raises(error):
        adapter.install(**arguments)

    assert bot.served(bot.new()) is None


def test_a_hook_that_must_be_awaited_is_refused() -> None:
    """Nobody would await it."""

    async def hook(_event: adapter.Event) -> None:
        """Never called."""

    with pytest.raises(TypeError, match="plain function"):
        adapter.install(on_event=hook)


def test_a_constructors_mistake_is_reported_once(
    bot: Bot, caplog: pytest.LogCaptureFixture, sim: Simulator
) -> None:
    """ccxt ignores ``portfolioMargin`` next to options: a warning for each object, not call."""
    adapter.install()
    exchange = bot.keep(bot.ccxt.binance({"portfolioMargin": True, "timeout_on_exit": 0}))
    placed = sim.place("pm_um", "BTCUSDT")
    bot.cancel(sim.connect(exchange), placed.order_id, SYMBOL)
    records = [r for r in caplog.records if "portfolioMargin" in r.getMessage()]

    assert ["WARNING"] == [record.levelname for record in records]


def test_sixteen_at_once_with_one_copy(sync: Bot) -> None:
    """Threads that meet an object which no constructor made agree on what serves it."""
    adapter.install()
    exchange = copy.deepcopy(sync.new())
    together = threading.Barrier(16)

    def met() -> object:
        together.wait()
        return INSTANCES.state_of(exchange)

    found = sync.together([met] * 16)

    assert found[0] is not None
    assert {id(found[0])} == {id(one) for one in found}
