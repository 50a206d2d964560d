"""The lane of cancels: past ccxt's request queue, and charged to it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

KEPT_FREE = 0.05
"""The share of what ccxt's queue lets through in a minute that no charge takes from it."""


def charge(exchange: Any, weight: float, most: float) -> None:
    """Make ccxt's throttle count a request that did not wait in it: later calls wait instead.

    They are never made to wait for longer than ``most``, in ms.
    """
    if exchange.synchronous:
        _charge_timestamp(exchange, weight, most)
    elif exchange.throttler.config["algorithm"] == "leakyBucket":
        _charge_bucket(exchange.throttler, weight, most)
    else:
        _charge_window(exchange.throttler, weight)


def _charge_timestamp(exchange: Any, weight: float, most: float) -> None:
    """The sync throttle lets a call go ``rateLimit * cost`` ms after the one before it.

    A cancel counts as sent when it would have had its turn.
    """
    now = exchange.milliseconds()
    due = exchange.lastRestRequestTimestamp + exchange.rateLimit * weight
    exchange.lastRestRequestTimestamp = max(now, min(due, now + most))


def _charge_bucket(throttler: Any, weight: float, most: float) -> None:
    config = throttler.config
    paid = (weight - min(config["tokens"], 0)) / config["refillRate"]
    if paid <= most:
        config["tokens"] -= weight
        asyncio.get_running_loop().call_later(paid / 1000, _pay_back, throttler, weight)


def _pay_back(throttler: Any, weight: float) -> None:
    """ccxt fills the bucket only while somebody waits for it; a debt is not to outlast its time."""
    config = throttler.config
    if not throttler.running:
        config["tokens"] = min(config["tokens"] + weight, config["capacity"])


def _charge_window(throttler: Any, weight: float) -> None:
    config, now = throttler.config, time.time() * 1000
    begins = now - config["windowSize"]
    used = sum(stamp["cost"] for stamp in throttler.timestamps if stamp["timestamp"] > begins)
    if used + weight <= config["maxWeight"] * (1 - KEPT_FREE):
        throttler.timestamps.append({"timestamp": now, "cost": weight})
