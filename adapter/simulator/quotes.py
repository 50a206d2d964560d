"""Market data: each market has one constant price.

Sources:
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Kline-Candlestick-Data
https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Mark-Price
https://developers.binance.com/docs/derivatives/coin-margined-futures/market-data/rest-api/24hr-Ticker-Price-Change-Statistics
https://developers.binance.com/docs/derivatives/options-trading/market-data/24hr-Ticker-Price-Change-Statistics
"""

import re
from collections.abc import Callable
from decimal import Decimal

from adapter.simulator import errors
from adapter.simulator.answers import Json, plain
from adapter.simulator.markets import Market
from adapter.simulator.params import Params

Markets = tuple[Market, ...]

_WORTH = {"BTC": 100_000, "ETH": 4_000, "LTC": 100, "USDT": 1, "USD": 1}
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DEPTH = "100"
_ZERO = "0.00000000"


def price(market: Market) -> Decimal:
    """Return what one unit of the base coin costs."""
    return Decimal(_WORTH[market.base]) / _WORTH[market.quote]


def klines(now: int, params: Params, markets: Markets) -> list[list[object]]:
    """Return the candles of ``GET …/klines``, flat and without volume, up to the present one."""
    market, length = _market(params, markets), _length(params.required("interval"))
    last = min(params.integer("endTime") or now, now) // length
    count = params.integer("limit") or 500
    start = params.integer("startTime")
    first = last - count + 1 if start is None else -(-start // length)
    return [_candle(market, n * length, length) for n in range(first, min(first + count, last + 1))]


def depth(now: int, params: Params, markets: Markets) -> Json:
    """Return the body of ``GET …/depth``: one level on each side, a tick from the price."""
    bid, ask = _best(_market(params, markets))
    levels = {"bids": [[bid, _DEPTH]], "asks": [[ask, _DEPTH]]}
    return {"lastUpdateId": 1, "E": now, "T": now, **levels}


def book_ticker(now: int, params: Params, markets: Markets) -> Json | list[Json]:
    """Return the body of ``GET …/ticker/bookTicker``, for one symbol or all."""
    return _each(params, markets, lambda market: {**_top(market), "time": now})


def day_ticker(now: int, params: Params, markets: Markets) -> Json | list[Json]:
    """Return the body of ``GET …/ticker/24hr``, for one symbol or all."""
    return _each(params, markets, lambda market: _day(market, now))


def inverse_day_ticker(now: int, params: Params, markets: Markets) -> list[Json]:
    """Return the body of COIN-M's ``GET …/ticker/24hr``: a list, also for one symbol."""
    return [
        {**_day(market, now), "pair": market.pair, "baseVolume": "0"}
        for market in _asked(params, markets)
    ]


def option_ticker(now: int, params: Params, markets: Markets) -> list[Json]:
    """Return the body of Options' ``GET …/ticker``; each costs a 20th of its coin."""
    return [_option(market, now) for market in _asked(params, markets)]


def mark_price(now: int, params: Params, markets: Markets) -> Json | list[Json]:
    """Return the body of ``GET …/premiumIndex``, for one symbol or all; the funding rate is 0."""
    return _each(params, markets, lambda market: _mark(market, now))


def funding_rates(_now: int, _params: Params, _markets: Markets) -> list[Json]:
    """Return the body of ``GET …/fundingRate``: there was none."""
    return []


def _each(params: Params, markets: Markets, make: Callable[[Market], Json]) -> Json | list[Json]:
    if params.get("symbol") is None:
        return [make(market) for market in markets]
    return make(_market(params, markets))


def _asked(params: Params, markets: Markets) -> Markets:
    return markets if params.get("symbol") is None else (_market(params, markets),)


def _market(params: Params, markets: Markets) -> Market:
    symbol = params.required("symbol")
    for market in markets:
        if symbol == market.symbol:
            return market
    raise errors.bad_symbol()


def _length(interval: str) -> int:
    found = re.fullmatch(r"([1-9][0-9]?)([smhdw])", interval)
    if found is None:  # nor are there months, whose lengths differ
        raise errors.bad_interval()
    return int(found[1]) * _SECONDS[found[2]] * 1000


def _candle(market: Market, begins: int, length: int) -> list[object]:
    level = plain(price(market))
    ends = begins + length - 1
    return [begins, level, level, level, level, "0", ends, "0", 0, "0", "0", "0"]


def _best(market: Market) -> tuple[str, str]:
    tick = Decimal(market.tick)
    return plain(price(market) - tick), plain(price(market) + tick)


def _top(market: Market) -> Json:
    bid, ask = _best(market)
    sides = {"bidPrice": bid, "bidQty": _DEPTH, "askPrice": ask, "askQty": _DEPTH}
    return {"symbol": market.symbol, **sides}


def _day(market: Market, now: int) -> Json:
    level = plain(price(market))
    prices = ("weightedAvgPrice", "prevClosePrice", "lastPrice", "openPrice", "highPrice")
    return {
        **_top(market),
        **dict.fromkeys((*prices, "lowPrice"), level),
        **dict.fromkeys(("priceChange", "priceChangePercent", "volume", "quoteVolume"), "0"),
        "openTime": now - 86_400_000,
        "closeTime": now,
        "count": 0,
    }


def _mark(market: Market, now: int) -> Json:
    level = plain(price(market))
    marks = dict.fromkeys(("markPrice", "indexPrice", "estimatedSettlePrice"), level)
    rates = {"lastFundingRate": _ZERO, "interestRate": _ZERO}
    return {"symbol": market.symbol, **marks, **rates, "nextFundingTime": 0, "time": now}


def _option(market: Market, now: int) -> Json:
    level, tick = price(market) / 20, Decimal(market.tick)
    bid_and_ask = {"bidPrice": plain(level - tick), "askPrice": plain(level + tick)}
    prices = ("lastPrice", "open", "high", "low")
    return {
        "symbol": market.symbol,
        **dict.fromkeys(("priceChange", "priceChangePercent", "volume", "amount"), "0"),
        **dict.fromkeys(prices, plain(level)),
        **bid_and_ask,
        "lastQty": "0",
        "openTime": now - 86_400_000,
        "closeTime": now,
        "firstTradeId": 0,
        "tradeCount": 0,
        "strikePrice": market.symbol.split("-")[2],
        "exercisePrice": plain(price(market)),
    }
