"""Runs many flows side by side: sync by a few threads, async by tasks.

A flow that sleeps leaves its room to others, so that thousands can be under way.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import heapq
import itertools
import threading
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from typing import Any

import attrs

from adapter.contract.messages import Sleep

Flow = Generator[Any, Any, Any]
"""Yields effects, and returns further flows to run, or nothing."""
PAUSED = object()
"""What `run_flow` returns, and its ``perform``, if the flow is to go on later."""


@attrs.frozen
class RunTogether:
    """An effect: run flows side by side, and those that they return, until all have ended."""

    flows: Sequence[Flow]
    limit: int
    """How many may be awake at once."""


def run_flow(flow: Flow, perform: Callable[[Any], Any]) -> Any:
    """Perform effects until the flow ends, and return what it does.

    Or `PAUSED`, where ``perform`` returned that: called again, the flow goes on.
    """
    resume: Callable[[Any], Any] = flow.send
    given: Any = None
    try:
        while True:
            effect = resume(given)
            try:
                resume, given = flow.send, perform(effect)
            except Exception as e:
                resume, given = flow.throw, e
            if given is PAUSED:
                return PAUSED
    except StopIteration as end:
        return end.value
    except BaseException:
        flow.close()
        raise


async def run_flow_async(flow: Flow, perform: Callable[[Any], Awaitable[Any]]) -> Any:
    """`run_flow`, in async. It does not pause."""
    resume: Callable[[Any], Any] = flow.send
    given: Any = None
    try:
        while True:
            effect = resume(given)
            try:
                resume, given = flow.send, await perform(effect)
            except Exception as e:
                resume, given = flow.throw, e
    except StopIteration as end:
        return end.value
    finally:
        flow.close()


class _Stopped(BaseException):
    """Another flow has ended all of them."""


@attrs.define(eq=False)
class Workers:
    """The calling thread and some more, which take turns at the flows of one call."""

    perform: Callable[[Any], Any]
    sleep: Callable[[float], object]
    clock: Callable[[], float]
    limit: int
    waiting: list[tuple[float, int, Flow]] = attrs.field(factory=list)
    """Those that no thread runs: when each goes on, and in which order they came."""
    numbers: itertools.count[int] = attrs.field(factory=itertools.count)
    running: int = 0
    threads: list[threading.Thread] = attrs.field(factory=list)
    error: BaseException | None = None
    """What ends all of them."""
    lock: Any = attrs.field(factory=threading.Lock)
    """Taken by itself: Ctrl-C may come while a condition is taken, which is then kept for good."""
    changed: threading.Condition = attrs.field(init=False)

    @changed.default
    def _changed(self) -> threading.Condition:
        return threading.Condition(self.lock)

    def run(self, flows: Iterable[Flow]) -> None:
        """Run the flows to their ends. Raises what ends one of them, which ends all."""
        self._work(flows)
        if self.error is not None:
            for _, _, flow in self.waiting:
                flow.close()
            raise self.error
        for thread in self.threads:
            thread.join()

    def _add(self, flows: Iterable[Flow], due: float) -> None:
        with self.lock:
            try:
                for flow in flows:
                    heapq.heappush(self.waiting, (due, next(self.numbers), flow))
                self.changed.notify_all()
                wanted = min(self.limit, len(self.waiting) + self.running) - 1
                with contextlib.suppress(RuntimeError):  # no thread to be had: this one does all
                    while len(self.threads) < wanted:
                        self.threads.append(self._start())
            except BaseException as e:  # before a thread that has been started can take a flow
                self.error = self.error or e
                raise

    def _start(self) -> threading.Thread:
        context: Any = contextvars.copy_context()
        thread = threading.Thread(
            target=context.run, args=(self._work,), name="adapter-worker", daemon=True
        )
        thread.start()
        return thread

    def _work(self, flows: Iterable[Flow] = ()) -> None:
        try:
            self._add(flows, self.clock())
            while (taken := self._take()) is not None:
                self._go_on(*taken)
        except BaseException as e:
            with self.lock:
                self.error = self.error or e
                self.changed.notify_all()

    def _take(self) -> tuple[float, Flow] | None:
        """When the next flow goes on, and which it is; None at the end of all."""
        with self.lock:
            while self.running and not self.waiting and self.error is None:
                self.changed.wait()
            if not self.waiting or self.error is not None:
                return None
            self.running += 1
            due, _, flow = heapq.heappop(self.waiting)
            return due, flow

    def _go_on(self, due: float, flow: Flow) -> None:
        pauses: list[float] = []
        try:
            if (pause := due - self.clock()) > 0:
                self.sleep(pause)
            flows = run_flow(flow, lambda effect: self._perform(effect, pauses))
        except BaseException:
            flow.close()
            raise
        if flows is PAUSED:
            self._add([flow], self.clock() + pauses[0])
        else:
            self._add(flows or (), self.clock())
        with self.lock:
            self.running -= 1
            self.changed.notify_all()

    def _perform(self, effect: Any, pauses: list[float]) -> Any:
        if self.error is not None:
            raise _Stopped
        if not isinstance(effect, Sleep):
            return self.perform(effect)
        pauses.append(effect.seconds)
        return PAUSED


async def run_together_async(effect: RunTogether, perform: Callable[[Any], Awaitable[Any]]) -> None:
    """Run the flows to their ends. If the caller leaves, all of them end."""
    room = asyncio.Semaphore(effect.limit)

    async def perform_in_room(each: Any) -> Any:
        if not isinstance(each, Sleep):
            return await perform(each)
        room.release()
        try:
            return await perform(each)
        finally:
            await room.acquire()

    async def run(flow: Flow) -> None:
        async with room:
            flows = await run_flow_async(flow, perform_in_room)
        for each in flows or ():
            group.create_task(run(each))

    async with asyncio.TaskGroup() as group:
        for flow in effect.flows:
            group.create_task(run(flow))
