"""A soak: thousands of cancels over sockets under faults, none lost, none false, nothing grows.

``python -m bench.soak`` cancels 20,000 orders, 32 at a time, on every product by either id.
Each of `FAULTS_OF_CANCELS` hits 5 % of the requests, each of `LIMITS` 0.1 %, because a limit
holds back everything for a second. Memory and descriptors after the warm-up, a tenth of the
cancels, are set against those at the end. Exit 1 where anything is lost or false, or grows.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
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
from adapter.cli.demo.samples import SAMPLES, Sample
from adapter.simulator import Order, Simulator
from bench.verdicts import AGE, FALSE, Call, canceled_by_others

FAULTS_OF_CANCELS = (
    *("drop_before", "drop_after", "reset_before", "reset_after", "cut_body", "cut_json"),
    *("delay_before", "delay_after", "stall", "http_502_page_executed", "http_503_unknown"),
    *("code_1007_executed", "throttled_1008", "not_found_lag", "accepted_only"),
    *("fill_before", "fill_part_before", "expire_before", "cancel_before"),
)
LIMITS = ("limited_429",)
CHANCES = {**dict.fromkeys(FAULTS_OF_CANCELS, 0.05), **dict.fromkeys(LIMITS, 0.001)}
AT_ONCE, ROUNDS = 32, 10
TIMEOUT, DELAY = 300, 0.5
"""The exchange object waits for so many ms; a delayed answer takes so many seconds."""
DEADLINE = 10.0
HANG_TIMEOUT = 60.0
"""Seconds after which a call that has not ended counts as lost."""
GROWTH = {"MiB of memory": 16, "descriptors": 4, "tasks": 0}
"""By how much the process may grow after the warm-up: what malloc does not give back, and
connections whose end the pool has not seen yet."""


def size() -> dict[str, float]:
    """Of this process now; 0 for what the system does not tell."""
    gc.collect()
    statm, files = Path("/proc/self/statm"), Path("/dev/fd")
    pages = int(statm.read_text().split()[1]) if statm.exists() else 0
    memory = round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)
    count = len(list(files.iterdir())) if files.exists() else 0
    return dict(zip(GROWTH, (memory, count, len(asyncio.all_tasks())), strict=True))


def growth(begin: dict[str, float], end: dict[str, float]) -> list[str]:
    """What is larger at the end, by more than is tolerated."""
    return [
        f"{name}: {begin[name]} → {end[name]}"
        for name, most in GROWTH.items()
        if end[name] - begin[name] > most
    ]


@attrs.define
class Soak:
    """The results so far."""

    rng: random.Random
    outcomes: Counter[str] = attrs.field(factory=Counter)
    verdicts: Counter[str] = attrs.field(factory=Counter)
    wrong: list[str] = attrs.field(factory=list)

    async def round(self, exchange: Any, cancels: int) -> None:
        """Cancel so many orders at a simulator of their own, and judge every call."""
        with Simulator() as sim:
            sim.connect(exchange)
            sim.faults.delay = DELAY
            samples = [SAMPLES[number % len(SAMPLES)] for number in range(cancels)]
            left = iter([(s, s.place(sim, f"soak-{n}", age=AGE)) for n, s in enumerate(samples)])
            calls: list[Call] = []

            async def work() -> None:
                for sample, order in left:
                    calls.append(await self._cancel(sim, exchange, sample, order))

            await asyncio.gather(*[work() for _ in range(AT_ONCE)])
            sim.faults.finish()
            others = canceled_by_others(sim)
            for call in calls:
                self._judge(call, others)
        await asyncio.sleep(0.1)  # for the pool to see that the server is gone
        # libcurl looks at its idle connections when a request finds one that has ended
        with contextlib.suppress(ccxt.NetworkError):
            await exchange.cancel_order("1", "BTC/USDT:USDT", {"deadline": 0.2})

    async def _cancel(self, sim: Simulator, exchange: Any, sample: Sample, order: Order) -> Call:
        for fault, chance in CHANCES.items():  # they hit the coming requests, whosever they are
            if self.rng.random() < chance:
                sim.faults.play(fault)
        order_id, params = None, {**sample.params, "deadline": DEADLINE}
        if self.rng.random() < 0.5:
            order_id = str(order.order_id)
        else:
            params["clientOrderId"] = order.client_order_id
        call = Call(order)
        try:
            cancel = exchange.cancel_order(order_id, sample.symbol, params)
            call.answer = await asyncio.wait_for(cancel, HANG_TIMEOUT)
        except Exception as e:
            call.error = e
        call.after = sim.book.now(order)
        return call

    def _judge(self, call: Call, others: frozenset[int]) -> None:
        error = call.error
        self.outcomes[type(error).__name__ if error else call.answer["outcome"]] += 1
        lost = error is not None and not isinstance(error, ccxt.BaseError)
        verdict = "lost" if lost else call.verdict(others)
        self.verdicts[verdict] += 1
        if verdict in ("lost", FALSE):
            self.wrong.append(f"{verdict}: {call}")


async def soak(cancels: int, seed: int) -> tuple[Soak, list[dict[str, float]]]:
    """Cancel so many orders with one exchange; the results, and the size after each round."""
    result, sizes = Soak(random.Random(seed)), []  # noqa: S311  # no secret
    exchange = adapter.attach(ccxt.async_support.binance({"timeout": TIMEOUT}))
    try:
        for _ in range(ROUNDS):
            await result.round(exchange, cancels // ROUNDS)
            sizes.append(size())
    finally:
        await exchange.close()
    return result, sizes


def main() -> int:
    """Soak, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--cancels", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    start = time.monotonic()
    result, sizes = asyncio.run(soak(args.cancels, args.seed))
    wrong = [*result.wrong, *growth(sizes[0], sizes[-1])]
    print(f"{args.cancels} cancels in {time.monotonic() - start:.0f} s, seed {args.seed}")
    print("outcomes:", dict(result.outcomes.most_common()))
    print("verdicts:", dict(result.verdicts.most_common()))
    print("after the warm-up:", sizes[0], "at the end:", sizes[-1])
    print("\n".join(wrong) or "none lost, none false, nothing has grown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
