"""Flows side by side: who goes on next, what they return, and what ends all of them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Any

import pytest

from adapter.contract.messages import Sleep
from adapter.engine.together import RunTogether, Workers, run_flow, run_together_async


class LeftError(BaseException):
    """What ends a program."""


def run(
    mode: str, flows: Iterable[Any], perform: Callable[[Any], Any] = lambda effect: effect
) -> list[float]:
    """Run flows with two at once, and return the pauses that were made."""
    slept: list[float] = []
    if mode == "sync":
        now = [0.0]

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            now[0] += seconds

        Workers(perform, sleep, lambda: now[0], 1).run(flows)
        return slept

    async def perform_async(effect: Any) -> Any:
        if isinstance(effect, Sleep):
            slept.append(effect.seconds)
        return perform(effect)

    asyncio.run(run_together_async(RunTogether([*flows], 1), perform_async))
    return slept


modes = pytest.mark.parametrize("mode", ["sync", "async"])


@modes
def test_flows_that_flows_return_are_run(mode: str) -> None:
    """To the last one."""
    ended: list[int] = []

    def flow(depth: int) -> Generator[Any, Any, Any]:
        came = yield depth
        ended.append(came)
        return [flow(depth + 1)] if depth < 3 else None

    run(mode, [flow(0)])
    assert [0, 1, 2, 3] == ended


@modes
def test_an_error_of_an_effect_is_the_flows(mode: str) -> None:
    """It may go on."""
    seen: list[str] = []

    def perform(effect: Any) -> Any:
        raise ZeroDivisionError(effect)

    def flow() -> Generator[Any, Any, Any]:
        try:
            yield "one"
        except ZeroDivisionError as e:
            seen.append(str(e))

    run(mode, [flow()], perform)
    assert ["one"] == seen


def test_who_sleeps_leaves_the_thread_to_others() -> None:
    """One thread serves all, and each goes on when its time has come."""
    order: list[str] = []

    def flow(name: str, seconds: float) -> Generator[Any, Any, Any]:
        order.append(name)
        yield Sleep(seconds)
        order.append(name)

    slept = run("sync", [flow("long", 2.0), flow("short", 1.0)])

    assert ["long", "short", "short", "long"] == order
    assert [1.0, 1.0] == slept


def test_what_ends_one_ends_all() -> None:
    """Also a flow that another thread is at: it is closed at its next effect."""
    is_at_it, closed = threading.Event(), threading.Event()

    def perform(effect: Any) -> Any:
        if effect == "end":
            assert is_at_it.wait(10)
            raise LeftError
        is_at_it.set()
        with workers.changed:
            assert workers.changed.wait_for(lambda: workers.error is not None, 10)

    def ending() -> Generator[Any, Any, Any]:
        yield "end"

    def other() -> Generator[Any, Any, Any]:
        try:
            yield "wait"
            yield "never"
        except GeneratorExit:
            closed.set()
            raise

    workers = Workers(perform, lambda _: None, lambda: 0.0, 2)
    with pytest.raises(LeftError):
        workers.run([other(), ending()])

    assert closed.wait(10)


def test_those_that_wait_are_closed() -> None:
    """One that has begun is told; one that has not never begins."""
    told: list[str] = []

    def sleeping(name: str) -> Generator[Any, Any, Any]:
        try:
            yield Sleep(1.0)
        finally:
            told.append(name)

    def leave(_: Any) -> Any:
        raise LeftError

    def ending() -> Generator[Any, Any, Any]:
        yield "end"

    with pytest.raises(LeftError):
        run("sync", [sleeping("begun"), ending(), sleeping("not begun")], leave)

    assert ["begun"] == told


def test_a_pause_that_is_interrupted_ends_all() -> None:
    """The flow that was about to go on is closed."""
    told: list[str] = []

    def sleeping() -> Generator[Any, Any, Any]:
        try:
            yield Sleep(1.0)
        finally:
            told.append("closed")

    def sleep(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Workers(lambda effect: effect, sleep, lambda: 0.0, 1).run([sleeping()])

    assert ["closed"] == told


def test_one_flow_alone_does_not_pause() -> None:
    """Its effects are performed, sleeps as well."""

    def flow() -> Generator[Any, Any, Any]:
        first = yield Sleep(1.0)
        return first, (yield 2)

    assert (Sleep(1.0), 2) == run_flow(flow(), lambda effect: effect)


def workers_of(threads: Iterable[threading.Thread]) -> list[threading.Thread]:
    """The workers among these, once each has had the time to end."""
    workers = [thread for thread in threads if thread.name == "adapter-worker"]
    for thread in workers:
        thread.join(5)
    return [thread for thread in workers if thread.is_alive()]


def test_an_interrupt_while_threads_are_started_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that run already take no flow any more."""
    start, started = threading.Thread.start, list[threading.Thread]()
    performed: list[Any] = []

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        started.append(thread)
        if len(started) == 1:
            raise LeftError

    def flow() -> Generator[Any, Any, None]:
        yield 1

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(LeftError):
        Workers(performed.append, lambda _: None, lambda: 0.0, 3).run([flow() for _ in range(9)])

    assert [] == workers_of(started)
    assert [] == performed


def test_an_interrupt_at_a_lock_leaves_it_to_the_others() -> None:
    """Python code that takes one may be left before its ``with`` begins; the lock's own may not."""
    before, arrived, left = {*threading.enumerate()}, threading.Event(), threading.Event()
    enter = threading.Condition.__enter__.__code__

    def interrupt(frame: Any, event: str, _: Any) -> Any:
        caller = frame.f_back.f_globals["__name__"]
        if frame.f_code is not enter or caller != Workers.__module__:
            return None
        if event == "return" and arrived.is_set():
            raise LeftError
        return interrupt

    def perform(effect: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            arrived.wait(5)
            raise LeftError if effect else ValueError
        arrived.set()
        left.wait(5)

    def flow() -> Generator[Any, Any, None]:
        for effect in (0, 1):
            with contextlib.suppress(ValueError):
                yield effect

    tracer = sys.gettrace()
    sys.settrace(interrupt)
    try:
        with pytest.raises(LeftError):
            Workers(perform, lambda _: None, lambda: 0.0, 2).run([flow(), flow()])
    finally:
        sys.settrace(tracer)
        left.set()

    assert [] == workers_of({*threading.enumerate()} - before)
