"""``ccxt-adapter doctor`` and hosts that are not as they should be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import ccxt
import pytest
from guest.server import Server, http, self_signed

from adapter.cli import main
from adapter.cli.doctor_show import show
from adapter.doctor.examination import examined
from adapter.doctor.findings import Finding
from adapter.doctor.reach import End, plain, reached
from adapter.doctor.report import Report
from adapter.simulator import Simulator
from adapter.simulator.connect import redirected
from adapter.testing import Answer, Replay
from adapter.testing.replay import API_KEY as KEY

SYMBOL = "BTC/USDT:USDT"
NOW = Answer(body={"serverTime": 1})
PAGE = "<html>Please log in.</html>"

Printed = Callable[[], Any]


def told(body: Any, status: int = 400) -> Answer:
    return Answer(status=status, body=body)


def refused(code: int, status: int = 400) -> Answer:
    return told({"code": code, "msg": "what it says"}, status)


def exchange_at(url: str, **settings: Any) -> Any:
    """A sync exchange with these attributes, and without keys."""
    exchange = ccxt.binance({"timeout": 500})
    exchange.urls = redirected(exchange.urls, url)
    for name, value in settings.items():
        setattr(exchange, name, value)
    return exchange


def examine(url: str, **settings: Any) -> Report:
    exchange = exchange_at(url, **settings)
    try:
        return examined(exchange, symbols=[SYMBOL])
    finally:
        exchange.session.close()


def replayed(answers: Iterable[Answer]) -> tuple[Report, Replay]:
    """The report of a host that gives these answers one after the other; it has keys."""
    with Replay(answers) as replay:
        exchange = replay.connect(ccxt.binance({"timeout": 500}))
        exchange.options["timeDifference"] = exchange.milliseconds() - 1
        report = examined(exchange, symbols=[SYMBOL])
        exchange.session.close()
    return report, replay


def only(report: Report) -> Finding:
    [finding] = report.findings
    return finding


class TestUnreached:
    """The way to the host ends before it."""

    def test_nobody_listens(self, printed: Printed) -> None:
        """A dead port: the step that failed is named, with why, and no further one is taken."""
        with Simulator() as sim:
            url = sim.url

        assert 1 == main(["doctor", SYMBOL, "--url", url, "--json"])
        found = printed()
        [host] = found["hosts"]
        assert ["DNS", "TCP"] == [*host["steps"]]
        assert not host["well"]
        finding = found["findings"][0]
        assert ("wrong", url.removeprefix("http://")) == (finding["level"], finding["where"])
        assert "TCP: nothing listens there (connection refused)." == finding["what"]
        assert "firewall" in finding["remedy"]

    def test_text(self, capsys: pytest.CaptureFixture[str]) -> None:
        """The failed step stands with the host too."""
        with Simulator() as sim:
            url = sim.url

        assert 1 == main(["doctor", SYMBOL, "--url", url])
        assert "ms failed: nothing listens there" in capsys.readouterr().out

    def test_a_host_that_is_down_is_not_asked_about_the_key(self) -> None:
        """Its key stays an open question, not a second finding."""
        report = examine("http://127.0.0.1:9", apiKey="key", secret="secret")
        assert () == report.queries
        assert only(report).what.startswith("TCP:")

    def test_no_such_name(self) -> None:
        """A name that nobody knows."""
        finding = only(examine("http://exchange.invalid"))
        assert finding.what.startswith("DNS: the name cannot be looked up (")
        assert "name server" in finding.remedy

    def test_no_name_at_all(self) -> None:
        """What cannot be a name of a host."""
        assert "DNS: this is no name of a host." == only(examine(f"http://{'a' * 70}.com")).what

    @pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://[::1", "http://:80"])
    def test_no_address(self, url: str) -> None:
        """What cannot be an address is named before anything is sent."""
        report = examine(url)
        assert () == report.hosts
        assert "it has no address to go to" in only(report).what
        assert not report.is_well

    def test_a_name_server_that_says_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The system's look-up knows no time-out; this has one."""
        over = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait())
        [step] = reached(End(host="exchange.invalid", port=80), patience=0.05)
        over.set()
        assert ("DNS", "no answer in time") == (step.name, step.problem)

    def test_the_second_address_is_tried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A host with several addresses is reached by any of them."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            family = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
            addresses = [(*family, ("127.0.0.1", 9)), (*family, ("127.0.0.1", port))]
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
            steps = reached(End(host="exchange.invalid", port=port), patience=1)
        assert [("DNS", None), ("TCP", None)] == [(step.name, step.problem) for step in steps]

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (OSError(113, "No route to host"), "No route to host"),
            (OSError("no address"), "OSError"),
        ],
    )
    def test_other_reasons(self, error: OSError, said: str) -> None:
        """What the system says, else the name of the error."""
        assert said == plain(error)


class TestTls:
    """A connection stands, and TLS is another matter."""

    def test_a_certificate_that_nobody_vouches_for(self) -> None:
        """Whatever answers in the exchange's place is found out, and why."""
        with Server(tls=self_signed()) as server:
            report = examine(server.url)
        assert ["DNS", "TCP", "TLS"] == [step.name for step in report.hosts[0].steps]
        finding = only(report)
        assert finding.what.startswith("TLS: its certificate is not to be trusted (self-signed")
        assert "certifi" in finding.remedy

    def test_no_tls(self) -> None:
        """A server that speaks something else."""
        with Server(greeting=b"SSH-2.0-some\r\n") as server:
            finding = only(examine(server.url.replace("http:", "https:")))
        assert finding.what.startswith("TLS: no TLS is spoken there (")

    @pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
    @pytest.mark.parametrize("setting", ["verify", "validateServerSsl"])
    def test_an_exchange_object_that_trusts_anybody(self, setting: str) -> None:
        """Its own settings hold: the way is free, and what answers is no exchange."""
        with Server(http(PAGE), tls=self_signed(), keep_alive=True) as server:
            report = examine(server.url, **{setting: False})
        assert ["DNS", "TCP", "TLS", "HTTP"] == [step.name for step in report.hosts[0].steps]
        assert "it gives no answer that can be used: HTTP 200" in only(report).what

    @pytest.mark.parametrize("name", ["missing.pem", ""])
    def test_authorities_of_the_users_own(self, tmp_path: Path, name: str) -> None:
        """``verify`` names a file or a folder of them; one without any trusts nobody."""
        with Server(tls=self_signed()) as server:
            report = examine(server.url, verify=str(tmp_path / name))
        assert only(report).what.startswith("TLS: ")


class TestAnswers:
    """The host answers, but not as it should."""

    @pytest.mark.parametrize(
        ("answer", "said", "remedy"),
        [
            (told(PAGE, 403), "a firewall in front of the exchange", "Wait some minutes"),
            (told("", 404), "there is no such page: HTTP 404.", "--url"),
            (told(PAGE, 407), "the proxy refuses", "user and password"),
            (told({"code": 0, "msg": "restricted"}, 451), "does not serve the country", "proxy"),
            (told(PAGE, 502), "no answer that can be used: HTTP 502", "status page"),
            (told(PAGE, 200), "no answer that can be used: HTTP 200", "login page"),
            (told("Service Unavailable.", 503), "overloaded or under maintenance", "status page"),
            (Answer(body=None), "no answer that can be used", "Try again"),
        ],
        ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
    )
    def test_to_the_time_page(self, answer: Answer, said: str, remedy: str) -> None:
        """Each has its own words, and the host is asked no further."""
        report, replay = replayed([answer])
        finding = only(report)
        assert "wrong" == finding.level
        assert said in finding.what
        assert remedy in finding.remedy
        assert 1 == len(replay.received)
        assert "HTTP" == report.hosts[0].steps[-1].name
        assert finding.what == report.hosts[0].steps[-1].problem

    @pytest.mark.parametrize(("headers", "until"), [({"Retry-After": "60"}, " 60 s"), ({}, ".")])
    def test_a_ban(self, headers: dict[str, str], until: str) -> None:
        """For how long is said where the exchange says so."""
        body = '{"code":-1003,"msg":"Way too many requests."}'
        report, _ = replayed([Answer(status=418, body=body, headers=headers)])
        finding = only(report)
        assert "takes no more requests from this address" in finding.what
        assert (" for another 60 s" in finding.what) == bool(headers)
        assert until in finding.what

    def test_a_host_that_says_nothing(self) -> None:
        """Silence ends by the exchange object's time-out."""
        with Server(silent=True) as server:
            assert "no answer that can be used" in only(examine(server.url)).what

    def test_a_refusal_is_an_answer_where_there_is_no_time_page(self) -> None:
        """Without a key the address of the orders is refused, which is all that is wanted."""
        with Simulator() as sim:
            exchange = exchange_at(sim.url)
            exchange.urls["api"]["fapiPublic"] = None
            report = examined(exchange, symbols=[SYMBOL])
            exchange.session.close()
        assert [401, 401, 401] == [served.status for served in sim.requests]
        assert () == report.findings
        assert "Date header" == getattr(report.hosts[0].clock, "source", None)

    def test_a_time_page_elsewhere_is_not_this_hosts(self) -> None:
        """Where the two lead to different hosts, it is the host of the orders that is asked."""
        with Simulator() as sim:
            exchange = exchange_at(sim.url)
            exchange.urls["api"]["fapiPublic"] = "http://127.0.0.1:9/fapi/v1"
            examined(exchange, symbols=[SYMBOL])
            exchange.session.close()
        assert {"/fapi/v1/order"} == {served.path for served in sim.requests}

    def test_an_answer_without_a_date_tells_no_time(self) -> None:
        """Then nothing is said of the clock."""
        body = {"code": -2014, "msg": "API-key format invalid."}
        with Server(http(body, "401 Unauthorized"), keep_alive=True) as server:
            exchange = exchange_at(server.url)
            exchange.urls["api"]["fapiPublic"] = None
            report = examined(exchange, symbols=[SYMBOL])
            exchange.session.close()
        assert report.hosts[0].is_well
        assert report.hosts[0].clock is None


class TestQueries:
    """The host is well, and says something of the key."""

    @pytest.mark.parametrize(
        ("answer", "level", "accepted", "said", "remedy"),
        [
            (refused(-2014, 401), "wrong", False, "does not look like one", "all of it"),
            (refused(-2008, 400), "wrong", False, "demo and real keys differ", "this host's own"),
            (refused(-2008, 401), "wrong", False, "no such key on this host", "this host's own"),
            (refused(-2015, 401), "wrong", False, "does not accept the API key", "Management"),
            (refused(-1022), "wrong", False, "the secret does not belong", "Copy key and secret"),
            (refused(-4109), "wrong", False, "the account is inactive", "Activate it"),
            (refused(-1099), "wrong", False, "refuses the key or what it is to do", "may do"),
            (refused(-1102), "warning", None, "may not have looked at the key", "documentation"),
            (refused(-1121), "warning", None, "does not know BTC/USDT:USDT", "traded there"),
            (refused(-1021), "wrong", None, "refuses the time", "time server"),
            (refused(-1003, 429), "wrong", None, "takes no more requests", "ban"),
            (told(PAGE, 403), "wrong", False, "a firewall in front", "another one"),
            (told(PAGE, 502), "wrong", None, "no answer that can be used", "Try again"),
            (Answer(body=None), "wrong", None, "no answer that can be used", "Try again"),
        ],
        ids=lambda value: str(value.body)[:14] if isinstance(value, Answer) else "",
    )
    def test_what_it_says(
        self, answer: Answer, level: str, accepted: bool | None, said: str, remedy: str
    ) -> None:
        """Each refusal has its own words and its own remedy."""
        report, replay = replayed([NOW, NOW, NOW, answer])
        finding = report.findings[-1]
        assert level == finding.level
        assert said in finding.what
        assert remedy in finding.remedy
        [query] = report.queries
        assert accepted == query.accepted
        assert {"GET"} == {request.method for request in replay.received}

    def test_a_time_that_is_refused_without_saying_which_would_do(self) -> None:
        """Where the answer tells no time, it is not asked again."""
        body = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}

        def answer(heard: Any) -> bytes:
            return http({"serverTime": 1}) if "/time" in heard.line else http(body, "400 Bad")

        with Server(answer, keep_alive=True) as server:
            exchange = exchange_at(server.url, apiKey="key", secret="secret")
            exchange.options["timeDifference"] = exchange.milliseconds() - 1
            report = examined(exchange, symbols=[SYMBOL])
            exchange.session.close()
        assert "GGGG" == server.asked
        assert "the exchange refuses the time in the request" in report.findings[-1].what

    def test_a_time_that_is_refused_though_it_looks_right(self) -> None:
        """The exchange's word is what counts, and the clock is to be set."""
        right = told({"code": -2013, "msg": "Order does not exist."})
        report, replay = replayed([NOW, NOW, NOW, refused(-1021), right])
        assert "the exchange refuses the time in requests." == only(report).what
        assert [True] == [query.accepted for query in report.queries]
        assert 5 == len(replay.received)

    def test_the_correction_is_taken_back(self) -> None:
        """The exchange object's options are left as they were."""
        with Replay([NOW, NOW, NOW, refused(-1021), refused(-2013)]) as replay:
            exchange = replay.connect(ccxt.binance())
            exchange.options["timeDifference"] = before = exchange.milliseconds() - 1
            examined(exchange, symbols=[SYMBOL])
            exchange.session.close()
        assert before == exchange.options["timeDifference"]

    def test_a_page_that_quotes_the_request(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Neither the key nor the signature that it quotes is shown."""
        page = f"<html>Blocked: {KEY} timestamp=1&signature=0123abcd</html>"
        report, _ = replayed([NOW, NOW, NOW, told(page, 403)])
        assert "Blocked" in only(report).what
        assert KEY not in str(report)
        assert "0123abcd" not in str(report)
        assert "" == capsys.readouterr().err


class TestWeight:
    """The weight that is used of a host's minute, against its limit."""

    @pytest.mark.parametrize(
        ("used", "level"),
        [("1199", None), ("1200", "warning"), ("2279", "warning"), ("2280", "wrong")],
    )
    def test_how_much_is_left(self, used: str, level: str | None) -> None:
        """Half of it is worth a look; within 5 % of the limit, a flood is held back."""
        headers = {"X-MBX-USED-WEIGHT-1M": used}
        now = Answer(body={"serverTime": 1}, headers=headers)
        gone = told({"code": -2013, "msg": "Order does not exist."})
        report, _ = replayed([now, now, now, gone])
        assert ([level] if level else []) == [found.level for found in report.findings]
        assert (int(used), 2400) == (report.hosts[0].used_weight, report.hosts[0].weight_limit)

    def test_a_query_tells_too(self) -> None:
        """The last word counts, whoever was asked."""
        gone = Answer(
            status=400,
            body={"code": -2013, "msg": "Order does not exist."},
            headers={"X-MBX-USED-WEIGHT-1M": "2300"},
        )
        report, _ = replayed([NOW, NOW, NOW, gone])
        assert "2300 of the 2400" in only(report).what
        assert "more than a few cancels wait for the next minute" in only(report).what


class TestProxies:
    """The exchange object's own proxies are used, and are what the first steps lead to."""

    @pytest.mark.parametrize("setting", ["httpProxy", "proxies", "trust_env"])
    def test_the_proxy_is_the_way(
        self,
        setting: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """The host's name is not even looked up here."""
        exchange = exchange_at("http://exchange.invalid")
        exchange.options["timeDifference"] = exchange.milliseconds()
        with Server(http({"serverTime": 1}), keep_alive=True) as server:
            monkeypatch.setenv("http_proxy", server.url)
            exchange.session.trust_env = setting == "trust_env"
            exchange.httpProxy = server.url if setting == "httpProxy" else None
            exchange.proxies = {"http": server.url} if setting == "proxies" else None
            report = examined(exchange, symbols=[SYMBOL])
            proxy = server.url.removeprefix("http://")
        exchange.session.close()
        [host] = report.hosts
        assert () == report.findings
        assert ("exchange.invalid", proxy) == (host.host, host.through)
        assert ["DNS", "TCP", "HTTP"] == [step.name for step in host.steps]
        show(report)
        assert f"through the proxy {proxy}" in capsys.readouterr().out

    def test_a_proxy_for_something_else(self) -> None:
        """requests sends what is plain http past a proxy for https, and so does this."""
        report = examine("http://exchange.invalid", httpsProxy="http://127.0.0.1:9")
        assert report.hosts[0].through is None
        assert only(report).what.startswith("DNS:")

    def test_a_proxy_that_is_down(self) -> None:
        """The finding names the proxy, without what may stand before its host."""
        report = examine("http://exchange.invalid", httpProxy="http://me:hidden@127.0.0.1:9")
        assert "exchange.invalid through 127.0.0.1:9" == only(report).where
        assert "hidden" not in str(report)

    def test_a_proxy_without_a_port(self) -> None:
        """The usual one of its kind is meant."""
        report = examine("http://exchange.invalid", socksProxy="socks5://proxy.invalid")
        assert "proxy.invalid:1080" == report.hosts[0].through

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"httpProxy": "http://a", "httpsProxy": "http://b"}, "conflicting proxy settings"),
            ({"httpProxy": "http://"}, "names no host"),
        ],
    )
    def test_settings_that_cannot_be_right(self, settings: dict[str, str], said: str) -> None:
        """They are named, and nothing is sent."""
        finding = only(examine("http://exchange.invalid", **settings))
        assert "the proxy settings cannot be right" in finding.what
        assert said in finding.what

    def test_settings_that_conflict_only_when_it_is_sent(self) -> None:
        """The transport's refusal is an answer like any other."""
        with Server() as server:
            settings = {"httpProxy": server.url, "proxies": {"http": server.url}}
            assert "conflicting proxy settings" in only(examine(server.url, **settings)).what


def test_a_dead_host_and_a_live_one(sim: Simulator) -> None:
    """One host that is down keeps nobody from asking the other."""
    exchange = exchange_at(sim.url, apiKey=sim.api_key, secret=sim.secret)
    exchange.urls["api"]["eapiPrivate"] = "http://127.0.0.1:9/eapi/v1"
    report = examined(exchange, symbols=[SYMBOL, "BTC/USDT:USDT-260327-90000-C"])
    exchange.session.close()
    assert [True, False] == [host.is_well for host in report.hosts]
    assert ["binance.usdm"] == [query.plugin for query in report.queries]
    assert ["wrong"] == [finding.level for finding in report.findings]
