"""Pauses of a server: they end early when hurried, and at once when the server stops."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Delays:
    """The pauses of one server; only ``hurry`` may be called from another thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wakers: set[asyncio.Future[None]] = set()
        self._in_progress: set[object] = set()
        self._stopped = False

    @contextmanager
    def request(self) -> Iterator[None]:
        """Mark a request as in progress for ``hurry`` until the block ends."""
        token = object()
        self._begin(token)
        try:
            yield
        finally:
            self._end(token)

    async def pause(self, seconds: float) -> None:
        """Wait; raises CancelledError when the server stops."""
        if not seconds:
            return
        loop = asyncio.get_running_loop()
        waker: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _wake, waker)
        self._add(waker)
        try:
            await waker
        finally:
            timer.cancel()
            with self._changed:
                self._wakers.discard(waker)

    async def later(self, seconds: float, act: Callable[[], T]) -> T:
        """Wait and return ``act()``, which is called even if the caller is cancelled meanwhile.

        It is not called when the server stops first; raises CancelledError then.
        """
        task = asyncio.ensure_future(self._late(seconds, act))
        self._begin(task)
        task.add_done_callback(self._end)
        return await asyncio.shield(task)

    def hurry(self) -> None:
        """End all pauses of the requests in progress; returns when these have been handled."""
        with self._changed:
            awaited = set(self._in_progress)
            while awaited & self._in_progress:
                for waker in self._wakers:
                    waker.get_loop().call_soon_threadsafe(_wake, waker)
                self._changed.wait()

    def stop(self) -> None:
        """Cancel all pauses, now and in future."""
        self._stopped = True
        for waker in self._wakers:
            waker.cancel()

    async def _late(self, seconds: float, act: Callable[[], T]) -> T:
        await self.pause(seconds)
        return act()

    def _add(self, waker: asyncio.Future[None]) -> None:
        with self._changed:
            self._wakers.add(waker)
            self._changed.notify_all()
        if self._stopped:
            waker.cancel()

    def _begin(self, token: object) -> None:
        with self._changed:
            self._in_progress.add(token)

    def _end(self, token: object) -> None:
        with self._changed:
            self._in_progress.discard(token)
            self._changed.notify_all()


def _wake(waker: asyncio.Future[None]) -> None:
    if not waker.done():
        waker.set_result(None)
