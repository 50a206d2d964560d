"""The endpoints of market data."""

from collections.abc import Callable
from functools import partial
from typing import Any

from adapter.simulator import quotes
from adapter.simulator.markets import INVERSE, LINEAR, OPTIONS, SPOT, Market
from adapter.simulator.params import Params
from adapter.simulator.routes import Route, Routes

_MakeBody = Callable[[int, Params, tuple[Market, ...]], Any]

_COMMON: dict[str, _MakeBody] = {
    "klines": quotes.klines,
    "depth": quotes.depth,
    "ticker/bookTicker": quotes.book_ticker,
    "ticker/24hr": quotes.day_ticker,
}
_FUTURES: dict[str, _MakeBody] = {
    **_COMMON,
    "markPriceKlines": quotes.klines,
    "premiumIndex": quotes.mark_price,
    "fundingRate": quotes.funding_rates,
}


def quote_routes(now: Callable[[str], int]) -> Routes:
    """Return them for spot and USDⓈ-M, and the tickers of COIN-M and Options.

    ``now`` gives the time in ms by the clock of a host.
    """
    return {
        ("GET", f"{root}/{end}"): Route(
            host=host, serve=_served(make_body, partial(now, host), markets), weight=5
        )
        for root, host, markets, every in (
            ("/api/v3", "api", SPOT, _COMMON),
            ("/fapi/v1", "fapi", LINEAR, _FUTURES),
            ("/dapi/v1", "fapi", INVERSE, {"ticker/24hr": quotes.inverse_day_ticker}),
            ("/eapi/v1", "eapi", OPTIONS, {"ticker": quotes.option_ticker}),
        )
        for end, make_body in every.items()
    }


def _served(
    make_body: _MakeBody, clock: Callable[[], int], markets: tuple[Market, ...]
) -> Callable[[Params], object]:
    return lambda params: make_body(clock(), params, markets)
