"""``ccxt-adapter doctor`` and clocks, and how findings are ordered and shortened."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapter.cli import main
from adapter.cli.keys import API_KEY, SECRET
from adapter.doctor.diagnose import of_clock, shortened
from adapter.doctor.report import WARNING, WRONG, Clock, Report
from adapter.doctor.run import masked
from adapter.simulator import Simulator

SYMBOLS = [["BTC/USDT:USDT"], ["LTC/BTC", "--account", "portfolio-margin"]]
HOUR = 3_600_000

Printed = Callable[[], Any]


def shifted(ms: int) -> Simulator:
    """An exchange whose clock is so many ms ahead of this machine's."""
    return Simulator(clock=lambda: time.time_ns() // 1_000_000 + ms)


@pytest.mark.parametrize(("hours", "side"), [(1, "behind"), (-1, "ahead of")])
@pytest.mark.parametrize("symbols", SYMBOLS, ids=["time page", "Date"])
def test_an_hour_off(
    environment: pytest.MonkeyPatch, printed: Printed, hours: int, side: str, symbols: list[str]
) -> None:
    """The one problem has the offset, and no query is sent, which it would make fail."""
    with shifted(hours * HOUR) as sim:
        environment.setenv(API_KEY, sim.api_key)
        environment.setenv(SECRET, sim.secret)
        assert 1 == main(["doctor", *symbols, "--url", sim.url, "--json"])
    found = printed()
    [clock] = found["findings"]
    offset = int(clock["what"].split(" ms ")[0].removeprefix("timestamps are about "))
    assert abs(offset - HOUR) < HOUR / 60
    assert f" ms {side} the exchange's clock." in clock["what"]
    assert "time server" in clock["remedy"]
    assert ([], [True]) == (found["queries"], [host["well"] for host in found["hosts"]])


def test_an_offset_that_the_options_correct(tmp_path: Path, printed: Printed) -> None:
    """What counts is the timestamp, which ``timeDifference`` corrects."""
    config = tmp_path / "keys.toml"
    with shifted(HOUR) as sim:
        config.write_text(
            f'apiKey = "{sim.api_key}"\nsecret = "{sim.secret}"\n'
            f"options = {{ timeDifference = -{HOUR} }}\n"
        )
        line = [*SYMBOLS[0], "--url", sim.url, "--config", str(config), "--json"]
        assert 0 == main(["doctor", *line])
    found = printed()
    assert [True] == [query["accepted"] for query in found["queries"]]
    assert abs(found["hosts"][0]["clock"]["offset_ms"]) < HOUR / 60


@pytest.mark.parametrize(
    ("offset", "uncertainty", "is_wrong"),
    [(999, 0, False), (-999, 0, False), (1001, 1, True), (-1001, 1, True), (1500, 501, False)],
)
def test_which_offsets_are_wrong(offset: float, uncertainty: float, is_wrong: bool) -> None:
    """A second, as far as it is sure."""
    assert is_wrong == (of_clock(Clock(offset_ms=offset, uncertainty_ms=uncertainty)) is not None)


def test_the_worst_is_first_and_equal_ones_are_merged() -> None:
    """Within one level the order stays."""
    report = Report(exchange="x", offline=True, settings="", api_key=None)
    for level, where in ((WARNING, "a"), (WRONG, "b"), (WARNING, "c"), (WARNING, "a")):
        report.add(where, level, "what", "do")
    assert [("b", "what."), ("a, c", "what.")] == [(f.where, f.what) for f in report.findings]


def test_shortened() -> None:
    """A page of HTML does not fill the report."""
    assert "a b" == shortened("a\n  b")
    assert 301 == len(shortened("x" * 1000))


@pytest.mark.parametrize(
    ("api_key", "shown"), [("abcdefghijkl", "abcd… (12 characters)"), ("abc", "… (3 characters)")]
)
def test_masked(api_key: str, shown: str) -> None:
    """The first four characters, unless the key is short."""
    assert shown == masked(api_key)
