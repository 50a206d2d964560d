"""While a host answers nothing, a few requests try for all calls: the others wait for them.

Queries do so where it answers none of its requests, and cancels that are sent again where it
answers no cancel. Else a thousand orders in doubt use up the host's weight limit before it is there
again, and nobody can say what became of them.
"""

from __future__ import annotations

import math

import attrs

MOST_FAILURES = 24
"""Requests in a row without a usable answer; no single call makes more."""
FIRST_GAP_MS = 50.0
"""ms between two tries, twice as long after each."""
LONGEST_GAP_MS = 500.0
LAST_MS = 1000.0
"""ms that a call has left after its last wait: a query, another cancel and its answer fit in."""


@attrs.define
class Outage:
    """What the requests to one host have come to.

    Threads may use it at once: at worst one more request tries.
    """

    failures: int = 0
    """Requests without a usable answer since the last one that had one."""
    gap: float = FIRST_GAP_MS
    next_at: float = -math.inf
    """When the next request tries."""

    def add(self, *, is_usable: bool) -> None:
        """Count what a request was answered."""
        if is_usable:
            self.failures, self.gap = 0, FIRST_GAP_MS
        else:
            self.failures += 1

    def pause(self, now: float, patience: float) -> float:
        """For how many ms a request has to wait; 0 where it tries.

        It tries as well where a wait would leave too little of its ``patience``. ``now`` is the
        caller's monotonic clock in ms.
        """
        if self.failures <= MOST_FAILURES:
            return 0.0
        if now >= self.next_at:
            self.next_at = now + self.gap
            self.gap = min(self.gap * 2, LONGEST_GAP_MS)
            return 0.0
        left = self.next_at - now
        return left if left + LAST_MS < patience else 0.0
