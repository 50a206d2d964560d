"""A flood: 10,000 cancels offered within a minute to a host that takes 2,400 of them in one.

``python -m bench.flood`` runs it in virtual time: the adapter and ccxt's throttle are the real
ones, the host, the network and the clocks are not. Market data is asked for all the time, through
ccxt's own queue. It is run under both of ccxt's algorithms; with callers whose deadline lasts, and
with such as have the default and come again when `adapter.RateLimited` tells them. Writes
flood.json beside this file. Exit 1 where the host refused a request, the last cancel came later
than it had to, or market data did not get through.
"""

from __future__ import annotations

import asyncio
import email.utils
import itertools
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import ccxt.async_support

import adapter
from adapter.contract.messages import Response, SignedRequest
from adapter.core.rate_limit import MINUTE_SLACK_MS, RESERVE_SHARE
from adapter.core.wait_queue import SPACING_MS
from adapter.venues.binance.usdm import ENDPOINT
from bench import virtual_time
from bench.machine import measured_with

LIMIT = ENDPOINT.weight_limit or 0
MINUTE = 60
START = 1_700_000_040
"""Seconds since 1970, by the host's clock; a minute of it begins."""
PHASE = 20.0
"""Seconds of that minute that are over when the first cancel is offered."""
CLOCK_AHEAD = 0.37
"""Seconds by which the host's clock is ahead of ours."""
LATENCY = (0.02, 0.08)
"""Seconds to the host, and as many back."""
CANCELS, DURATION = 10_000, 60.0
"""They are offered within so many seconds."""
MARKET_DATA_CALLERS = 4
LONG_DEADLINE = 600.0
"""Seconds; it ends nothing here."""
KINDS = tuple(itertools.product(("leakyBucket", "rollingWindow"), (LONG_DEADLINE, None)))
"""Algorithms and deadlines."""
FILE = Path(__file__).with_suffix(".json")


@attrs.define
class Host:
    """Refuses what is beyond its limit, and counts how often; by minutes since 1970."""

    rng: random.Random = attrs.field(factory=lambda: random.Random(1))  # noqa: S311  # no secret
    cancels: Counter[int] = attrs.field(factory=Counter)
    """Those that were offered to it; their weight is 1."""
    others: Counter[int] = attrs.field(factory=Counter)
    """The same of all other requests."""
    refused: int = 0
    order_ids: list[int] = attrs.field(factory=list)

    async def send(
        self, exchange: Any, signed: SignedRequest, *_: object, **__: object
    ) -> Response:
        await self._latency()
        reply = self.cancel(exchange, signed)
        await self._latency()
        return reply

    async def market_data(self) -> None:
        await self._latency()
        self._count(self.others)
        await self._latency()

    def cancel(self, exchange: Any, signed: SignedRequest) -> Response:
        order_id = int(re.findall(r"orderId=(\d+)", signed.url)[0])
        self.order_ids.append(order_id)
        status, headers = self._count(self.cancels)
        order = {"orderId": order_id, "symbol": "BTCUSDT"}
        data = {**order, "status": "CANCELED", "executedQty": "0"} if status == 200 else None
        return Response(
            status=status, body="", data=data, headers=headers, time=exchange.milliseconds()
        )

    async def _latency(self) -> None:
        await asyncio.sleep(self.rng.uniform(*LATENCY))

    def _count(self, kind: Counter[int]) -> tuple[int, dict[str, str]]:
        now = time.time() + CLOCK_AHEAD
        minute = int(now // MINUTE)
        kind[minute] += 1
        used = self.cancels[minute] + self.others[minute]
        self.refused += used > LIMIT
        date = email.utils.formatdate(now, usegmt=True)
        return 200 if used <= LIMIT else 429, {"date": date, "x-mbx-used-weight-1m": str(used)}


@attrs.define
class Flood:
    algorithm: str
    cancels: int
    deadline: float | None
    """Seconds; None for the default."""
    host: Host = attrs.field(factory=Host)
    limited: int = 0
    """How often `adapter.RateLimited` was raised."""
    finish: float = 0.0
    """Seconds after the first was offered."""
    rate_limit: float = 0.0
    """ms; ccxt's."""

    async def run(self) -> Flood:
        keys = {"apiKey": "k" * 64, "secret": "s" * 64}
        plain = ccxt.async_support.binance({**keys, "rateLimiterAlgorithm": self.algorithm})
        exchange = adapter.attach(plain)
        io = vars(exchange)["_adapter"].io
        io.clock, io.send = asyncio.get_running_loop().time, self.host.send
        callers = [asyncio.create_task(self._poll(exchange)) for _ in range(MARKET_DATA_CALLERS)]
        await asyncio.gather(*[self._cancel(exchange, number) for number in range(self.cancels)])
        self.finish, self.rate_limit = asyncio.get_running_loop().time(), exchange.rateLimit
        for caller in callers:
            caller.cancel()
        await exchange.close()
        return self

    async def _cancel(self, exchange: Any, number: int) -> None:
        await asyncio.sleep(number * DURATION / self.cancels)
        params = {} if self.deadline is None else {"deadline": self.deadline}
        while True:
            try:
                await exchange.cancel_order(str(number + 1), "BTC/USDT:USDT", params)
            except adapter.RateLimited as e:
                if e.retry_after is None:
                    raise
                self.limited += 1
                await asyncio.sleep(e.retry_after)
            else:
                return

    async def _poll(self, exchange: Any) -> None:
        while True:
            await exchange.throttle(1)
            await self.host.market_data()

    def minutes(self) -> list[dict[str, int]]:
        return [
            {"cancels": self.host.cancels[minute], "market data": self.host.others[minute]}
            for minute in range(START // MINUTE, max(self.host.cancels) + 1)
        ]


def simulate(algorithm: str, cancels: int, deadline: float | None) -> Flood:
    flood = Flood(algorithm, cancels, deadline)
    return virtual_time.run(flood.run(), START + PHASE - CLOCK_AHEAD)


def earliest(cancels: int) -> float:
    """When the last one could go, were each of the host's minutes used from its first ms on."""
    sent = 0
    for begin in itertools.count(-PHASE, MINUTE):
        offered = int((begin + MINUTE) * cancels / DURATION) + 1
        sent += min(int(LIMIT * (1 - RESERVE_SHARE)), min(cancels, offered) - sent)
        if sent == cancels:
            break
    return max(begin, DURATION * (cancels - 1) / cancels)


def tolerance(last: int) -> float:
    """Seconds by which the last answer may come later, with ``last`` cancels in its minute.

    Nobody but the host knows to the ms when its minute begins; those that have waited go one after
    the other; and there is a way there and back.
    """
    return (MINUTE_SLACK_MS + last * SPACING_MS) / 1000 + 3 * LATENCY[1]


def least_market_data(rate_limit: float) -> int:
    """For how many market-data calls each minute has room: ccxt lets one go in so many ms.

    They have what is kept free of the limit, less what the edge of a minute and the way take.
    """
    return int(LIMIT * RESERVE_SHARE - (MINUTE_SLACK_MS + 3000 * LATENCY[1]) / rate_limit)


def result(flood: Flood) -> dict[str, Any]:
    """What came of a flood. All times are in s since the first cancel was offered."""
    minutes, begin = flood.minutes(), earliest(flood.cancels)
    return {
        "algorithm": flood.algorithm,
        "deadline": flood.deadline,
        "refused": flood.host.refused,
        "finish": round(flood.finish, 2),
        "earliest": round(begin, 2),
        "latest": round(begin + tolerance(minutes[-1]["cancels"]), 2),
        "limited": flood.limited,
        "market data at least": least_market_data(flood.rate_limit),
        "minutes": minutes,
    }


def violations(result: dict[str, Any]) -> Iterator[str]:
    if result["refused"]:
        yield f"the host refused {result['refused']} requests"
    if not result["earliest"] <= result["finish"] <= result["latest"]:
        yield f"the last answer came after {result['finish']} s, not by {result['latest']} s"
    market = min(minute["market data"] for minute in result["minutes"][:-1])
    if market < result["market data at least"]:
        yield f"in a minute, {market} market-data calls got through"


def main() -> int:
    results = [result(simulate(algorithm, CANCELS, deadline)) for algorithm, deadline in KINDS]
    found = {**measured_with("ccxt", "ccxt-adapter"), "limit": LIMIT, "cancels": CANCELS}
    text = json.dumps({**found, "floods": results}, indent=2) + "\n"
    FILE.write_text(text)
    wrong = [f"{found['algorithm']}: {text}" for found in results for text in violations(found)]
    print(text, *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
