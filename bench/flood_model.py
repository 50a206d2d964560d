"""Callers that offer cancels to one host within a minute, in virtual time.

The host counts the weight of requests by the minutes of its own clock, without sockets. Others
make market-data calls meanwhile, each as soon as it has the answer to the last one.
"""

from __future__ import annotations

import asyncio
import email.utils
import random
import re
import time
from collections import Counter
from typing import Any

import attrs
import ccxt.async_support

import adapter
from adapter.contract.messages import Response, SignedRequest
from adapter.venues.binance.usdm import ENDPOINT
from bench import virtual_time

LIMIT = ENDPOINT.weight_limit or 0
MINUTE = 60
START = 1_700_000_040
"""Seconds since 1970, by the host's clock; a minute of it begins."""
PHASE = 20.0
"""Seconds of that minute that are over when the first cancel is offered."""
CLOCK_AHEAD = 0.37
"""Seconds by which the host's clock is ahead of ours."""
LATENCY = (0.02, 0.08)
"""Seconds of the trip to the host, and of the trip back."""
DURATION = 60.0
"""Seconds in which all cancels are offered."""
MARKET_DATA_CALLERS = 4


@attrs.define
class Host:
    """Refuses what is beyond its limit, and counts how often; by minutes since 1970."""

    limit: int = LIMIT
    rng: random.Random = attrs.field(factory=lambda: random.Random(1))  # noqa: S311  # no secret
    cancels: Counter[int] = attrs.field(factory=Counter)
    """Those that were offered to it; their weight is 1."""
    others: Counter[int] = attrs.field(factory=Counter)
    """The same of all other requests."""
    refused: int = 0
    order_ids: list[int] = attrs.field(factory=list)
    """In the order of the cancels."""

    async def send(
        self, exchange: Any, signed: SignedRequest, *_: object, **__: object
    ) -> Response:
        """A cancel and its answer, instead of the adapter's transport."""
        await self._latency()
        reply = self.cancel(exchange, signed)
        await self._latency()
        return reply

    async def market_data(self) -> None:
        """A request of weight 1."""
        await self._latency()
        self._count(self.others)
        await self._latency()

    def cancel(self, exchange: Any, signed: SignedRequest) -> Response:
        """The answer to a cancel that has arrived."""
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
        self.refused += used > self.limit
        date = email.utils.formatdate(now, usegmt=True)
        return 200 if used <= self.limit else 429, {"date": date, "x-mbx-used-weight-1m": str(used)}


@attrs.define
class Flood:
    """One exchange object, and all who use it."""

    algorithm: str
    cancels: int
    deadline: float | None
    """Seconds; None for the default."""
    host: Host = attrs.field(factory=Host)
    limited: list[tuple[float, float]] = attrs.field(factory=list)
    """When `adapter.RateLimited` was raised, in s since the start, and its ``retry_after``."""
    held: int = 0
    """How often a cancel was delayed."""
    finish: float = 0.0
    """Seconds after the first was offered."""
    rate_limit: float = 0.0
    """ms; ccxt's."""

    async def run(self) -> Flood:
        """Until the last order is canceled."""
        exchange = self._exchange()
        callers = [asyncio.create_task(self._poll(exchange)) for _ in range(MARKET_DATA_CALLERS)]
        await asyncio.gather(*[self._cancel(exchange, number) for number in range(self.cancels)])
        self.finish = asyncio.get_running_loop().time()
        self.rate_limit = exchange.rateLimit
        for caller in callers:
            caller.cancel()
        await exchange.close()
        return self

    def _exchange(self) -> Any:
        keys = {"apiKey": "k" * 64, "secret": "s" * 64}
        plain = ccxt.async_support.binance({**keys, "rateLimiterAlgorithm": self.algorithm})
        exchange = adapter.attach(plain, on_event=self._count)
        state = vars(exchange)["_adapter"]
        state.io.clock, state.io.send = asyncio.get_running_loop().time, self.host.send
        return exchange

    def _count(self, event: adapter.Event) -> None:
        self.held += event.what == "blocked"

    async def _cancel(self, exchange: Any, number: int) -> None:
        await asyncio.sleep(number * DURATION / self.cancels)
        params = {} if self.deadline is None else {"deadline": self.deadline}
        while True:
            try:
                await exchange.cancel_order(str(number + 1), "BTC/USDT:USDT", params)
            except adapter.RateLimited as e:
                if e.retry_after is None:
                    raise
                self.limited.append((asyncio.get_running_loop().time(), e.retry_after))
                await asyncio.sleep(e.retry_after)
            else:
                return

    async def _poll(self, exchange: Any) -> None:
        while True:
            await exchange.throttle(1)
            await self.host.market_data()

    def minutes(self) -> list[dict[str, int]]:
        """What the host counted in each of its minutes."""
        return [
            {"cancels": self.host.cancels[minute], "market data": self.host.others[minute]}
            for minute in range(START // MINUTE, max(self.host.cancels) + 1)
        ]


def simulate(algorithm: str, cancels: int, deadline: float | None) -> Flood:
    """A flood, at its end."""
    flood = Flood(algorithm, cancels, deadline)
    return virtual_time.run(flood.run(), START + PHASE - CLOCK_AHEAD)
