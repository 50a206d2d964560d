"""What the README shows is what happens."""

from __future__ import annotations

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
from adapter.contract.endpoint import CancelEndpoint
from adapter.simulator import Simulator

README = Path(__file__).parent.parent / "README.md"

pytestmark = pytest.mark.skipif(not README.is_file(), reason="the README is not beside the tests")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("session", blocks("pycon") if README.is_file() else [])
def test_a_session_prints_what_it_shows(session: str) -> None:
    """Each session, typed into a new Python, prints exactly what the README shows."""
    output = io.StringIO()
    test = doctest.DocTestParser().get_doctest(session, {}, "README", None, None)
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


def test_the_plugins_of_binance_are_those_that_are_installed() -> None:
    """With the request of each, its weight, and where a client id is."""
    endpoints = {plugin.name: plugin.cancel_endpoint for plugin in adapter.plugins()}
    http = {name: e for name, e in endpoints.items() if isinstance(e, CancelEndpoint)}
    rows = Page(README).table("plugin")

    assert {row[0].strip("`"): row[1:] for row in rows} == {
        name: [
            f"`{endpoint.request_line}`",
            str(endpoint.weight),
            f"`{endpoint.client_id_param}`",
            f"`{endpoint.response_client_id_field}`",
        ]
        for name, endpoint in http.items()
        if name.startswith("binance.")
    }


def test_the_truth_is_the_committed_measurement() -> None:
    """The README's sums are those of bench/truth.json, with its date."""
    text = README.read_text(encoding="utf-8")
    measured = json.loads((README.parent / "bench" / "truth.json").read_text(encoding="utf-8"))

    for who, found in (("ccxt on Binance", "ccxt"), ("the adapter on Binance", "adapter")):
        cells = [str(measured["all"][found][word]) for word in ("true", "unknown", "false")]
        assert f"| {who} | {' | '.join(cells)} |" in text
    assert f"{measured['schedules']:,} cancels" in text
    assert f"[{measured['date']}](bench/truth.json)" in text


def test_it_is_short_and_leads_to_every_page() -> None:
    """What is not on it is on a page that it names."""
    text = README.read_text(encoding="utf-8")
    pages = {f"docs/{file.name}" for file in (README.parent / "docs").glob("*.md")}

    assert len(text.splitlines()) <= 190
    assert set() == pages - {*re.findall(r"\]\((docs/[\w-]+\.md)\)", text)}


def test_links_lead_somewhere() -> None:
    """Each relative link of the README is a file of this project, and a heading that it has."""
    assert [] == Page(README).dead_links()
