"""When one call sends and queries again: its pauses grow, and its requests last until its end."""

from __future__ import annotations

from collections.abc import Callable

import attrs

FIRST_PAUSE = 0.05
"""Seconds between the first two queries; each pause is twice the one before."""
BUSY_PAUSE = 0.2
"""Seconds before a cancel that was not executed is sent again, doubled each time."""
LONGEST_PAUSE = 2.0
"""Seconds that a pause grows to."""
RESEND_AFTER = 0.25
"""Seconds from an ambiguous response to the next send, twice as long each time."""
MAX_REQUESTS = 24
"""Requests of one call; pauses grow beyond their longest so that these last until the deadline."""
LAST_SHARE = 0.6
"""The share of the last second that a pause takes at most, so that a last request follows it."""
TOO_LITTLE = 0.05
"""Seconds in which no further request is worth a pause."""
ENOUGH_TO_SEND = 0.5
"""Seconds in which a request is answered: with less, a cancel would only add a doubt."""


@attrs.define
class Pacing:
    """The time and the number of requests that one call has left. Seconds throughout."""

    clock: Callable[[], float]
    ends_at: float
    query_requests: int = 1
    """The requests that one query of the order may take."""
    requests: int = 0
    is_over: bool = False
    """Whether no request can be made any more."""
    _resends: int = 0
    _busy_pause: float = BUSY_PAUSE
    _query_pause: float = FIRST_PAUSE

    def left(self) -> float:
        """The time that is left for the call."""
        return 0.0 if self.is_over else self.ends_at - self.clock()

    def requests_left(self) -> int:
        """How many more sends or queries the call may make, but at least 1."""
        return max(1, (MAX_REQUESTS - self.requests) // self.query_requests)

    def next_send_at(self) -> float:
        """When the cancel is sent again, by ``clock``, unless its effect is known by then."""
        self._resends += 1
        return self.clock() + RESEND_AFTER * 2.0 ** (self._resends - 1)

    def may_send_at(self, due: float) -> bool:
        """Whether a send that is due then is due now, and the time is worth it."""
        return self.clock() >= due and self.left() > TOO_LITTLE

    def before_resend(self) -> float:
        """The pause after a cancel that was not executed."""
        pause = min(self._busy_pause, self.left() - ENOUGH_TO_SEND)
        self._busy_pause = min(self._busy_pause * 2, self._longest_pause())
        return pause

    def before_first_query(self) -> float:
        """The pause after a send, where one is needed before the first query."""
        return max(FIRST_PAUSE, self._shortest_pause())

    def before_query(self, due: float | None) -> float:
        """The pause after a query, at most until a send that is due."""
        pause = min(self._query_pause, self._longest_pause())
        self._query_pause = pause * 2
        if due is not None:
            pause = min(pause, due - self.clock())
        return max(pause, self._shortest_pause())

    def limit(self, pause: float) -> float:
        """The pause, shortened so that a request can follow it; 0 where none can."""
        left = self.left()
        if left < TOO_LITTLE or pause <= 0 or self.requests + self.query_requests > MAX_REQUESTS:
            return 0.0
        return min(pause, max(left * LAST_SHARE, left - ENOUGH_TO_SEND))

    def _longest_pause(self) -> float:
        """A pause of this length lets the requests last until the end of the call."""
        return max(LONGEST_PAUSE, self.left() / self.requests_left())

    def _shortest_pause(self) -> float:
        """Pauses from this length on let the last request be near the end of the call."""
        return self.left() / (2.0 ** self.requests_left() - 1)
