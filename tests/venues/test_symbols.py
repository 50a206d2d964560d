"""Market ids from symbols, without markets."""

from __future__ import annotations

import ccxt
import pytest

from adapter.venues.binance.routing import market_of_id
from adapter.venues.binance.symbols import derive_market


@pytest.mark.parametrize(
    ("symbol", "kind", "market_id", "unified"),
    [
        ("BTC/USDT:USDT", "linear", "BTCUSDT", None),
        ("ETH/BTC:BTC", "linear", "ETHBTC", None),
        ("币安人生/USDT:USDT", "linear", "币安人生USDT", None),
        ("BTC/USD:BTC", "inverse", "BTCUSD_PERP", None),
        ("BTC/USDT:USDT-260327", "linear", "BTCUSDT_260327", None),
        ("BTC/USD:BTC-260327", "inverse", "BTCUSD_260327", None),
        ("BTC/USDT:USDT-260327-90000-C", "option", "BTC-260327-90000-C", None),
        ("DOGE/USDT:USDT-260327-0.25-P", "option", "DOGE-260327-0.25-P", None),
        ("LTC/BTC", "spot", "LTCBTC", None),
        ("BTCUSDT", "spot", "BTCUSDT", None),
        ("BTC-260327-90000-C", "option", "BTC-260327-90000-C", "BTC/USDT:USDT-260327-90000-C"),
        ("BTCUSD_PERP", "inverse", "BTCUSD_PERP", "BTC/USD:BTC"),
        ("BTCUSD_260327", "inverse", "BTCUSD_260327", "BTC/USD:BTC-260327"),
        ("BTCUSDT_260327", "linear", "BTCUSDT_260327", "BTC/USDT:USDT-260327"),
        ("ETHBTC_260327", "linear", "ETHBTC_260327", None),
    ],
)
def test_a_symbol_tells_its_market(
    symbol: str, kind: str, market_id: str, unified: str | None
) -> None:
    """Unified symbols and raw ids alone give the kind, the id and the unified symbol."""
    market = derive_market(symbol)

    assert market is not None
    assert (kind, market_id, unified or symbol) == (market.market_type, market.id, market.symbol)


@pytest.mark.parametrize(
    ("symbol", "default_type", "sub_type", "kind", "market_id"),
    [
        ("BTC/USDT", "swap", None, "linear", "BTCUSDT"),
        ("BTC/USDT", "swap", "linear", "linear", "BTCUSDT"),
        ("BTC/USD", "swap", None, "inverse", "BTCUSD_PERP"),
        ("BTC/USD", "swap", "inverse", "inverse", "BTCUSD_PERP"),
        ("BTC/USDT", "future", None, "spot", "BTCUSDT"),
        ("BTCUSDT", "swap", None, "linear", "BTCUSDT"),
        ("BTCUSDC", "future", "linear", "linear", "BTCUSDC"),
        ("BTCUSDT", "swap", "inverse", "spot", "BTCUSDT"),
        ("ETHBTC", "swap", None, "linear", "ETHBTC"),
        ("USDT", "swap", None, "linear", "USDT"),
    ],
)
def test_defaults_decide_what_fits_two_markets(
    symbol: str, default_type: str, sub_type: str | None, kind: str, market_id: str
) -> None:
    """A spot-like symbol means a perpetual under ccxt's defaultType, by its own rules."""
    market = derive_market(symbol, default_type, sub_type)

    assert market is not None
    assert (kind, market_id) == (market.market_type, market.id)


@pytest.mark.parametrize(
    "symbol",
    ["BTC/USDT:ETH", "BTC USDT", "/", ":", "BTC/", "BTC-26-1-C", "BTCUSDT_PERP", "a:b", "_260327"],
)
def test_an_unreadable_symbol_is_none(symbol: str) -> None:
    """Where the shape is ambiguous, nothing is guessed."""
    assert derive_market(symbol) is None


def test_a_listed_id_is_that_of_the_market_of_the_listed_kind() -> None:
    """Spot and swap have one id: with markets loaded, and without."""
    exchange = ccxt.binance()
    alone = market_of_id(exchange, "BTCUSDT", "linear")
    exchange.set_markets(
        [
            exchange.safe_market_structure(
                {"id": "BTCUSDT", "symbol": symbol, "spot": spot, "linear": not spot, "type": kind}
            )
            for symbol, spot, kind in (("BTC/USDT", True, "spot"), ("BTC/USDT:USDT", False, "swap"))
        ]
    )
    found = [market_of_id(exchange, "BTCUSDT", kind) for kind in ("linear", "spot", "margin")]

    assert alone is not None
    assert alone.derived
    assert "BTC/USDT:USDT" == alone.structure["symbol"]
    assert ["BTC/USDT:USDT", "BTC/USDT", "BTC/USDT"] == [
        market.structure["symbol"] for market in found if market is not None
    ]
