"""ccxt, async: ``await exchange.cancel_order``."""

from __future__ import annotations

from typing import Any

import ccxt.async_support

from bench.peers.ccxt_sync import config, connected, with_market
from bench.target import MARKET, SYMBOL, Answer, Client, Target


async def prepare(target: Target) -> Client:
    """A ``ccxt.async_support.binance`` with one market set by hand."""
    return client(exchange_at(target))


def exchange_at(target: Target) -> Any:
    """The exchange object."""
    return with_market(connected(ccxt.async_support.binance(config(target)), target))


def client(exchange: Any) -> Client:
    """What is measured of it."""

    async def cancel(order: int) -> Answer:
        answer: Answer = await exchange.cancel_order(str(order), SYMBOL)
        return answer

    async def market_data() -> None:
        await exchange.fapiPublicGetPremiumIndex({"symbol": MARKET})

    return Client(cancel, exchange.close, market_data=market_data)
