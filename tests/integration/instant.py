"""Time that a slow machine cannot spoil: the adapter's on one exchange, and that of a loop."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable
from typing import Any

import attrs

from adapter.contract.messages import NoResponse, SignedRequest

SLICE = 0.02
"""Seconds that a loop waits at a time; a longer pause counts as one of these."""


def in_no_time(exchange: Any, skipped: Callable[[float], object] = lambda _: None) -> Any:
    """The adapter's pauses on it take no time; returns it.

    Its clock moves by those pauses, and by what it gave to a request that took all of it. Whatever
    else is slow takes no time by that clock. ``skipped`` is called with the seconds of each pause.
    """
    state = vars(exchange).get("_adapter")
    if state is not None:
        state.io.clock = clock = Skipping(state.io.send, skipped)
        state.io.sleep = clock.sleep if exchange.synchronous else clock.asleep
        state.io.send = clock.sent if exchange.synchronous else clock.asent
    return exchange


@attrs.define
class Skipping:
    """A clock in s, the pauses that it skips, and the requests that it watches."""

    send: Callable[..., Any]
    skipped: Callable[[float], object]
    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.skipped(seconds)

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)

    def sent(self, exchange: Any, signed: SignedRequest, timeout: float, **how: Any) -> Any:
        began = time.monotonic()
        return self._came(self.send(exchange, signed, timeout, **how), began, timeout)

    async def asent(self, exchange: Any, signed: SignedRequest, timeout: float, **how: Any) -> Any:
        began = time.monotonic()
        return self._came(await self.send(exchange, signed, timeout, **how), began, timeout)

    def _came(self, reply: Any, began: float, timeout: float) -> Any:
        if isinstance(reply, NoResponse) and time.monotonic() - began >= timeout:
            self.now += timeout
        return reply


@attrs.define
class Ahead:
    """The wall clock in ms, ahead by what has been skipped."""

    skipped: int = 0

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.skipped

    def skip(self, seconds: float) -> None:
        self.skipped += round(seconds * 1000)


@attrs.define
class Ticking:
    """A clock in ms, never the same twice, so that no two signatures may be the same."""

    clock: Callable[[], int] = attrs.field(factory=Ahead)
    last: int = 0

    def __call__(self) -> int:
        self.last = max(self.last + 1, self.clock())
        return self.last


class Slices(selectors.DefaultSelector):
    """Counts the seconds for which it has waited, and a longer pause as one slice."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        began, timeout = time.monotonic(), min(timeout, SLICE)
        events = super().select(timeout)
        self.waited += min(timeout, time.monotonic() - began)
        return events


class PatientLoop(asyncio.SelectorEventLoop):
    """Its clock runs only while it waits: a time-out ends a wait, and never what is slow itself."""

    def __init__(self) -> None:
        self._slices = Slices()
        super().__init__(self._slices)

    def time(self) -> float:
        return self._slices.waited
