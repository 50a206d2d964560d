"""``attach(account=)`` is the account of the whole exchange object, ccxt's own methods included."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import ccxt
import pytest

import adapter
from adapter.cli import main
from adapter.simulator import Simulator

from .host import SYMBOL, Host

PM = {"portfolioMargin": True}


def gone_to(host: Host, sim: Simulator, exchange: Any) -> list[str]:
    """The paths of a cancel, of a cancel of all, and of a method of ccxt's own."""
    before = len(sim.requests)
    sim.connect(exchange)
    for call in (
        lambda: exchange.cancel_order("7", SYMBOL),
        lambda: exchange.cancel_all_orders(SYMBOL),
        lambda: exchange.fetch_open_orders(SYMBOL),
    ):
        try:
            host.done(call)
        except Exception:
            assert "the simulator need not know the order or the path"
    sent = sim.requests[before:]
    [deleted] = {r.path for r in sent if r.method == "DELETE"}
    return [deleted, *(r.path for r in sent if r.path.endswith("openOrders"))]


def paths(account: str) -> list[str]:
    root = "/papi/v1/um" if account == "portfolio-margin" else "/fapi/v1"
    return [f"{root}/order", f"{root}/openOrders", f"{root}/openOrders"]


@pytest.mark.parametrize("account", ["classic", "portfolio-margin"])
def test_no_call_reaches_the_other_account(host: Host, sim: Simulator, account: str) -> None:
    """Neither ours nor ccxt's; the options are given back by `detach`."""
    exchange = adapter.attach(host.exchange(), account=account)

    assert paths(account) == gone_to(host, sim, exchange)
    assert "portfolioMargin" not in adapter.detach(exchange).options


def test_another_account_replaces_the_first(host: Host, sim: Simulator) -> None:
    """Attached again, with and without one."""
    exchange = host.exchange()
    seen = []
    for account in ("portfolio-margin", None, "classic", "portfolio-margin"):
        seen.append(gone_to(host, sim, adapter.attach(exchange, account=account)))

    assert [paths("portfolio-margin")] * 2 == seen[:2]
    assert [paths("classic"), paths("portfolio-margin")] == seen[2:]


@pytest.mark.parametrize("stood", [{}, {"portfolioMargin": None}, PM], ids=str)
def test_what_stood_there_is_given_back(host: Host, stood: dict[str, Any]) -> None:
    """Nothing, None, or the same account set by the user."""
    exchange = host.exchange({"options": stood})
    before = dict(exchange.options)
    adapter.attach(exchange, account="portfolio-margin")
    assert exchange.options["portfolioMargin"] is True
    adapter.detach(exchange)

    assert before == exchange.options


def test_what_the_user_has_changed_since_then_stays(host: Host) -> None:
    """`detach` takes away only what `attach` wrote."""
    exchange = host.attached(account="portfolio-margin")
    exchange.options["portfolioMargin"] = False
    adapter.detach(exchange)

    assert exchange.options["portfolioMargin"] is False


@pytest.mark.parametrize(
    ("config", "account", "place"),
    [
        ({"options": PM}, "classic", r"options\['portfolioMargin'\]"),
        ({"options": {"portfolioMargin": False}}, "portfolio-margin", "'portfolioMargin'"),
        ({"options": {"papi": True}}, "classic", r"options\['papi'\]"),
        ({"options": {"defaultPapi": True}}, "classic", "'defaultPapi'"),
        ({"options": {"cancelOrder": PM}}, "classic", r"options\['cancelOrder'\]\['portfolioM"),
        ({"options": {"fetchOrder": {"papi": False}}}, "portfolio-margin", "'fetchOrder'"),
        (PM, "classic", r"the constructor\['portfolioMargin'\]"),
    ],
    ids=str,
)
def test_options_that_state_another_account_are_a_value_error(
    host: Host, config: dict[str, Any], account: str, place: str
) -> None:
    """It names the setting and what to do, and leaves the exchange as it was."""
    exchange = host.exchange(config)
    before, options = dict(vars(exchange)), dict(exchange.options)
    with pytest.raises(ValueError, match=rf"binance: account .*{place}.*: remove one of the two"):
        adapter.attach(exchange, account=account)

    assert before == vars(exchange)
    assert options == exchange.options


def test_a_second_attach_that_contradicts_changes_nothing(host: Host) -> None:
    """The account stays that of the first."""
    exchange = host.attached(account="portfolio-margin")
    exchange.options["papi"] = True
    with pytest.raises(ValueError, match="contradicts"):
        adapter.attach(exchange, account="classic")

    assert exchange.options["portfolioMargin"] is True
    assert "binance.pm_um" == adapter.explain(exchange, SYMBOL).plugin


def test_the_account_in_options_is_that_of_the_whole_object(host: Host, sim: Simulator) -> None:
    """``options["adapter"]`` sets it for `attach` too."""
    own = {"adapter": {"account": "portfolio-margin"}}
    exchange = adapter.attach(host.exchange({"options": own}))

    assert paths("portfolio-margin") == gone_to(host, sim, exchange)
    assert "portfolioMargin" not in adapter.detach(exchange).options


def test_a_flat_copy_has_an_account_of_its_own(host: Host) -> None:
    """It shares the options until it is attached."""
    exchange = host.exchange()
    adapter.attach(copy.copy(exchange), account="portfolio-margin")

    assert "portfolioMargin" not in exchange.options


def test_a_deep_copy_has_its_originals_account_and_can_have_another(host: Host) -> None:
    """What `attach` wrote is known as such in a copy."""
    copied = host.keep(copy.deepcopy(host.attached(account="portfolio-margin")))
    assert copied.options["portfolioMargin"] is True
    adapter.attach(copied, account="classic")

    assert "portfolioMargin" not in copied.options


def test_an_account_that_no_plugin_has_is_a_value_error() -> None:
    """As on an exchange without such accounts; nothing is attached then."""
    exchange = ccxt.okx()
    with pytest.raises(ValueError, match="no plugin in use has the account 'portfolio-margin'"):
        adapter.attach(exchange, account="portfolio-margin")

    assert adapter.explain(exchange, "BTC/USDT").plugin is None
    assert adapter.explain(adapter.attach(exchange, account="classic"), "BTC/USDT").plugin == "okx"


def test_options_that_are_none_state_nothing(host: Host) -> None:
    """Then there is nothing to write to."""
    exchange = host.attached()
    exchange.options = None
    adapter.attach(exchange, account="portfolio-margin")

    assert exchange.options is None


@pytest.mark.parametrize("command", ["explain", "cancel", "doctor"])
def test_the_command_line_tells_of_it(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong usage, or a finding of the doctor; no traceback."""
    config, off = tmp_path / "keys.toml", tmp_path / "off.toml"
    keys = 'apiKey = "a"\nsecret = "b"\n[options]\nportfolioMargin = true\n'
    config.write_text(keys, encoding="utf-8")
    off.write_text("[defaults]\nenabled = false\n", encoding="utf-8")
    lines = {
        "explain": ["explain", SYMBOL, "--plugins", str(off)],
        "cancel": ["cancel", "7", SYMBOL, "--config", str(config)],
        "doctor": ["doctor", SYMBOL, "--config", str(config), "--offline"],
    }
    code = main([*lines[command], "--account", "classic"])
    output = capsys.readouterr()

    assert (1 if command == "doctor" else 2) == code
    assert re.search(r"leave out\s+account|contradicts", output.out + output.err)
