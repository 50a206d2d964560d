"""``install(account=)`` and ``options["adapter"]``: the account of whole exchange objects."""

from __future__ import annotations

from typing import Any

import pytest

import adapter

from .bot import Bot

pytestmark = pytest.mark.one_in(2)  # sync and pro; the other files here have async by default
PM = "portfolio-margin"


def account(exchange: Any) -> Any:
    """What ccxt's own methods go by."""
    return exchange.options.get("portfolioMargin")


def test_a_new_exchange_has_it_from_the_start(bot: Bot) -> None:
    """No call of ccxt's own comes before it; `uninstall` takes it away."""
    adapter.install(account=PM)
    exchange = bot.new()
    assert account(exchange) is True
    adapter.uninstall()

    assert "portfolioMargin" not in exchange.options


def test_an_exchange_that_exists_has_it_at_once(bot: Bot) -> None:
    """Before its first cancel."""
    exchange = bot.new()
    adapter.install(account=PM)

    assert account(exchange) is True


def test_options_that_state_an_account_go_before_it(bot: Bot) -> None:
    """Those of ccxt and those of the adapter: the account applies to all methods of the object."""
    adapter.install(account=PM)
    ccxts = bot.new(options={"portfolioMargin": False})
    own = bot.new(options={"adapter": {"account": "classic"}})

    assert account(ccxts) is False
    assert account(own) is None
    assert ["binance.usdm"] * 2 == [bot.served(ccxts), bot.served(own)]


def test_options_that_contradict_each_other_are_reported(bot: Bot) -> None:
    """By the constructor, as what is wrong in ``options["adapter"]`` always is."""
    adapter.install()
    with pytest.raises(adapter.PluginError, match="contradicts"):
        bot.new(options={"adapter": {"account": "classic"}, "portfolioMargin": True})


def test_an_inner_installations_account_ends_with_it(bot: Bot) -> None:
    """The outer one applies again, at once."""
    with adapter.install(account=PM):
        exchange = bot.new()
        with adapter.install(account="classic"):
            inner = account(exchange)
        assert (None, True) == (inner, account(exchange))
    assert account(exchange) is None


def test_an_object_that_cannot_be_read_any_more_ends_no_block(bot: Bot) -> None:
    """Its next call shows it."""
    with adapter.install(account=PM):
        exchange = bot.new()
        with adapter.install(account="classic"):
            exchange.options["adapter"] = {"dead_line": 5}
    exchange.options.pop("adapter")

    assert account(exchange) is None


def test_detach_and_an_opt_out_take_it_away(bot: Bot) -> None:
    """ccxt's own methods then go by ccxt's own options."""
    adapter.install(account=PM)
    detached, left = adapter.detach(bot.new()), bot.new()
    left.options["adapter"] = False

    assert bot.served(left) is None
    assert [None, None] == [account(detached), account(left)]


def test_attach_goes_before_it_and_outlives_it(bot: Bot) -> None:
    """Who names the object means it."""
    adapter.install(account="classic")
    exchange = adapter.attach(bot.new(), account=PM)
    other = adapter.attach(bot.new(), account=PM)
    with adapter.install(account="classic"):
        assert account(exchange) is True
    assert account(exchange) is True
    adapter.uninstall()
    adapter.detach(other)

    assert [True, None] == [account(exchange), account(other)]


def test_attach_replaces_what_install_wrote(bot: Bot) -> None:
    """It is no contradiction: nobody but the adapter stated it."""
    adapter.install(account=PM)
    exchange = adapter.attach(bot.new(), account="classic")

    assert account(exchange) is None
    assert "binance.usdm" == bot.served(exchange)
