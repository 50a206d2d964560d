"""Amount and price of the orders of ``ccxt-adapter demo --live``."""

from __future__ import annotations

from typing import Any

import ccxt
import pytest

from adapter.cli.demo.checks import smallest_order

TICKER = {"last": 100_000.0, "bid": 99_999.0}


def market(**changes: Any) -> dict[str, Any]:
    """A market as ccxt has it, without filters that matter."""
    return {
        "symbol": "BTC/USDT",
        "option": False,
        "inverse": None,
        "contractSize": None,
        "precision": {"price": 0.1, "amount": 1e-05},
        "limits": {name: {"min": None} for name in ("price", "amount", "cost")},
        "info": {},
        **changes,
    }


def percent(**filters: str) -> dict[str, Any]:
    kind = "PERCENT_PRICE_BY_SIDE" if "bidMultiplierDown" in filters else "PERCENT_PRICE"
    return {"filters": [{"filterType": "LOT_SIZE"}, {"filterType": kind, **filters}]}


@pytest.mark.parametrize(
    ("info", "price"),
    [
        ({}, "70000"),
        (percent(bidMultiplierDown="0.2", askMultiplierDown="0.8"), "52000"),
        # https://developers.binance.com/docs/binance-spot-api-docs/filters, read 2026-11-26
        (percent(multiplierUp="1.3000", multiplierDown="0.7000"), "82000"),
    ],
)
def test_the_price_is_within_the_filter(info: dict[str, Any], price: str) -> None:
    """It is three fifths of the way from the market to the lowest price that is allowed."""
    assert price == smallest_order(market(info=info), TICKER)[1]


@pytest.mark.parametrize(
    ("limits", "changes", "amount"),
    [
        ({}, {}, "0.00001"),
        ({"amount": {"min": 0.0001}}, {}, "0.0001"),
        ({"cost": {"min": 5.0}}, {}, "0.00008"),  # 5 / 70,000 = 0.0000714…
        ({"cost": {"min": 5.0}, "amount": {"min": 0.01}}, {}, "0.01"),
        ({"cost": {"min": 5.0}}, {"contractSize": 0.1}, "0.00072"),
        ({"cost": {"min": 5.0}, "amount": {"min": 1.0}}, {"inverse": True}, "1"),
    ],
)
def test_the_amount_is_the_smallest(
    limits: dict[str, Any], changes: dict[str, Any], amount: str
) -> None:
    """Rounded up to a step, it reaches the least amount and, where that is a quote amount, cost."""
    limits = {**market()["limits"], **limits}
    assert amount == smallest_order(market(limits=limits, **changes), TICKER)[0]


def test_the_price_is_a_multiple_of_the_tick() -> None:
    """It is rounded down."""
    cheap = market(precision={"price": 0.01, "amount": 1.0})
    assert ("1", "86.41") == smallest_order(cheap, {"last": 123.45})


def test_an_option_is_priced_by_its_bid() -> None:
    """Its last trade may be days old."""
    option = market(option=True, precision={"price": 0.1, "amount": 0.01})
    assert ("0.01", "35") == smallest_order(option, {"last": 900.0, "bid": 50.0})


def test_an_option_has_a_lowest_price_of_its_own() -> None:
    """The price is above it."""
    limits = {**market()["limits"], "price": {"min": 40.0}}
    option = market(option=True, precision={"price": 0.1, "amount": 0.01}, limits=limits)

    assert ("0.01", "44") == smallest_order(option, {"bid": 50.0})
    for too_low in (40.0, 30.0):
        with pytest.raises(ccxt.ExchangeError, match="none below it is allowed"):
            smallest_order(option, {"bid": too_low})


@pytest.mark.parametrize("last", [None, 0.1])
def test_no_price(last: float | None) -> None:
    """A market that has never traded is not tried, nor one at its lowest price."""
    limits = {**market()["limits"], "price": {"min": 0.1}}
    with pytest.raises(ccxt.ExchangeError, match="BTC/USDT has no price"):
        smallest_order(market(limits=limits), {"last": last, "bid": None})
