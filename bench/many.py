"""1,000 open orders of one symbol are cancelled, 20 ms away: ccxt's ways beside the adapter's.

``python -m bench.many`` runs each way once, against the simulator behind `bench.proxy`, with ccxt's
limiter on, and writes many.json beside this file.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import ccxt.async_support as ccxt

import adapter
from adapter.simulator import Simulator
from adapter.simulator.connect import redirected
from bench.machine import measured_with
from bench.processes import ROUND_TRIP, start
from bench.target import MARKET, SYMBOL

ORDERS = 1000
BATCH = 10
BOOKS = (10, 100_000)
"""How many orders are open while one is cancelled."""
FILE = Path(__file__).with_suffix(".json")

Way = Callable[[Any, Sequence[str]], Awaitable[object]]


async def _singly(exchange: Any, ids: Sequence[str]) -> None:
    await asyncio.gather(*(exchange.cancel_order(each, SYMBOL) for each in ids))


async def _by_tens(exchange: Any, ids: Sequence[str]) -> None:
    tens = [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)]
    await asyncio.gather(*(exchange.cancel_orders(ten, SYMBOL) for ten in tens))


async def together(exchange: Any, ids: Sequence[str]) -> None:
    await exchange.cancel_orders([*ids], SYMBOL)


WAYS: dict[str, tuple[Way, bool]] = {
    "ccxt, cancel_order": (_singly, False),
    "ccxt, cancel_orders by tens": (_by_tens, False),
    "adapter, cancel_order": (_singly, True),
    "adapter, cancel_orders": (together, True),
}
"""By name, with whether the adapter is attached."""


def measure(way: Way, *, attached: bool, orders: int = ORDERS, open_orders: int = 0) -> Any:
    """What one way took: seconds, requests, those refused, orders left.

    ``open_orders`` stay open beside them.
    """
    with Simulator() as sim, contextlib.ExitStack() as stack:
        for _ in range(open_orders):
            sim.place("usdm", MARKET)
        ids = [str(sim.place("usdm", MARKET).order_id) for _ in range(orders)]
        port = start(stack, "bench.proxy", sim.url.rpartition(":")[2], "-1", str(ROUND_TRIP))
        exchange = sim.connect(ccxt.binanceusdm())
        exchange.urls = redirected(exchange.urls, f"http://127.0.0.1:{port}")

        async def timed() -> float:
            await exchange.load_markets()
            if attached:
                adapter.attach(exchange)
            began = time.perf_counter()
            await way(exchange, ids)
            took = time.perf_counter() - began
            await exchange.close()
            return took

        seconds = asyncio.run(timed())
        statuses = [served.status for served in sim.requests if served.method == "DELETE"]
        return {
            "seconds": round(seconds, 2),
            "requests": len(statuses),
            "refused": sum(status in (418, 429) for status in statuses),
            "left": len(sim.book.open_orders("usdm")) - open_orders,
        }


if __name__ == "__main__":
    ways = {name: measure(way, attached=attached) for name, (way, attached) in WAYS.items()}
    books = {
        str(n): measure(_singly, attached=True, orders=1, open_orders=n)["seconds"] for n in BOOKS
    }
    found = {**measured_with("ccxt", "ccxt-adapter"), "orders": ORDERS, "ways": ways}
    FILE.write_text(json.dumps({**found, "one of many open": books}, indent=2) + "\n")
    print(FILE.read_text())
