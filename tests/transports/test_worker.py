"""A function runs in a thread, and is left at its deadline."""

from __future__ import annotations

import contextvars
import threading
import time

import pytest
from integration.server import PATIENCE
from pytest_mock import MockerFixture

from adapter.transports.worker import DeadlineError, run_with_deadline


def later() -> float:
    return time.monotonic() + PATIENCE


def test_an_error_is_the_functions_own() -> None:
    """Its traceback, too."""
    with pytest.raises(ZeroDivisionError) as caught:
        run_with_deadline(lambda: 1 // 0, later())

    assert "<lambda>" == caught.traceback[-1].name


def test_what_does_not_end_is_left() -> None:
    """Its thread ends with it."""
    over, before = threading.Event(), {*threading.enumerate()}
    with pytest.raises(DeadlineError):
        run_with_deadline(lambda: over.wait(PATIENCE), time.monotonic() + 0.05)
    (left,) = {*threading.enumerate()} - before
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
