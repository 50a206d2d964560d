"""How the schedules of a run ended, for a line at its end."""

from __future__ import annotations

from collections import Counter

from .ended import Ended

TALLY: dict[str, Counter[str]] = {}


def count(what: str, ended: Ended) -> None:
    """Count how a call of one kind ended."""
    error = ended.error
    TALLY.setdefault(what, Counter())["an order" if error is None else type(error).__name__] += 1


def lines() -> list[str]:
    """One line for each kind, the commonest ending first."""
    return [
        f"{what}: {counts.total()} schedules, "
        + ", ".join(f"{n} {name}" for name, n in counts.most_common())
        for what, counts in TALLY.items()
    ]
