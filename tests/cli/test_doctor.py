"""``ccxt-adapter doctor`` against the simulator: installation, settings, keys, clock, output."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.host import pem
from pytest_mock import MockerFixture
from registry.site import Site

from adapter.cli import main
from adapter.cli.keys import API_KEY, SECRET
from adapter.simulator import Simulator

USDM, OPTION = "BTC/USDT:USDT", "BTC/USDT:USDT-260327-90000-C"
PORTFOLIO = [USDM, "BTC/USD:BTC", "LTC/BTC", "--account", "portfolio-margin"]
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

Captured = pytest.CaptureFixture[str]
Doctor = Callable[..., dict[str, Any]]
Write = Callable[[str], str]


@pytest.fixture
def doctor(printed: Callable[[], Any]) -> Doctor:
    """The JSON report of a host with that URL, whose exit code agrees with it."""

    def run(url: str, *arguments: str) -> dict[str, Any]:
        code = main(["doctor", *arguments, "--url", url, "--json"])
        found: dict[str, Any] = printed()
        assert found["well"] == (code == 0)
        return found

    return run


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    place = Site(tmp_path / "site", monkeypatch)
    yield place
    place.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a TOML file and returns its path."""

    def written(text: str) -> str:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


def wheres(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["level"], finding["where"]) for finding in found["findings"]]


def accepted(found: dict[str, Any]) -> dict[str, bool | None]:
    return {query["plugin"]: query["accepted"] for query in found["queries"]}


@pytest.mark.usefixtures("keys")
class TestWell:
    """Nothing is wrong."""

    def test_nothing_is_found_and_nothing_changed(
        self, sim: Simulator, doctor: Doctor, capsys: Captured, mocker: MockerFixture
    ) -> None:
        """Only GET is sent, one query to a market; an order that has the id stays open.

        Without ``defaultType``, a raw id is spot's.
        """
        order = sim.place("usdm", "BTCUSDT")
        mocker.patch("adapter.doctor.probe.NO_SUCH_ORDER", str(order.order_id))
        found = doctor(sim.url, USDM, USDM, "BTCUSDT", OPTION)
        assert [] == found["findings"]
        plugins = ("binance.usdm", "binance.spot", "binance.options")
        assert dict.fromkeys(plugins, True) == accepted(found)
        assert {"GET"} == {served.method for served in sim.requests}
        assert 1 == sum(served.path == "/fapi/v1/order" for served in sim.requests)
        assert "NEW" == sim.book.now(order).status
        assert "" == capsys.readouterr().err

    def test_portfolio_margin(self, sim: Simulator, doctor: Doctor) -> None:
        """Its host has no time page, so the clock is known to half a second."""
        found = doctor(sim.url, *PORTFOLIO)
        assert "portfolio-margin" == found["account"]
        [host] = found["hosts"]
        assert ["binance.pm_um", "binance.pm_cm", "binance.pm_margin"] == host["plugins"]
        assert host["clock"]["uncertainty_ms"] >= 500
        assert [True] * 3 == [*accepted(found).values()]

    def test_without_symbols(self, sim: Simulator, capsys: Captured) -> None:
        """Every host of the account is checked; for options, a symbol is asked for."""
        assert 0 == main(["doctor", "--url", sim.url])
        text = capsys.readouterr().out
        assert 4 == text.count(": answers, timestamps ")
        for checked in ("spot BTC/USDT", "usdm BTC/USDT:USDT", "coinm BTC/USD:BTC"):
            assert f"binance.{checked}: accepted" in text
        [left] = [line for line in text.splitlines() if line.startswith("key check  not of ")]
        for unchecked in ("options", "margin", "usdm_algo", "coinm_algo"):
            assert f"binance.{unchecked}" in left
        assert left.endswith("give a symbol of each, and --trigger for conditional orders")
        assert "Nothing needs to be fixed." == text.splitlines()[-1]

    def test_offline(
        self, sim: Simulator, write: Write, capsys: Captured, mocker: MockerFixture
    ) -> None:
        """Nothing is sent."""
        mocker.patch("socket.getaddrinfo", side_effect=AssertionError)
        mocker.patch("socket.socket.connect", side_effect=AssertionError)
        file = write("[binance.spot]\nenabled = false")
        line = ["doctor", USDM, "BTC/USDT", "--url", sim.url, "--offline", "--plugins", file]
        assert 0 == main(line)
        text = capsys.readouterr().out
        assert "not checked: --offline" in text
        assert "BTC/USDT: ccxt (no plugin in use serves spot orders" in text
        assert "simu… (64 characters)" in text

    @pytest.mark.parametrize("mode", ["cross", "isolated"])
    def test_margin(self, sim: Simulator, doctor: Doctor, mode: str) -> None:
        """Its key is checked at its own path, and the clock at spot's."""
        found = doctor(sim.url, "BTC/USDT", "--margin-mode", mode)
        assert {"binance.margin": True} == accepted(found)
        assert ["/api/v3/time", "/sapi/v1/margin/order"] == sorted(
            {served.path for served in sim.requests}
        )

    def test_conditional_orders(self, sim: Simulator, doctor: Doctor) -> None:
        """--trigger leads to their endpoints, as in a cancel."""
        found = doctor(sim.url, USDM, "BTC/USD:BTC", "--trigger")
        assert {"binance.usdm_algo": True, "binance.coinm_algo": True} == accepted(found)

    def test_symbols_of_ccxt(self, sim: Simulator, write: Write, doctor: Doctor) -> None:
        """What ccxt takes is not a problem, and no host is asked."""
        file = write("[binance.spot]\nenabled = false")
        found = doctor(sim.url, "BTC/USDT", "--plugins", file)
        assert [None] == [route["plugin"] for route in found["routes"]]
        assert [] == found["findings"] == sim.requests


@pytest.mark.usefixtures("keys")
class TestKeys:
    """Keys that are missing, wrong or unreadable."""

    def test_wrong_key(
        self, sim: Simulator, environment: pytest.MonkeyPatch, doctor: Doctor
    ) -> None:
        """-2015 of two products is one finding, with what to check."""
        environment.setenv(API_KEY, "nobody-has-this-key")
        found = doctor(sim.url, USDM, OPTION)
        [finding] = found["findings"]
        assert ("wrong", "binance.options, binance.usdm") == (
            finding["level"],
            ", ".join(sorted(finding["where"].split(", "))),
        )
        assert '"code":-2015' in finding["what"]
        assert "list of IP addresses" in finding["remedy"]
        assert [False, False] == [*accepted(found).values()]

    @pytest.mark.parametrize("secret", ["-----BEGIN PRIVATE KEY-----\\nbm9uZQ==\\n", pem("ec")])
    @pytest.mark.parametrize("options", [["--offline"], []])
    def test_a_secret_that_cannot_sign(
        self,
        sim: Simulator,
        environment: pytest.MonkeyPatch,
        doctor: Doctor,
        secret: str,
        options: list[str],
    ) -> None:
        """It is found without the network, and nothing is signed."""
        environment.setenv(SECRET, secret)
        assert [("wrong", "keys")] == wheres(doctor(sim.url, USDM, *options))
        assert not any("signature" in served.query for served in sim.requests)

    @pytest.mark.parametrize("missing", [[API_KEY], [SECRET], [API_KEY, SECRET]])
    def test_missing(
        self,
        sim: Simulator,
        environment: pytest.MonkeyPatch,
        doctor: Doctor,
        missing: list[str],
    ) -> None:
        """The missing variables are named, and the host is checked."""
        for name in missing:
            environment.delenv(name)
        found = doctor(sim.url, USDM)
        [finding] = found["findings"]
        assert ("wrong", "keys") == (finding["level"], finding["where"])
        assert finding["remedy"].startswith(f"Set {' and '.join(missing)} in the environment")
        assert ([], [True]) == (found["queries"], [host["well"] for host in found["hosts"]])

    def test_a_config_file(self, sim: Simulator, write: Write, doctor: Doctor) -> None:
        """Its keys sign and its options are used; one that does not exist is wrong usage."""
        keys = f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n'
        config = write(keys + "options = { portfolioMargin = true }\n")
        assert {"binance.pm_um": True} == accepted(doctor(sim.url, USDM, "--config", config))
        assert 2 == main(["doctor", "--config", "nowhere.toml"])

    @pytest.mark.parametrize("secret", [None, "rsa"])
    @pytest.mark.parametrize("wrong", [None, API_KEY, SECRET])
    def test_no_secret_is_shown(
        self,
        sim: Simulator,
        environment: pytest.MonkeyPatch,
        capsys: Captured,
        secret: str | None,
        wrong: str | None,
    ) -> None:
        """No key, signature or signed URL is printed, whatever the exchange answers."""
        if secret is not None:
            environment.setenv(SECRET, pem(secret))
            sim.add_key(sim.api_key, pem(secret))
        if wrong is not None:
            environment.setenv(wrong, "a-word-that-must-not-be-seen")
        for form in ([], ["--json"]):
            main(["doctor", *PORTFOLIO, "--url", sim.url, *form])
        captured = capsys.readouterr()
        shown = "".join((captured.out + captured.err).split())
        signatures = [s.params["signature"] for s in sim.requests if "signature=" in s.query]
        lines = [line for line in os.environ[SECRET].splitlines() if "-----" not in line]
        hidden = [os.environ[API_KEY], *lines, *signatures]
        assert signatures
        assert [] == [word for word in hidden if word in shown]
        assert "signature=" not in shown
        assert "timestamp=" not in shown


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
        assert f"binance.usdm (not in use: disabled by {file})" in text
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
