"""What the exit codes mean."""

from __future__ import annotations

from collections.abc import Iterable

DONE = 0
REFUSED = 1
USAGE = 2
UNKNOWN = 3
GONE = 4
INTERRUPTED = 130

CANCEL = {
    DONE: "canceled",
    REFUSED: "not done, and the order is as it was",
    USAGE: "wrong usage or argument; no cancel was sent",
    UNKNOWN: "unknown or not final; look at the order before you act on it",
    GONE: "the order was gone: filled, canceled, expired or rejected before, or not found",
    INTERRUPTED: "interrupted (Ctrl-C) before the cancel was sent",
}
"""Those of ``ccxt-adapter cancel``, for its help."""


WORST_FIRST = (UNKNOWN, REFUSED, GONE)


def worst(codes: Iterable[int]) -> int:
    """The one of several orders that needs the most attention; `DONE` of none."""
    found = {*codes}
    return next((code for code in WORST_FIRST if code in found), DONE)


class UsageError(Exception):
    """The command cannot be run with these arguments; the message shows what to do instead."""


def listed(codes: dict[int, str]) -> str:
    """Each code and what it means, one to a line, to follow ``exit codes: ``."""
    return f"\n{' ' * 12}".join(f"{code:<4}{meaning}" for code, meaning in codes.items())
