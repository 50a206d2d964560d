"""Those that a host has no room for: whoever asked first goes first, and thousands do not crowd."""

from __future__ import annotations

from collections import OrderedDict

import attrs

SPACING_MS = 1.0
"""ms between two that come again: each of them takes its time of the processor."""
LONGEST_SPREAD_MS = 10_000.0
"""ms over which they are spread at most."""
LATE_MS = 1000.0
"""ms after which nobody waits for whoever has not come again."""


@attrs.define(eq=False)
class Ticket:
    """The place of one call."""

    number: int | None = None
    """None as long as it has not waited."""


@attrs.define
class WaitQueue:
    """Who waits, and when each comes again, in ms."""

    returns_at: OrderedDict[int, float] = attrs.field(factory=OrderedDict)
    issued: int = 0

    def ahead(self, turn: Ticket | None, now: float) -> int:
        """How many go first, at most: one that was forgotten counts until it is late."""
        while self.returns_at and next(iter(self.returns_at.values())) + LATE_MS < now:
            self.returns_at.popitem(last=False)
        if turn is None or not self.returns_at:
            return 0
        number = self.issued if turn.number is None else turn.number
        return max(0, min(number - next(iter(self.returns_at)), len(self.returns_at)))

    def wait(
        self, turn: Ticket | None, pause: float, ahead: int, now: float, patience: float
    ) -> float:
        """For how many ms a call waits, when the first one waits for ``pause``."""
        if turn is None or pause >= patience:
            self.leave(turn)
            return pause
        if turn.number is None:
            turn.number = self.issued
            self.issued += 1
        pause += min(ahead * SPACING_MS, LONGEST_SPREAD_MS)
        self.returns_at[turn.number] = now + pause
        return pause

    def leave(self, turn: Ticket | None) -> None:
        """Give the place up."""
        if turn is not None and turn.number is not None:
            self.returns_at.pop(turn.number, None)
