"""A flood of cancels, in time that nobody has to wait for: the host refuses none of them."""

from __future__ import annotations

import functools
import itertools
import json
import sys
import time
from pathlib import Path
from typing import Any

import attrs
import ccxt
import pytest

import adapter
from adapter.contract.messages import Response, SignedRequest

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench.flood import (
    CANCELS,
    CLOCK_AHEAD,
    FILE,
    KINDS,
    LONG_DEADLINE,
    MINUTE,
    PHASE,
    START,
    Flood,
    Host,
    earliest,
    least_market_data,
    result,
    simulate,
    tolerance,
    violations,
)

HALF = CANCELS // 2
"""It takes three of the host's minutes."""
WAY = 0.003
"""Seconds there, and as many back, of a sync bot close by."""


@functools.cache
def simulated(algorithm: str, deadline: float | None) -> Flood:
    return simulate(algorithm, HALF, deadline)


@pytest.mark.long
@pytest.mark.parametrize(
    ("algorithm", "deadline"), [("leakyBucket", LONG_DEADLINE), ("rollingWindow", None)]
)
def test_a_flood_is_over_at_the_earliest_and_nobody_is_refused(
    algorithm: str, deadline: float | None
) -> None:
    """All are canceled, and market data still gets through in every minute."""
    flood = simulated(algorithm, deadline)
    came = result(flood)

    assert [] == list(violations(came))
    assert 0 == came["refused"]
    assert HALF == sum(minute["cancels"] for minute in came["minutes"])
    assert (deadline is None) == (came["limited"] > 0)


@pytest.mark.long
def test_nobody_takes_the_room_of_those_who_asked_first() -> None:
    """Whoever is offered later goes in no earlier minute, though at once where all have room."""
    flood = simulated("leakyBucket", LONG_DEADLINE)
    left, minutes = iter(flood.host.order_ids), [minute["cancels"] for minute in flood.minutes()]
    went = [one for cancels in minutes for one in sorted(itertools.islice(left, cancels))]

    assert 3 == len(minutes)
    assert list(range(1, HALF + 1)) == went


@pytest.mark.long
def test_a_sync_bot_is_limited_by_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread, one cancel after the other: each of the host's minutes is filled to 95 %.

    At its end, ccxt's throttle always has time for the market-data calls that fit in the rest.
    """
    clock, host = Passing(), Host()
    free: list[float] = []
    monkeypatch.setattr(time, "time", lambda: START + PHASE - CLOCK_AHEAD + clock.now)
    exchange = adapter.attach(ccxt.binance({"apiKey": "k" * 64, "secret": "s" * 64}))
    exchange.milliseconds = lambda: int(time.time() * 1000)
    state = vars(exchange)["_adapter"]
    state.io.clock, state.io.sleep = clock, clock.sleep

    def send(exchange: Any, signed: SignedRequest, timeout: float, *, direct: bool) -> Response:
        assert (timeout, direct) == (exchange.timeout / 1000, True)
        clock.sleep(WAY)
        reply = host.cancel(exchange, signed)
        ends = (time.time() + CLOCK_AHEAD) // MINUTE * MINUTE + MINUTE - CLOCK_AHEAD
        free.append(1000 * ends - exchange.lastRestRequestTimestamp)
        clock.sleep(WAY)
        return reply

    state.io.send = send
    for number in range(1, HALF + 1):
        exchange.cancel_order(str(number), "BTC/USDT:USDT", {"deadline": LONG_DEADLINE})

    assert 0 == host.refused
    assert [2280, 2280, 440] == list(host.cancels.values())
    assert 100.0 <= clock.now <= 100.0 + tolerance(0) + 440 * 2 * WAY
    assert least_market_data(exchange.rateLimit) * exchange.rateLimit <= min(free)


@attrs.define
class Passing:
    """Seconds that pass when somebody sleeps."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("cancels", "seconds"),
    [
        (100, 59.4),
        (2280, 60 * 2279 / 2280),
        (4560, 60 * 4559 / 4560),
        (4561, 100.0),
        (10_000, 220.0),
    ],
)
def test_the_earliest_is_the_minute_that_has_room(cancels: int, seconds: float) -> None:
    """2,280 of them fit in each; the first minute has 40 s left, and the offer lasts 60."""
    assert seconds == earliest(cancels)


def test_the_committed_floods_are_all_and_nothing_is_wrong_with_them() -> None:
    """Each algorithm, with patient callers and with such as come again after ``retry_after``."""
    measured = json.loads(FILE.read_text(encoding="utf-8"))

    assert list(KINDS) == [(f["algorithm"], f["deadline"]) for f in measured["floods"]]
    assert [] == [text for flood in measured["floods"] for text in violations(flood)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"refused": 3}, "the host refused 3 requests"),
        ({"finish": 999.0}, "the last answer came after 999.0 s"),
        ({"minutes": [{"market data": 0}, {"market data": 0}]}, "0 market-data calls"),
    ],
)
def test_what_should_not_be_is_reported(change: dict[str, object], words: str) -> None:
    """Each of them as text."""
    [flood, *_] = json.loads(FILE.read_text(encoding="utf-8"))["floods"]
    [told] = violations({**flood, **change})

    assert told.startswith(words) or words in told
