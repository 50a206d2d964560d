"""A function runs in a thread that is reused, and is left at its deadline."""

from __future__ import annotations

import contextvars
import multiprocessing
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from integration.server import PATIENCE
from pytest_mock import MockerFixture

from adapter.transports import worker
from adapter.transports.worker import DeadlineError, run_with_deadline


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No thread of another test."""
    worker.IDLE.clear()
    yield
    worker.IDLE.clear()


def later() -> float:
    return time.monotonic() + PATIENCE


def test_one_thread_serves_calls_one_after_another() -> None:
    """It is not the caller's own."""
    threads = {run_with_deadline(threading.get_ident, later()) for _ in range(5)}

    assert 1 == len(threads)
    assert threading.get_ident() not in threads


def test_calls_at_once_have_a_thread_each() -> None:
    """None waits for another, and no more are kept than are worth it."""
    n = worker.MAX_IDLE + 4
    barrier = threading.Barrier(n)

    def call() -> None:
        run_with_deadline(lambda: barrier.wait(PATIENCE), later())

    callers = [threading.Thread(target=call) for _ in range(n)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert worker.MAX_IDLE == len(worker.IDLE)


def test_an_error_is_the_functions_own() -> None:
    """The thread goes on."""
    with pytest.raises(ZeroDivisionError):
        run_with_deadline(lambda: 1 // 0, later())

    assert 1 == len(worker.IDLE)


def test_what_does_not_end_is_left() -> None:
    """Its thread is not used again, and ends with it."""
    over, before = threading.Event(), {*threading.enumerate()}
    with pytest.raises(DeadlineError):
        run_with_deadline(lambda: over.wait(PATIENCE), time.monotonic() + 0.05)
    (left,) = {*threading.enumerate()} - before
    assert [] == worker.IDLE
    over.set()
    left.join(PATIENCE)

    assert not left.is_alive()


def test_context_variables_are_the_callers() -> None:
    """Tools that trace requests go by them."""
    variable = contextvars.ContextVar("variable", default=0)
    variable.set(7)

    assert 7 == run_with_deadline(variable.get, later())


def test_without_a_thread_the_caller_sends_by_itself(mocker: MockerFixture) -> None:
    """A cancel without a deadline is better than none, as when the interpreter ends."""
    mocker.patch.object(threading.Thread, "start", side_effect=RuntimeError("no thread"))

    assert threading.get_ident() == run_with_deadline(threading.get_ident, later())


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_process_has_threads_of_its_own() -> None:
    """Those of its parent are not there."""
    run_with_deadline(threading.get_ident, later())
    child = multiprocessing.get_context("fork").Process(target=_call)
    child.start()
    child.join(PATIENCE)

    assert 0 == child.exitcode
    assert 1 == len(worker.IDLE)


def _call() -> None:
    run_with_deadline(threading.get_ident, later())
