"""Time that nobody has to wait for: a loop whose clock jumps to whatever comes next."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest import mock

from ccxt.async_support.base import throttler

T = TypeVar("T")


class Skipper(selectors.DefaultSelector):
    """Does not wait, but counts the seconds for which it was to."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """What is ready now."""
        events = super().select(0)
        if timeout is None and not events:
            raise RuntimeError("nothing will ever happen again: something waits for nobody")
        self.skipped += 0.0 if events else timeout or 0.0
        return events


class SkippingLoop(asyncio.SelectorEventLoop):
    """Its clock moves only from one timer to the next, by as much as it would have waited."""

    def __init__(self) -> None:
        self._skipper = Skipper()
        super().__init__(self._skipper)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._skipper.skipped


def played(world: Coroutine[Any, Any, T], starts: float) -> T:
    """Run to the end; the wall clock, ccxt's and ours, starts at so many seconds since 1970."""
    with asyncio.Runner(loop_factory=SkippingLoop) as runner, _wall(runner.get_loop(), starts):
        return runner.run(world)


@contextmanager
def _wall(loop: asyncio.AbstractEventLoop, starts: float) -> Iterator[None]:
    def now() -> float:
        return starts + loop.time()

    with mock.patch.object(time, "time", now), mock.patch.object(throttler, "time", now):
        yield
