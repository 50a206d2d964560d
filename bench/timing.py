"""What is done with a client and a clock: cancels one after the other, or many at once.

Every function prepares a client, warms it up, measures, and closes it. Times are in µs. Each
answer is checked, after the clock has stopped.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.target import FIRST_ORDER, Answer, Client, Target, UnavailableError, check

Measured = dict[str, Any]
Prepare = Callable[[Target], Any]

REST = 0.15
"""Seconds between warming up and measuring: ccxt's limiter lets the next request go at once."""


def series(
    prepare: Prepare, target: Target, *, count: int, silence: float = 0.0, warm: int = 3
) -> Measured:
    """One cancel after the other; ``silence`` in seconds before each."""
    client = prepare(target)
    try:
        for order in orders(client, warm):
            check(client.cancel(order), order)
        rested(target)
        return _series(client, count, silence)
    finally:
        client.close()


def _series(client: Client, count: int, silence: float) -> Measured:
    times: list[int] = []
    answers: list[Answer] = []
    wanted = list(orders(client, count))
    gc.collect()
    began, cpu = time.perf_counter_ns(), time.process_time_ns()
    for order in wanted:
        if silence:
            time.sleep(silence)
        start = time.perf_counter_ns()
        answer = client.cancel(order)
        times.append(time.perf_counter_ns() - start)
        answers.append(answer)
    return measured(began, cpu, times, wanted, answers)


async def async_series(
    prepare: Prepare, target: Target, *, count: int, silence: float = 0.0, warm: int = 3
) -> Measured:
    """As `series`."""
    client = await prepare(target)
    try:
        for order in orders(client, warm):
            check(await client.cancel(order), order)
        rested(target)
        return await _async_series(client, count, silence)
    finally:
        await client.close()


async def _async_series(client: Client, count: int, silence: float) -> Measured:
    times: list[int] = []
    answers: list[Answer] = []
    wanted = list(orders(client, count))
    gc.collect()
    began, cpu = time.perf_counter_ns(), time.process_time_ns()
    for order in wanted:
        if silence:
            await asyncio.sleep(silence)
        start = time.perf_counter_ns()
        answer = await client.cancel(order)
        times.append(time.perf_counter_ns() - start)
        answers.append(answer)
    return measured(began, cpu, times, wanted, answers)


async def burst(
    prepare: Prepare, target: Target, *, count: int, bursts: int = 0, prewarm: bool = False
) -> Measured:
    """So many cancels at once, after one cancel and so many ``bursts`` that are not measured.

    ``prewarm`` has the client open its connections before, as only the adapter can.
    """
    client = await prepare(target)
    try:
        for order in orders(client, 1):
            check(await client.cancel(order), order)
        if prewarm:
            await _able(client.prewarm, "prewarm")(count)
        for _ in range(bursts):
            await _burst(client, count)
        rested(target)
        gc.collect()
        return await _burst(client, count)
    finally:
        await client.close()


async def _burst(client: Client, count: int) -> Measured:
    times: list[int] = []
    wanted = list(orders(client, count))

    async def one(order: int) -> Answer:
        start = time.perf_counter_ns()
        answer: Answer = await client.cancel(order)
        times.append(time.perf_counter_ns() - start)
        return answer

    began, cpu = time.perf_counter_ns(), time.process_time_ns()
    answers = await asyncio.gather(*[one(order) for order in wanted])
    return measured(began, cpu, times, wanted, answers)


async def behind_queue(prepare: Prepare, target: Target, *, calls: int) -> Measured:
    """One cancel while so many market-data calls wait in the queue.

    ``later`` is by how much the last of them is later than without the cancel.
    """
    with_it = await _queue(prepare, target, calls, cancel=True)
    without = await _queue(prepare, target, calls, cancel=False)
    return {**with_it, "later": with_it["drained"] - without["drained"]}


async def _queue(prepare: Prepare, target: Target, calls: int, *, cancel: bool) -> Measured:
    client = await prepare(target)
    ends: list[int] = []

    async def call() -> None:
        await _able(client.market_data, "market data")()
        ends.append(time.perf_counter_ns())

    try:
        await call()
        rested(target)
        began = time.perf_counter_ns()
        waiting = [asyncio.create_task(call()) for _ in range(calls)]
        await asyncio.sleep(0)  # so that they are in the queue
        times = [await _one(client)] if cancel else []
        await asyncio.gather(*waiting)
        return {"times": times, "drained": (max(ends) - began) / 1000}
    finally:
        await client.close()


def _able(function: Callable[..., Any] | None, what: str) -> Callable[..., Any]:
    if function is None:
        raise UnavailableError(f"this client has no {what}")
    return function


async def _one(client: Client) -> float:
    start = time.perf_counter_ns()
    answer = await client.cancel(FIRST_ORDER)
    took = time.perf_counter_ns() - start
    check(answer, FIRST_ORDER)
    return took / 1000


def orders(client: Client, count: int) -> Iterator[int]:
    """Ids of orders; one again and again for a client that hides them from the server."""
    step = 0 if client.hides_id else 1
    return (FIRST_ORDER + number * step for number in range(count))


def rested(target: Target) -> None:
    """Wait until ccxt's limiter would let a request go, where it is on."""
    if target.limiter:
        time.sleep(REST)


def measured(
    began: int, cpu: int, times: list[int], wanted: list[int], answers: list[Answer]
) -> Measured:
    """Stop the clocks, then check the answers."""
    total, spent = time.perf_counter_ns() - began, time.process_time_ns() - cpu
    for order, answer in zip(wanted, answers, strict=True):
        check(answer, order)
    return {
        "times": [ns / 1000 for ns in times],
        "total": total / 1000,
        "cpu": spent / 1000 / len(times),
    }
