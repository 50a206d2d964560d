"""Runs a function in a thread that is reused, and leaves it at a deadline.

Nothing else bounds how long the system looks up a name, nor headers that arrive byte by byte.
"""

from __future__ import annotations

import contextvars
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")

NAME = "adapter-session"
SLICE = 0.5
"""Seconds."""
MAX_IDLE = 16
"""Threads that are kept for the next calls."""


class DeadlineError(TimeoutError):
    """The function did not end in time. It continues by itself, and its result is dropped."""


class Worker:
    """A thread that runs one function after another, until nobody refers to this object."""

    def __init__(self) -> None:
        """Start the thread. Raises ``RuntimeError`` where the system gives none."""
        self.tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.results: queue.SimpleQueue[Any] = queue.SimpleQueue()
        arguments = (self.tasks, self.results)
        threading.Thread(target=_run, args=arguments, name=NAME, daemon=True).start()

    def __del__(self) -> None:
        """End the thread after its current function."""
        self.tasks.put(None)


def _run(tasks: queue.SimpleQueue[Any], results: queue.SimpleQueue[Any]) -> None:
    while task := tasks.get():
        try:
            results.put((task(), None))
        except BaseException as e:
            results.put((None, e))
        del task  # an idle thread keeps no request alive


IDLE: list[Worker] = []
"""The last one that was used is used first. Appending and taking are atomic."""

if hasattr(os, "register_at_fork"):
    # a child process has none of the threads
    os.register_at_fork(after_in_child=IDLE.clear)


def _take_worker() -> Worker:
    try:
        return IDLE.pop()
    except IndexError:
        return Worker()


def run_with_deadline(function: Callable[[], T], ends: float) -> T:
    """Return what it returns, and raise what it raises.

    Raises `DeadlineError` at ``ends``, in seconds of ``time.monotonic()``. Where the system has no
    thread to give, as when the interpreter ends, it runs in the caller's and has no deadline.
    """
    try:
        worker = _take_worker()
    except RuntimeError:
        return function()
    context: Any = contextvars.copy_context()
    worker.tasks.put(lambda: context.run(function))
    try:
        result, error = _wait(worker.results, ends)
    except BaseException:
        worker.tasks.put(None)  # the error's traceback refers to it
        raise
    if len(IDLE) < MAX_IDLE:
        IDLE.append(worker)
    del worker
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
