"""A host's weight limit per minute: cancels wait here before the host would refuse them."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable

import attrs

from adapter.core.outage import Outage
from adapter.core.wait_queue import Ticket, WaitQueue

MINUTE_MS = 60_000
"""ms; a host counts the weight of requests by the minutes of its clock."""
RESERVE_SHARE = 0.05
"""The share of its limit that a flood of cancels leaves to everything else."""
LIGHT_SHARE = 0.01
"""As long as our requests of a minute weigh no more than this share, they may use all of it."""
UNREPORTED_SHARE = 0.5
"""The share that ccxt's other calls may use in a minute before an answer reports it: on Binance's
hosts with the lowest limits, what ccxt's queue lets through."""
RECHECK_MS = 100.0
"""ms after which an answer may have made room."""
SECOND_MS = 1000
"""ms; the ``Date`` header has whole seconds, rounded down."""
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
    """In this minute, as last reported by the host."""
    since: float = -math.inf
    """What has been used since then is not in that report. ms."""
    in_flight: int = 0
    """Sent, and nothing heard of it yet."""
    sent: int = 0
    """The weight of our requests in this minute, and of earlier ones without a report."""
    uncertain_weight: int = 0
    """The weight of the doubts."""
    uncertain: deque[UncertainWeight] = attrs.field(factory=deque, repr=False)
    """In the order of time."""
    queue: WaitQueue = attrs.field(factory=WaitQueue, repr=False)
    minute: int = 0
    """Which one it is, by the host's clock."""
    clock_lead: float = -math.inf
    """By how many ms at least that clock is ahead of the caller's."""
    minute_ends: float = math.inf
    """When that minute is over for all of the host's clocks; infinite where they are not known."""
    blocked_until: float = -math.inf
    """ms; until then the host accepts no requests, as it said itself."""
    outage: Outage = attrs.field(factory=Outage, repr=False)
    cancel_outage: Outage = attrs.field(factory=Outage, repr=False)
    """The same of cancels alone: queries may be answered meanwhile."""
    lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False, eq=False)

    def __deepcopy__(self, memo: object) -> HostLimiter:
        """A copy of an exchange goes to the same host."""
        return attrs.evolve(
            self,
            in_flight=0,
            uncertain=deque(self.uncertain),
            queue=WaitQueue(),
            outage=Outage(),
            cancel_outage=Outage(),
            lock=threading.Lock(),
        )

    def block(self, pause: float, now: float) -> None:
        """Send nothing for so many ms."""
        self.blocked_until = max(self.blocked_until, now + pause)

    def leave(self, ticket: Ticket) -> None:
        """Leave the queue."""
        with self.lock:
            self.queue.leave(ticket)

    def acquire(
        self,
        weight: int,
        now: float,
        ticket: Ticket | None = None,
        *,
        patience: float = math.inf,
        others: Callable[[], float | None] = lambda: None,
    ) -> float:
        """Count what is about to be sent, and give 0; else the ms that it must wait.

        Calls with a ``ticket`` are served in the order in which they came, as long as they wait for
        less than their ``patience`` in ms. ``others`` gives the weight that ccxt's other calls may
        have used within the last minute; None if they are sent one after the other.
        """
        with self.lock:
            self._advance(now)
            ahead = self.queue.ahead(ticket, now) if self.queue.returns_at else 0
            pause = self._pause(weight, ahead * weight, now, others)
            if pause:
                return self.queue.wait(ticket, pause, ahead, now, patience)
            if self.queue.returns_at:
                self.queue.leave(ticket)
            self.in_flight += weight
            self.sent += weight
            return 0.0

    def _pause(
        self, weight: int, ahead: int, now: float, others: Callable[[], float | None]
    ) -> float:
        """For how many ms the first of those who wait has to."""
        known = self.used + self.uncertain_weight + weight
        # a few requests may take what is left
        is_light = self.sent + weight <= LIGHT_SHARE * self.limit
        most = self.limit if is_light else self.limit * (1 - RESERVE_SHARE)
        if known > most:
            return self._pause_until_cleared(now)
        if self.in_flight > RESERVE_SHARE * self.limit:
            most -= self._unreported(now, others)
        return RECHECK_MS if known + self.in_flight + ahead > most else 0.0

    def _unreported(self, now: float, others: Callable[[], float | None]) -> float:
        """What ccxt's other calls may have used since the last report."""
        used = others()
        if used is None:
            return UNREPORTED_SHARE * self.limit * min(1.0, (now - self.since) / MINUTE_MS)
        return min(used, UNREPORTED_SHARE * self.limit)

    @property
    def reserve(self) -> float:
        """The weight that is free for other requests in every minute."""
        return RESERVE_SHARE * self.limit if self.limit < math.inf else 0.0

    def minute_left(self, now: float) -> float:
        """For how many ms the minute lasts: then what these requests weighed counts no more.

        A whole one where the host's clock is not known.
        """
        return MINUTE_MS if self.minute_ends == math.inf else max(0.0, self.minute_ends - now)

    def release(self, weight: int) -> None:
        """The request was not sent."""
        with self.lock:
            self.in_flight -= weight
            self.sent -= weight

    def record(
        self, weight: int, used: int | None, time: int | None, began: float, now: float
    ) -> None:
        """A request that was sent at or after ``began`` is answered, or lost.

        ``used`` and ``time`` are what the host reported. A lost request has arrived by now, or
        never will.
        """
        with self.lock:
            if used is None or time is None:
                self.in_flight -= weight
                self._add_uncertain(UncertainWeight(now, weight, is_lost=True))
                return
            self._learn_clock(time, began, now)
            self.in_flight -= weight
            if time // MINUTE_MS < self.minute:
                return
            if began < self.minute_ends - MINUTE_MS:
                self._add_uncertain(UncertainWeight(now, weight, is_lost=False))
                return
            self.used = max(self.used, used)
            self.since = max(self.since, began)
            if self.uncertain:
                self._drop_uncertain(began)

    def _learn_clock(self, time: int, began: float, now: float) -> None:
        """Learn the host's clock from an answer: it was written after ``began`` and before now."""
        if time + SECOND_MS - began < self.clock_lead:
            self.minute, self.clock_lead = time // MINUTE_MS, time - now
        self.clock_lead = max(self.clock_lead, time - now)
        self._advance_to(max(self.minute, time // MINUTE_MS))

    def _advance(self, now: float) -> None:
        if self.uncertain:
            self._drop_uncertain(now - MINUTE_MS)
        if now >= self.minute_ends:
            self._advance_to(int((now + self.clock_lead - MINUTE_SLACK_MS) // MINUTE_MS))

    def _advance_to(self, minute: int) -> None:
        self.minute_ends = (minute + 1) * MINUTE_MS - self.clock_lead + MINUTE_SLACK_MS
        if minute > self.minute:
            self.minute, self.used, self.since = minute, 0, minute * MINUTE_MS - self.clock_lead
            self.uncertain = deque(unsure for unsure in self.uncertain if unsure.is_lost)
            self.uncertain_weight = sum(unsure.weight for unsure in self.uncertain)
            self.sent = self.in_flight + self.uncertain_weight

    def _pause_until_cleared(self, now: float) -> float:
        """Until less is used or in unsure, and a ms more, because clocks wake a little early."""
        cleared = self.uncertain[0].since + MINUTE_MS - now if self.uncertain else math.inf
        return min(self.minute_left(now), cleared) + 1

    def _add_uncertain(self, unsure: UncertainWeight) -> None:
        self.uncertain.append(unsure)
        self.uncertain_weight += unsure.weight

    def _drop_uncertain(self, since: float) -> None:
        """What was uncertain by then no longer counts, or is in the host's report."""
        while self.uncertain and self.uncertain[0].since <= since:
            self.uncertain_weight -= self.uncertain.popleft().weight
