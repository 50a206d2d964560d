"""A few markets of each kind, as ccxt has them once they are loaded."""

from __future__ import annotations

from typing import Any


def market(exchange: Any, id: str, symbol: str, kind: str, **more: Any) -> Any:
    pair, _, settle = symbol.partition(":")
    base, quote = pair.split("/")
    contract = kind != "spot"
    linear = kind in ("swap", "future") and settle.startswith(quote)
    return exchange.safe_market_structure(
        {
            "id": id,
            "symbol": symbol,
            "base": base,
            "quote": quote,
            "settle": settle.partition("-")[0] or None,
            "baseId": base,
            "quoteId": quote,
            "type": kind,
            "spot": kind == "spot",
            "margin": kind == "spot",
            "swap": kind == "swap",
            "future": kind == "future",
            "option": kind == "option",
            "active": True,
            "contract": contract,
            "linear": linear if kind in ("swap", "future") else None,
            "inverse": not linear if kind in ("swap", "future") else None,
            "contractSize": 1.0 if contract else None,
            "precision": {"amount": 0.001, "price": 0.01},
            "limits": {},
            "info": {},
            **more,
        }
    )


def some_markets(exchange: Any) -> list[Any]:
    """The markets, made with the exchange's own structure."""
    expiry = {"expiry": 1_798_185_600_000, "expiryDatetime": "2026-12-25T08:00:00.000Z"}
    right = {**expiry, "strike": 100000.0, "optionType": "call"}
    old = {"expiry": 1_596_096_000_000, "strike": 9000.0, "optionType": "call"}
    coin = {"contractSize": 100.0}
    return [
        market(exchange, "BTCUSDT", "BTC/USDT", "spot"),
        market(exchange, "LTCBTC", "LTC/BTC", "spot"),
        market(exchange, "BTCUSDT", "BTC/USDT:USDT", "swap"),
        market(exchange, "ETHUSDC", "ETH/USDC:USDC", "swap"),
        market(exchange, "1000SHIBUSDT", "1000SHIB/USDT:USDT", "swap"),
        market(exchange, "币安人生USDT", "币安人生/USDT:USDT", "swap"),
        market(exchange, "BTCUSDT_261225", "BTC/USDT:USDT-261225", "future", **expiry),
        market(exchange, "BTCUSD_PERP", "BTC/USD:BTC", "swap", **coin),
        market(exchange, "BTCUSD_200925", "BTC/USD:BTC-200925", "future", **coin),
        market(exchange, "BTC-200730-9000-C", "BTC/USDT:USDT-200730-9000-C", "option", **old),
        market(exchange, "BTC-261225-100000-C", "BTC/USDT:USDT-261225-100000-C", "option", **right),
        market(exchange, "TSLAUSDT", "TSLA/USDT", "spot", stock=True),
    ]
