"""``ccxt-adapter doctor`` against the simulator: what it says, what it sends, what it hides."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from guest.host import pem
from pytest_mock import MockerFixture

from adapter.cli import main
from adapter.cli.keys import API_KEY, SECRET
from adapter.settings import shipped
from adapter.simulator import Simulator

USDM, OPTION = "BTC/USDT:USDT", "BTC/USDT:USDT-260327-90000-C"
PORTFOLIO = [USDM, "BTC/USD:BTC", "LTC/BTC", "--account", "portfolio-margin"]
HOUR = 3_600_000

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


def off(ms: int) -> Simulator:
    """An exchange whose clock is so many ms ahead of this machine's."""
    return Simulator(clock=lambda: time.time_ns() // 1_000_000 + ms)


def doctor(url: str, *arguments: str) -> int:
    return main(["doctor", *arguments, "--url", url, "--json"])


def levels(found: dict[str, Any]) -> list[str]:
    return [finding["level"] for finding in found["findings"]]


def hidden(sim: Simulator) -> list[str]:
    """What must not be seen: the key, the secret, and every signature that was sent."""
    signatures = [served.params["signature"] for served in sim.requests if "sig" in served.query]
    return [os.environ[API_KEY], *os.environ[SECRET].splitlines()[1:-1], *signatures]


@pytest.mark.usefixtures("keys")
class TestWell:
    """Everything is as it should be."""

    def test_nothing_is_found(self, sim: Simulator, printed: Printed) -> None:
        """Exit code 0, no finding, and the key is accepted on each product that was named."""
        assert 0 == doctor(sim.url, USDM, OPTION)
        found = printed()
        assert (True, []) == (found["well"], found["findings"])
        assert [("binance.usdm", True), ("binance.options", True)] == [
            (query["plugin"], query["accepted"]) for query in found["queries"]
        ]

    def test_only_questions_are_sent(self, sim: Simulator) -> None:
        """Nothing but GET: an open order with the very id that is asked for stays as it is."""
        orders = [sim.place("pm_margin", "LTCBTC") for _ in range(3)]
        before = [sim.book.now(order) for order in orders]

        assert 0 == doctor(sim.url, *PORTFOLIO)
        assert {"GET"} == {served.method for served in sim.requests}
        assert before == [sim.book.now(order) for order in orders]

    def test_an_order_that_is_there_is_an_answer_too(
        self, sim: Simulator, printed: Printed, mocker: MockerFixture
    ) -> None:
        """Whose order number 1 exists after all has a key that is accepted."""
        order = sim.place("usdm", "BTCUSDT")
        mocker.patch("adapter.doctor.asking.NO_SUCH_ORDER", str(order.order_id))

        assert 0 == doctor(sim.url, USDM)
        assert [True] == [query["accepted"] for query in printed()["queries"]]

    def test_portfolio_margin(self, sim: Simulator, printed: Printed) -> None:
        """Its host has no time page, so the Date of an answer tells, to half a second."""
        assert 0 == doctor(sim.url, *PORTFOLIO)
        found = printed()
        assert "portfolio-margin" == found["account"]
        [host] = found["hosts"]
        assert ["binance.pm_um", "binance.pm_cm", "binance.pm_margin"] == host["plugins"]
        assert "Date header" == host["clock"]["source"]
        assert 500 <= host["clock"]["uncertain_ms"] < 5000
        assert [True, True, True] == [query["accepted"] for query in found["queries"]]
        assert (13, 6000) <= (host["used_weight"], host["weight_limit"])

    def test_a_time_page_tells_more(self, sim: Simulator, printed: Printed) -> None:
        """The page has milliseconds; asked three times, the quickest answer tells."""
        assert 0 == doctor(sim.url, USDM)
        [host] = printed()["hosts"]
        assert "time page" == host["clock"]["source"]
        assert abs(host["clock"]["ahead_ms"]) < 500
        assert 3 == sum(served.path == "/fapi/v1/time" for served in sim.requests)
        assert ["DNS", "TCP", "HTTP"] == [*host["steps"]]
        assert all(step["problem"] is None for step in host["steps"].values())

    def test_without_symbols_every_host_of_the_account_is_asked(
        self, sim: Simulator, printed: Printed
    ) -> None:
        """Options have no symbol that is always traded: their key is not asked about, and why."""
        assert 0 == doctor(sim.url)
        found = printed()
        hosts = [plugin for host in found["hosts"] for plugin in host["plugins"]]
        assert ["binance.options", "binance.usdm"] == sorted(hosts)
        assert ["binance.usdm"] == [query["plugin"] for query in found["queries"]]
        [note] = found["findings"]
        assert ("note", "binance.options") == (note["level"], note["where"])

    def test_one_market_is_asked_for_once(self, sim: Simulator) -> None:
        """The same market under two names, and a name that is given twice, are one query."""
        assert 0 == doctor(sim.url, USDM, USDM, "BTCUSDT", "--exchange", "binanceusdm")
        assert 1 == sum(served.path == "/fapi/v1/order" for served in sim.requests)

    @pytest.mark.parametrize(("kind", "shown"), [("rsa", "RSA-2048"), ("ed25519", "Ed25519")])
    def test_the_kind_of_the_key(
        self,
        sim: Simulator,
        environment: pytest.MonkeyPatch,
        printed: Printed,
        kind: str,
        shown: str,
    ) -> None:
        """What the secret signs with is said, and of the API key the beginning."""
        environment.setenv(API_KEY, "abcdefghijklmnop")
        environment.setenv(SECRET, pem(kind))
        sim.add_key("abcdefghijklmnop", pem(kind))

        assert 0 == doctor(sim.url, USDM)
        assert {"api_key": "abcd… (16 characters)", "kind": shown} == printed()["keys"]

    def test_nothing_on_stderr(self, sim: Simulator, capsys: Captured) -> None:
        """What the adapter would warn of is in the report."""
        assert 0 == doctor(sim.url, USDM)
        assert "" == capsys.readouterr().err


@pytest.mark.usefixtures("keys")
class TestKeys:
    """The exchange, or the adapter itself, refuses the keys."""

    def test_wrong_key(
        self, sim: Simulator, environment: pytest.MonkeyPatch, printed: Printed
    ) -> None:
        """-2015 on two products is one finding, in plain words, with what to look for."""
        environment.setenv(API_KEY, "nobody-has-this-key")

        assert 1 == doctor(sim.url, USDM, OPTION)
        found = printed()
        [finding] = found["findings"]
        assert ("wrong", "binance.usdm, binance.options") == (finding["level"], finding["where"])
        assert "Binance does not accept the API key" in finding["what"]
        assert '"code":-2015' in finding["what"]
        assert "list of IP addresses" in finding["remedy"]
        assert [False, False] == [query["accepted"] for query in found["queries"]]

    def test_wrong_secret(
        self, sim: Simulator, environment: pytest.MonkeyPatch, printed: Printed
    ) -> None:
        """-1022 is the secret's."""
        environment.setenv(SECRET, "not-to-be-seen")

        assert 1 == doctor(sim.url, USDM)
        [finding] = printed()["findings"]
        assert "the secret does not belong to it" in finding["what"]
        assert finding["remedy"].startswith("Copy key and secret again")

    @pytest.mark.parametrize(
        ("secret", "kind"),
        [
            ("-----BEGIN PRIVATE KEY-----\\nbm9uZQ==\\n", "a private key that cannot be read"),
            (pem("ec"), "a private key that is neither RSA nor Ed25519"),
        ],
        ids=["no PEM", "EC"],
    )
    @pytest.mark.parametrize("offline", [True, False])
    def test_a_secret_that_cannot_sign(
        self,
        sim: Simulator,
        environment: pytest.MonkeyPatch,
        printed: Printed,
        secret: str,
        kind: str,
        offline: bool,
    ) -> None:
        """It is found without the network, and nothing is signed."""
        environment.setenv(SECRET, secret)

        assert 1 == doctor(sim.url, USDM, *["--offline"][: int(offline)])
        found = printed()
        assert kind == found["keys"]["kind"]
        [finding] = found["findings"]
        assert ("wrong", "keys") == (finding["level"], finding["where"])
        assert [] == [served for served in sim.requests if "signature" in served.query]

    def test_an_unknown_symbol_leaves_the_key_open(self, sim: Simulator, printed: Printed) -> None:
        """-1121 says nothing of the key: a warning, and exit code 0."""
        assert 0 == doctor(sim.url, "FOO/USDT:USDT")
        found = printed()
        [finding] = found["findings"]
        assert "warning" == finding["level"]
        assert "does not know FOO/USDT:USDT" in finding["what"]
        assert [None] == [query["accepted"] for query in found["queries"]]


class TestWithoutKeys:
    """Nothing can be cancelled without keys: exit code 1, whatever else is well."""

    def test_none(self, sim: Simulator, printed: Printed) -> None:
        """All but the key is looked at, and it says what is missing and how to give it."""
        assert 1 == doctor(sim.url, USDM)
        found = printed()
        [finding] = found["findings"]
        assert (False, "wrong", "keys") == (found["well"], finding["level"], finding["where"])
        assert "without keys no order can be cancelled" in finding["what"]
        assert all(name in finding["remedy"] for name in (API_KEY, SECRET, "--config"))
        assert (None, []) == (found["keys"], found["queries"])
        assert [True] == [host["well"] for host in found["hosts"]]

    @pytest.mark.parametrize(("given", "missing"), [(API_KEY, SECRET), (SECRET, API_KEY)])
    def test_half(
        self,
        sim: Simulator,
        environment: pytest.MonkeyPatch,
        printed: Printed,
        given: str,
        missing: str,
    ) -> None:
        """Which of the two is missing is said."""
        environment.setenv(given, "not-to-be-seen")

        assert 1 == doctor(sim.url, USDM)
        [finding] = printed()["findings"]
        assert f"{given} is set, and {missing} is not." == finding["what"]

    def test_a_config_file(self, sim: Simulator, tmp_path: Path, printed: Printed) -> None:
        """Its keys sign, and its options hold: the account, and the recvWindow."""
        config = tmp_path / "keys.toml"
        config.write_text(
            f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n'
            "options = { portfolioMargin = true, recvWindow = 4000 }\n"
        )

        assert 0 == doctor(sim.url, USDM, "--config", str(config))
        found = printed()
        assert ("portfolio-margin", 4000) == (found["account"], found["recv_window"])
        assert [("binance.pm_um", True)] == [
            (query["plugin"], query["accepted"]) for query in found["queries"]
        ]

    def test_a_config_file_that_is_not_there(self, sim: Simulator, printed: Printed) -> None:
        """That is wrong usage, as for `cancel`."""
        assert 2 == doctor(sim.url, "--config", "nowhere.toml")
        assert "UsageError" == printed()["error"]
        assert [] == sim.requests


@pytest.mark.usefixtures("environment")
class TestClock:
    """The exchange's clock and this machine's differ by an hour."""

    @pytest.fixture
    def given(self, environment: pytest.MonkeyPatch) -> Callable[[Simulator], None]:
        def set_keys(sim: Simulator) -> None:
            environment.setenv(API_KEY, sim.api_key)
            environment.setenv(SECRET, sim.secret)

        return set_keys

    @pytest.mark.parametrize(("hours", "side"), [(1, "behind"), (-1, "ahead of")])
    @pytest.mark.parametrize("arguments", [[USDM], PORTFOLIO], ids=["time page", "Date"])
    def test_an_hour_off(
        self,
        given: Callable[[Simulator], None],
        printed: Printed,
        hours: int,
        side: str,
        arguments: list[str],
    ) -> None:
        """One finding says how much and which way; the key is asked about in the right time."""
        with off(hours * HOUR) as sim:
            given(sim)
            assert 1 == doctor(sim.url, *arguments)
        found = printed()
        [finding] = found["findings"]
        assert f"the time in requests is 60.0 minutes {side} the exchange's." == finding["what"]
        assert "time server" in finding["remedy"]
        assert {(True, True)} == {
            (query["accepted"], query["clock_refused"]) for query in found["queries"]
        }

    def test_a_key_that_is_wrong_as_well(
        self,
        given: Callable[[Simulator], None],
        environment: pytest.MonkeyPatch,
        printed: Printed,
    ) -> None:
        """Both are found at once."""
        with off(HOUR) as sim:
            given(sim)
            environment.setenv(SECRET, "another")
            assert 1 == doctor(sim.url, USDM)
        assert ["wrong", "wrong"] == levels(printed())

    def test_a_clock_that_the_options_correct(self, tmp_path: Path, printed: Printed) -> None:
        """What counts is the time in requests: nothing is wrong, and the correction is shown."""
        with off(HOUR) as sim:
            config = tmp_path / "keys.toml"
            config.write_text(
                f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n'
                f"options = {{ timeDifference = -{HOUR} }}\n"
            )
            assert 0 == doctor(sim.url, USDM, "--config", str(config))
        [host] = printed()["hosts"]
        assert host["clock"]["ahead_ms"] < -HOUR / 2
        assert HOUR == pytest.approx(host["clock"]["corrected_ms"], abs=1000)

    @pytest.mark.parametrize(("window", "level"), [(None, "warning"), (3000, "wrong")])
    def test_behind_within_the_window(
        self,
        given: Callable[[Simulator], None],
        tmp_path: Path,
        printed: Printed,
        window: int | None,
        level: str,
    ) -> None:
        """Six seconds are taken where ccxt's ten are allowed, and not where three are."""
        file = tmp_path / "plugins.toml"
        file.write_text(f"[defaults]\nrecv_window = {window}" if window else "")
        with off(6000) as sim:
            given(sim)
            doctor(sim.url, USDM, "--plugins", str(file))
        found = printed()
        assert [level] == levels(found)
        assert (level == "warning") == found["well"]
        assert [(True, level == "wrong")] == [
            (query["accepted"], query["clock_refused"]) for query in found["queries"]
        ]

    def test_without_keys(self, printed: Printed) -> None:
        """A clock needs no key to be found wrong."""
        with off(HOUR) as sim:
            assert 1 == doctor(sim.url, USDM)
        assert ["wrong", "wrong"] == levels(printed())


class TestOffline:
    """--offline."""

    @pytest.mark.usefixtures("keys")
    def test_nothing_is_sent(self, sim: Simulator, printed: Printed, mocker: MockerFixture) -> None:
        """Not a name is looked up, not a connection opened."""
        looked_up = mocker.patch.object(socket, "getaddrinfo", side_effect=AssertionError)
        connected = mocker.patch.object(socket.socket, "connect", side_effect=AssertionError)

        assert 0 == doctor(sim.url, USDM, "--offline")
        assert [] == sim.requests
        assert not looked_up.called
        assert not connected.called
        found = printed()
        assert ([], []) == (found["hosts"], found["queries"])
        assert ["binance.usdm"] == [route["plugin"] for route in found["routes"]]
        assert "HMAC" == found["keys"]["kind"]


@pytest.mark.usefixtures("keys")
class TestSecrets:
    """No secret, no signature and no signed URL in anything that is printed."""

    @pytest.mark.parametrize("secret", [None, "rsa"])
    @pytest.mark.parametrize("form", [["--json"], []], ids=["json", "text"])
    @pytest.mark.parametrize("fault", ["none", "wrong key", "wrong secret"])
    def test_hidden(
        self,
        sim: Simulator,
        environment: pytest.MonkeyPatch,
        capsys: Captured,
        secret: str | None,
        form: list[str],
        fault: str,
    ) -> None:
        """Whatever the exchange says of them."""
        if secret is not None:
            environment.setenv(SECRET, pem(secret))
            sim.add_key(sim.api_key, pem(secret))
        if fault == "wrong key":
            environment.setenv(API_KEY, "a-key-that-must-not-be-seen")
        if fault == "wrong secret":
            environment.setenv(SECRET, "BEGIN\na-secret-that-must-not-be-seen\nEND")

        main(["doctor", *PORTFOLIO, "--url", sim.url, *form])
        captured = capsys.readouterr()
        shown = "".join((captured.out + captured.err).split())
        words = hidden(sim)
        assert len(words) > 3
        assert [] == [word for word in words if word in shown]
        assert "signature=" not in shown
        assert "timestamp=" not in shown


@pytest.mark.usefixtures("keys")
def test_json_is_complete(sim: Simulator, printed: Printed) -> None:
    """Every part of the report is there, and each setting says where it comes from."""
    assert 0 == doctor(sim.url, USDM)
    found = printed()
    assert [
        *("well", "time", "offline", "findings", "versions", "environment", "settings"),
        *(
            "plugins",
            "policy",
            "exchange",
            "recv_window",
            "account",
            "routes",
            "keys",
            "hosts",
            "queries",
        ),
    ] == [*found]
    assert {"ccxt-adapter", "ccxt", "requests", "urllib3", "aiohttp", "attrs", "cryptography"} <= {
        *found["versions"]
    }
    assert {
        "shipped": str(shipped().resolve()),
        "yours": None,
        "named_by": None,
        "error": None,
    } == found["settings"]
    assert {"value": 15.0, "source": "shipped", "table": "defaults"} == found["policy"][
        "binance.usdm"
    ]["deadline"]
    assert "DELETE" == found["routes"][0]["method"]
    assert json.dumps(found)


@pytest.mark.usefixtures("keys")
def test_text(sim: Simulator, capsys: Captured) -> None:
    """People read the same: each part has a heading, and the last line is the sum of it."""
    assert 0 == main(["doctor", OPTION, *PORTFOLIO, "--url", sim.url])
    text = capsys.readouterr().out
    for heading in ("Versions", "Plugins", "Settings", "Key", "Hosts", "What to do"):
        assert f"\n{heading}\n" in text
    assert "Ways of a cancel on binance, account portfolio-margin" in text
    assert "shipped [defaults]" in text
    assert "recv_window 10000 the exchange's options [recvWindow]" in " ".join(text.split())
    assert "simu… (64 characters)" in text
    assert "weight used of this minute" in text
    assert "accepted" in text
    assert "Nothing needs to be fixed." == text.splitlines()[-1].strip()


def test_text_of_what_is_wrong(capsys: Captured) -> None:
    """Findings stand at the end, the worst first, each with what to do."""
    with off(HOUR) as sim:
        assert 1 == main(["doctor", USDM, "BTC/USDT", "--url", sim.url])
    text = capsys.readouterr().out
    host, keys = text.index("1. Wrong: 127.0.0.1"), text.index("2. Wrong: keys")
    assert text.index("What to do") < host < text.index("Do: Set this machine's") < keys
    assert "60.0 minutes behind the host, give or take" in text
    assert "ccxt's own" in text
    assert "none given" in text
    assert "2 things need to be fixed." == text.splitlines()[-1].strip()


def test_text_of_a_corrected_query(environment: pytest.MonkeyPatch, capsys: Captured) -> None:
    """That it took the exchange's own time is said beside the answer."""
    with off(HOUR) as sim:
        environment.setenv(API_KEY, sim.api_key)
        environment.setenv(SECRET, sim.secret)
        assert 1 == main(["doctor", USDM, "--url", sim.url])
    assert "accepted, with the time corrected" in " ".join(capsys.readouterr().out.split())


def test_text_offline(capsys: Captured) -> None:
    """Hosts are not asked, and that is said; missing keys are found without the network."""
    assert 1 == main(["doctor", "--offline"])
    text = capsys.readouterr().out
    assert "not asked: --offline" in text
    assert "without keys no order can be cancelled" in text
    assert "One thing needs to be fixed." == text.splitlines()[-1].strip()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--exchange", "kraken"], "invalid choice"),
        (["--account", "margin"], "invalid choice"),
        (["--url", "127.0.0.1"], "is not like http://"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, capsys: Captured) -> None:
    """A line that cannot be right is refused as by the other commands."""
    with pytest.raises(SystemExit) as caught:
        main(["doctor", *arguments])

    assert 2 == caught.value.code
    assert said in capsys.readouterr().err
