"""The adapter on an async exchange of ccxt."""

from __future__ import annotations

import adapter
from bench.peers.ccxt_async import client, exchange_at
from bench.target import Client, Target, UnavailableError


async def prepare(target: Target) -> Client:
    """ccxt's client, and one line more."""
    exchange = adapter.attach(exchange_at(target))

    async def prewarm(count: int) -> None:
        if not hasattr(adapter, "prewarm"):
            raise UnavailableError("this adapter has no prewarm")
        await adapter.prewarm(exchange, count)

    return client(exchange)._replace(prewarm=prewarm)
