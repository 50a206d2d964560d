"""What `uninstall` and the end of a block give back."""

from __future__ import annotations

from typing import Any

import pytest
from ccxt.base.exchange import BaseExchange
from integration.host import moved, still
from integration.server import CANCELED, Server, http

import adapter
from adapter.simulator import Simulator

from .bot import SYMBOL, Bot

pytestmark = pytest.mark.one_in(2)  # sync and pro; the other files here have async by default


def state(bot: Bot) -> Any:
    """All that ccxt's classes have of their own."""
    return [dict(vars(cls)) for cls in bot.ccxt.binance.__mro__]


def test_ccxt_is_as_it_was(bot: Bot) -> None:
    """Attribute by attribute, in every class of the family."""
    exchange = bot.new()
    before, own = state(bot), dict(vars(exchange))
    adapter.install()
    assert before != state(bot)
    bot.new()
    adapter.uninstall()

    assert before == state(bot)
    assert own == vars(exchange)
    assert bot.served(exchange) is None


def test_a_class_that_copied_ours_has_ccxts_own_back(bot: Bot) -> None:
    """It was made, and an object of it, while the adapter was installed."""
    with adapter.install():
        cls = type("Mine", (bot.ccxt.binance,), {})
        exchange = bot.new(cls)
        assert "binance.usdm" == bot.served(exchange)

    assert exchange.cancelOrder.__func__ is exchange.cancel_order.__func__
    assert exchange.cancelOrder.__func__ is bot.ccxt.binance.cancel_order
    assert not hasattr(exchange.cancelOrder, "__wrapped__")


def test_a_method_that_was_kept_leads_to_ccxt(bot: Bot) -> None:
    """A bot may keep it; afterwards it works like ccxt's own."""
    adapter.install()
    exchange = still(bot.new())
    kept = exchange.cancel_order
    adapter.uninstall()
    with Server(http(CANCELED)) as server:
        moved(exchange, server.url)
        order = bot.done(lambda: kept("7", SYMBOL))

    assert "canceled" == order["status"]
    assert "outcome" not in order


def test_a_method_that_is_put_back_later_is_no_hindrance(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that had taken ours away may put it back after `uninstall`: it is known again."""
    place = next(cls for cls in bot.ccxt.binance.__mro__ if "cancel_order" in vars(cls))
    own = place.cancel_order
    adapter.install()
    ours = place.cancel_order
    monkeypatch.setattr(place, "cancel_order", lambda *_: None)
    adapter.uninstall()
    monkeypatch.undo()
    assert place.cancel_order is ours
    assert bot.served(bot.new()) is None
    with adapter.install():
        assert "binance.usdm" == bot.served(bot.new())

    assert place.cancel_order is own


def test_it_is_harmless_without_install() -> None:
    """Once and twice."""
    adapter.uninstall()
    adapter.uninstall()


def test_one_uninstall_is_enough(bot: Bot) -> None:
    """However often the adapter was installed."""
    for _ in range(3):
        adapter.install()
    adapter.uninstall()

    assert bot.served(bot.new()) is None


def test_installing_again_keeps_what_is_not_given_again(bot: Bot) -> None:
    """As attaching again does."""
    events: list[adapter.Event] = []
    adapter.install(account="portfolio-margin", on_event=events.append)
    exchange = bot.new()
    again = adapter.install()

    assert "binance.pm_um" == bot.served(exchange)
    assert again.on_event == events.append


def test_a_block_lasts_as_long_as_it_does(bot: Bot) -> None:
    """Objects that were made before it, in it and after it."""
    before = bot.new()
    with adapter.install():
        within = bot.new()
        assert ["binance.usdm"] * 2 == [bot.served(before), bot.served(within)]

    assert [None] * 3 == [bot.served(before), bot.served(within), bot.served(bot.new())]


def test_a_block_within_a_block(bot: Bot, sim: Simulator) -> None:
    """The inner one's settings count until it ends, then the outer one's again, for one object."""
    outer: list[adapter.Event] = []
    inner: list[adapter.Event] = []
    with adapter.install(on_event=outer.append):
        exchange = bot.new()
        bot.cancels(sim, exchange)
        with adapter.install(account="portfolio-margin", on_event=inner.append):
            assert "binance.pm_um" == bot.served(exchange)
        received = len(outer)
        bot.cancels(sim, exchange)
        assert "binance.usdm" == bot.served(exchange)

    assert [] == inner
    assert 2 * received == len(outer)


def test_a_block_leaves_what_was_installed_around_it(bot: Bot) -> None:
    """A test's block does not take a program's adapter away."""
    adapter.install()
    with adapter.install():
        pass

    assert "binance.usdm" == bot.served(bot.new())


def test_an_uninstall_within_a_block_is_all_there_is(bot: Bot) -> None:
    """The end of the block finds nothing to undo."""
    with adapter.install():
        adapter.uninstall()
        assert bot.served(bot.new()) is None

    assert bot.served(bot.new()) is None


def test_an_error_in_a_block_is_the_callers(bot: Bot) -> None:
    """It passes, and nothing stays installed."""
    with pytest.raises(ZeroDivisionError), adapter.install():
        _ = 1 / 0

    assert bot.served(bot.new()) is None


def test_a_foreign_hook_in_the_base_class_stays(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wraps ccxt's constructor after us keeps the wrapper, and ours in it rests."""
    made: list[Any] = []
    adapter.install()
    ours: Any = BaseExchange.__init__

    def theirs(self: Any, *arguments: Any) -> None:
        ours(self, *arguments)
        made.append(self)

    monkeypatch.setattr(BaseExchange, "__init__", theirs)
    adapter.uninstall()
    exchange = bot.new()

    assert vars(BaseExchange)["__init__"] is theirs
    assert [exchange] == made
    assert bot.served(exchange) is None
    monkeypatch.undo()
    assert vars(BaseExchange)["__init__"] is ours
    monkeypatch.setattr(BaseExchange, "__init__", ours.__wrapped__)


def test_a_class_that_comes_later_is_served(bot: Bot) -> None:
    """ccxt's modules may be imported when they are needed."""
    adapter.install()
    own = bot.ccxt.binance.cancel_order.__wrapped__
    body = {"cancel_order": own, "__module__": own.__module__}
    later: Any = type("binance", (bot.ccxt.Exchange,), body)
    other: Any = type("mine", (bot.ccxt.Exchange,), body)

    assert later.cancel_order.__wrapped__ is own
    assert other.cancel_order is own


def test_classes_of_others_come_and_go(bot: Bot) -> None:
    """A class of the bot's own and its keywords are not ours to touch."""
    given: dict[str, Any] = {}

    class Parent(bot.ccxt.binance):  # type: ignore[misc,name-defined]  # chosen at run time
        def __init_subclass__(cls, **keywords: Any) -> None:
            given.update(keywords)
            super().__init_subclass__()

    with adapter.install():

        class Child(Parent, mode="blue"):
            pass

    assert {"mode": "blue"} == given
    assert "cancel_order" not in vars(Child)
