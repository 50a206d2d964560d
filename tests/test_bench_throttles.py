"""ccxt's own throttles after a flood of cancels, in time that nobody has to wait for."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import ccxt.async_support
import pytest

from adapter.core.rate_limit import HostLimiter
from adapter.engine.throttle import charge

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench import virtual_time

START = 1_700_000_000.0
"""s since 1970."""


def let_through(algorithm: str, cancels: int, seconds: float) -> list[float]:
    """When ccxt's real throttle lets calls go, in s after so many cancels at once."""

    async def world() -> list[float]:
        exchange = ccxt.async_support.binance({"rateLimiterAlgorithm": algorithm})
        loop, went = asyncio.get_running_loop(), []
        budget = HostLimiter(2400)
        for _ in range(cancels):
            charge(exchange, 1, budget.minute_left(0.0), budget.reserve)
        while loop.time() < seconds:
            await exchange.throttle(1)
            went.append(loop.time())
        return went

    return virtual_time.run(world(), START)


@pytest.mark.parametrize("cancels", [10, 100, 500])
def test_async_the_bucket_lets_the_next_call_go_when_the_cancels_are_paid(cancels: int) -> None:
    """At one in 50 ms, and no sooner."""
    [first, *_] = let_through("leakyBucket", cancels, 0.1)

    assert first == pytest.approx(cancels * 0.05, abs=0.01)


@pytest.mark.long
@pytest.mark.parametrize(("algorithm", "begins"), [("leakyBucket", 54.0), ("rollingWindow", 0.0)])
def test_async_after_a_flood_what_is_kept_free_gets_through_in_the_minute(
    algorithm: str, begins: float
) -> None:
    """120 calls: the bucket lets them go in the last 6 s, the window at once."""
    went = let_through(algorithm, 2280, 60.0)
    within = [when for when in went if when < 60.0]

    assert 118 <= len(within) <= 121
    assert begins == pytest.approx(within[0], abs=0.1)
