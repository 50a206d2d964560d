"""Runs a function in a thread, and leaves it at a deadline.

Nothing else bounds how long the system looks up a name, nor headers that arrive byte by byte.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")

NAME = "adapter-session"
SLICE = 0.5
"""Seconds."""


class DeadlineError(TimeoutError):
    """The function did not end in time. It continues by itself, and its result is dropped."""


def run_with_deadline(function: Callable[[], T], ends: float) -> T:
    """Return what it returns, and raise what it raises.

    Raises `DeadlineError` at ``ends``, in seconds of ``time.monotonic()``. Where the system has no
    thread to give, as when the interpreter ends, it runs in the caller's and has no deadline.
    """
    results: queue.SimpleQueue[Any] = queue.SimpleQueue()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            results.put((context.run(function), None))
        except BaseException as e:
            results.put((None, e))

    try:
        threading.Thread(target=run, name=NAME, daemon=True).start()
    except RuntimeError:
        return function()
    result, error = _wait(results, ends)
    if error is None:
        return cast(T, result)
    try:
        raise error
    finally:
        del error  # its traceback refers to this frame


def _wait(results: queue.SimpleQueue[Any], ends: float) -> Any:
    """In slices: Python may miss a signal as it begins to wait, and handle it only at the end."""
    while True:
        left = ends - time.monotonic()
        try:
            return results.get(timeout=min(max(left, 0.001), SLICE))
        except queue.Empty:
            if left <= SLICE:
                raise DeadlineError("it did not end in time") from None
