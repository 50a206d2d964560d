"""What the speed bench asks, and what it makes of the answers."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent))  # nobody installs bench/
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench import nginx, spread, words
from bench.clients import EVERYBODY
from bench.rows import ROWS
from bench.rows.row import Entry, Ratio, Row
from bench.run import Plan, measured

PEERS = Path(__file__).parent.parent / "bench" / "peers"


def asked(*answers: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What three rounds of two entries find, and in which order these were asked."""
    order: list[str] = []

    def ask(entry: Entry) -> dict[str, Any]:
        order.append(entry.name)
        return answers[len(order) - 1]

    row = Row(
        name="try",
        title="A try",
        about="Done somehow.",
        entries=(Entry(name="slow", deed="series"), Entry(name="quick", deed="series")),
        ratios=(Ratio("slow", "quick"),),
        rounds=3,
    )
    return measured(row, 3, ask, lambda: None), order


def took(us: float) -> dict[str, Any]:
    return {"times": [us, us, us], "cpu": us}


@given(st.lists(st.floats(0, 1e9), min_size=1), st.floats(0, 1))
def test_a_percentile_lies_among_the_values(values: list[float], share: float) -> None:
    """The share 0 is the least, 1 the largest, and what is between them is between them."""
    ends = (spread.percentile(values, 0), spread.percentile(values, 1))
    found = spread.percentile(values, share)

    assert (min(values), max(values)) == ends
    assert ends[0] <= found <= ends[1] or math.isclose(found, ends[1])


def test_a_percentile_is_in_proportion() -> None:
    """The median of four lies in the middle of two; a tenth of the way is a tenth of the way."""
    assert spread.percentile([4, 1, 3, 2], 0.5) == 2.5
    assert spread.percentile([0, 10], 0.1) == 1.0


def test_every_round_begins_with_another_entry() -> None:
    """None always follows the same one."""
    _, order = asked(*[took(1.0)] * 6)

    assert ["slow", "quick", "quick", "slow", "slow", "quick"] == order


def test_a_ratio_is_taken_within_each_round() -> None:
    """A round in which everything was ten times slower changes no ratio."""
    found, _ = asked(took(20), took(10), took(100), took(200), took(20), took(10))

    assert [(2.0, 2.0, 2.0)] == [(r["min"], r["median"], r["max"]) for r in found["ratios"]]
    assert [20.0, 10.0] == [entry["measures"]["p50"]["median"] for entry in found["entries"]]
    assert [9, 9] == [entry["cancels"] for entry in found["entries"]]


@pytest.mark.parametrize("word", ["unavailable", "failed"])
def test_what_cannot_be_measured_is_told_and_not_asked_again(word: str) -> None:
    """Its reason is in the result, and no ratio is made of it."""
    found, order = asked(took(1), {word: "why"}, took(1), took(1))

    assert ["slow", "quick", "slow", "slow"] == order
    assert "why" == found["entries"][1][word]
    assert [] == found["ratios"]


@pytest.mark.parametrize(
    ("us", "told"),
    [(0.5, "0.50 µs"), (512, "512 µs"), (999.9, "1.00 ms"), (29_800, "29.8 ms"), (5e6, "5.00 s")],
)
def test_a_duration_has_the_unit_that_suits_it(us: float, told: str) -> None:
    """Three digits, and a unit that keeps them small."""
    assert told == words.duration(us)


def test_every_ratio_and_limit_is_of_entries_that_there_are() -> None:
    """A typing mistake in a row is found before ten minutes have passed."""
    for row in ROWS.values():
        names = [entry.name for entry in row.entries]
        wanted = [name for r in row.ratios for name in (r.of, r.to, *(r.at_20 or ()))]

        assert len(names) == len({*names})
        assert {*wanted, *(limit.entry for limit in row.limits)} <= {*names}


def test_whoever_is_compared_does_the_same() -> None:
    """As often, over the same line and with a key of the same kind; only the warming differs."""
    for row in ROWS.values():
        entries = {entry.name: entry for entry in row.entries}
        for ratio in row.ratios:
            one, other = entries[ratio.of], entries[ratio.to]
            assert (one.deed, one.round_trip, one.key) == (other.deed, other.round_trip, other.key)
            for word in ("count", "calls", "silence"):
                assert one.words.get(word) == other.words.get(word)


def test_every_client_has_a_file() -> None:
    """The modules that are named are those in bench/peers."""
    files = {path.stem for path in PEERS.glob("*.py")} - {"__init__", "extra"}

    assert files == {client.module for client in EVERYBODY}


def test_a_quick_run_cancels_less() -> None:
    """Two at least, and everything else is as in a whole run."""
    plan = Plan([], quick=True, server="uvloop", environments=None)  # type: ignore[arg-type]  # not asked for
    many = Entry(name="x", deed="series", words={"count": 100, "silence": 0.05})
    few = Entry(name="y", deed="series", words={"count": 6})

    assert {"count": 20, "silence": 0.05} == plan.words(many)
    assert {"count": 2} == plan.words(few)


def test_nginx_answers_as_our_own_server_does() -> None:
    """Its answer has the id of the query, and without one the same id as ours."""
    place = Path("somewhere")
    text = nginx.configuration(place=place, site=place, certificate=place, port=1, core=2)

    assert 'map $arg_orderId $order_id { default $arg_orderId; "" 283194212; }' in text
    assert '{"orderId":$order_id,"symbol":"BTCUSDT","status":"CANCELED"' in text
    assert "worker_cpu_affinity 100;" in text
