"""``ccxt-adapter doctor`` against the simulator: what is well, and keys."""

from __future__ import annotations

import os

import pytest
from integration.host import pem
from pytest_mock import MockerFixture

from adapter.cli import main
from adapter.cli.keys import API_KEY, SECRET
from adapter.simulator import Simulator

from .conftest import Captured, Doctor, Write
from .findings import accepted, wheres

USDM, OPTION = "BTC/USDT:USDT", "BTC/USDT:USDT-260327-90000-C"
PORTFOLIO = [USDM, "BTC/USD:BTC", "LTC/BTC", "--account", "portfolio-margin"]


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
