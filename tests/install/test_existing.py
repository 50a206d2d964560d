"""Exchange objects and classes that were there before the adapter was installed."""

from __future__ import annotations

import gc
import logging
import threading
from typing import Any

import pytest
from pytest_mock import MockerFixture

import adapter
from adapter.simulator import Simulator

from .bot import SYMBOL, Bot

SPELLINGS = ("cancel_order", "cancelOrder")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_existing_exchange_is_served(bot: Bot, sim: Simulator, spelling: str) -> None:
    """Although its class has copied ``cancelOrder`` already."""
    exchange = bot.new()
    adapter.install()

    assert "canceled" == bot.cancels(sim, exchange, spelling)["outcome"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_subclass_that_has_copied_is_served(bot: Bot, sim: Simulator, spelling: str) -> None:
    """A class of the bot's own, of which an object was made before."""
    cls = type("Mine", (bot.ccxt.binanceusdm,), {})
    exchange = bot.new(cls)
    assert "cancelOrder" in vars(cls)
    adapter.install()

    assert "canceled" == bot.cancels(sim, exchange, spelling)["outcome"]
    assert "canceled" == bot.cancels(sim, bot.new(cls), spelling)["outcome"]


def test_an_object_that_the_collector_does_not_show_is_served(bot: Bot, sim: Simulator) -> None:
    """``gc.freeze``, as servers do before they fork, hides it from the look at what exists."""
    exchange = bot.new()
    gc.freeze()
    adapter.install()

    assert "canceled" == bot.cancels(sim, exchange)["outcome"]


def test_a_wrong_option_of_an_existing_exchange_installs_nothing(bot: Bot) -> None:
    """`install` raises, and every exchange stays ccxt's own."""
    wrong, right = bot.new(options={"adapter": {"dead_line": 5}}), bot.new()
    with pytest.raises(adapter.PluginError, match="dead_line"):
        adapter.install()

    wrong.options["adapter"] = None
    assert bot.served(right) is None
    assert bot.served(wrong) is None


def test_an_object_that_nobody_has_any_more_is_no_hindrance(sync: Bot) -> None:
    """Such as one whose constructor raised for its options, until it is collected."""
    gc.disable()
    try:
        wrong = sync.ccxt.binance({"options": {"adapter": {"dead_line": 5}}})
        wrong.itself = wrong
        del wrong
        adapter.install()
    finally:
        gc.enable()

    assert "binance.usdm" == sync.served(sync.new())


def test_an_object_that_is_not_whole_yet_is_no_hindrance(bot: Bot, sim: Simulator) -> None:
    """Another thread may be in the middle of its constructor; it is served when it is whole."""
    parent: Any = bot.ccxt.binance
    made: list[Any] = []

    class Slow(parent):  # type: ignore[misc]  # sync or async is chosen at run time
        def describe(self) -> Any:
            made.append(self)
            adapter.install()
            return super().describe()

    exchange = bot.new(Slow)

    assert [exchange] == made
    assert "canceled" == bot.cancels(sim, exchange)["outcome"]


def test_a_wrapper_on_the_object_stays_and_is_reported(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    """What it calls was taken before the adapter came: nobody can put the adapter beneath it."""
    exchange = bot.new()
    exchange.cancel_order = wrapper = lambda *_: None
    adapter.install()

    assert exchange.cancel_order is wrapper
    [told] = [r for r in caplog.records if "replaced before install()" in r.getMessage()]
    assert ("adapter", logging.WARNING) == (told.name, told.levelno)
    assert "of an exchange object" not in str(adapter.explain(exchange, SYMBOL).reason)
    assert "of this exchange object is called first" in str(
        adapter.explain(exchange, SYMBOL).reason
    )


def test_a_patched_class_stays_and_is_reported(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A function that somebody has put into ccxt's class is not thrown out of it."""
    place = next(cls for cls in bot.ccxt.binance.__mro__ if "cancel_order" in vars(cls))
    own = vars(place)["cancel_order"]

    def patched(*arguments: Any) -> Any:
        return own(*arguments)

    patched.__module__ = own.__module__  # as functools.wraps does
    monkeypatch.setattr(place, "cancel_order", patched)
    adapter.install()
    exchange = bot.new()

    assert exchange.cancel_order.__func__ is patched
    assert bot.served(exchange) is None
    assert any("was replaced by other code" in r.getMessage() for r in caplog.records)


def test_what_was_attached_is_left_alone(
    bot: Bot, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """It keeps its account, and nobody is warned of our own method."""
    exchange = adapter.attach(bot.new(), account="portfolio-margin")
    with adapter.install(account="classic"):
        assert "binance.pm_um" == bot.served(exchange)

    placed = sim.place("pm_um", "BTCUSDT")
    assert "outcome" in bot.cancel(sim.connect(exchange), placed.order_id, SYMBOL)
    assert [] == [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.long
def test_threads_go_on_undisturbed(sync: Bot) -> None:
    """Whatever they are making while the adapter comes and goes, exchanges and tuples."""
    over = threading.Event()
    sync.new()

    def busy() -> int:
        count = 0
        while not over.is_set():
            exchange = sync.ccxt.binance()
            assert 300 == len(tuple(number for number in range(300)))
            assert exchange.cancelOrder.__func__.__name__ == "cancel_order"
            count += 1
        return count

    def comes_and_goes() -> int:
        try:
            for _ in range(5):
                with adapter.install():
                    assert "binance.usdm" == sync.served(sync.ccxt.binance())
        finally:
            over.set()
        return 5

    assert min(sync.together([busy, busy, busy, comes_and_goes])) > 0
    assert sync.served(sync.new()) is None


def test_a_program_without_exchanges_is_not_searched(mocker: MockerFixture) -> None:
    """The search is for objects of classes that have some."""
    asked = mocker.patch("gc.get_referrers", return_value=[])
    mocker.patch("adapter.integration.install._has_objects", return_value=False)
    adapter.install()

    asked.assert_called_once_with()
