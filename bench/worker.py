"""The process of one client: reads a command as a line of JSON, executes it, writes a line.

``python -m bench.worker on_ccxt:plain_sync 0`` takes the function in ``bench/peers`` and the core
to run on (-1 is any). A line that it reads is ``{"task": "series", "target": {…}, "count": 100}``,
with one of `TASKS`. It writes what was measured, or ``unavailable`` or ``failed`` with the reason.
Every task connects a client, warms it up, measures, and closes it. Times are in µs. Each answer is
checked, after the clock has stopped.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import json
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bench.machine import versions
from bench.target import (
    FIRST_ORDER,
    Answer,
    Client,
    Target,
    UnavailableError,
    check,
    pin,
    trust,
)

Json = dict[str, Any]
Connect = Callable[[Target], Any]

LIMITER_PAUSE = 0.15
"""Seconds between warming up and measuring: ccxt's limiter lets the next request go at once."""


@asynccontextmanager
async def connected(connect: Connect, target: Target) -> AsyncIterator[Client]:
    """An async client as it is; a sync one behind coroutine functions, which take it 0.1 µs."""
    client = connect(target)
    if inspect.isawaitable(client):
        client = await client
    else:
        client = client._replace(cancel=_async(client.cancel), close=_async(client.close))
    try:
        yield client
    finally:
        await client.close()


def _async(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    async def call(*arguments: Any) -> Any:
        return function(*arguments)

    return call


class Stopwatch:
    def __init__(self, client: Client, count: int) -> None:
        self.client = client
        self.orders = [FIRST_ORDER + number for number in range(count)]
        self.times: list[float] = []
        gc.collect()
        self.cpu, self.start = time.process_time_ns(), time.perf_counter_ns()

    async def cancel(self, order: int) -> Answer:
        start = time.perf_counter_ns()
        answer: Answer = await self.client.cancel(order)
        self.times.append((time.perf_counter_ns() - start) / 1000)
        return answer

    def measured(self, answers: list[Answer]) -> Json:
        total, cpu = time.perf_counter_ns() - self.start, time.process_time_ns() - self.cpu
        for order, answer in zip(self.orders, answers, strict=True):
            check(answer, order)
        cpu_each = cpu / 1000 / len(self.orders)
        return {"p50": statistics.median(self.times), "total": total / 1000, "cpu": cpu_each}


async def series(
    connect: Connect, target: Target, *, count: int, idle: float = 0.0, warm: int = 3
) -> Json:
    """One cancel after the other, with so many idle seconds before each."""
    async with connected(connect, target) as client:
        for order in range(FIRST_ORDER, FIRST_ORDER + warm):
            check(await client.cancel(order), order)
        await asyncio.sleep(LIMITER_PAUSE * target.limiter)
        watch, answers = Stopwatch(client, count), []
        for order in watch.orders:
            if idle:
                await asyncio.sleep(idle)
            answers.append(await watch.cancel(order))
        return watch.measured(answers)


async def burst(
    connect: Connect, target: Target, *, count: int, warm: int = 0, prewarm: bool = False
) -> Json:
    """So many cancels at once, after one cancel and ``warm`` bursts that are not measured.

    ``prewarm`` has the client open its connections before, as only the adapter can.
    """
    async with connected(connect, target) as client:
        check(await client.cancel(FIRST_ORDER), FIRST_ORDER)
        if prewarm:
            await client.prewarm(count)
        for _ in range(warm):
            await _burst(client, count)
        await asyncio.sleep(LIMITER_PAUSE * target.limiter)
        return await _burst(client, count)


async def _burst(client: Client, count: int) -> Json:
    watch = Stopwatch(client, count)
    return watch.measured(await asyncio.gather(*map(watch.cancel, watch.orders)))


async def behind_queue(connect: Connect, target: Target, *, count: int) -> Json:
    """One cancel while so many market-data calls wait in the queue."""
    async with connected(connect, target) as client:
        await client.market_data()
        await asyncio.sleep(LIMITER_PAUSE * target.limiter)
        watch = Stopwatch(client, 1)
        waiting = [asyncio.ensure_future(client.market_data()) for _ in range(count)]
        await asyncio.sleep(0)  # so that they are in the queue
        measured = watch.measured([await watch.cancel(FIRST_ORDER)])
        await asyncio.gather(*waiting)
        return measured


async def accepted(connect: Connect, target: Target, *, order: int, of: str) -> Json:
    """Cancel an order at `adapter.simulator`, which checks key, signature, time and order id."""
    async with connected(connect, target) as client:
        check(await client.cancel(order), order)
    return {"accepted": True, "versions": versions(of)}


TASKS: dict[str, Callable[..., Awaitable[Json]]] = {
    task.__name__: task for task in (series, burst, behind_queue, accepted)
}


async def result(function: str, *, task: str, target: Json, **arguments: Any) -> Json:
    """What one task measured, or why it could not: one client does not end the run of others."""
    module, _, name = function.partition(":")
    try:
        connect = getattr(importlib.import_module(f"bench.peers.{module}"), name)
        return await TASKS[task](connect, Target(**target), **arguments)
    except UnavailableError as e:
        return {"unavailable": str(e)}
    except Exception as e:
        return {"failed": f"{type(e).__name__}: {e}"[:300]}


if __name__ == "__main__":
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints goes to the standard error
    function, core = sys.argv[1:]
    pin(int(core))
    trust(os.environ["SSL_CERT_FILE"])
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            measured = runner.run(result(function, **json.loads(line)))
            print(json.dumps(measured), file=output, flush=True)
