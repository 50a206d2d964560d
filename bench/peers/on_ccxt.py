"""ccxt's ``cancel_order``, plain and with the adapter attached."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

import ccxt
import ccxt.async_support

import adapter
from bench.responses import contract
from bench.target import MARKET, SYMBOL, Client, Target, UnavailableError, connect


def _exchange(exchange_class: Any, target: Target) -> Any:
    """An exchange at the target, with one market as if loaded."""
    exchange = connect(exchange_class, target)
    exchange.set_markets([exchange.parse_market(contract(MARKET, "BTC", "USDT", "USDT"))])
    return exchange


def _sync(exchange: Any) -> Client:
    return Client(lambda order: exchange.cancel_order(str(order), SYMBOL), exchange.session.close)


def plain_sync(target: Target) -> Client:
    """``ccxt.binance``."""
    return _sync(_exchange(ccxt.binance, target))


def adapter_requests(target: Target) -> Client:
    """The adapter without its extra ``fast``, even where that is installed."""
    sys.modules["pycurl"] = None  # type: ignore[assignment]  # hides the module
    return _sync(adapter.attach(_exchange(ccxt.binance, target)))


def adapter_fast(target: Target) -> Client:
    """The adapter with its extra ``fast``."""
    if not importlib.util.find_spec("pycurl"):
        raise UnavailableError("pycurl is missing: pip install -e '.[bench]'")
    return _sync(adapter.attach(_exchange(ccxt.binance, target)))


def _async(exchange: Any) -> Client:
    return Client(
        lambda order: exchange.cancel_order(str(order), SYMBOL),
        exchange.close,
        market_data=lambda: exchange.fapiPublicGetPremiumIndex({"symbol": MARKET}),
        prewarm=lambda count: adapter.prewarm(exchange, count),
    )


async def plain_async(target: Target) -> Client:
    """``ccxt.async_support.binance``."""
    return _async(_exchange(ccxt.async_support.binance, target))


async def adapter_async(target: Target) -> Client:
    """The adapter on it."""
    return _async(adapter.attach(_exchange(ccxt.async_support.binance, target)))
