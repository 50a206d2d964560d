"""What a host takes in a minute: cancels are held back here before it would refuse them."""

from __future__ import annotations

import math
import threading

import attrs

MINUTE = 60_000
"""ms; a host counts the weight of requests by the minutes of its own clock."""
KEPT_FREE = 0.05
"""The share of its limit that cancels leave to everything else."""
UNTOLD = 0.5
"""The share that they use before it has told for the first time what is used."""
SOON = 100.0
"""ms after which it may have told."""
SLOW = 2000.0
"""ms that an answer may take and still tell the time."""


@attrs.define
class Budget:
    """The weight that a host takes in a minute and what is used of it; for several threads.

    ``now`` is the caller's monotonic clock in ms.
    """

    limit: float
    """Infinite where it is not known."""
    used: int = 0
    """In this minute, as far as the host has told."""
    under_way: int = 0
    """Sent, and nothing heard of it yet."""
    minute: int = 0
    """Which one it is, by the host's clock."""
    ahead: float = -math.inf
    """By how many ms at least that clock is ahead of the caller's."""
    lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False, eq=False)

    def __deepcopy__(self, memo: object) -> Budget:
        """A copy of an exchange goes to the same host."""
        return attrs.evolve(self, under_way=0, lock=threading.Lock())

    def take(self, weight: int, now: float) -> float:
        """Count what is about to be sent; or for how many ms it is to wait, and nothing counted."""
        with self.lock:
            self._turn(now)
            share = 1 - KEPT_FREE if self._is_told() else UNTOLD
            if self.used + self.under_way + weight > self.limit * share:
                return self._left(now) if self._is_told() else SOON
            self.under_way += weight
            return 0.0

    def most(self, now: float, each: float) -> float:
        """For how many ms, at most, other requests may be made to wait for these.

        They go at one in ``each`` ms. What is kept free for them is theirs in every minute.
        """
        kept_free = KEPT_FREE * self.limit * each if self.limit < math.inf else 0.0
        with self.lock:
            return max(0.0, self._left(now) - kept_free)

    def give_back(self, weight: int) -> None:
        """What was about to be sent has not left."""
        with self.lock:
            self.under_way -= weight

    def told(self, weight: int, used: int | None, time: int | None, now: float) -> None:
        """What was sent is answered, or lost. ``used`` and ``time`` are what the host said.

        Its clock is told in whole seconds, cut off: the greatest difference is nearest to it.
        """
        with self.lock:
            self.under_way -= weight
            if time is not None and not self.ahead - SLOW <= time - now <= self.ahead:
                self.ahead = time - now
            self._turn(now)
            if used is None or time is None:
                self.used += weight
            elif time // MINUTE == self.minute:
                self.used = max(self.used, used)

    def _is_told(self) -> bool:
        return self.ahead > -math.inf

    def _left(self, now: float) -> float:
        return MINUTE - (now + self.ahead) % MINUTE if self._is_told() else MINUTE

    def _turn(self, now: float) -> None:
        minute = int((now + self.ahead) // MINUTE) if self._is_told() else self.minute
        if minute != self.minute:
            self.minute, self.used = minute, 0
