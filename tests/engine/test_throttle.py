"""A cancel overtakes ccxt's queue and is charged to it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from adapter.contract.messages import ApiRequest
from adapter.core.rate_limit import MINUTE_MS
from adapter.engine.throttle import Charge, _pay_back, charge, cost_of, weight_in_window

NOW = 1_700_000_000_000.0
"""ms since 1970."""
FULL = 1200
"""What ccxt's rolling window for Binance takes; a charge leaves 5 % of it, 60."""


def windowed(monkeypatch: pytest.MonkeyPatch, now: float = NOW) -> Any:
    """An exchange with a rolling window at this time, and nobody who waits."""
    monkeypatch.setattr(time, "time", lambda: now / 1000)
    return ccxt.async_support.binance({"rateLimiterAlgorithm": "rollingWindow"})


def costs(exchange: Any) -> list[float]:
    return [stamp["cost"] for stamp in exchange.throttler.timestamps]


@pytest.mark.parametrize(
    ("api", "method", "path", "cost"),
    [
        ("private", "DELETE", "order", 0.2),
        ("private", "GET", "order", 0.8),
        ("sapi", "DELETE", "margin/order", 0.006667),
        ("papi", "DELETE", "margin/order", 2),
        ("private", "DELETE", "no/such/path", 7),
        ("no/such", "DELETE", "order", 7),
    ],
)
def test_a_request_costs_what_ccxts_own_call_does(
    api: str, method: str, path: str, cost: float
) -> None:
    """By ccxt's table; the weight of what is not in it."""
    request = ApiRequest(method=method, api=api, path=path, params={}, weight=7)

    assert cost == cost_of(ccxt.binance(), request)


def test_a_table_without_costs_has_none() -> None:
    """As that of an exchange whose calls all cost the same."""
    exchange = ccxt.binance()
    exchange.api = {"private": {"delete": ["order"]}}
    request = ApiRequest(method="DELETE", api="private", path="order", params={}, weight=7)

    assert 7 == cost_of(exchange, request)


def test_sync_later_calls_wait_for_what_the_cancels_weighed() -> None:
    """Each cancel moves the time at which ccxt lets the next call go."""
    exchange = ccxt.binance()
    exchange.milliseconds = lambda: 1_000_000
    exchange.lastRestRequestTimestamp = 999_990

    for _ in range(100):
        charge(exchange, 1, MINUTE_MS, 0)

    assert 999_990 + 100 * exchange.rateLimit == exchange.lastRestRequestTimestamp


def test_sync_an_idle_exchange_is_charged_from_now() -> None:
    """A cancel after a long silence counts as any request just sent."""
    exchange = ccxt.binance()
    exchange.milliseconds = lambda: 1_000_000
    exchange.lastRestRequestTimestamp = 0

    charge(exchange, 2, MINUTE_MS, 0)

    assert 1_000_000 == exchange.lastRestRequestTimestamp


def test_sync_a_charge_lasts_until_what_is_kept_free_still_fits() -> None:
    """Of a minute, 120 calls at one in 50 ms are left."""
    exchange = ccxt.binance()
    exchange.milliseconds = lambda: 1_000_000

    for _ in range(2280):
        charge(exchange, 1, MINUTE_MS, 120)

    assert 1_000_000 + MINUTE_MS - 120 * 50 == exchange.lastRestRequestTimestamp


class Slow(ccxt.binance):  # type: ignore[misc]  # ccxt ships no types
    """Whoever reads when the last request went lets the other threads go on, and then uses it."""

    last = 1_000_000

    @property
    def lastRestRequestTimestamp(self) -> int:  # noqa: N802  # ccxt's name
        last = self.last
        time.sleep(0.001)
        return last

    @lastRestRequestTimestamp.setter
    def lastRestRequestTimestamp(self, last: int) -> None:  # noqa: N802  # ccxt's name
        self.last = last


def test_sync_no_charge_of_another_thread_is_lost() -> None:
    """Eight threads charge the same exchange object at once."""
    exchange = Slow()
    exchange.milliseconds = lambda: 1_000_000
    exchange.last = 1_000_000
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: charge(exchange, 1, MINUTE_MS, 0), range(80)))

    assert 1_000_000 + 80 * exchange.rateLimit == exchange.last


async def test_async_the_bucket_goes_into_debt() -> None:
    """The leaky bucket gives nothing out before it is paid back."""
    exchange = ccxt.async_support.binance()

    charge(exchange, 2, MINUTE_MS, 0)

    assert -2 == exchange.throttler.config["tokens"]


@pytest.mark.parametrize("make", [ccxt.binance, ccxt.async_support.binance])
def test_every_exchange_has_what_the_charge_writes_to(make: type[ccxt.Exchange]) -> None:
    """The names in ccxt that the throttle leans on."""
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
        charge(exchange, 1, 130 * exchange.rateLimit, 120)

    assert -10 == exchange.throttler.config["tokens"]


def test_async_the_rolling_window_counts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window contains the cancel's weight like any request's."""
    exchange = windowed(monkeypatch)

    charge(exchange, 2, MINUTE_MS, 0)

    assert [{"timestamp": NOW, "cost": 2}] == exchange.throttler.timestamps


@pytest.mark.parametrize(("kept", "charged"), [(0, FULL * 0.95), (120, FULL - 120)])
def test_async_a_share_of_the_rolling_window_is_kept_free(
    monkeypatch: pytest.MonkeyPatch, kept: float, charged: float
) -> None:
    """However many cancels are charged, others still get through."""
    exchange = windowed(monkeypatch)

    for _ in range(FULL):
        charge(exchange, 1, MINUTE_MS, kept)

    assert charged == sum(costs(exchange))


def test_async_what_others_used_of_the_window_is_no_room_for_them_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When it leaves the window, the charges are still there: only what is kept free is free."""
    exchange = windowed(monkeypatch)
    exchange.throttler.timestamps = [{"timestamp": NOW - 59_000, "cost": 1000}]

    for _ in range(FULL):
        charge(exchange, 1, MINUTE_MS, 120)

    assert [1000, FULL - 120] == costs(exchange)


def test_async_a_charge_leaves_the_window_with_the_hosts_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is dated back, and before what came later in the window: ccxt waits for the first."""
    exchange = windowed(monkeypatch)
    exchange.throttler.timestamps = [
        {"timestamp": NOW - MINUTE_MS, "cost": 7},
        {"timestamp": NOW - 50_000, "cost": 8},
        {"timestamp": NOW - 10_000, "cost": 9},
    ]

    charge(exchange, 1, 20_000, 0)

    times = [stamp["timestamp"] - NOW for stamp in exchange.throttler.timestamps]
    assert [-50_000, -40_000, -10_000] == times
    assert [8, 1, 9] == costs(exchange)


def test_async_a_new_charge_replaces_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window full of charges that are about to leave it would else forget the new ones."""
    exchange = windowed(monkeypatch, NOW - 30_000)
    for _ in range(FULL):
        charge(exchange, 1, MINUTE_MS, 0)
    monkeypatch.setattr(time, "time", lambda: NOW / 1000)

    for _ in range(100):
        charge(exchange, 1, MINUTE_MS, 0)

    assert [FULL * 0.95 - 100, 100] == costs(exchange)


def test_async_nothing_is_charged_where_more_is_kept_than_the_window_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A wide host's 5 % are more than ccxt lets through."""
    exchange = windowed(monkeypatch)

    charge(exchange, 1, MINUTE_MS, 2 * FULL)

    assert [] == exchange.throttler.timestamps


def test_async_a_burst_of_charges_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them costs as much as the first: they do not fill the list that ccxt adds up."""
    exchange = windowed(monkeypatch)
    for number in range(1000):
        monkeypatch.setattr(time, "time", lambda at=NOW + number / 10: at / 1000)
        charge(exchange, 1, MINUTE_MS, 0)

    assert [500, 500] == costs(exchange)
    assert all(isinstance(stamp, Charge) for stamp in exchange.throttler.timestamps)


def test_async_the_window_shows_what_others_may_have_used_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of charges the budget knows; the other throttles let one call go after the other."""
    exchange = windowed(monkeypatch)
    exchange.throttler.timestamps = [{"timestamp": NOW - 5, "cost": 40}]
    charge(exchange, 9, MINUTE_MS, 0)

    assert 40 == weight_in_window(exchange)
    assert weight_in_window(ccxt.binance()) is None
    assert weight_in_window(ccxt.async_support.binance()) is None
