"""The queue for a host's weight limit: first come, first served, and spread over time."""

from __future__ import annotations

from collections import OrderedDict

import attrs

SPACING_MS = 1.0
"""ms between two retries: each takes processor time."""
LONGEST_SPREAD_MS = 10_000.0
"""ms over which retries are spread at most."""
LATE_MS = 1000.0
"""ms after which a call that has not retried is dropped from the queue."""


@attrs.define(eq=False)
class Ticket:
    """The position of one call in the queue."""

    number: int | None = None
    """None as long as it has not waited."""


@attrs.define
class WaitQueue:
    """The calls that wait, and when each tries again, in ms."""

    returns_at: OrderedDict[int, float] = attrs.field(factory=OrderedDict)
    issued: int = 0

    def ahead(self, ticket: Ticket | None, now: float) -> int:
        """How many calls are ahead, at most: one that was given up counts until it is late."""
        while self.returns_at and next(iter(self.returns_at.values())) + LATE_MS < now:
            self.returns_at.popitem(last=False)
        if ticket is None or not self.returns_at:
            return 0
        number = self.issued if ticket.number is None else ticket.number
        return max(0, min(number - next(iter(self.returns_at)), len(self.returns_at)))

    def wait(
        self, ticket: Ticket | None, pause: float, ahead: int, now: float, patience: float
    ) -> float:
        """For how many ms a call waits, when the first one waits for ``pause``."""
        if ticket is None or pause >= patience:
            self.leave(ticket)
            return pause
        if ticket.number is None:
            ticket.number = self.issued
            self.issued += 1
        pause += min(ahead * SPACING_MS, LONGEST_SPREAD_MS)
        self.returns_at[ticket.number] = now + pause
        return pause

    def leave(self, ticket: Ticket | None) -> None:
        """Leave the queue."""
        if ticket is not None and ticket.number is not None:
            self.returns_at.pop(ticket.number, None)
