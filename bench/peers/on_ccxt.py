"""ccxt's ``cancel_order``, plain and with the adapter attached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import ccxt
import ccxt.async_support

import adapter
from bench.server import contract
from bench.target import MARKET, SYMBOL, Client, Target, attach, connect


def _connected(exchange_class: Any, target: Target, transport: str | None) -> Any:
    """An exchange at the target, with one market as if loaded, and perhaps the adapter."""
    exchange = connect(exchange_class, target)
    exchange.set_markets([exchange.parse_market(contract(MARKET, "BTC", "USDT", "USDT"))])
    return exchange if transport is None else attach(exchange, transport)


def _sync(transport: str | None) -> Callable[[Target], Client]:
    def connected(target: Target) -> Client:
        exchange = _connected(ccxt.binance, target, transport)
        return Client(
            lambda order: exchange.cancel_order(str(order), SYMBOL), exchange.session.close
        )

    return connected


def _async(transport: str | None) -> Callable[[Target], Awaitable[Client]]:
    async def connected(target: Target) -> Client:
        exchange = _connected(ccxt.async_support.binance, target, transport)
        return Client(
            lambda order: exchange.cancel_order(str(order), SYMBOL),
            exchange.close,
            market_data=lambda: exchange.fapiPublicGetPremiumIndex({"symbol": MARKET}),
            prewarm=lambda count: adapter.prewarm(exchange, count),
        )

    return connected


plain_sync, plain_async = _sync(None), _async(None)
fast_sync, fast_async = _sync("auto"), _async("auto")
"""The adapter with its extra ``fast``."""
session_sync, session_async = _sync("session"), _async("session")
"""The adapter over the exchange's own session."""
