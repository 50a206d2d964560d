"""A model of a host that counts weight by its minutes, with the limiter that is asked first.

All times are in ms of the caller's clock, unless they are called the host's.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence

import attrs

from adapter.core.rate_limit import MINUTE_MS, RESERVE_SHARE, SECOND_MS, HostLimiter
from adapter.core.wait_queue import Ticket

LIMIT = 100
KEPT = int(LIMIT * RESERVE_SHARE)
REPORTED, MUTE, LOST, NEVER_THERE, UNSENT = "told", "mute", "lost", "never there", "unsent"
"""Answered; answered without the headers; counted, but not answered; lost before it; not sent."""


@attrs.frozen
class Shot:
    """One request, should it be let go, and what becomes of it."""

    weight: int
    there: int
    """Until the host has it."""
    at_work: int
    back: int
    fate: str


@attrs.define(eq=False)
class Sent:
    """A request that was let go."""

    shot: Shot
    began: float
    ended: float = math.inf
    used: int = 0
    stamp: int = 0
    """When the host answered, in whole seconds of its clock."""


@attrs.frozen
class Plan:
    """What is to happen: bursts of shots, and requests of somebody else's, each after a gap."""

    ahead: int
    """Of the caller's clock is the host's."""
    bursts: Sequence[tuple[int, int, Sequence[Shot]]]
    """The gap, how many, and their kinds one after the other."""
    others: Sequence[tuple[int, int]]
    """The gap, and the weight."""

    def played(self) -> World:
        """The world when all that has happened."""
        world = World(self.ahead)
        starts = itertools.accumulate(gap for gap, _, _ in self.bursts)
        for when, (_, size, kinds) in zip(starts, self.bursts, strict=True):
            for shot in itertools.islice(itertools.cycle(kinds), size):
                world.at(when, functools.partial(world.offer, shot))
        starts = itertools.accumulate(gap for gap, _ in self.others)
        for when, (_, weight) in zip(starts, self.others, strict=True):
            world.at(when, functools.partial(world.other, weight))
        world.play()
        return world


@attrs.define
class World:
    """Plays what happens in the order of time, and notes what must not be."""

    ahead: int
    now: float = 0.0
    budget: HostLimiter = attrs.field(factory=lambda: HostLimiter(LIMIT))
    counted: Counter[int] = attrs.field(factory=Counter)
    """By the host's minutes."""
    of_others: Counter[int] = attrs.field(factory=Counter)
    sent: list[Sent] = attrs.field(factory=list)
    plan: list[tuple[float, int, Callable[[], None]]] = attrs.field(factory=list)
    numbers: itertools.count[int] = attrs.field(factory=itertools.count)

    def at(self, when: float, what: Callable[[], None]) -> None:
        heapq.heappush(self.plan, (when, next(self.numbers), what))

    def play(self) -> None:
        while self.plan:
            self.now, _, what = heapq.heappop(self.plan)
            what()

    def fullest(self) -> int:
        """The most that the host counted in a minute, had others used all that is theirs."""
        own = self.counted - self.of_others
        return max(own.values(), default=0) + KEPT

    def other(self, weight: int) -> None:
        """Somebody else's request, as long as it stays within what is kept free."""
        minute = self._minute()
        if self.of_others[minute] + weight <= KEPT:
            self.of_others[minute] += weight
            self.counted[minute] += weight

    def offer(self, shot: Shot, tries: int = 3, turn: Ticket | None = None) -> None:
        """Ask the limiter; a delayed request comes again when it may, and then gives up."""
        turn = turn or Ticket()
        pause = self.budget.acquire(shot.weight, self.now, turn)
        if pause > 0:
            if tries > 1:
                self.at(self.now + pause, lambda: self.offer(shot, tries - 1, turn))
            return
        sent = Sent(shot, self.now)
        self.sent.append(sent)
        self.at(self.now + shot.there, lambda: self._arrive(sent))

    def _minute(self) -> int:
        return int(self.now + self.ahead) // MINUTE_MS

    def _arrive(self, sent: Sent) -> None:
        shot = sent.shot
        if shot.fate in (REPORTED, MUTE, LOST):
            self.counted[self._minute()] += shot.weight
            sent.used = self.counted[self._minute()]
        written = self.now + shot.at_work
        sent.stamp = int(written + self.ahead) // SECOND_MS * SECOND_MS
        self.at(written + shot.back, lambda: self._end(sent))

    def _end(self, sent: Sent) -> None:
        sent.ended, weight = self.now, sent.shot.weight
        if sent.shot.fate == UNSENT:
            self.budget.release(weight)
            return
        is_told = sent.shot.fate == REPORTED
        used, time = (sent.used, sent.stamp) if is_told else (None, None)
        self.budget.record(weight, used, time, sent.began, self.now)
