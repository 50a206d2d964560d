"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import re
from pathlib import Path
from typing import Any

import ccxt
import pytest
from pages import Page
from pytest_mock import MockerFixture

import adapter
from adapter.cli import main
from adapter.simulator import Simulator

README = Path(__file__).parent.parent / "README.md"

pytestmark = pytest.mark.skipif(not README.is_file(), reason="the README is not beside the tests")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@contextlib.contextmanager
def an_exchange_with_two_orders() -> Any:
    """The names that the README's sessions take for granted."""
    with Simulator() as simulator:
        options = simulator.place("options", "BTC-260327-90000-C")
        margin = simulator.place("pm_margin", "LTCBTC", client_order_id="myOrder1")
        yield {
            "exchange": simulator.connect(ccxt.binance()),
            "options_id": str(options.order_id),
            "margin_id": str(margin.order_id),
            "adapter": adapter,
        }


@pytest.mark.parametrize("session", blocks("pycon") if README.is_file() else [])
def test_a_session_prints_what_it_shows(session: str) -> None:
    """Each session, against the simulator, prints to the letter what stands in the README."""
    output = io.StringIO()
    with an_exchange_with_two_orders() as names:
        test = doctest.DocTestParser().get_doctest(session, names, "README", None, None)
        result = doctest.DocTestRunner().run(test, out=output.write)

    assert result.attempted > 1
    assert 0 == result.failed, output.getvalue()


def test_the_five_lines_run(mocker: MockerFixture) -> None:
    """The first example cancels two orders; only the host and the keys are another's."""
    [example] = blocks("python")
    original = ccxt.binance
    with Simulator() as simulator:
        while (placed := simulator.place("usdm", "BTCUSDT")).order_id < 283194212:
            continue
        simulator.place("usdm", "BTCUSDT", client_order_id="myOrder1")
        mocker.patch("ccxt.binance", return_value=simulator.connect(original()))
        names: dict[str, Any] = {}
        exec(example, names)  # noqa: S102  # the README's own

    assert 283194212 == placed.order_id
    assert ("myOrder1", "canceled") == (names["order"]["clientOrderId"], names["order"]["status"])


def test_the_table_of_products_is_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each row says what ``ccxt-adapter plugins`` says."""
    rows = re.findall(r"^\| (`binance\..*) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    shown = [[cell.strip("` ") for cell in row.split("|")] for row in rows]

    assert 0 == main(["plugins", "--json"])
    found = [
        [p["name"], p["endpoint"], str(p["weight"]), p["client_id"], p["own_client_id"]]
        for p in json.loads(capsys.readouterr().out)
    ]
    assert sorted(found) == sorted(shown)


def test_the_settings_are_read(tmp_path: Path) -> None:
    """The plugins.toml of the README leaves options to ccxt."""
    [settings] = blocks("toml")
    (tmp_path / "plugins.toml").write_text(settings)
    exchange = adapter.attach(ccxt.binance(), plugins=tmp_path / "plugins.toml")

    assert adapter.explain(exchange, "BTC/USDT:USDT-260327-90000-C").plugin is None
    assert "binance.usdm" == adapter.explain(exchange, "BTC/USDT:USDT").plugin


WORDS = ("true", "unknown", "false")


def test_the_truth_table_is_the_committed_measurement() -> None:
    """The README's figures are those of bench/truth.json, with its date."""
    text = README.read_text(encoding="utf-8")
    measured = json.loads((README.parent / "bench" / "truth.json").read_text(encoding="utf-8"))

    for kind, found in measured["kinds"].items():
        said = [str(found[who][word]) for who in ("ccxt", "adapter") for word in WORDS]
        assert f"| {kind} | {' | '.join(said)} |" in text
    assert f"{measured['schedules']:,} cancels" in text
    assert f"[{measured['date']}](bench/truth.json)" in text


def test_the_flood_is_the_committed_one() -> None:
    """What the README says of a flood is the worst of all that bench/flood.json has."""
    text = README.read_text(encoding="utf-8").replace("\n", " ")
    measured = json.loads((README.parent / "bench" / "flood.json").read_text(encoding="utf-8"))
    floods, cancels, limit = (measured[name] for name in ("floods", "cancels", "limit"))
    finish = max(flood["finish"] for flood in floods)
    [earliest] = {flood["earliest"] for flood in floods}
    full = [minute for flood in floods for minute in flood["minutes"][:-1]]
    market = min(minute["market data"] for minute in full)

    assert {0} == {flood["refused"] for flood in floods}
    assert f"Of {cancels:,} cancels offered within a minute to a host of {limit:,} weight" in text
    assert f"after {finish:.1f} s, where {earliest} s is the earliest" in text
    assert f"at least {market} market-data calls a minute" in text
    assert f"[{measured['date']}](bench/flood.json)" in text


def test_every_command_has_a_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Each command that the README names explains itself."""
    text = README.read_text(encoding="utf-8")
    for command in set(re.findall(r"^    ccxt-adapter (\w+)", text, re.MULTILINE)):
        with pytest.raises(SystemExit) as left:
            main([command, "--help"])
        assert 0 == left.value.code
        assert capsys.readouterr().out.startswith(f"usage: ccxt-adapter {command} ")


def test_links_lead_somewhere() -> None:
    """Each relative link of the README is a file of this project, and a heading that it has."""
    assert [] == Page(README).dead_links()
