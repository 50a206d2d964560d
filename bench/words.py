"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Mapping

BYTES = "memory"
"""The measure that is not a time."""
LABELS = {
    "p50": "median",
    "p99": "99th percentile",
    "cpu": "processor, each",
    "total": "all of them",
    "later": "the queue is later by",
    "memory": "memory",
}


def amount(value: float, measure: str) -> str:
    """A time in µs, or bytes, with a unit that suits it."""
    return size(value) if measure == BYTES else duration(value)


def duration(us: float) -> str:
    """Such as ``512 µs``, ``29.8 ms`` and ``5.00 s``."""
    for limit, divisor, unit in ((1e3, 1, "µs"), (1e6, 1e3, "ms")):
        if abs(us) < limit * 0.9995:
            return f"{digits(us / divisor)} {unit}"
    return f"{us / 1e6:.2f} s"


def size(count: float) -> str:
    """Such as ``36 KB`` and ``209 MB``."""
    return f"{digits(count / 1e3)} KB" if count < 1e6 else f"{digits(count / 1e6)} MB"


def digits(value: float) -> str:
    """Three digits that count, and no more."""
    magnitude = abs(value)
    return f"{value:.{0 if magnitude >= 99.95 else 1 if magnitude >= 9.995 else 2}f}"


def between(found: Mapping[str, float], measure: str) -> str:
    """The median of the rounds, and the least and the largest behind it."""
    low, high = amount(found["min"], measure), amount(found["max"], measure)
    middle = amount(found["median"], measure)
    return middle if low == high else f"{middle} ({low} to {high})"
