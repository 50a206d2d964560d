"""The route of a symbol is cached from one call to the next, as long as nothing invalidates it."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Any

import attrs
import ccxt
import pytest
from altered import altered
from hypothesis import given
from hypothesis import strategies as st
from shares import one_in

import adapter
from adapter.contract.messages import MarketRoute
from adapter.core.routing import MAX_CACHED_SYMBOLS, RouteMatch, match_route
from adapter.venues.binance import BINANCE

SWAP = "BTC/USDT:USDT"
SYMBOLS = (SWAP, "BTC/USDT", "BTC/USD:BTC", "BTC/USDT:USDT-260327-90000-C", "BTCUSDT")


def structure(exchange: Any, **parts: Any) -> dict[str, Any]:
    swap = {"type": "swap", "swap": True, "linear": True, "inverse": False}
    market: dict[str, Any] = exchange.safe_market_structure(
        {"id": "BTCUSDT", "symbol": SWAP, **swap, **parts}
    )
    return market


def loaded(**parts: Any) -> Callable[[Any], None]:
    def change(exchange: Any) -> None:
        exchange.markets = {SWAP: structure(exchange, **parts)}
        exchange.markets_by_id = {}

    return change


def option(name: str, value: Any) -> Callable[[Any], None]:
    return lambda exchange: exchange.options.update({name: value})


def other_options(exchange: Any) -> None:
    """Their content is changed without being replaced."""
    exchange.options.setdefault("cancelOrder", {}).update(portfolioMargin=True)


def other_market(exchange: Any) -> None:
    """Changed without being replaced."""
    for market in (exchange.markets or {}).values():
        market.update(id="BTCUSDT_OTHER", type="future")


def fewer(exchange: Any) -> None:
    """The choice that took the first symbol is gone."""
    state = exchange._adapter
    state.config.endpoints = tuple(c for c in state.config.endpoints if c.plugin != "binance.usdm")


def attached_as(account: str) -> Callable[[Any], None]:
    """Refused where the options state another one."""

    def change(exchange: Any) -> None:
        with contextlib.suppress(ValueError):
            adapter.attach(exchange, account=account)

    return change


CHANGES: tuple[Callable[[Any], None], ...] = (
    loaded(),
    loaded(id="BTCUSDT_260327", type="future"),
    loaded(linear=False, inverse=True),
    other_options,
    other_market,
    fewer,
    lambda exchange: setattr(exchange, "markets", None),
    lambda exchange: setattr(exchange, "papi", True),
    lambda exchange: exchange.options.pop("cancelOrder", None),
    attached_as("portfolio-margin"),
    attached_as("classic"),
    *(option("defaultType", kind) for kind in ("spot", "swap", "future", "option", "margin")),
    *(option("defaultSubType", kind) for kind in ("linear", "inverse", None)),
    *(option(name, True) for name in ("portfolioMargin", "papi", "stock")),
    option("marginMode", "cross"),
    option("cancelOrder", {}),
)


def kept(exchange: Any, symbol: str = SWAP, params: dict[str, Any] | None = None) -> RouteMatch:
    state = exchange._adapter
    found: RouteMatch = state.route_cache.match(
        exchange, symbol, params or {}, state.config.endpoints, state.config.account
    )
    return found


def led(find: Callable[[], Any]) -> tuple[Any, type[Exception] | None]:
    try:
        return find(), None
    except ccxt.BaseError as e:
        return None, type(e)


@given(changes=st.lists(st.sampled_from(CHANGES), max_size=6))
@one_in(3)
def test_it_is_the_route_that_would_be_found_now(changes: list[Callable[[Any], None]]) -> None:
    """Whatever was changed since the last call: options, markets, the account."""
    exchange: Any = adapter.attach(ccxt.binance())
    for change in (lambda _: None, *changes):
        change(exchange)
        config = exchange._adapter.config
        for symbol in SYMBOLS:
            fresh = led(lambda: match_route(exchange, symbol, {}, config.endpoints, config.account))  # noqa: B023  # called at once
            assert fresh == led(lambda: kept(exchange, symbol))  # noqa: B023  # called at once


def test_it_is_kept() -> None:
    """For calls without params, and looked for anew for those that have some."""
    exchange: Any = adapter.attach(ccxt.binance())
    first, other = kept(exchange), kept(exchange, params={"portfolioMargin": True})

    assert first is kept(exchange)
    assert first is not kept(exchange, params={"deadline": 1.0})
    assert "binance.pm_um" == getattr(other.active, "plugin", None)


@pytest.mark.parametrize("key", [None, [1]])
def test_each_venue_is_asked_by_its_own_key(key: list[int] | None) -> None:
    """A route is found anew where any of the venues has no key, or another one than before."""
    exchange: Any = adapter.attach(ccxt.binance())
    state = exchange._adapter
    named = {choice.plugin: choice for choice in state.config.endpoints}
    usdm, options = named["binance.usdm"], named["binance.options"]
    routes: list[Any] = [BINANCE.route]
    other = altered(
        BINANCE,
        route=lambda *seen, **more: routes[0](*seen, **more),
        route_cache_key=lambda *_: key and tuple(key),
    )
    stranger = attrs.evolve(usdm, endpoint=attrs.evolve(usdm.endpoint, venue=other))
    state.config.endpoints = (options, stranger, options)

    assert stranger is kept(exchange).active
    assert (kept(exchange) is kept(exchange)) is (key is not None)
    routes[0] = lambda *_, **__: MarketRoute(unserved_reason="not today")
    if key is not None:
        key.append(2)
    assert kept(exchange).active is None


def test_only_so_many_are_kept() -> None:
    """A bot that lives for months meets any number of options."""
    exchange: Any = adapter.attach(ccxt.binance())
    for strike in range(MAX_CACHED_SYMBOLS + 10):
        kept(exchange, f"BTC/USDT:USDT-260327-{strike}-C")
        assert len(exchange._adapter.route_cache.entries) <= MAX_CACHED_SYMBOLS

    assert 10 == len(exchange._adapter.route_cache.entries)


def test_a_copy_keeps_none_of_the_originals() -> None:
    """Its markets are others."""
    exchange: Any = adapter.attach(ccxt.binance())
    kept(exchange)

    assert {} == copy.deepcopy(exchange)._adapter.route_cache.entries


def test_markets_that_are_loaded_again_are_looked_at_once() -> None:
    """The route has the market of today, and is cached from then on."""
    exchange: Any = adapter.attach(ccxt.binance())
    loaded()(exchange)
    before = kept(exchange)
    loaded()(exchange)
    after = kept(exchange)

    assert exchange.markets[SWAP] is after.market.structure is not before.market.structure
    assert after is kept(exchange)
