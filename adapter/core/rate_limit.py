"""What a host takes in a minute: cancels are held back here before it would refuse them."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable

import attrs

from adapter.core.wait_queue import Ticket, WaitQueue

MINUTE_MS = 60_000
"""ms; a host counts the weight of requests by the minutes of its own clock."""
RESERVE_SHARE = 0.05
"""The share of its limit that a flood of cancels leaves to everything else."""
LIGHT_SHARE = 0.01
"""As long as our requests of a minute weigh no more than this share, they may use all of it."""
UNREPORTED_SHARE = 0.5
"""The share that other calls of ours may take in a minute before the host tells of them: on
Binance's narrowest hosts, what ccxt's own queue lets through."""
RECHECK_MS = 100.0
"""ms after which an answer may have made room."""
SECOND_MS = 1000
"""ms; a host tells its time in whole seconds, cut off."""
MINUTE_SLACK_MS = 100.0
"""ms for which a new minute may not have come to all of a host's clocks, nor ours be right."""


@attrs.frozen
class UncertainWeight:
    """A request that the host may have counted in this minute without telling."""

    since: float
    weight: int
    is_lost: bool
    """Otherwise it was answered in this minute, and may belong to the one before."""


@attrs.define
class HostLimiter:
    """The weight that a host takes in a minute and what is used of it; for several threads.

    ``now`` is the caller's monotonic clock in ms.
    """

    limit: float
    """Infinite where it is not known."""
    used: int = 0
    """In this minute, as far as the host has told."""
    since: float = -math.inf
    """What others have used since then, the host has not told."""
    under_way: int = 0
    """Sent, and nothing heard of it yet."""
    sent: int = 0
    """The weight of our requests in this minute; also those under way or in doubt from before."""
    in_doubt: int = 0
    """The weight of the doubts."""
    doubts: deque[UncertainWeight] = attrs.field(factory=deque, repr=False)
    """In the order of time."""
    turns: WaitQueue = attrs.field(factory=WaitQueue, repr=False)
    minute: int = 0
    """Which one it is, by the host's clock."""
    ahead: float = -math.inf
    """By how many ms at least that clock is ahead of the caller's."""
    lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False, eq=False)

    def __deepcopy__(self, memo: object) -> HostLimiter:
        """A copy of an exchange goes to the same host."""
        return attrs.evolve(
            self,
            under_way=0,
            doubts=deque(self.doubts),
            turns=WaitQueue(),
            lock=threading.Lock(),
        )

    def take(
        self,
        weight: int,
        now: float,
        turn: Ticket | None = None,
        *,
        patience: float = math.inf,
        others: Callable[[], float | None] = lambda: None,
    ) -> float:
        """Count what is about to be sent; or for how many ms it is to wait, and nothing counted.

        Those with a ``turn`` go in the order in which they asked first, as long as they wait for
        less than their ``patience`` in ms. ``others`` gives the weight that other calls of ours
        may have used within the last minute; None where they go one after the other.
        """
        with self.lock:
            self._turn(now)
            ahead = self.turns.ahead(turn, now)
            pause = self._pause(weight, ahead * weight, now, others)
            if pause:
                return self.turns.wait(turn, pause, ahead, now, patience)
            self.turns.leave(turn)
            self.under_way += weight
            self.sent += weight
            return 0.0

    def _pause(
        self, weight: int, ahead: int, now: float, others: Callable[[], float | None]
    ) -> float:
        """For how many ms the first of those who wait has to."""
        known, most = self.used + self.in_doubt + weight, self._most(weight)
        if known > most:
            return self._held(now)
        if known + self.under_way + ahead > most - self._unseen(now, others):
            return RECHECK_MS
        return 0.0

    def _most(self, weight: int) -> float:
        """The weight up to which the host may be used: a few requests may take what is left."""
        is_light = self.sent + weight <= LIGHT_SHARE * self.limit
        return self.limit if is_light else self.limit * (1 - RESERVE_SHARE)

    def _unseen(self, now: float, others: Callable[[], float | None]) -> float:
        """What others of ours may have used since the host has told; a few always go by that."""
        if self.under_way <= RESERVE_SHARE * self.limit:
            return 0.0
        used = others()
        if used is None:
            return UNREPORTED_SHARE * self.limit * min(1.0, (now - self.since) / MINUTE_MS)
        return min(used, UNREPORTED_SHARE * self.limit)

    @property
    def kept(self) -> float:
        """The weight that is free for other requests in every minute."""
        return RESERVE_SHARE * self.limit if self.limit < math.inf else 0.0

    def left(self, now: float) -> float:
        """For how many ms the minute lasts: then what these requests weighed counts no more."""
        with self.lock:
            return max(0.0, self._left(now))

    def give_back(self, weight: int) -> None:
        """What was about to be sent has not left."""
        with self.lock:
            self.under_way -= weight
            self.sent -= weight

    def told(
        self, weight: int, used: int | None, time: int | None, began: float, now: float
    ) -> None:
        """What was sent, not before ``began``, is answered, or lost.

        ``used`` and ``time`` are what the host said. What is lost it has by now, or never gets.
        """
        with self.lock:
            if used is None or time is None:
                self.under_way -= weight
                self._doubt(UncertainWeight(now, weight, is_lost=True))
                return
            self._set(time, began, now)
            self.under_way -= weight
            if time // MINUTE_MS < self.minute:
                return
            if self._minute(began) < self.minute:
                self._doubt(UncertainWeight(now, weight, is_lost=False))
                return
            self.used = max(self.used, used)
            self.since = max(self.since, began)
            self._forget(began)

    def _set(self, time: int, began: float, now: float) -> None:
        """Learn the host's clock from an answer: it was written after ``began`` and before now."""
        if time + SECOND_MS - began < self.ahead:
            self.minute, self.ahead = time // MINUTE_MS, time - now
        self.ahead = max(self.ahead, time - now)
        self._turn_to(time // MINUTE_MS)

    def _turn(self, now: float) -> None:
        self._forget(now - MINUTE_MS)
        if self.ahead > -math.inf:
            self._turn_to(self._minute(now))

    def _turn_to(self, minute: int) -> None:
        if minute > self.minute:
            self.minute, self.used, self.since = minute, 0, minute * MINUTE_MS - self.ahead
            self.doubts = deque(doubt for doubt in self.doubts if doubt.is_lost)
            self.in_doubt = sum(doubt.weight for doubt in self.doubts)
            self.sent = self.under_way + self.in_doubt

    def _minute(self, now: float) -> int:
        return int((now + self.ahead - MINUTE_SLACK_MS) // MINUTE_MS)

    def _left(self, now: float) -> float:
        """Of the minute; a whole one where the host's clock is not known."""
        if self.ahead == -math.inf:
            return MINUTE_MS
        return (self.minute + 1) * MINUTE_MS - self.ahead + MINUTE_SLACK_MS - now

    def _held(self, now: float) -> float:
        """Until less is used or in doubt, and a ms more, because clocks wake a little early."""
        cleared = self.doubts[0].since + MINUTE_MS - now if self.doubts else math.inf
        return min(self._left(now), cleared) + 1

    def _doubt(self, doubt: UncertainWeight) -> None:
        self.doubts.append(doubt)
        self.in_doubt += doubt.weight

    def _forget(self, since: float) -> None:
        """What was in doubt by then counts no more, or is in what the host told."""
        while self.doubts and self.doubts[0].since <= since:
            self.in_doubt -= self.doubts.popleft().weight
