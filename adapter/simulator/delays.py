"""Pauses of a server: they end early when hurried, and at once when the server stops."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Delays:
    """The pauses of one server; all but ``hurry`` belongs to the thread of its event loop."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._bells: set[asyncio.Future[None]] = set()
        self._under_way: set[object] = set()
        self._stopped = False

    @contextmanager
    def request(self) -> Iterator[None]:
        """Tell ``hurry`` that a request is under way until the block ends."""
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
        bell: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _ring, bell)
        self._hang(bell)
        try:
            await bell
        finally:
            timer.cancel()
            with self._changed:
                self._bells.discard(bell)

    async def later(self, seconds: float, act: Callable[[], T]) -> T:
        """Wait and return ``act()``, which happens even if the caller is cancelled meanwhile.

        It does not happen when the server stops first; raises CancelledError then.
        """
        task = asyncio.ensure_future(self._late(seconds, act))
        self._begin(task)
        task.add_done_callback(self._end)
        return await asyncio.shield(task)

    def hurry(self) -> None:
        """End all pauses of the requests under way; returns when these have been handled."""
        with self._changed:
            awaited = set(self._under_way)
            while awaited & self._under_way:
                for bell in self._bells:
                    bell.get_loop().call_soon_threadsafe(_ring, bell)
                self._changed.wait()

    def stop(self) -> None:
        """Give all pauses up, now and in future."""
        self._stopped = True
        for bell in self._bells:
            bell.cancel()

    async def _late(self, seconds: float, act: Callable[[], T]) -> T:
        await self.pause(seconds)
        return act()

    def _hang(self, bell: asyncio.Future[None]) -> None:
        with self._changed:
            self._bells.add(bell)
            self._changed.notify_all()
        if self._stopped:
            bell.cancel()

    def _begin(self, token: object) -> None:
        with self._changed:
            self._under_way.add(token)

    def _end(self, token: object) -> None:
        with self._changed:
            self._under_way.discard(token)
            self._changed.notify_all()


def _ring(bell: asyncio.Future[None]) -> None:
    if not bell.done():
        bell.set_result(None)
