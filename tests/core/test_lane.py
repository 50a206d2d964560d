"""A cancel overtakes ccxt's queue and is charged to it."""

from __future__ import annotations

import ccxt
import ccxt.async_support
import pytest

from adapter.budget import MINUTE
from adapter.lane import _pay_back, charge


def test_sync_later_calls_wait_for_what_the_cancels_weighed() -> None:
    """Each cancel moves the time at which ccxt lets the next call go."""
    exchange = ccxt.binance()
    exchange.milliseconds = lambda: 1_000_000
    exchange.lastRestRequestTimestamp = 999_990

    for _ in range(100):
        charge(exchange, 1, MINUTE)

    assert 999_990 + 100 * exchange.rateLimit == exchange.lastRestRequestTimestamp


def test_sync_an_idle_exchange_is_charged_from_now() -> None:
    """A cancel after a long silence counts as any request just sent."""
    exchange = ccxt.binance()
    exchange.milliseconds = lambda: 1_000_000
    exchange.lastRestRequestTimestamp = 0

    charge(exchange, 2, MINUTE)

    assert 1_000_000 == exchange.lastRestRequestTimestamp


async def test_async_the_bucket_goes_into_debt() -> None:
    """The leaky bucket gives nothing out before it is paid back."""
    exchange = ccxt.async_support.binance()

    charge(exchange, 2, MINUTE)

    assert -2 == exchange.throttler.config["tokens"]


def test_async_the_rolling_window_counts_it() -> None:
    """The window holds the cancel's weight like any request's."""
    exchange = ccxt.async_support.binance({"rateLimiterAlgorithm": "rollingWindow"})

    charge(exchange, 2, MINUTE)

    assert [2] == [stamp["cost"] for stamp in exchange.throttler.timestamps]


@pytest.mark.parametrize("make", [ccxt.binance, ccxt.async_support.binance])
def test_every_exchange_has_what_the_charge_writes_to(make: type[ccxt.Exchange]) -> None:
    """The names in ccxt that the lane leans on."""
    exchange = make()

    assert hasattr(exchange, "lastRestRequestTimestamp")
    assert exchange.synchronous or "algorithm" in exchange.throttler.config


async def test_async_a_debt_is_paid_back_while_nobody_waits() -> None:
    """ccxt fills its bucket only while somebody waits: a debt must not outlast its time."""
    throttler = ccxt.async_support.binance().throttler
    throttler.config["tokens"] = -1
    _pay_back(throttler, 1)
    paid = throttler.config["tokens"]
    throttler.running = True
    _pay_back(throttler, 1)

    assert 0 == paid == throttler.config["tokens"]


async def test_async_a_debt_is_never_longer_than_it_may_be() -> None:
    """What would make others wait for too long is not charged."""
    exchange = ccxt.async_support.binance()

    for _ in range(100):
        charge(exchange, 1, 10 * exchange.rateLimit)

    assert -10 == exchange.throttler.config["tokens"]


def test_async_a_share_of_the_rolling_window_is_kept_free() -> None:
    """However many cancels are charged, others still get through."""
    exchange = ccxt.async_support.binance({"rateLimiterAlgorithm": "rollingWindow"})
    most = exchange.throttler.config["maxWeight"]

    for _ in range(int(most)):
        charge(exchange, 1, MINUTE)

    assert most * 0.95 == len(exchange.throttler.timestamps)
