"""Options that select a book: refused where they have no effect, and kept in what is suggested."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapter.cli import main
from adapter.cli.exchange import options_after
from adapter.cli.keys import API_KEY, SECRET
from adapter.simulator import Simulator

pytestmark = pytest.mark.usefixtures("keys", "no_time")

FUTURE, SPOT, OPTION = "BTC/USDT:USDT", "LTC/BTC", "ETH/USDT:USDT-270326-3000-P"

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]

WITHOUT_EFFECT = [
    (SPOT, ["--trigger"]),
    (SPOT, ["--trigger", "--margin-mode", "cross"]),
    (SPOT, ["--trigger", "--account", "portfolio-margin"]),
    (OPTION, ["--trigger"]),
    (OPTION, ["--margin-mode", "isolated"]),
    (FUTURE, ["--margin-mode", "cross"]),
    (FUTURE, ["--margin-mode", "isolated", "--trigger"]),
    (FUTURE, ["--margin-mode", "cross", "--account", "portfolio-margin"]),
]


@pytest.mark.parametrize("command", ["cancel", "show", "explain"])
@pytest.mark.parametrize(("symbol", "options"), WITHOUT_EFFECT)
def test_an_option_without_effect_is_wrong_usage(
    sim: Simulator, capsys: Captured, command: str, symbol: str, options: list[str]
) -> None:
    """Nothing is sent, and the message names the option to leave out."""
    words = [] if command == "explain" else ["28"]
    url = [] if command == "explain" else ["--url", sim.url]

    assert 2 == main([command, *words, symbol, *options, *url])
    error = capsys.readouterr().err
    assert error.startswith(f"ccxt-adapter: {symbol} has no ")
    assert any(f"leave {option} out" in error for option in options)
    assert [] == sim.requests


@pytest.mark.parametrize(
    ("symbol", "options"),
    [
        (SPOT, ["--margin-mode", "cross"]),
        (SPOT, ["--margin-mode", "cross", "--account", "portfolio-margin"]),
        (FUTURE, ["--trigger"]),
        (FUTURE, ["--trigger", "--account", "portfolio-margin"]),
    ],
)
def test_an_option_with_an_effect_is_taken(symbol: str, options: list[str]) -> None:
    """Also on Portfolio Margin, whose margin account has the one mode."""
    assert 0 == main(["explain", symbol, *options])


@pytest.mark.parametrize(
    ("exchange_id", "option", "code"),
    [
        ("okx", ["--trigger"], 0),
        ("kraken", ["--trigger"], 2),
        ("gate", ["--margin-mode", "cross"], 0),
    ],
)
def test_another_exchange(exchange_id: str, option: list[str], code: int) -> None:
    """Its row says whether trigger orders have a book of their own."""
    assert code == main(["explain", "BTC/USDT", "--exchange", exchange_id, *option])


def test_where_ccxt_handles_it_every_option_is_ccxts(tmp_path: Path) -> None:
    """ccxt decides what the option means there."""
    file = tmp_path / "plugins.toml"
    file.write_text("[binance.spot]\nenabled = false\n")

    assert 0 == main(["explain", SPOT, "--trigger", "--plugins", str(file)])


def test_a_suggested_command_has_the_options_of_this_one(
    sim: Simulator, tmp_path: Path, printed: Printed
) -> None:
    """Where the keys are, which exchange it is, and at which address."""
    config = tmp_path / "my keys.toml"
    config.write_text(f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n')
    order = sim.place("pm_um_algo", "BTCUSDT")
    sim.faults.play(*["drop_after"] * 40)
    route = ["--account", "portfolio-margin", "--trigger"]
    connection = ["--exchange", "binanceusdm", "--config", str(config), "--url", sim.url]
    words = ["cancel", str(order.order_id), FUTURE]

    assert 3 == main([*words, *route, *connection, "--deadline", "1", "--json"])
    assert printed()["advice"].endswith(
        f"ccxt-adapter cancel {order.order_id} {FUTURE} --trigger --account portfolio-margin"
        f" --exchange binanceusdm --config '{config}' --url {sim.url}"
    )


def test_the_suggested_options_of_another_book() -> None:
    """Its account is named once, and that of the command line where it has none."""
    given = {"margin_mode": None, "trigger": False, "exchange": "binance", "url": None}
    args = Namespace(**given, account="classic", plugins="a.toml", config=None)

    assert ["--account", "portfolio-margin", "--plugins", "a.toml"] == options_after(
        args, ["--account", "portfolio-margin"]
    )
    assert ["--trigger", "--account", "classic", "--plugins", "a.toml"] == options_after(
        args, ["--trigger"]
    )


def test_the_plugin_that_cancelled_is_named(sim: Simulator, printed: Printed) -> None:
    """An order that is not among the regular ones is cancelled among the conditional ones."""
    regular, stop = sim.place("usdm", "BTCUSDT"), sim.place("usdm_algo", "BTCUSDT")
    url = ["--url", sim.url, "--json"]

    assert 0 == main(["cancel", str(regular.order_id), str(stop.order_id), FUTURE, *url])
    assert ["usdm of ccxt-adapter", "usdm_algo of ccxt-adapter"] == [
        " ".join(order["handled_by"].removeprefix("binance.").split()[:3])
        for order in printed()["orders"]
    ]

    stop = sim.place("usdm_algo", "BTCUSDT")
    assert 0 == main(["cancel", str(stop.order_id), FUTURE, *url])
    handled_by = printed()["handled_by"]
    assert handled_by.startswith("binance.usdm_algo of ccxt-adapter ")
    assert handled_by.endswith(f", DELETE {sim.url}/fapi/v1/algoOrder")


def test_the_regular_plugin_is_named_where_it_cancelled_nothing(
    sim: Simulator, printed: Printed
) -> None:
    """A conditional order that only has the client id is told, and not cancelled."""
    sim.place("usdm_algo", "BTCUSDT", client_order_id="mine")

    assert 4 == main(["cancel", FUTURE, "--client-order-id", "mine", "--url", sim.url, "--json"])
    assert printed()["handled_by"].startswith("binance.usdm of ")


def test_no_keys_are_needed_to_refuse_an_option(
    environment: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """``explain`` has none."""
    for name in (API_KEY, SECRET):
        environment.delenv(name)

    assert 2 == main(["explain", SPOT, "--trigger"])
    assert "leave --trigger out" in capsys.readouterr().err
