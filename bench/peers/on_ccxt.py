"""ccxt's ``cancel_order``, plain and with the adapter attached."""

from __future__ import annotations

from typing import Any

import ccxt
import ccxt.async_support

import adapter
from bench.responses import contract
from bench.target import MARKET, SYMBOL, Client, Target, attach, connect


def _exchange(exchange_class: Any, target: Target) -> Any:
    """An exchange at the target, with one market as if loaded."""
    exchange = connect(exchange_class, target)
    exchange.set_markets([exchange.parse_market(contract(MARKET, "BTC", "USDT", "USDT"))])
    return exchange


def _sync(exchange: Any) -> Client:
    return Client(lambda order: exchange.cancel_order(str(order), SYMBOL), exchange.session.close)


def _async(exchange: Any) -> Client:
    return Client(
        lambda order: exchange.cancel_order(str(order), SYMBOL),
        exchange.close,
        market_data=lambda: exchange.fapiPublicGetPremiumIndex({"symbol": MARKET}),
        prewarm=lambda count: adapter.prewarm(exchange, count),
    )


def plain_sync(target: Target) -> Client:
    """``ccxt.binance``."""
    return _sync(_exchange(ccxt.binance, target))


def fast_sync(target: Target) -> Client:
    """The adapter with its extra ``fast``."""
    return _sync(attach(_exchange(ccxt.binance, target), "auto"))


def session_sync(target: Target) -> Client:
    """The adapter over the exchange's own session."""
    return _sync(attach(_exchange(ccxt.binance, target), "session"))


async def plain_async(target: Target) -> Client:
    """``ccxt.async_support.binance``."""
    return _async(_exchange(ccxt.async_support.binance, target))


async def fast_async(target: Target) -> Client:
    """The adapter with its extra ``fast``."""
    return _async(attach(_exchange(ccxt.async_support.binance, target), "auto"))


async def session_async(target: Target) -> Client:
    """The adapter over the exchange's own session."""
    return _async(attach(_exchange(ccxt.async_support.binance, target), "session"))
