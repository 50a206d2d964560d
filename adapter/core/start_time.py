"""When a call began by the exchange's clock, as far as its answers show."""

from __future__ import annotations

import math

import attrs

CLOCK_LEAD_MS = 1000
"""ms by which the caller's clock may be ahead of the exchange's, which else refuses a request."""


def resolution(time: int) -> int:
    """The ms to which a time may be cut off: a second's, if it shows no part of one."""
    return 1 if time % 1000 else 1000


@attrs.define
class StartTime:
    """A time in ms since the epoch that is not before ``earliest`` and not after ``latest``."""

    earliest: float = -math.inf
    latest: float = math.inf

    def accepted(self, timestamp: int, received: float) -> None:
        """A request with this timestamp was accepted, ``received`` ms or less into the call."""
        self.earliest = max(self.earliest, timestamp - CLOCK_LEAD_MS - received)

    def answered(self, time: int, resolution: int, sent: float, received: float) -> None:
        """The clock showed ``time``, cut off to its ``resolution`` in ms, within that interval.

        ``sent`` and ``received`` are ms since the call began.
        """
        self.earliest = max(self.earliest, time - received)
        self.latest = min(self.latest, time + resolution - sent)

    def is_after(self, created: int | None) -> bool:
        """Whether an order was surely there before the call; one without a time counts as such."""
        return created is None or created + resolution(created) <= self.earliest

    def is_before(self, created: int | None) -> bool:
        """Whether an order was surely made since the call began."""
        return created is not None and created >= self.latest
