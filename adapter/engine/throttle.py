"""Charges cancels, which do not wait in ccxt's request queue, to ccxt's throttle."""

from __future__ import annotations

import asyncio
import bisect
import threading
import time
from collections.abc import Mapping
from typing import Any

from adapter.contract.messages import ApiRequest

RESERVE_SHARE = 0.05
"""The share of ccxt's rolling window that no charge takes from it."""

_lock = threading.Lock()


class Charge(dict[str, float]):
    """What cancels weighed, among the timestamps of ccxt's rolling window."""


def cost_of(exchange: Any, request: ApiRequest) -> float:
    """What the request costs in ccxt's throttle, by ccxt's table; its weight where that has none.

    The two differ where a host allows more weight in a minute than ccxt's unit stands for.
    """
    found = exchange.api
    for name in (*request.api.split("/"), request.method.lower(), request.path, "cost"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, int | float) else request.weight


def weight_in_window(exchange: Any) -> float | None:
    """The weight that has passed ccxt's throttle in its window, where it may all pass at once.

    None where one call passes it after the other.
    """
    if not _has_window(exchange):
        return None
    stamps = exchange.throttler.timestamps
    return float(sum(stamp["cost"] for stamp in stamps if not isinstance(stamp, Charge)))


def _has_window(exchange: Any) -> bool:
    return not exchange.synchronous and exchange.throttler.config["algorithm"] != "leakyBucket"


def charge(exchange: Any, weight: float, left: float, kept: float) -> None:
    """Make ccxt's throttle count a request that did not wait in it: later calls wait instead.

    They wait for no longer than the ``left`` ms of the host's minute, and a weight of ``kept``
    still gets through in it.
    """
    most = max(0.0, left - kept * exchange.rateLimit)
    if exchange.synchronous:
        _charge_timestamp(exchange, weight, most)
    elif _has_window(exchange):
        _charge_window(exchange.throttler, weight, left, kept)
    else:
        _charge_bucket(exchange.throttler, weight, most)


def _charge_timestamp(exchange: Any, weight: float, most: float) -> None:
    """The sync throttle lets a call go ``rateLimit * cost`` ms after the one before it.

    A cancel counts as sent when the queue would have let it go.
    """
    with _lock:
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


def _charge_window(throttler: Any, weight: float, left: float, kept: float) -> None:
    """The window lets go at once what has room in it, so charges stay as long as the minute.

    If the charges would leave others no room, a new one replaces the oldest.
    """
    config, now = throttler.config, time.time() * 1000
    stamps, begins = throttler.timestamps, now - config["windowSize"]
    del stamps[: bisect.bisect(stamps, begins, key=_timestamp)]
    _insert(stamps, Charge(timestamp=min(now, begins + left), cost=weight), config["rateLimit"])
    free = max(kept, config["maxWeight"] * RESERVE_SHARE)
    _trim(stamps, max(0.0, config["maxWeight"] - free))


def _trim(stamps: list[dict[str, float]], most: float) -> None:
    """Leave charges of no more than this weight."""
    charges = [stamp for stamp in stamps if isinstance(stamp, Charge)]
    excess = sum(charge["cost"] for charge in charges) - most
    if excess <= 0:
        return
    for charge in charges:
        part = min(charge["cost"], excess)
        charge["cost"] -= part
        excess -= part
    stamps[:] = [stamp for stamp in stamps if stamp["cost"]]


def _insert(stamps: list[dict[str, float]], charge: Charge, apart: float) -> None:
    """Keep the order of time, because ccxt waits for the first one; what is close is one charge."""
    index = bisect.bisect(stamps, charge["timestamp"], key=_timestamp)
    last = stamps[index - 1] if index else None
    if isinstance(last, Charge) and charge["timestamp"] - last["timestamp"] < apart:
        last["cost"] += charge["cost"]
    else:
        stamps.insert(index, charge)


def _timestamp(stamp: dict[str, float]) -> float:
    return stamp["timestamp"]
