"""``ccxt-adapter doctor`` and hosts that cannot be reached or answer something else."""

from __future__ import annotations

from typing import Any

import ccxt
import pytest
from integration.server import Server, http, self_signed
from venues.models import MODELS
from venues.models.model import Model

from adapter.cli import main
from adapter.doctor import run as doctor
from adapter.doctor.report import Finding, Report, as_text
from adapter.simulator import Simulator
from adapter.simulator.connect import redirected
from adapter.testing import Answer, Replay
from adapter.testing.replay import API_KEY as KEY

SYMBOL = "BTC/USDT:USDT"
NOW = Answer(body={"serverTime": 1})
PAGE = "<html>Please log in.</html>"
DEAD = "http://127.0.0.1:9"


def answer(body: Any, status: int = 400) -> Answer:
    return Answer(status=status, body=body)


def refusal(code: int, status: int = 400) -> Answer:
    return answer({"code": code, "msg": "a reason"}, status)


def examine(url: str, *symbols: str, urls: Any = None, **settings: Any) -> Report:
    """The report of a sync exchange object with these attributes, at that URL, at 1 ms."""
    exchange = ccxt.binance()
    exchange.urls = redirected(exchange.urls, url)
    exchange.urls["api"].update(urls or {})
    exchange.milliseconds = lambda: 1
    for name, value in settings.items():
        setattr(exchange, name, value)
    try:
        return doctor.run(exchange, symbols=symbols or [SYMBOL])
    finally:
        exchange.session.close()


def replayed(*answers: Answer) -> tuple[Report, Replay]:
    """The report of a host that gives these answers one after the other; it has keys."""
    with Replay(answers) as replay:
        exchange = replay.connect(ccxt.binance())
        exchange.milliseconds = lambda: 1
        report = doctor.run(exchange, symbols=[SYMBOL])
        exchange.session.close()
    return report, replay


def only(report: Report) -> Finding:
    [finding] = report.findings
    return finding


class TestUnreachable:
    """No answer comes, and the finding has the cause."""

    @pytest.mark.parametrize(
        ("url", "settings", "what", "remedy"),
        [
            (DEAD, {}, "the connection fails: ", "firewall"),
            ("http://me:hidden@127.0.0.1:9", {}, "the connection fails: ", "firewall"),
            ("http://exchange.invalid", {}, "DNS: the host name cannot be resolved", "name server"),
            (f"http://{'a' * 70}.com", {}, "DNS: the host name cannot be resolved", "spelling"),
            ("http://127.0.0.1:99999", {}, "the URL or the proxy cannot be used", "--url"),
            ("http://[::1", {}, "it has no valid URL", "urls"),
            (
                "http://exchange.invalid",
                {"httpProxy": "http://me:hidden@127.0.0.1:9"},
                "the URL or the proxy cannot be used: ProxyError",
                "proxy settings",
            ),
            (
                "http://exchange.invalid",
                {"httpProxy": "http://a", "httpsProxy": "http://b"},
                "conflicting proxy settings",
                "proxy settings",
            ),
        ],
    )
    def test_cause(self, url: str, settings: dict[str, str], what: str, remedy: str) -> None:
        """It is wrong, no key is sent there, and no password in a URL is shown."""
        report = examine(url, apiKey="key", secret="secret", **settings)
        finding = only(report)
        assert "wrong" == finding.level
        assert what in finding.what
        assert remedy in finding.remedy
        assert [] == report.queries
        assert "hidden" not in str(report)
        assert not report.is_well

    def test_silence(self) -> None:
        """It ends by the exchange object's timeout."""
        with Server(silent=True) as server:
            assert "the answer cannot be used" in only(examine(server.url, timeout=300)).what

    def test_a_certificate_that_is_not_trusted(self) -> None:
        """A server that is not the exchange."""
        with Server(tls=self_signed()) as server:
            finding = only(examine(server.url))
        assert finding.what.startswith("TLS: ")
        assert "self-signed" in finding.what
        assert "certifi" in finding.remedy

    def test_no_tls(self) -> None:
        """A server of another protocol."""
        with Server(greeting=b"SSH-2.0-some\r\n") as server:
            finding = only(examine(server.url.replace("http:", "https:")))
        assert finding.what.startswith("TLS: what answers at this address does not speak TLS")
        assert "write http://" in finding.remedy

    def test_https_by_mistake(self, sim: Simulator) -> None:
        """The server speaks HTTP."""
        finding = only(examine(sim.url.replace("http:", "https:")))
        assert "does not speak TLS" in finding.what
        assert "write http:// in place of https://" in finding.remedy

    def test_http_by_mistake(self) -> None:
        """The server speaks TLS, and closes the connection."""
        with Server(tls=self_signed()) as server:
            finding = only(examine(server.url.replace("https:", "http:")))
        assert "begins with http://, an exchange's with https://" in finding.remedy

    def test_a_proxy_is_used(self) -> None:
        """The name of the host is not resolved on this machine."""
        with Server(http({"serverTime": 1}), keep_alive=True) as server:
            report = examine("http://exchange.invalid", httpProxy=server.url)
        assert [] == report.findings

    def test_another_host_is_checked(self, sim: Simulator) -> None:
        """One dead host does not end the checks."""
        option = "BTC/USDT:USDT-260327-90000-C"
        dead = {"eapiPublic": f"{DEAD}/eapi/v1"}
        clock = ccxt.binance().milliseconds
        keys = {"apiKey": sim.api_key, "secret": sim.secret, "milliseconds": clock}
        report = examine(sim.url, SYMBOL, option, urls=dead, **keys)
        assert [True, False] == [host.well for host in report.hosts]
        assert ["binance.usdm"] == [query.plugin for query in report.queries]
        assert "127.0.0.1:9 (binance.options): fails" in as_text(report)

    def test_a_missing_address(self) -> None:
        """Sandboxes lack some: only a warning."""
        finding = only(examine(DEAD, urls={"fapiPublic": None, "fapiPrivate": None}))
        assert ("warning", "binance.usdm") == (finding.level, finding.where)

    def test_by_the_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Exit code 1, and the findings are numbered, with what to do."""
        assert 1 == main(["doctor", SYMBOL, "--url", DEAD])
        text = capsys.readouterr().out
        assert "1. Wrong: 127.0.0.1:9: the connection fails" in text
        assert "   Do: Check the address if you have set it (--url" in text
        assert "key        none, so no order can be cancelled" in text
        assert "2 things need to be fixed." == text.splitlines()[-1]


class TestPage:
    """The answer to an unsigned request."""

    @pytest.mark.parametrize(
        ("reply", "what", "remedy"),
        [
            (answer(PAGE, 403), "a firewall in front of the exchange", "Wait some minutes"),
            (answer("", 404), "there is no such page: HTTP 404.", "--url"),
            (answer({"code": 0, "msg": "restricted"}, 451), "not serve the country", "proxy"),
            (answer(PAGE, 502), "the answer cannot be used: HTTP 502", "status page"),
            (answer(PAGE, 200), "the answer cannot be used: HTTP 200", "login page"),
            (answer("Service Unavailable.", 503), "overloaded or under maintenance", "status"),
            (Answer(body=None), "the answer cannot be used", "Try again"),
            (
                Answer(status=418, body='{"code":-1003}', headers={"Retry-After": "60"}),
                "for another 60 s: too many were sent",
                "ban",
            ),
            (Answer(status=418, body='{"code":-1003}'), "too many were sent", "ban"),
        ],
        ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
    )
    def test_diagnosis(self, reply: Answer, what: str, remedy: str) -> None:
        """Each has a remedy, and no second request is sent."""
        report, replay = replayed(reply)
        finding = only(report)
        assert "wrong" == finding.level
        assert what in finding.what
        assert remedy in finding.remedy
        assert 1 == len(replay.received)

    def test_no_time(self) -> None:
        """Portfolio Margin refuses a request without a key; without ``Date``, no clock is known."""
        refused = http({"code": -2014, "msg": "API-key format invalid."}, "401 Unauthorized")
        with Server(refused, keep_alive=True) as server:
            report = examine(server.url, "LTC/BTC", options={"portfolioMargin": True})
        [host] = report.hosts
        assert (True, None) == (host.well, host.clock)
        assert "): answers\n" in as_text(report)


class TestQuery:
    """The answer to a signed query."""

    @pytest.mark.parametrize(
        ("reply", "level", "accepted", "what", "remedy"),
        [
            (refusal(-2014, 401), "wrong", False, "the format of a Binance key", "all of it"),
            (
                refusal(-2008, 401),
                "wrong",
                False,
                "no such key on this host",
                "the site of this host",
            ),
            (refusal(-2015, 401), "wrong", False, "does not accept the API key", "Management"),
            (refusal(-1022), "wrong", False, "the secret does not belong", "Copy key and secret"),
            (refusal(-4109), "wrong", False, "the account is inactive", "Activate it"),
            (refusal(-1099), "wrong", False, "refuses the key or the request", "permissions"),
            (refusal(-1102), "warning", None, "may not have been checked", "documentation"),
            (refusal(-1121), "warning", None, f"the query of {SYMBOL}", "traded there"),
            (refusal(-1021), "wrong", None, "refuses the timestamp", "time server"),
            (refusal(-1003, 429), "wrong", None, "too many were sent", "ban"),
            (answer(PAGE, 403), "wrong", False, "a firewall in front", "another one"),
            (answer(PAGE, 502), "wrong", None, "the answer cannot be used", "Try again"),
            (Answer(body=None), "wrong", None, "the answer cannot be used", "Try again"),
        ],
        ids=lambda value: str(value.body)[:14] if isinstance(value, Answer) else "",
    )
    def test_diagnosis(
        self, reply: Answer, level: str, accepted: bool | None, what: str, remedy: str
    ) -> None:
        """Each refusal has a remedy."""
        report, replay = replayed(NOW, NOW, reply)
        finding = only(report)
        assert level == finding.level
        assert what in finding.what
        assert remedy in finding.remedy
        assert [accepted] == [query.accepted for query in report.queries]
        assert {"GET"} == {request.method for request in replay.received}

    def test_a_page_that_quotes_the_request(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Neither the key nor the signature in it is shown."""
        page = f"<html>Blocked: {KEY} timestamp=1&signature=0123abcd</html>"
        report, _ = replayed(NOW, NOW, answer(page, 403))
        assert "Blocked" in only(report).what
        assert KEY not in as_text(report) + str(report)
        assert "0123abcd" not in as_text(report) + str(report)
        assert "" == capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--account", "margin"], ["--url", "127.0.0.1"]])
def test_wrong_usage(arguments: list[str]) -> None:
    """Exit code 2, as of the other commands."""
    with pytest.raises(SystemExit) as caught:
        main(["doctor", *arguments])
    assert 2 == caught.value.code


def test_without_a_symbol_ccxts_methods_are_not_called(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report says what is not checked, and nothing is sent."""
    monkeypatch.setenv("ALPACA_API_KEY", "a-key-of-a-user")
    monkeypatch.setenv("ALPACA_SECRET", "a-secret-of-a-user")
    assert 0 == main(["doctor", "--exchange", "alpaca", "--url", DEAD])
    text = capsys.readouterr().out
    assert "BTC/USDT: any" in text
    assert "any: it calls ccxt's own methods: host, clock and key are not checked" in text


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.IDS[0])
@pytest.mark.parametrize("is_right", [True, False])
def test_ccxts_own_method_checks_the_key(model: type[Model], is_right: bool) -> None:
    """By the open orders of each symbol; only an address needs no key for them."""
    with model() as venue:
        exchange = venue.connect(getattr(ccxt, model.IDS[0])())
        if not is_right:
            exchange.apiKey = "another-key"
        report = doctor.run(exchange, symbols=[*model.MARKETS])
        exchange.session.close()
    accepted = {query.accepted for query in report.queries}
    if "walletAddress" in model.CREDENTIALS:
        assert ({None}, []) == (accepted, report.findings)
    elif is_right:
        assert ({True}, []) == (accepted, report.findings)
    else:
        assert accepted <= {False, None}  # MEXC's refusal is a BadRequest
        assert "ccxt's fetch_open_orders fails: " in report.findings[0].what
        assert "another-key" not in as_text(report)


def test_ccxts_own_method_cannot_connect() -> None:
    """The finding has the cause, without the URL and its signature."""
    exchange = ccxt.htx({"apiKey": "a-key-of-a-user", "secret": "a-secret-of-a-user"})
    exchange.urls = redirected(exchange.urls, DEAD)
    report = doctor.run(exchange, symbols=["BTC/USDT"])
    exchange.session.close()
    finding = only(report)
    assert "Connection refused" in finding.what
    assert "NetworkError: check network, proxy and address" in finding.remedy
    assert "ignature=" not in finding.what


def test_an_exchange_that_ccxt_does_not_have(capsys: pytest.CaptureFixture[str]) -> None:
    """It is wrong usage too, and those that plugins are made for are named."""
    assert 2 == main(["doctor", "--exchange", "nowhere"])
    assert "plugins are made for binance, binancecoinm, binanceusdm" in capsys.readouterr().err
