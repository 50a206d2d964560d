"""ccxt, sync: ``exchange.cancel_order``."""

from __future__ import annotations

import re
from typing import Any

import ccxt

from bench.target import MARKET, SYMBOL, Answer, Client, Target

HOST = re.compile(r"^https?://[^/]+")
CONTRACT = {
    "symbol": MARKET,
    "contractType": "PERPETUAL",
    "status": "TRADING",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "marginAsset": "USDT",
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.1", "maxPrice": "999999", "tickSize": "0.1"},
        {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "999", "stepSize": "0.001"},
    ],
}
"""As in ``GET /fapi/v1/exchangeInfo``."""


def prepare(target: Target) -> Client:
    """A ``ccxt.binance`` with one market set by hand."""
    return client(exchange_at(target))


def exchange_at(target: Target) -> Any:
    """The exchange object."""
    return with_market(connected(ccxt.binance(config(target)), target))


def client(exchange: Any) -> Client:
    """What is measured of it."""

    def cancel(order: int) -> Answer:
        answer: Answer = exchange.cancel_order(str(order), SYMBOL)
        return answer

    return Client(cancel, exchange.session.close)


def config(target: Target) -> dict[str, Any]:
    """What ccxt's constructor is given; ccxt's own defaults are kept."""
    given = {"apiKey": target.key, "secret": target.secret}
    return given if target.limiter else {**given, "enableRateLimit": False}


def connected(exchange: Any, target: Target) -> Any:
    """The same exchange, with all its addresses at the target."""
    api = exchange.urls["api"]
    moved = {name: HOST.sub(target.url, v) if isinstance(v, str) else v for name, v in api.items()}
    exchange.urls = {**exchange.urls, "api": moved}
    return exchange


def with_market(exchange: Any) -> Any:
    """The same exchange, with its one market as if loaded."""
    exchange.set_markets([exchange.parse_market(CONTRACT)])
    return exchange
