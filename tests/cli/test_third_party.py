"""The commands with the plugin of another exchange, which somebody else distributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from registry.site import Site

from adapter.cli import main
from adapter.simulator import Simulator

TOY = Path(__file__).parent.parent / "registry" / "toy"
US = ["--exchange", "binanceus"]
SYMBOL = "LTC/BTC"

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site(tmp_path / "site", monkeypatch)
    site.install_project(TOY)
    yield site
    site.close()


@pytest.fixture
def us_keys(environment: pytest.MonkeyPatch, sim: Simulator) -> None:
    environment.setenv("BINANCEUS_API_KEY", sim.api_key)
    environment.setenv("BINANCEUS_SECRET", sim.secret)


def test_explain(printed: Printed) -> None:
    """An exchange without contracts has one market of each id."""
    assert 0 == main(["explain", "BTCUSDT", *US, "--json"])
    assert "binanceus.spot" == printed()["plugin"]


@pytest.mark.usefixtures("us_keys", "no_time")
def test_cancel(sim: Simulator, printed: Printed) -> None:
    """By the plugin, with the keys that are named after it."""
    order = sim.place("spot", "LTCBTC")
    line = ["cancel", str(order.order_id), SYMBOL, *US, "--url", sim.url, "--json"]

    assert 0 == main(line)
    assert printed()["handled_by"].startswith("binanceus.spot of toy-binanceus")


@pytest.mark.usefixtures("us_keys")
def test_orders(sim: Simulator, printed: Printed) -> None:
    """What is open there."""
    order = sim.place("spot", "LTCBTC")

    assert 0 == main(["orders", *US, "--url", sim.url, "--json"])
    assert [str(order.order_id)] == [each["id"] for each in printed()["orders"]]


@pytest.mark.usefixtures("keys")
def test_keys_of_another_exchange_are_not_sent(sim: Simulator, capsys: Captured) -> None:
    """Those of Binance are for Binance."""
    assert 2 == main(["cancel", "1", SYMBOL, *US, "--url", sim.url])
    assert "set BINANCEUS_API_KEY and BINANCEUS_SECRET" in capsys.readouterr().err
    assert [] == sim.requests


def test_an_exchange_that_ccxt_does_not_have(capsys: Captured) -> None:
    """Those that plugins are made for are named, also by others."""
    assert 2 == main(["explain", SYMBOL, "--exchange", "nowhere"])
    said = capsys.readouterr().err
    assert "plugins are made for binance, binancecoinm, binanceus, binanceusdm" in said
