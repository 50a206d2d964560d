"""An event loop whose clock jumps to the next timer, so that nothing waits."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any, TypeVar
from unittest import mock

from ccxt.async_support.base import throttler

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Does not wait, but counts the seconds for which it was to."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(0)
        if timeout is None and not events:
            raise RuntimeError("nothing will ever happen again: something waits for nobody")
        self.skipped += 0.0 if events else timeout or 0.0
        return events


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._own_selector = _Selector()
        super().__init__(self._own_selector)

    def time(self) -> float:
        return self._own_selector.skipped


def run(coroutine: Coroutine[Any, Any, T], start: float) -> T:
    """Run to the end; the wall clock, ccxt's and ours, starts at so many seconds since 1970."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        loop = runner.get_loop()

        def now() -> float:
            return start + loop.time()

        with mock.patch.object(time, "time", now), mock.patch.object(throttler, "time", now):
            return runner.run(coroutine)
