"""``options["adapter"]``: the settings of one exchange object."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import ccxt
import pytest

import adapter
from adapter.core.policy import Policy
from adapter.integration.instances import INSTANCES
from adapter.simulator import Simulator

from .bot import OPTION, SYMBOL, Bot

pytestmark = pytest.mark.one_in(2)  # sync and pro; the other files here have async by default
THERE_ARE = (
    "there are account, plugins, recv_window, deadline, attempts, client_ids, confirm,"
    " confirm_timeout, conditional, throttle"
)


def policy(exchange: Any) -> Policy:
    """The one that it is served by."""
    attachment = INSTANCES.state_of(exchange)
    assert attachment is not None
    [found] = [c.policy for c in attachment.config.endpoints if c.plugin == "binance.usdm"]
    return found


def test_false_opts_one_out(bot: Bot) -> None:
    """That one, and no other."""
    adapter.install()

    assert bot.served(bot.new(options={"adapter": False})) is None
    assert "binance.usdm" == bot.served(bot.new())


def test_an_opted_out_exchange_is_ccxts_own(bot: Bot) -> None:
    """A call ends where ccxt's does, with ccxt's answer to what it does not like."""
    adapter.install()
    exchange = bot.new(options={"adapter": False})
    exchange.markets = {}
    with pytest.raises(ccxt.ArgumentsRequired, match=re.escape("cancelOrder() requires a symbol")):
        bot.cancel(exchange, "7")


@pytest.mark.one_in(1)
@pytest.mark.parametrize("nothing", [True, None, {}], ids=str)
def test_nothing_set_is_as_for_all(bot: Bot, nothing: Any) -> None:
    """``True``, null and an empty table, as a configuration in JSON may have them."""
    adapter.install(account="portfolio-margin")

    assert "binance.pm_um" == bot.served(bot.new(options={"adapter": nothing}))


def test_an_account_of_its_own(bot: Bot) -> None:
    """Over that of `install`."""
    adapter.install(account="portfolio-margin")
    exchange = bot.new(options={"adapter": {"account": "classic"}})

    assert "binance.usdm" == bot.served(exchange)


def test_a_policy_of_its_own(bot: Bot, tmp_path: Path) -> None:
    """They override the files, for each plugin, and only where they are set."""
    file = tmp_path / "mine.toml"
    file.write_text("[binance.usdm]\ndeadline = 9.0\nattempts = 2\n", encoding="utf-8")
    adapter.install(plugins=file)
    given = {"deadline": 4, "throttle": "wait", "recv_window": None}
    own = policy(bot.new(options={"adapter": given}))

    assert (4, "wait", 2) == (own.deadline, own.throttle, own.attempts)
    assert 9.0 == policy(bot.new()).deadline


def test_the_policy_is_what_a_cancel_goes_by(bot: Bot, sim: Simulator) -> None:
    """``confirm = false``: an option's accepted cancel is not followed."""
    adapter.install()
    exchange = bot.new(options={"adapter": {"confirm": False}})
    placed = sim.place("options", "BTC-260327-90000-C")
    order = bot.cancel(sim.connect(exchange), placed.order_id, OPTION)

    assert ("canceling", "accepted") == (order["status"], order["outcome"])
    assert ["DELETE"] == [request.method for request in sim.requests]


def test_a_plugins_toml_of_its_own(bot: Bot, tmp_path: Path) -> None:
    """Instead of that of `install`."""
    file = tmp_path / "mine.toml"
    file.write_text("[binance.options]\nenabled = false\n", encoding="utf-8")
    adapter.install()
    exchange = bot.new(options={"adapter": {"plugins": file}})

    assert bot.served(exchange, OPTION) is None
    assert "binance.options" == bot.served(bot.new(), OPTION)


def test_options_of_a_class(bot: Bot) -> None:
    """A class of the bot may set it for all its objects."""
    own = {"options": {"adapter": {"account": "portfolio-margin"}}}
    parent: Any = bot.ccxt.binance

    class Mine(parent):  # type: ignore[misc]  # sync or async is chosen at run time
        def describe(self) -> Any:
            return self.deep_extend(super().describe(), own)

    adapter.install()

    assert "binance.pm_um" == bot.served(bot.new(Mine))


def test_what_is_set_later_counts(bot: Bot, sim: Simulator) -> None:
    """Like all options, they are those of the moment of the call."""
    adapter.install()
    exchange = bot.new()
    bot.cancels(sim, exchange)
    seen = []
    for own in ({"account": "portfolio-margin"}, False, {"deadline": 3}, None):
        exchange.options["adapter"] = own
        seen.append(bot.served(exchange))

    assert ["binance.pm_um", None, "binance.usdm", "binance.usdm"] == seen


def test_new_options_leave_a_ban_in_force(sync: Bot) -> None:
    """The same state serves on, with the hosts that take nothing for now."""
    adapter.install()
    exchange = sync.new()
    before = INSTANCES.state_of(exchange)
    exchange.options["adapter"] = {"deadline": 3.0}
    after = INSTANCES.state_of(exchange)

    assert before is after
    assert 3.0 == policy(exchange).deadline


def test_a_wrong_option_that_is_set_later_is_raised_before_anything_is_sent(
    bot: Bot, sim: Simulator
) -> None:
    """By the call itself."""
    adapter.install()
    exchange = bot.new()
    exchange.options["adapter"] = {"dead_line": 5}
    with pytest.raises(adapter.PluginError, match="dead_line"):
        bot.cancels(sim, exchange)

    assert [] == list(sim.requests)


@pytest.mark.one_in(1)
@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"dead_line": 5}, f"binance: options['adapter'] has no setting 'dead_line'; {THERE_ARE}"),
        ({"enabled": False}, f"has no setting 'enabled'; {THERE_ARE}"),
        ({5: 5}, "has no setting 5;"),
        ({"deadline": "5"}, "deadline must be a number of seconds, above 0; got '5'"),
        ({"deadline": True}, "deadline must be a number of seconds, above 0; got True"),
        ({"attempts": 0}, "attempts must be a whole number, from 1 to 10; got 0"),
        ({"confirm": "no"}, "confirm must be true or false; got 'no'"),
        ({"confirm_timeout": -1}, "confirm_timeout must be a number of seconds, above 0; got -1"),
        ({"throttle": "fast"}, 'throttle must be "bypass" or "wait"; got \'fast\''),
        ({"recv_window": 99999}, "recv_window must be a whole number of ms, from 1 to 60000"),
        ({"account": "papi"}, "account must be one of classic, portfolio-margin; got 'papi'"),
        ({"plugins": 5}, "plugins must be the path of a plugins.toml; got 5"),
        ({"plugins": ""}, "plugins must be the path of a plugins.toml; got ''"),
        ("off", "must be a dict such as {'deadline': 5.0}, or False to leave this exchange"),
        (0, "to ccxt; got int"),
        ({"plugins": "no/such/file.toml"}, "no/such/file.toml: cannot be read"),
    ],
    ids=str,
)
def test_a_wrong_option_is_reported_by_the_constructor(sync: Bot, own: Any, words: str) -> None:
    """It names the exchange, the key, what is required and what there is."""
    adapter.install()
    with pytest.raises(adapter.PluginError) as caught:
        sync.new(options={"adapter": own})

    assert words in str(caught.value)


def test_a_wrong_option_disturbs_no_other(bot: Bot) -> None:
    """The next exchange object is as good as ever."""
    adapter.install()
    with pytest.raises(adapter.PluginError):
        bot.new(options={"adapter": "off"})

    assert "binance.usdm" == bot.served(bot.new())


def test_no_secret_is_quoted(bot: Bot) -> None:
    """Who puts keys there finds their names in the error, and not what they are."""
    adapter.install()
    for own in ({"secret": "hush"}, "hush", ["hush"]):
        with pytest.raises(adapter.PluginError) as caught:
            bot.new(options={"adapter": own})
        assert "hush" not in str(caught.value)


def test_without_install_nobody_reads_them(bot: Bot) -> None:
    """They are ours alone."""
    assert bot.served(bot.new(options={"adapter": {"no such": "setting"}})) is None


def test_attach_reads_them_too(bot: Bot, tmp_path: Path) -> None:
    """Its own arguments go before them; the policy is over the files as well."""
    file = tmp_path / "mine.toml"
    file.write_text("[binance.options]\nenabled = false\n", encoding="utf-8")
    own = {"account": "portfolio-margin", "plugins": str(file), "confirm": False}
    by_options = adapter.attach(bot.new(options={"adapter": own}))
    by_arguments = adapter.attach(bot.new(options={"adapter": own}), account="classic")

    assert ["binance.pm_um", "binance.usdm"] == [
        bot.served(by_options),
        bot.served(by_arguments),
    ]
    assert bot.served(by_options, OPTION) is None
    with pytest.raises(adapter.PluginError, match="dead_line"):
        adapter.attach(bot.new(options={"adapter": {"dead_line": 5}}))


def test_attach_names_the_object_and_goes_before_an_opt_out(bot: Bot) -> None:
    """``False`` keeps away what serves all; who names the object means it."""
    adapter.install()
    exchange = adapter.attach(bot.new(options={"adapter": False}))

    assert "binance.usdm" == bot.served(exchange)


def test_options_that_are_none_are_none(bot: Bot) -> None:
    """A bot may take them away altogether."""
    adapter.install()
    exchange = bot.new()
    exchange.options = None

    assert INSTANCES.state_of(exchange) is not None
    assert SYMBOL
