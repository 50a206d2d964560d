"""``ccxt-adapter explain``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapter.cli import main
from adapter.cli.demo.samples import SAMPLES, STOPS, Sample

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("sample", [*SAMPLES, *STOPS], ids=lambda sample: sample.plugin)
def test_json_is_the_route(sample: Sample, printed: Printed) -> None:
    """Each sample's symbol and options lead to its plugin and market."""
    assert 0 == main(["explain", sample.symbol, *sample.options, "--json"])
    found = printed()
    assert (sample.plugin, sample.market_id) == (found["plugin"], found["market_id"])
    assert "DELETE" == found["method"]


def test_text(capsys: Captured) -> None:
    """The plugin, the whole request and the name of the client id can be read."""
    assert 0 == main(["explain", "BTC/USDT:USDT-270326-90000-C"])
    text = capsys.readouterr().out
    assert "binance.options of ccxt-adapter" in text
    assert "DELETE https://eapi.binance.com/eapi/v1/order" in text
    assert "BTC-270326-90000-C" in text
    assert "clientOrderId" in text
    assert "note" not in text


@pytest.mark.parametrize(
    ("exchange_id", "said"),
    [
        ("okx", ["okx of ccxt-adapter", "ccxt's cancelOrder", "only acknowledges a cancel"]),
        ("alpaca", ["any of ccxt-adapter", "ccxt's cancelOrder", "unverified"]),
        ("coincheck", ["ccxt's own cancel_order", "ccxt has no query for one order there"]),
    ],
)
def test_another_exchange(capsys: Captured, exchange_id: str, said: list[str]) -> None:
    """By a plugin of its own, by that for any exchange, or by ccxt alone."""
    assert 0 == main(["explain", "BTC/USDT", "--exchange", exchange_id])
    text = " ".join(capsys.readouterr().out.split())
    assert all(each in text for each in said), text
    assert "None" not in text
    assert "market id" not in text


def test_what_ccxt_takes(tmp_path: Path, capsys: Captured) -> None:
    """What no plugin in use serves is shown as ccxt's, and why."""
    file = tmp_path / "plugins.toml"
    file.write_text("[binance.margin]\nenabled = false\n")

    line = ["explain", "BTC/USDT", "--margin-mode", "isolated", "--plugins", str(file)]
    assert 0 == main(line)
    text = capsys.readouterr().out
    assert "ccxt's own cancel_order" in text
    assert "margin orders" in text


def test_a_plugin_that_is_disabled(tmp_path: Path, printed: Printed) -> None:
    """--plugins overlays the settings."""
    file = tmp_path / "plugins.toml"
    file.write_text("[binance.usdm]\nenabled = false\n")

    assert 0 == main(["explain", "BTC/USDT:USDT", "--plugins", str(file), "--json"])
    assert printed()["plugin"] is None


def test_an_empty_symbol(printed: Printed) -> None:
    """What cannot be a symbol is wrong usage."""
    assert 2 == main(["explain", "", "--json"])
    assert "ArgumentsRequired" == printed()["error"]


def test_a_broken_plugins_toml(tmp_path: Path, capsys: Captured) -> None:
    """A broken file is one line that names file, table and key."""
    file = tmp_path / "plugins.toml"
    file.write_text("[binance.usdm]\nspeed = 1\n")

    assert 2 == main(["explain", "BTC/USDT:USDT", "--plugins", str(file)])
    captured = capsys.readouterr()
    assert captured.err.startswith(f"ccxt-adapter: PluginError: {file}: [binance.usdm]")
    assert "" == captured.out
