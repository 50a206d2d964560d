"""ccxt's request queue: a cancel overtakes it and is charged to it."""

from __future__ import annotations

import time
from typing import Any


def charge(exchange: Any, weight: float) -> None:
    """Make ccxt's throttle count a request that did not wait in it: later calls wait instead."""
    if exchange.synchronous:
        _charge_timestamp(exchange, weight)
    else:
        _charge_bucket(exchange.throttler, weight)


def _charge_timestamp(exchange: Any, weight: float) -> None:
    """The sync throttle lets a call go ``rateLimit * cost`` ms after the one before it.

    A cancel counts as sent when it would have had its turn.
    """
    due = exchange.lastRestRequestTimestamp + exchange.rateLimit * weight
    exchange.lastRestRequestTimestamp = max(exchange.milliseconds(), due)


def _charge_bucket(throttler: Any, weight: float) -> None:
    if throttler.config["algorithm"] == "leakyBucket":
        throttler.config["tokens"] -= weight
    else:
        throttler.timestamps.append({"timestamp": time.time() * 1000, "cost": weight})
