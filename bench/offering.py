"""Those who offer cancels to one host, and those who want market data of it meanwhile."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import attrs
import ccxt.async_support

import adapter
from adapter.binance.usdm import PRODUCT
from bench.skipping import played
from bench.weighing import AHEAD, MINUTE, Host

LIMIT = PRODUCT.weight_limit or 0
STARTS = 1_700_000_040
"""Seconds since 1970, by the host's clock; a minute of it begins."""
PHASE = 20.0
"""Seconds of that minute that are over when the first cancel is offered."""
WITHIN = 60.0
"""Seconds in which all are offered."""
ASKERS = 4
"""Who want market data, each as soon as it has the last one."""


@attrs.frozen
class Told:
    """What a caller was told, and when, in s since the start."""

    now: float
    retry_after: float


@attrs.define
class Flood:
    """One exchange object, those who cancel with it, and those who want market data."""

    algorithm: str
    cancels: int
    deadline: float | None
    """Seconds; None for the default."""
    host: Host = attrs.field(factory=lambda: Host(LIMIT, random.Random(1)))  # noqa: S311  # no secret
    told: list[Told] = attrs.field(factory=list)
    held: int = 0
    """How often a cancel was held back."""
    finish: float = 0.0
    """Seconds after the first was offered."""
    rate_limit: float = 0.0
    """ms; ccxt's."""

    async def play(self) -> Flood:
        """Until the last order is canceled."""
        exchange = self._exchange()
        askers = [asyncio.create_task(self._ask(exchange)) for _ in range(ASKERS)]
        await asyncio.gather(*[self._cancel(exchange, number) for number in range(self.cancels)])
        self.finish = asyncio.get_running_loop().time()
        self.rate_limit = exchange.rateLimit
        for asker in askers:
            asker.cancel()
        await exchange.close()
        return self

    def _exchange(self) -> Any:
        keys = {"apiKey": "k" * 64, "secret": "s" * 64}
        made = ccxt.async_support.binance({**keys, "rateLimiterAlgorithm": self.algorithm})
        exchange = adapter.attach(made, on_event=self._heard)
        state = vars(exchange)["_adapter"]
        state.clock, state.send = asyncio.get_running_loop().time, self.host.send
        return exchange

    def _heard(self, event: adapter.Event) -> None:
        self.held += event.what == "held"

    async def _cancel(self, exchange: Any, number: int) -> None:
        await asyncio.sleep(number * WITHIN / self.cancels)
        params = {} if self.deadline is None else {"deadline": self.deadline}
        while True:
            try:
                await exchange.cancel_order(str(number + 1), "BTC/USDT:USDT", params)
            except adapter.RateLimited as e:
                if e.retry_after is None:
                    raise
                self.told.append(Told(asyncio.get_running_loop().time(), e.retry_after))
                await asyncio.sleep(e.retry_after)
            else:
                return

    async def _ask(self, exchange: Any) -> None:
        while True:
            await exchange.throttle(1)
            await self.host.ask()

    def minutes(self) -> list[dict[str, int]]:
        """What the host counted in each of its minutes."""
        first, last = STARTS // MINUTE, max(self.host.cancels)
        return [
            {"cancels": self.host.cancels[minute], "market data": self.host.others[minute]}
            for minute in range(first, last + 1)
        ]


def flooded(algorithm: str, cancels: int, deadline: float | None) -> Flood:
    """Play a flood to its end."""
    return played(Flood(algorithm, cancels, deadline).play(), STARTS + PHASE - AHEAD)
