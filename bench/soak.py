"""A soak: thousands of cancels over sockets under faults, none lost, none false, nothing grows.

``python -m bench.soak`` cancels 20,000 orders, 32 at a time, on all five products by either id.
Each of `FAULTS_OF_CANCELS` hits 5 % of the requests, each of `LIMITS` 0.1 %, because a limit
holds back everything for a second. Memory and descriptors after the warm-up, a tenth of the
cancels, are set against those at the end. Exit 1 where anything is lost or false, or grows.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import ccxt
import ccxt.async_support

import adapter
from adapter.cli.samples import SAMPLES, Sample
from adapter.simulator import Order, Simulator
from bench.said import FALSE, Call, Clock, canceled_by_others

FAULTS_OF_CANCELS = (
    *("drop_before", "drop_after", "reset_before", "reset_after", "cut_body", "cut_json"),
    *("delay_before", "delay_after", "stall", "http_502_page_executed", "http_503_unknown"),
    *("code_1007_executed", "throttled_1008", "not_found_lag", "accepted_only"),
    *("fill_before", "fill_part_before", "expire_before", "cancel_before"),
)
LIMITS = ("limited_429",)
SHARE, LIMIT_SHARE = 0.05, 0.001
AT_ONCE = 32
TIMEOUT, LATE = 300, 0.5
"""The exchange object waits for so many ms; a delayed answer takes so many seconds."""
DEADLINE = 10.0
HUNG = 60.0
"""Seconds after which a call that has not ended counts as lost."""
MORE_MEMORY = 16.0
"""MiB by which the process may grow after the warm-up: what malloc does not give back."""
MORE_FILES = 4
"""Descriptors by which it may: connections whose end the pool has not seen yet."""


@attrs.frozen
class Size:
    """What the process holds: MiB of memory, open descriptors, tasks of the loop."""

    memory: float
    files: int
    tasks: int


@attrs.define
class Soak:
    """What came of it so far."""

    rng: random.Random
    said: Counter[str] = attrs.field(factory=Counter)
    verdicts: Counter[str] = attrs.field(factory=Counter)
    wrong: list[str] = attrs.field(factory=list)
    """What was false or lost, in words."""
    sizes: list[Size] = attrs.field(factory=list)

    async def round(self, exchange: Any, cancels: int) -> None:
        """Cancel so many orders at a simulator of their own, and judge every call."""
        clock = Clock()
        with Simulator(clock=clock) as sim:
            sim.connect(exchange)
            sim.faults.delay = LATE
            with clock.put_back():
                samples = [SAMPLES[number % len(SAMPLES)] for number in range(cancels)]
                orders = [(s, s.place(sim, f"soak-{n}")) for n, s in enumerate(samples)]
            calls = await self._cancelled(sim, exchange, orders)
            sim.faults.finish()
            others = canceled_by_others(sim)
            for call in calls:
                self._judge(call, others)
        await asyncio.sleep(0.1)  # for the pool to see that the server is gone

    async def _cancelled(
        self, sim: Simulator, exchange: Any, orders: list[tuple[Sample, Order]]
    ) -> list[Call]:
        left, calls = iter(orders), []

        async def work() -> None:
            for sample, order in left:
                calls.append(await self._call(sim, exchange, sample, order))

        await asyncio.gather(*[work() for _ in range(AT_ONCE)])
        return calls

    async def _call(self, sim: Simulator, exchange: Any, sample: Sample, order: Order) -> Call:
        self._plan(sim)
        by_id = self.rng.random() < 0.5
        params = {**sample.params, "deadline": DEADLINE}
        name = {} if by_id else {"clientOrderId": order.client_order_id}
        number_or_none = str(order.order_id) if by_id else None
        call = Call(order)
        try:
            asked = exchange.cancel_order(number_or_none, sample.symbol, {**params, **name})
            call.answer = await asyncio.wait_for(asked, HUNG)
        except Exception as e:
            call.error = e
        call.present = sim.book.now(order)
        return call

    def _plan(self, sim: Simulator) -> None:
        """What hits the coming requests, whosever they are."""
        for names, share in ((FAULTS_OF_CANCELS, SHARE), (LIMITS, LIMIT_SHARE)):
            for name in names:
                if self.rng.random() < share:
                    sim.faults.play(name)

    def _judge(self, call: Call, others: frozenset[int]) -> None:
        error = call.error
        self.said[type(error).__name__ if error else call.answer["outcome"]] += 1
        lost = error is not None and not isinstance(error, ccxt.BaseError)
        verdict = "lost" if lost else call.verdict(others)
        self.verdicts[verdict] += 1
        if verdict in ("lost", FALSE):
            self.wrong.append(f"{verdict}: {call}")

    def measure(self) -> None:
        """Note how large the process is."""
        gc.collect()
        self.sizes.append(Size(_memory(), _files(), len(asyncio.all_tasks())))

    def grown(self, warm: Size) -> list[str]:
        """What is larger at the end than after the warm-up, by more than is tolerated."""
        end = self.sizes[-1]
        found = [
            (end.memory - warm.memory > MORE_MEMORY, f"memory: {warm.memory} → {end.memory} MiB"),
            (end.files - warm.files > MORE_FILES, f"descriptors: {warm.files} → {end.files}"),
            (end.tasks > warm.tasks, f"tasks: {warm.tasks} → {end.tasks}"),
        ]
        return [words for grows, words in found if grows]


def _memory() -> float:
    """Resident memory in MiB; 0 where there is no ``/proc``."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0.0
    pages = int(statm.read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def _files() -> int:
    """Open descriptors; 0 where the system does not list them."""
    place = Path("/dev/fd")
    return len(list(place.iterdir())) if place.exists() else 0


async def soaked(cancels: int, seed: int) -> Soak:
    """Cancel so many orders in ten rounds, with one exchange object."""
    soak = Soak(random.Random(seed))  # noqa: S311  # no secret
    exchange = adapter.attach(ccxt.async_support.binance({"timeout": TIMEOUT}))
    try:
        for _ in range(10):
            await soak.round(exchange, cancels // 10)
            soak.measure()
    finally:
        await exchange.close()
    return soak


def main() -> int:
    """Soak, print what came of it, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--cancels", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    began = time.monotonic()
    soak = asyncio.run(soaked(args.cancels, args.seed))
    wrong = [*soak.wrong, *soak.grown(soak.sizes[0])]
    print(f"{args.cancels} cancels in {time.monotonic() - began:.0f} s, seed {args.seed}")
    print("said:", dict(soak.said.most_common()))
    print("of the book:", dict(soak.verdicts.most_common()))
    print("after the warm-up:", soak.sizes[0], "at the end:", soak.sizes[-1])
    print("\n".join(wrong) or "none lost, none false, nothing has grown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
