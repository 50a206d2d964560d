"""``ccxt-adapter doctor`` and what is installed and set: plugins, settings, keys in words."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ccxt
import pytest
from guest.host import pem
from registry.site import Site

import adapter
from adapter.cli import main
from adapter.doctor.findings import NOTE, WARNING, WRONG, Finding, short, worst_first
from adapter.doctor.keys import kind, masked
from adapter.doctor.policies import files
from adapter.doctor.versions import versions
from adapter.settings import load, shipped
from adapter.simulator import Simulator

SYMBOL = "BTC/USDT:USDT"
TOY = {"binance.toy": "toy_x:PRODUCT"}
POSTS = """
import attrs
from adapter.binance.usdm import PRODUCT as OURS
def request(method, call, product):
    return attrs.evolve(OURS.venue.request(method, call, product), method="POST")
PRODUCT = attrs.evolve(OURS, kind="spot", venue=attrs.evolve(OURS.venue, request=request))
"""
RIVAL = "from adapter.binance.usdm import PRODUCT"

Printed = Callable[[], Any]
Write = Callable[[str], str]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    place = Site(tmp_path / "site", monkeypatch)
    yield place
    place.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a user's plugins.toml and returns its path."""

    def written(text: str) -> str:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


@pytest.mark.usefixtures("keys")
class TestPlugins:
    """What somebody else has installed."""

    def test_a_broken_one(self, site: Site, sim: Simulator, printed: Printed) -> None:
        """It is found, with whose it is and what to do, and costs the others nothing."""
        site.install("toy", plugins=TOY, files={"toy_x.py": "raise RuntimeError('boom')"})

        assert 1 == main(["doctor", SYMBOL, "--url", sim.url, "--json"])
        found = printed()
        [finding] = found["findings"]
        assert ("wrong", "binance.toy") == (finding["level"], finding["where"])
        assert (
            "plugin binance.toy of toy 1.0 cannot be imported (RuntimeError: boom)"
            in (finding["what"])
        )
        assert "ccxt's own cancel_order" in finding["remedy"]
        [broken] = [plugin for plugin in found["plugins"] if not plugin["enabled"]]
        assert ("toy", "1.0", None) == (
            broken["distribution"],
            broken["version"],
            broken["endpoint"],
        )
        assert [True] == [query["accepted"] for query in found["queries"]]

    def test_a_broken_one_that_is_disabled(
        self, site: Site, write: Write, sim: Simulator, printed: Printed
    ) -> None:
        """Who has disabled it knows."""
        site.install("toy", plugins=TOY, files={"toy_x.py": "raise RuntimeError('boom')"})
        file = write("[binance.toy]\nenabled = false")

        assert 0 == main(["doctor", SYMBOL, "--url", sim.url, "--plugins", file, "--json"])
        assert [] == printed()["findings"]

    def test_a_broken_one_that_is_insisted_on(
        self, site: Site, write: Write, sim: Simulator, printed: Printed
    ) -> None:
        """attach() fails, so there is no way to examine; it is one finding."""
        site.install("toy", plugins=TOY, files={"toy_x.py": "raise RuntimeError('boom')"})
        file = write("[binance.toy]\nenabled = true")

        assert 1 == main(["doctor", SYMBOL, "--url", sim.url, "--plugins", file, "--json"])
        found = printed()
        [finding] = found["findings"]
        assert "boom" in finding["what"]
        assert "attach() fails" in finding["remedy"]
        assert ([], [], None) == (found["hosts"], found["routes"], found["account"])

    def test_two_that_claim_one_route(
        self, site: Site, sim: Simulator, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Both are named, and what to write where."""
        site.install("toy", plugins={"binance.toy": "toy_x:PRODUCT"}, files={"toy_x.py": RIVAL})

        assert 1 == main(["doctor", SYMBOL, "--url", sim.url])
        text = " ".join(capsys.readouterr().out.split())
        assert "plugin binance.toy of toy 1.0 and plugin binance.usdm" in text
        assert "account unknown" in text

    def test_one_that_queries_by_post(self, site: Site, sim: Simulator, printed: Printed) -> None:
        """What is no GET might change something: it is not sent."""
        site.install("toy", plugins=TOY, files={"toy_x.py": POSTS})

        assert 0 == main(["doctor", "BTC/USDT", "--url", sim.url, "--json"])
        found = printed()
        [finding] = found["findings"]
        assert ("warning", "binance.toy") == (finding["level"], finding["where"])
        assert "by POST, not by GET" in finding["what"]
        assert [(None, None)] == [(q["accepted"], q["ms"]) for q in found["queries"]]
        assert {"GET"} == {served.method for served in sim.requests}

    def test_symbols_that_no_plugin_takes(self, sim: Simulator, printed: Printed) -> None:
        """They are ccxt's, which is no fault, and no host is asked."""
        assert 0 == main(["doctor", "BTC/USDT", "--url", sim.url, "--json"])
        found = printed()
        assert [("note", "symbols")] == [(f["level"], f["where"]) for f in found["findings"]]
        assert [None] == [route["plugin"] for route in found["routes"]]
        assert [] == sim.requests

    @pytest.mark.parametrize("symbol", ["", "BTC/USDT:USDT"])
    def test_a_symbol_that_cannot_be_one(
        self, sim: Simulator, printed: Printed, symbol: str
    ) -> None:
        """It is named, and the others are examined."""
        expected = 0 if symbol else 1
        assert expected == main(["doctor", symbol, SYMBOL, "--url", sim.url, "--json"])
        found = printed()
        assert ["''"] * expected == [finding["where"] for finding in found["findings"]]
        assert [SYMBOL] == [route["symbol"] for route in found["routes"]]

    def test_none_in_use(self, write: Write, sim: Simulator, printed: Printed) -> None:
        """Without any plugin every cancel is ccxt's own: that is said, and nothing is sent."""
        file = write("[defaults]\nenabled = false")

        assert 0 == main(["doctor", "--url", sim.url, "--plugins", file, "--json"])
        found = printed()
        assert [("warning", "plugins")] == [(f["level"], f["where"]) for f in found["findings"]]
        assert [] == sim.requests


@pytest.mark.usefixtures("keys")
class TestSettings:
    """Where each value comes from, and a file that is broken."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[binance.usdm]\nspeed = 1", "[binance.usdm] has no setting 'speed'"),
            ("[defaults]\ndeadline = '1'", "[defaults] deadline wants a number of seconds"),
            ("[binance.udsm]\ndeadline = 1", "[binance.udsm] names no installed plugin"),
            ("deadline = ", "is not TOML"),
        ],
    )
    @pytest.mark.parametrize("by", ["--plugins", "ADAPTER_PLUGINS"])
    def test_a_broken_file(
        self,
        environment: pytest.MonkeyPatch,
        write: Write,
        sim: Simulator,
        printed: Printed,
        text: str,
        said: str,
        by: str,
    ) -> None:
        """It is a finding with file, table and key; the rest goes by the shipped file."""
        file, line = write(text), ["doctor", SYMBOL, "--url", sim.url, "--json"]
        if by == "ADAPTER_PLUGINS":
            environment.setenv(by, file)

        assert 1 == main([*line, "--plugins", file] if by == "--plugins" else line)
        found = printed()
        finding = found["findings"][0]
        assert ("wrong", "plugins.toml") == (finding["level"], finding["where"])
        assert finding["what"].startswith(f"{file}: ")
        assert said in finding["what"]
        assert (file, by) == (found["settings"]["yours"], found["settings"]["named_by"])
        assert said in found["settings"]["error"]
        assert {"code", "shipped"} == {
            setting["source"] for policy in found["policy"].values() for setting in policy.values()
        }
        assert [True] == [host["well"] for host in found["hosts"]]

    def test_a_file_that_is_not_there(
        self, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """As a variable that outlived its file leaves it."""
        environment.setenv("ADAPTER_PLUGINS", "nowhere.toml")
        environment.setenv("COLUMNS", "200")

        assert 1 == main(["doctor", "--offline"])
        text = " ".join(capsys.readouterr().out.split())
        assert "nowhere.toml (broken, named by ADAPTER_PLUGINS)" in text
        assert "Wrong: plugins.toml: nowhere.toml: cannot be read (No such file" in text

    def test_where_each_value_comes_from(self, write: Write, printed: Printed) -> None:
        """A table wins over the defaults, and the user's file over the shipped one."""
        file = write(
            "[defaults]\ndeadline = 7\nrecv_window = 3000\n"
            "[binance.options]\ndeadline = 3\ndocs = 'mine'\n"
        )
        assert 0 == main(["doctor", "--offline", "--plugins", file, "--json"])
        policy = printed()["policy"]
        assert {"value": 7, "source": "yours", "table": "defaults"} == (
            policy["binance.usdm"]["deadline"]
        )
        assert {"value": 3, "source": "yours", "table": "binance.options"} == (
            policy["binance.options"]["deadline"]
        )
        assert ("shipped", "binance.usdm") == (
            policy["binance.usdm"]["docs"]["source"],
            policy["binance.usdm"]["docs"]["table"],
        )
        assert ("shipped", "defaults") == (
            policy["binance.usdm"]["attempts"]["source"],
            policy["binance.usdm"]["attempts"]["table"],
        )

    def test_the_shipped_file_leaves_some_to_the_code(self, printed: Printed) -> None:
        """recv_window is in no file."""
        assert 0 == main(["doctor", "--offline", "--json"])
        assert {"value": None, "source": "code", "table": None} == (
            printed()["policy"]["binance.usdm"]["recv_window"]
        )

    def test_text(self, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
        """A value that differs is a row of its own, with the plugins that have it."""
        file = write("[defaults]\nrecv_window = 3000\n[binance.options]\nconfirm = false")

        assert 0 == main(["doctor", "--offline", "--plugins", file])
        lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
        assert "recv_window 3000 yours [defaults] all plugins" in lines
        assert "confirm false yours [binance.options] binance.options" in lines

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[defaults]\ndeadline = 7\nlane = 'ccxt'",
            "[binance.usdm]\ndeadline = 7\n[defaults]\ndeadline = 8\nattempts = 1",
            "[binance.pm_um]\nenabled = false\ndocs = ''",
        ],
    )
    def test_what_is_shown_is_what_holds(self, write: Write, text: str) -> None:
        """The policy that is shown is the one that the adapter goes by."""
        path, exchange = write(text), ccxt.binance()
        for plugin in adapter.plugins(path):
            shown = {s.name: s.value for s in files(exchange, path).of(plugin.name, {})}
            policy = load(path).policy(plugin.name)
            assert {name: getattr(policy, name) for name in shown} == shown
            assert "deadline" in shown

    def test_the_shipped_path(self) -> None:
        """The path is that of the file that is read."""
        assert str(shipped().resolve()) == files(ccxt.binance(), None).shipped

    def test_the_exchanges_own_word(
        self, write: Write, tmp_path: Path, sim: Simulator, printed: Printed
    ) -> None:
        """``options["adapter"]`` names the file, and its policy is over every file."""
        file, config = write("[defaults]\nattempts = 2"), tmp_path / "keys.toml"
        config.write_text(
            f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n[options.adapter]\n'
            f"account = 'portfolio-margin'\ndeadline = 4\nplugins = '{file}'\n"
        )

        assert 0 == main(["doctor", "--offline", "--config", str(config), "--json"])
        found = printed()
        assert (file, "options [adapter]", "portfolio-margin") == (
            found["settings"]["yours"],
            found["settings"]["named_by"],
            found["account"],
        )
        policy = found["policy"]["binance.pm_um"]
        assert {"value": 4, "source": "options", "table": "adapter"} == policy["deadline"]
        assert {"value": 2, "source": "yours", "table": "defaults"} == policy["attempts"]

    def test_a_word_of_the_exchange_that_is_none(
        self, tmp_path: Path, sim: Simulator, printed: Printed
    ) -> None:
        """It is named, with the exchange and what there is."""
        config = tmp_path / "keys.toml"
        config.write_text(
            f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n[options.adapter]\nspeed = 1\n'
        )

        assert 1 == main(["doctor", "--offline", "--config", str(config), "--json"])
        [finding] = printed()["findings"]
        assert ("wrong", "attach()") == (finding["level"], finding["where"])
        assert "options['adapter'] has no setting 'speed'" in finding["what"]

    def test_the_environment(self, environment: pytest.MonkeyPatch, printed: Printed) -> None:
        """What is set that changes what the adapter does."""
        environment.setenv("ADAPTER_LOG", "trail.jsonl")

        assert 0 == main(["doctor", "--offline", "--json"])
        assert "trail.jsonl" == printed()["environment"]["ADAPTER_LOG"]


def test_plugins_of_a_file(write: Write) -> None:
    """`adapter.plugins` takes a file of the user's, as `attach` does."""
    file = write("[binance.usdm]\nenabled = false")
    reasons = {plugin.name: plugin.reason for plugin in adapter.plugins(file)}

    assert f"disabled by {file}" == reasons["binance.usdm"]
    assert reasons["binance.options"] is None


def test_versions() -> None:
    """What is not installed is None; what is, has the version of its metadata."""
    found = versions()
    assert importlib.metadata.version("ccxt") == found["ccxt"]
    assert "httptools" in found


def test_a_distribution_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The optional ones may be."""
    monkeypatch.setattr("adapter.doctor.versions.DISTRIBUTIONS", ("no-such-distribution",))
    assert versions()["no-such-distribution"] is None


@pytest.mark.parametrize(
    ("api_key", "shown"),
    [
        ("abcdefghijkl", "abcd… (12 characters)"),
        ("abcdefghijk", "… (11 characters)"),
        ("a", "… (1 characters)"),
    ],
)
def test_masked(api_key: str, shown: str) -> None:
    """The first four characters, unless that is too much of it."""
    assert shown == masked(api_key)


def test_kinds_of_keys() -> None:
    """Of a secret only what it signs with is said."""
    assert "HMAC" == kind("secret")
    assert "RSA-2048" == kind(pem("rsa"))
    assert "Ed25519" == kind(pem("ed25519"))
    assert "Ed25519" == kind(pem("ed25519").replace("\n", r"\n"))


def test_the_worst_comes_first() -> None:
    """Of one level the order stays; what is said of two places is said once."""

    def finding(level: str, where: str, what: str = "what") -> Finding:
        return Finding(level=level, where=where, what=what, remedy="do")

    found = worst_first(
        [
            *(finding(NOTE, "a"), finding(WARNING, "b"), finding(WRONG, "c", "one")),
            *(finding(WRONG, "d", "another."), finding(NOTE, "e"), finding(NOTE, "a")),
        ]
    )
    assert [("c", "one."), ("d", "another."), ("b", "what."), ("a, e", "what.")] == [
        (one.where, one.what) for one in found
    ]


def test_long_texts_are_cut() -> None:
    """A page of HTML does not fill the report."""
    assert "a b" == short("a\n  b")
    assert 301 == len(short("x" * 1000))
