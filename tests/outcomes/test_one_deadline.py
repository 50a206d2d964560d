"""One deadline for the whole call: whatever it waited for before, no later step gets more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import ccxt
import pytest
from integration.host import SYMBOL, Host, still

from adapter.contract.messages import Response
from adapter.core.single_flight import AwaitInFlight
from adapter.engine.direct import Send, WaitForThrottle
from adapter.engine.flow import Effects, LoadMarkets, cancel_flow

DEADLINE = 15.0


@attrs.define
class Turned:
    """A clock in s, turned by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def sync() -> Iterator[Host]:
    host = Host("sync")
    yield host
    host.close()


def walk(exchange: Any, clock: Turned) -> Effects:
    exchange.timeout = 600_000
    state = vars(exchange)["_adapter"]
    state.io.clock = clock
    return cancel_flow(exchange, state, "7", SYMBOL, {})


def test_a_follower_has_no_more_time_than_it_asked_for(sync: Host) -> None:
    """It waited 14 s for a leader that gave up: 1 s is left for its own cancel."""
    clock, exchange = Turned(), sync.attached()
    leader, follower = walk(exchange, clock), walk(exchange, clock)
    assert isinstance(next(leader), Send)
    joined = next(follower)
    assert isinstance(joined, AwaitInFlight)
    clock.now = DEADLINE - 1
    leader.close()
    step = follower.send(joined.outcome.result())
    follower.close()

    assert isinstance(step, Send)
    assert step.timeout <= 1


def test_loading_markets_is_part_of_the_call(sync: Host) -> None:
    """-1121 and 14 s for the markets: 1 s is left for the cancel."""
    clock, exchange = Turned(), sync.attached()
    walked = walk(exchange, clock)
    next(walked)
    unknown = {"code": -1121, "msg": "Invalid symbol."}
    assert isinstance(walked.send(Response(status=400, body="{}", data=unknown)), LoadMarkets)
    clock.now = DEADLINE - 1
    still(exchange)
    exchange.markets[SYMBOL]["id"] = "OTHER"
    step = walked.send(True)
    walked.close()

    assert isinstance(step, Send)
    assert step.timeout <= 1


def test_markets_that_take_all_the_time_leave_the_first_answer(sync: Host) -> None:
    """-1121 is the exchange's answer; the message adds that no time is left for another try."""
    clock, exchange = Turned(), sync.attached()
    walked = walk(exchange, clock)
    next(walked)
    unknown = {"code": -1121, "msg": "Invalid symbol."}
    assert isinstance(walked.send(Response(status=400, body="{}", data=unknown)), LoadMarkets)
    clock.now = DEADLINE
    still(exchange)
    exchange.markets[SYMBOL]["id"] = "OTHER"
    with pytest.raises(ccxt.BadSymbol) as caught:
        walked.send(True)

    assert "took all the time" in caught.value.__notes__[0]


def test_ccxts_queue_is_part_of_the_call(sync: Host, tmp_path: Path) -> None:
    """``throttle = "wait"`` and 14 s in the queue: 1 s is left for the cancel."""
    file = tmp_path / "mine.toml"
    file.write_text('[defaults]\nthrottle = "wait"\n', encoding="utf-8")
    clock, exchange = Turned(), sync.attached({"enableRateLimit": True}, plugins=file)
    walked = walk(exchange, clock)
    assert isinstance(next(walked), WaitForThrottle)
    clock.now = DEADLINE - 1
    step = walked.send(None)
    walked.close()

    assert isinstance(step, Send)
    assert step.timeout <= 1
