"""Many orders cancelled: a small run, and what the committed one says."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench.many import FILE, ORDERS, WAYS, measure, together


def test_thirty_orders_go_in_three_requests_and_those_beside_them_stay() -> None:
    came = measure(together, attached=True, orders=30, open_orders=5)

    assert (3, 0, 0) == (came["requests"], came["refused"], came["left"])


def test_the_committed_run_holds() -> None:
    """One row for each way; only the time of ours is bounded."""
    report = json.loads(FILE.read_text())
    ways = report["ways"]
    ours = ways["adapter, cancel_orders"]

    assert ORDERS == report["orders"]
    assert list(WAYS) == list(ways)
    assert all(not way["left"] and not way["refused"] for way in ways.values())
    assert ours["requests"] <= 120
    assert ours["seconds"] <= 3.0


def test_the_page_says_what_was_measured() -> None:
    """In the order of the ways."""
    page = (Path(__file__).parent.parent / "docs" / "speed.md").read_text(encoding="utf-8")
    report = json.loads(FILE.read_text())
    table = page.partition("## Many orders")[2].partition("## ")[0]
    rows = [line for line in table.splitlines() if line.startswith(("| ccxt", "| adapter"))]

    assert [f"{way['seconds']:.1f} | {way['requests']:,} |" for way in report["ways"].values()] == [
        row.split(" | ", 1)[1] for row in rows
    ]
    assert report["date"] in table
    assert {str(seconds) for seconds in report["one of many open"].values()} == {"0.06"}
