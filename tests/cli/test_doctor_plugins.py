"""``ccxt-adapter doctor``: broken plugins and plugins.toml files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from registry.site import Site

from adapter.cli import main
from adapter.simulator import Simulator

from .conftest import Captured, Doctor, Write
from .findings import accepted, wheres

USDM = "BTC/USDT:USDT"

TOY = {"binance.toy": "toy_x:ENDPOINT"}
BROKEN = {"toy_x.py": "raise RuntimeError('boom')"}
RIVAL = {"toy_x.py": "from adapter.venues.binance.usdm import ENDPOINT"}
POSTS = {
    "toy_x.py": """
import attrs
from adapter.contract.api import OrderQuery
from adapter.venues.binance.usdm import ENDPOINT as OURS
ENDPOINT = attrs.evolve(OURS, market_type="spot", queries=(OrderQuery(method="POST"),))
"""
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    place = Site(tmp_path / "site", monkeypatch)
    yield place
    place.close()


@pytest.mark.usefixtures("keys")
class TestInstallation:
    """Plugins and plugins.toml."""

    @pytest.mark.parametrize(
        ("table", "expected", "remedy"),
        [
            ("", [("wrong", "binance.toy")], "ccxt's cancel_order"),
            ("[binance.toy]\nenabled = false", [], ""),
            ("[binance.toy]\nenabled = true", [("wrong", "attach()")], "attach() fails"),
        ],
    )
    def test_a_broken_plugin(
        self,
        site: Site,
        write: Write,
        sim: Simulator,
        doctor: Doctor,
        table: str,
        expected: list[tuple[str, str]],
        remedy: str,
    ) -> None:
        """It is one finding, unless it is disabled."""
        site.install("toy", plugins=TOY, files=BROKEN)
        found = doctor(sim.url, USDM, "--plugins", write(table))
        assert expected == wheres(found)
        assert all("RuntimeError: boom" in finding["what"] for finding in found["findings"])
        assert all(remedy in finding["remedy"] for finding in found["findings"])

    def test_two_plugins_of_one_route(self, site: Site, sim: Simulator, doctor: Doctor) -> None:
        """attach() fails, and both are named."""
        site.install("toy", plugins=TOY, files=RIVAL)
        [finding] = doctor(sim.url, USDM)["findings"]
        assert "plugin binance.toy of toy 1.0 and plugin binance.usdm" in finding["what"]

    def test_a_plugin_that_queries_by_post(
        self, site: Site, write: Write, sim: Simulator, doctor: Doctor
    ) -> None:
        """A POST might change something, so it is not sent."""
        site.install("toy", plugins=TOY, files=POSTS)
        file = write("[binance.spot]\nenabled = false")
        found = doctor(sim.url, "BTC/USDT", "--plugins", file)
        assert [("warning", "binance.toy")] == wheres(found)
        assert {"binance.toy": None} == accepted(found)
        assert {"GET"} == {served.method for served in sim.requests}

    def test_a_common_symbol_that_no_plugin_serves(
        self, write: Write, sim: Simulator, doctor: Doctor
    ) -> None:
        """It is shown only where somebody asks for it."""
        file = write("[binance.spot]\nenabled = false")
        found = doctor(sim.url, "--plugins", file)

        assert [USDM, "BTC/USD:BTC"] == [route["symbol"] for route in found["routes"]]

    def test_no_plugin(self, write: Write, sim: Simulator, capsys: Captured) -> None:
        """Without an enabled plugin ccxt takes every cancel, which is a warning."""
        file = write("[defaults]\nenabled = false")
        assert 0 == main(["doctor", "--url", sim.url, "--plugins", file])
        text = capsys.readouterr().out
        assert "1. Warning: plugins: no enabled plugin serves binance" in text
        assert f"settings   {file}\n" in text
        assert [] == sim.requests

    @pytest.mark.parametrize("by", ["--plugins", "ADAPTER_PLUGINS"])
    def test_a_broken_file(
        self, environment: pytest.MonkeyPatch, write: Write, doctor: Doctor, by: str
    ) -> None:
        """It is the only finding, because attach() fails."""
        file = write("[binance.udsm]\ndeadline = 1")
        if by == "ADAPTER_PLUGINS":
            environment.setenv(by, file)
        found = doctor("http://127.0.0.1:9", USDM, *([by, file] if by == "--plugins" else []))
        [finding] = found["findings"]
        assert ("wrong", "attach()") == (finding["level"], finding["where"])
        assert f"{file}: [binance.udsm] names no installed plugin" in finding["what"]
        assert file == found["settings"]
        assert [] == found["hosts"]

    def test_a_symbol_that_cannot_be_one(self, sim: Simulator, doctor: Doctor) -> None:
        """It is a finding, and the others are checked."""
        found = doctor(sim.url, "", USDM)
        assert [("wrong", "''")] == wheres(found)
        assert [USDM] == [route["symbol"] for route in found["routes"]]


def test_without_keys_an_exchange_of_ccxts_methods_is_told(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is sent."""
    environment.delenv("OKX_API_KEY", raising=False)

    assert 1 == main(["doctor", "--exchange", "okx"])
    shown = capsys.readouterr().out
    assert "without keys no order can be cancelled" in shown
    assert "OKX_PASSWORD" in shown
