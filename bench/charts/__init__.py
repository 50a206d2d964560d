"""The charts of the README, by hand: a burst, and one cancel by round trip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bench.charts import burst, round_trip
from bench.charts.scale import Times

CHARTS: dict[str, tuple[str, Callable[[Times, str], str]]] = {
    "burst.svg": ("burst", burst.drawn),
    "round_trip.svg": ("round-trip", round_trip.drawn),
}
"""File → the row whose numbers it shows, and what draws it."""


def drawn(found: Mapping[str, Any]) -> dict[str, str]:
    """File → chart, of the charts whose row has been measured."""
    rows = {row["name"]: medians(row) for row in found["rows"]}
    return {
        file: draw(rows[name], found["date"])
        for file, (name, draw) in CHARTS.items()
        if rows.get(name)
    }


def medians(row: Mapping[str, Any]) -> Times:
    """Entry → µs of the measure that matters, of those that have it."""
    first = row["shown"][0]
    return {
        entry["name"]: entry["measures"][first]["median"]
        for entry in row["entries"]
        if first in entry.get("measures", {})
    }
