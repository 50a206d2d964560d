"""What the speed bench asks, what it makes of the answers, and what it writes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench import report
from bench.__main__ import arguments_of, measure, spread
from bench.rows import ALL, CCXT_SYNC, ROWS, Entry, Ratio, Row

ROOT = Path(__file__).parent.parent
COMMITTED = json.loads((ROOT / "bench" / "speed.json").read_text(encoding="utf-8"))
REASON = "not | here"


def asked(*answers: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The results of three rounds of two entries, and in which order these were asked."""
    order: list[str] = []

    def ask(entry: Entry) -> dict[str, Any]:
        order.append(entry.name)
        return answers[len(order) - 1]

    row = Row(
        name="try",
        title="A try",
        about="Done somehow.",
        entries=(Entry(name="slow", task="x"), Entry(name="quick", task="x")),
        ratios=(Ratio("slow", "quick"),),
        rounds=3,
    )
    return measure(row, 3, ask), order


def took(us: float) -> dict[str, Any]:
    return {"p50": us, "cpu": us}


def answer(entry: Entry) -> dict[str, Any]:
    """What an entry measures: ccxt takes 50 ms, the adapter 1 ms, and there is no extra fast."""
    if "(fast)" in entry.name:
        return {"unavailable": REASON}
    us = 1e3 if "adapter" in entry.name or "attach" in entry.name else 5e4
    return {"p50": us, "total": us, "cpu": us, "memory": us * 1e3}


def results(*names: str) -> dict[str, Any]:
    """A run that measured these rows."""
    return {**COMMITTED, "rows": [measure(ROWS[name], 2, answer) for name in names]}


def test_the_median_of_the_rounds_stands_between_the_least_and_the_largest() -> None:
    """The median of four is the middle of two."""
    assert {"min": 1.0, "median": 2.5, "max": 4.0} == spread([4, 1, 3, 2])


def test_every_round_begins_with_another_entry() -> None:
    """None always follows the same one."""
    _, order = asked(*[took(1.0)] * 6)

    assert ["slow", "quick", "quick", "slow", "slow", "quick"] == order


def test_a_ratio_is_taken_within_each_round() -> None:
    """A round in which everything was ten times slower changes no ratio."""
    found, _ = asked(took(20), took(10), took(100), took(200), took(20), took(10))

    assert [(2.0, 2.0, 2.0)] == [(r["min"], r["median"], r["max"]) for r in found["ratios"]]
    assert [20.0, 10.0] == [entry["measures"]["p50"]["median"] for entry in found["entries"]]


@pytest.mark.parametrize("word", ["unavailable", "failed"])
def test_what_cannot_be_measured_is_reported_and_not_asked_again(word: str) -> None:
    """Its reason is in the result, and no ratio is made of it."""
    found, order = asked(took(1), {word: "why"}, took(1), took(1))

    assert ["slow", "quick", "slow", "slow"] == order
    assert "why" == found["entries"][1][word]
    assert [] == found["ratios"]


def test_who_is_compared_does_the_same() -> None:
    """As often, as far away and with a key of the same kind; only the warming differs."""
    for row in ROWS.values():
        entries = {entry.name: entry for entry in row.entries}
        assert len(entries) == len(row.entries)
        for ratio in row.ratios:
            one, other = entries[ratio.of], entries[ratio.to]
            assert (one.task, one.target) == (other.task, other.target)
            assert all(entries[name].target["far"] for name in ratio.far or ())
            for word in ("count", "idle"):
                assert one.arguments.get(word) == other.arguments.get(word)


def test_a_quick_run_cancels_less() -> None:
    """Two at least, and everything else is as in a whole run."""
    many = Entry(name="x", task="series", arguments={"count": 100, "idle": 0.05})
    few = Entry(name="y", task="series", arguments={"count": 6})

    assert {"count": 20, "idle": 0.05} == arguments_of(many, quick=True)
    assert {"count": 2} == arguments_of(few, quick=True)
    assert {"count": 6} == arguments_of(few, quick=False)


@pytest.mark.parametrize(
    ("us", "text"),
    [(0.5, "0.50 µs"), (512, "512 µs"), (999.9, "1.00 ms"), (29_800, "29.8 ms"), (5e6, "5.00 s")],
)
def test_a_duration_has_the_unit_that_suits_it(us: float, text: str) -> None:
    """Three digits, and a unit that keeps them small."""
    assert text == report.duration(us)


def test_every_row_is_reported() -> None:
    """A report of all rows has each title, and each reason in a cell of its own."""
    text = report.markdown(results(*ROWS))
    for row in ROWS.values():
        assert f"## {row.title}\n" in text
    assert "unavailable: not \\| here |" in text
    assert all(line.endswith("|") for line in text.splitlines() if line.startswith("|"))


def test_the_summary_has_what_was_measured_and_nothing_else() -> None:
    """Of two transports one is missing: there is a line of the other."""
    (title, *values), _ = report.summary(results("isolated"))

    assert "one cancel after 50 ms idle, limiter off, sync" == title
    assert ["50.0 ms", "1.00 ms", "50.0x", "at least 1.4x ✓", "yes: 49.0 ms sooner"] == values


def test_what_the_adapter_adds_is_a_share() -> None:
    """In percent of what ccxt's own import or object costs."""
    (_, *values), *_ = report.summary(results("footprint"))

    assert ["50.0 ms", "1.00 ms", "2.00 %", "at most 10% ✓"] == values[:-1]


def test_what_saves_less_than_a_round_trip_is_not_felt() -> None:
    """10 ms are not felt 20 ms away, and neither is the work of a processor."""
    found = results("isolated", "series")
    slow = next(entry for entry in found["rows"][0]["entries"] if entry["name"] == CCXT_SYNC.name)
    slow["measures"]["p50"]["median"] = 11e3
    felt = [line[-1] for line in report.summary(found) if line[0].endswith(" sync")]

    assert ["no: 10.0 ms sooner", "no: it is room for other work"] == felt


def test_what_is_felt_is_measured_20_ms_away_where_it_differs_there() -> None:
    """100 cancels one by one take 100 round trips: loopback does not show that."""
    found = results("limited-series")
    far = next(e for e in found["rows"][0]["entries"] if e["name"] == f"{CCXT_SYNC.name}, 20 ms")
    far["measures"]["total"]["median"] = 2e6
    [line] = report.summary(found)

    assert "50.0x" == line[3]
    assert "yes: 2.00 s sooner" == line[-1]


def test_the_readme_is_written_between_its_marks(tmp_path: Path) -> None:
    """The text before and after is left alone, however often it is written."""
    file = tmp_path / "README.md"
    file.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nbehind\n")
    for _ in range(2):
        report.write_readme(results("behind-queue"), file)
    text = file.read_text()

    assert text.startswith(f"before\n{report.BEGIN}\n\n|  | ccxt |")
    assert text.endswith(f"{report.END}\nbehind\n")
    assert "old" not in text
    assert "| 50.0x | 49.0 ms sooner |" in text


def test_the_committed_measurement_is_of_these_rows() -> None:
    """Every client and row that there is, with its title, and each ratio of what was measured."""
    assert {client.name for client in ALL} == set(COMMITTED["clients"])
    for row, found in zip(ROWS.values(), COMMITTED["rows"], strict=True):
        measured = {entry["name"] for entry in found["entries"] if "measures" in entry}
        ratios = [attrs.asdict(r) for r in row.ratios if {r.of, r.to} <= measured]
        assert (row.title, row.about, row.rounds) == tuple(
            found[key] for key in ("title", "about", "rounds")
        )
        assert [entry.name for entry in row.entries] == [
            entry["name"] for entry in found["entries"]
        ]
        assert json.loads(json.dumps(ratios)) == [
            {key: ratio[key] for key in ratios[0]} for ratio in found["ratios"]
        ]


def test_the_readme_and_the_report_say_what_was_measured() -> None:
    """Both are made of the committed numbers."""
    assert report.section(COMMITTED) in (ROOT / "README.md").read_text(encoding="utf-8")
    assert report.markdown(COMMITTED) == (ROOT / "bench" / "speed.md").read_text(encoding="utf-8")
