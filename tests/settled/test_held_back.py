"""A host whose weight is used up gets no cancel until its next minute, and the caller is told."""

from __future__ import annotations

from typing import Any

import pytest
from guest.host import Host
from simulator.wire import NOW

from adapter.budget import EDGE, SECOND
from adapter.errors import RateLimited
from adapter.simulator import Order, Simulator

from .market import BY_NAME, MINUTE, Clock, Stall

PASSED = 20_000
"""ms of the host's minute that are over."""
LEFT = (MINUTE - PASSED) / 1000
"""Seconds until the next one."""
LATER = (EDGE + SECOND) / 1000
"""Seconds by which the adapter may take it to come later than it does: it goes by ``Date``."""

LIMITS = {"usdm": 2400, "pm_margin": 6000}
"""What each host takes in a minute."""

hosts = pytest.mark.parametrize("name", LIMITS)


def used_up(host: Host, sim: Simulator, name: str) -> tuple[Stall, Order]:
    """A stall whose host has told that 95 % are used, and an order that is still open there."""
    stall = Stall(host, sim, BY_NAME[name])
    first, second = stall.place(), stall.place()
    sim.use(name, round(0.95 * LIMITS[name]))
    assert "canceled" == stall.cancel(first)["outcome"]
    assert "D" == stall.asked
    return stall, second


def pass_by(stall: Stall, seconds: float) -> None:
    """Let time pass for the adapter and for the host."""
    clock = vars(stall.exchange)["_adapter"].clock
    clock.now += seconds
    clock.skipped(seconds)


@hosts
def test_a_cancel_that_could_pass_the_limit_is_held_back(host: Host, name: str) -> None:
    """`RateLimited` says for how long; until then the host hears nothing, and then it hears it."""
    with Simulator(clock=(clock := Clock(NOW + PASSED))) as sim:
        stall, order = used_up(host, sim, name)
        held = stall.tried(order)
        assert isinstance(held, RateLimited)
        seconds: Any = held.retry_after
        pass_by(stall, LEFT - 1)
        still_held = stall.tried(order, deadline=0.5)
        asked, status = stall.asked, stall.book(order)
        pass_by(stall, seconds - (LEFT - 1))
        outcome = stall.cancel(order)["outcome"]

    assert LEFT <= seconds <= LEFT + LATER
    assert f"held back for {seconds:.1f} s" in str(held)
    assert isinstance(still_held, RateLimited)
    assert ("D", "NEW") == (asked, status)
    assert ("canceled", "DD") == (outcome, stall.asked)
    assert [] == stall.told("waited")
    assert NOW + MINUTE <= clock()


@hosts
def test_a_deadline_that_lasts_waits_for_the_next_minute(host: Host, name: str) -> None:
    """One pause, and then one request, in the host's next minute."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        stall, order = used_up(host, sim, name)
        outcome = stall.cancel(order, deadline=60)["outcome"]
        came = sim.requests[-1].time

    [pause] = [event.details["seconds"] for event in stall.told("waited")]
    assert ("canceled", "DD") == (outcome, stall.asked)
    assert LEFT <= pause <= LEFT + LATER
    assert NOW + MINUTE <= came <= NOW + MINUTE + LATER * 1000
