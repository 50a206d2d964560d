"""What the speed bench writes: tables, charts, and its section of the README."""

from __future__ import annotations

import itertools
import json
import math
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent))  # nobody installs bench/
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench import charts, readme, report, summary
from bench.charts.round_trip import apart
from bench.clients import CCXT_SYNC, FAST, REQUESTS
from bench.rows import ROWS
from bench.rows.row import Entry
from bench.run import measured

ROOT = Path(__file__).parent.parent
COMMITTED = ROOT / "bench" / "speed.json"
REASON = "not | here"


def answer(entry: Entry) -> dict[str, Any]:
    """What an entry measures: ccxt takes 50 ms, the adapter 1 ms, and there is no extra fast."""
    if entry.client is FAST:
        return {"unavailable": REASON}
    us = 1e3 if entry.client and entry.client.ours else 5e4
    return {"times": [us, us], "total": us, "cpu": us, "memory": us * 1e3, "later": us}


def found(name: str) -> dict[str, Any]:
    """One row."""
    return measured(ROWS[name], 2, answer, lambda: None)


def run(*names: str) -> dict[str, Any]:
    """A whole run that measured these rows."""
    return {
        "date": "2026-11-20",
        "quick": False,
        "others": 0.0,
        "machine": {"processor": "Z80", "cores": "1", "python": "CPython 3.11"},
        "versions": {"ccxt": "4.5.90"},
        "server": {"name": "uvloop", "per_second": 100_000, "cpu": 30.0},
        "clients": {"ccxt": {"versions": {"ccxt": "4.5.90"}, "accepted": True, "verifies": True}},
        "rows": [found(name) for name in names],
    }


def test_every_row_is_reported() -> None:
    """A report of all rows has each title, and each reason in a cell of its own."""
    text = report.markdown(run(*ROWS))
    for row in ROWS.values():
        assert f"## {row.title}\n" in text
    assert "not available: not \\| here |" in text
    assert all(line.endswith("|") for line in text.splitlines() if line.startswith("|"))


def test_the_summary_has_what_was_measured_and_nothing_else() -> None:
    """Of two transports one is missing: there is a line of the other."""
    lines = list(summary.lines(run("isolated")))

    assert ["one cancel out of silence, limiter off, sync (requests)"] == [
        line.what for line in lines if "sync (" in line.what
    ]
    assert ("50.0 ms", "1.00 ms", "50.0x", True) == (
        lines[0].ccxt,
        lines[0].ours,
        lines[0].ratio,
        lines[0].reached,
    )


def test_what_saves_more_than_a_round_trip_is_felt() -> None:
    """49 ms are felt 20 ms away, 10 ms are not, and neither is the work of a processor."""
    row = found("isolated")
    slow = next(entry for entry in row["entries"] if entry["name"] == CCXT_SYNC.name)
    [felt] = [line for line in summary.lines({"rows": [row]}) if "sync (requests)" in line.what]
    slow["measures"]["p50"]["median"] = 11e3
    [not_felt] = [line for line in summary.lines({"rows": [row]}) if "sync (requests)" in line.what]
    [work] = [line for line in summary.lines(run("series")) if "sync (requests)" in line.what]

    assert ["yes: 49.0 ms sooner", "no: 10.0 ms sooner"] == [felt.felt, not_felt.felt]
    assert work.felt.startswith("no: ")


def test_what_is_felt_is_measured_over_the_line_where_it_differs_there() -> None:
    """100 cancels one by one take 100 round trips: that is not what loopback says."""
    row = found("limited-series")
    far = next(e for e in row["entries"] if e["name"] == f"{CCXT_SYNC.name}, 20 ms")
    far["measures"]["total"]["median"] = 2e6
    [line] = summary.lines({"rows": [row]})

    assert REQUESTS.name in line.what
    assert "50.0x" == line.ratio
    assert "yes: 2.00 s sooner" == line.felt


def test_a_limit_is_marked() -> None:
    """A time above its limit is seen at once."""
    row = found("behind-queue")
    assert "- adapter, async: 1.00 ms; goal below 5.00 ms ✓" in report.markdown(
        {**run(), "rows": [row]}
    )
    row["limits"][0]["median"] = 6000

    assert "; goal below 5.00 ms ✗" in report.markdown({**run(), "rows": [row]})


def test_numbers_that_are_not_to_be_used_say_so() -> None:
    """A quick run, and one beside other work; a good one says nothing."""
    assert "" == report.noise(run())
    assert "**A quick run" in report.markdown({**run(), "quick": True})
    assert "**Provisional: other work took 40%" in report.markdown({**run(), "others": 0.4})


def test_the_charts_are_drawn() -> None:
    """Both are XML for light and dark, and name every client that has a time, and no other."""
    drawn = charts.drawn(run("burst", "round-trip"))

    assert {"burst.svg", "round_trip.svg"} == drawn.keys()
    for text in drawn.values():
        shown = " ".join(ET.fromstring(text).itertext())  # noqa: S314  # our own
        assert "nautilus_trader" in shown
        assert FAST.name not in shown
        assert "prefers-color-scheme: dark" in shown


def test_no_chart_without_numbers() -> None:
    """A run of other rows leaves the charts alone."""
    assert {} == charts.drawn(run("keys"))


@given(st.lists(st.floats(0, 500), min_size=1, max_size=12).map(sorted))
def test_labels_do_not_overlap(places: list[float]) -> None:
    """They are as far apart as they must be, in their order, and drift neither up nor down."""
    moved = apart(places, 18)

    assert all(b - a > 18 - 1e-6 for a, b in itertools.pairwise(moved))
    assert math.isclose(sum(places), sum(moved), abs_tol=1e-6)


def test_the_readme_is_written_between_its_marks(tmp_path: Path) -> None:
    """What stands before and behind is left alone, however often it is written."""
    file = tmp_path / "README.md"
    file.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nbehind\n")
    for _ in range(2):
        readme.write(run("isolated"), file)
    text = file.read_text()

    assert text.startswith(f"before\n{readme.BEGIN}\n")
    assert text.endswith(f"{readme.END}\nbehind\n")
    assert "old" not in text
    assert "| 50.0x | yes: 49.0 ms sooner |" in text


def test_the_readme_says_what_was_measured() -> None:
    """Its five figures are of the committed measurement, and each is felt."""
    measurement = json.loads(COMMITTED.read_text(encoding="utf-8"))
    lines = [line for line in summary.lines(measurement) if line.felt.startswith("yes: ")]
    rows = [
        f"| {line.what} | {line.ccxt} | {line.ours} | {line.ratio} | {line.felt[5:]} |"
        for line in lines
    ]
    section = readme.SECTION.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert section is not None
    _, _, *shown = (row for row in section[0].splitlines() if row.startswith("|"))

    assert 5 == len(shown)
    assert {*shown} <= {*rows}
    assert f"Measured {measurement['date']}" in section[0]


def test_the_committed_files_are_of_one_run() -> None:
    """Table and charts say what the committed numbers say."""
    measurement = json.loads(COMMITTED.read_text(encoding="utf-8"))
    wanted = {"speed.md": report.markdown(measurement), **charts.drawn(measurement)}

    assert 3 == len(wanted)
    for name, text in wanted.items():
        assert text == (ROOT / "bench" / name).read_text(encoding="utf-8"), name
