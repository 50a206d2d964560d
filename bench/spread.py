"""Numbers out of many numbers: percentiles, what a round was, and how far rounds lie apart."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class Spread:
    """The least, the middle and the largest of the rounds."""

    min: float
    median: float
    max: float


def spread(values: Iterable[float]) -> Spread:
    """Of at least one value."""
    ordered = sorted(values)
    return Spread(ordered[0], statistics.median(ordered), ordered[-1])


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies, between two of them in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def of_round(measured: Mapping[str, Any]) -> dict[str, float]:
    """What was measured in a round, with the single times as their median: ``p50``."""
    plain = {name: float(value) for name, value in measured.items() if name != "times"}
    times = measured.get("times")
    return {**plain, "p50": percentile(times, 0.5)} if times else plain


def ratio(of: Sequence[float], to: Sequence[float]) -> Spread:
    """Round by round, so that what slowed both does not count."""
    return spread(a / b for a, b in zip(of, to, strict=True))
