"""Waits for what nothing else bounds, such as the system looking a name up, for a limited time."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import attrs

T = TypeVar("T")


class GivenUpError(TimeoutError):
    """It was not done in time, and goes on by itself."""


@attrs.define
class Bounded(Generic[T]):
    """A function in a thread of its own."""

    function: Callable[[], T]
    too_late: Callable[[], object] = lambda: None
    """Called in that thread when the function ends and nobody waits for it any more."""
    outcome: list[T] = attrs.field(factory=list)
    error: BaseException | None = None
    is_given_up: bool = False
    ended: threading.Event = attrs.field(factory=threading.Event)
    lock: threading.Lock = attrs.field(factory=threading.Lock)

    def start(self) -> Bounded[T]:
        """Begin. Raises ``RuntimeError`` where there is no thread to be had."""
        context: Any = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self._run,), name="adapter-bounded", daemon=True
        ).start()
        return self

    def by(self, ends: float) -> T:
        """What it returns. Raises what it raises, and `GivenUpError` at that monotonic second."""
        try:
            self.ended.wait(max(ends - time.monotonic(), 0.001))
        finally:
            with self.lock:
                self.is_given_up = not self.ended.is_set()
        if self.is_given_up:
            raise GivenUpError("it was not done in time")
        if self.error is not None:
            raise self.error
        return self.outcome[0]

    def _run(self) -> None:
        try:
            self.outcome.append(self.function())
        except BaseException as e:
            self.error = e
        with self.lock:
            self.ended.set()
            is_given_up = self.is_given_up
        if is_given_up:
            self.too_late()
