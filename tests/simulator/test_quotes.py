"""Market data."""

from typing import Any

import pytest

from .wire import NOW, Wire

MINUTE = 60_000
ROOTS = pytest.mark.parametrize("root", ["/api/v3", "/fapi/v1"])


def ask(wire: Wire, path: str, **params: object) -> Any:
    """The body of an unsigned GET."""
    query = "&".join(f"{name}={value}" for name, value in params.items())
    return wire.send("GET", path, query, headers={}).json


@ROOTS
def test_candles_are_flat_and_follow_each_other(wire: Wire, root: str) -> None:
    """The last of them is the present one; all have the price of the market."""
    candles = ask(wire, f"{root}/klines", symbol="BTCUSDT", interval="5m", limit=3)

    starts = [candle[0] for candle in candles]
    assert starts == [NOW - NOW % (5 * MINUTE) - n * 5 * MINUTE for n in (2, 1, 0)]
    for candle in candles:
        assert candle[1:5] == ["100000"] * 4
        assert candle[6] == candle[0] + 5 * MINUTE - 1


def test_candles_of_a_time(wire: Wire) -> None:
    """From ``startTime`` to ``endTime``, no more than ``limit``, 500 by default, none to come."""
    where = {"symbol": "ETHUSDT", "interval": "1m"}
    start = NOW - NOW % MINUTE - 10 * MINUTE
    path = "/fapi/v1/klines"
    some = ask(wire, path, startTime=start + 1, endTime=start + 3 * MINUTE, **where)

    assert [candle[0] for candle in some] == [start + n * MINUTE for n in (1, 2, 3)]
    assert len(ask(wire, path, startTime=start, limit=4, **where)) == 4
    assert len(ask(wire, path, startTime=start, **where)) == 11
    assert len(ask(wire, path, **where)) == 500


@pytest.mark.parametrize("interval", ["1M", "0m", "m", "100m", "5x"])
def test_other_candles_are_refused(wire: Wire, interval: str) -> None:
    """Months differ in length; other intervals are unknown."""
    answer = ask(wire, "/fapi/v1/klines", symbol="BTCUSDT", interval=interval)

    assert answer == {"code": -1120, "msg": "Invalid interval."}


@ROOTS
def test_best_prices_are_a_tick_from_the_price(wire: Wire, root: str) -> None:
    """Order book and tickers agree."""
    tick = {"/api/v3": "0.01", "/fapi/v1": "0.1"}[root]
    book = ask(wire, f"{root}/depth", symbol="BTCUSDT", limit=5)
    top = ask(wire, f"{root}/ticker/bookTicker", symbol="BTCUSDT")
    day = ask(wire, f"{root}/ticker/24hr", symbol="BTCUSDT")

    assert book["bids"][0][0] == top["bidPrice"] == day["bidPrice"]
    assert book["asks"][0][0] == top["askPrice"] == day["askPrice"]
    assert day["askPrice"] == {"0.01": "100000.01", "0.1": "100000.1"}[tick]
    assert (day["lastPrice"], day["priceChange"]) == ("100000", "0")


@ROOTS
@pytest.mark.parametrize("end", ["ticker/bookTicker", "ticker/24hr"])
def test_all_markets_without_a_symbol(wire: Wire, root: str, end: str) -> None:
    """Every market of the host is listed, each at its own price."""
    info = ask(wire, f"{root}/exchangeInfo")

    listed = [ticker["symbol"] for ticker in ask(wire, f"{root}/{end}")]
    assert listed == [market["symbol"] for market in info["symbols"]]


@pytest.mark.parametrize(
    ("path", "symbol", "last"),
    [
        ("/dapi/v1/ticker/24hr", "BTCUSD_PERP", "100000"),
        ("/eapi/v1/ticker", "ETH-270326-3000-P", "200"),
    ],
)
def test_tickers_in_a_list(wire: Wire, path: str, symbol: str, last: str) -> None:
    """COIN-M and Options list the ticker of one market, too; an option costs a 20th of its coin."""
    (ticker,) = ask(wire, path, symbol=symbol)

    assert (symbol, last) == (ticker["symbol"], ticker["lastPrice"])
    assert ticker in ask(wire, path)
    assert ask(wire, path, symbol="LTCBTC")["code"] == -1121


def test_a_market_in_bitcoin(wire: Wire) -> None:
    """LTC/BTC is worth what its coins are worth."""
    assert ask(wire, "/api/v3/ticker/24hr", symbol="LTCBTC")["lastPrice"] == "0.001"


def test_no_such_market(wire: Wire) -> None:
    """A symbol of another host is -1121."""
    assert ask(wire, "/api/v3/depth", symbol="BTCUSDT_260327")["code"] == -1121


def test_marks_and_funding(wire: Wire) -> None:
    """The mark price is the price; nothing was ever funded."""
    mark = ask(wire, "/fapi/v1/premiumIndex", symbol="ETHUSDT")
    candles = ask(wire, "/fapi/v1/markPriceKlines", symbol="ETHUSDT", interval="1h", limit=1)

    assert (mark["markPrice"], mark["lastFundingRate"]) == ("4000", "0.00000000")
    assert candles[0][4] == "4000"
    assert ask(wire, "/fapi/v1/fundingRate", symbol="ETHUSDT") == []
