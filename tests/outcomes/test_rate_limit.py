"""A host gets a cancel while anything is left of its minute; then, and in a flood, it waits."""

from __future__ import annotations

from typing import Any

import pytest
from integration.host import Host
from simulator.wire import NOW

from adapter.core.rate_limit import MINUTE_SLACK_MS, SECOND_MS
from adapter.errors import RateLimited
from adapter.simulator import Order, Simulator

from .simulated import BY_NAME, MINUTE, Clock, Stall

PASSED = 20_000
"""ms of the host's minute that are over."""
LEFT = (MINUTE - PASSED) / 1000
"""Seconds until the next one."""
LATER = (MINUTE_SLACK_MS + SECOND_MS) / 1000
"""Seconds by which the adapter may take it to come later than it does: it goes by ``Date``."""

LIMITS = {"usdm": 2400, "options": 2400, "pm_um": 6000, "pm_cm": 6000, "pm_margin": 6000}
"""What each host takes in a minute."""
WEIGHTS = dict.fromkeys(LIMITS, 1) | {"pm_margin": 2}
"""Of a cancel."""

hosts = pytest.mark.parametrize("name", LIMITS)


def used_by_others(host: Host, sim: Simulator, name: str, weight: int) -> Stall:
    """A stall whose host has told that others have used so much, in the answer to a cancel."""
    stall = Stall(host, sim, BY_NAME[name])
    sim.use(name, weight)
    stall.cancel(stall.place(), confirm=False)
    assert "D" == stall.asked
    return stall


def used_up(host: Host, sim: Simulator, name: str) -> tuple[Stall, Order]:
    """A stall whose host has told that nothing is left, and an order that is still open there."""
    stall = used_by_others(host, sim, name, LIMITS[name])
    return stall, stall.place()


@hosts
@pytest.mark.parametrize("used", [2280, 2285, 2390])
def test_one_cancel_passes_near_the_limit(host: Host, name: str, used: int) -> None:
    """Others have used 95 % and more of the host's minute: it goes at once, and is not held."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        stall = used_by_others(host, sim, name, used * LIMITS[name] // 2400)
        outcome = stall.cancel(stall.place())["outcome"]

    assert "canceled" == outcome
    assert [] == stall.told("blocked")


@hosts
def test_one_cancel_takes_the_last_that_is_left(host: Host, name: str) -> None:
    """What it weighs is left, so it goes; the next one waits."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        stall = used_by_others(host, sim, name, LIMITS[name] - 2 * WEIGHTS[name])
        last, late = stall.place(), stall.place()
        stall.cancel(last, confirm=False)
        held = stall.tried(late, confirm=False)

    assert isinstance(held, RateLimited)
    assert ("DD", "NEW") == (stall.asked, stall.book(late))


def test_a_loop_of_cancels_leaves_4_percent_where_others_have_used_95(host: Host) -> None:
    """24 of them pass: 1 % of the limit. The host's next minute takes the rest."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        stall = used_by_others(host, sim, "usdm", 2280)
        orders = [stall.place() for _ in range(30)]
        results = [stall.tried(order) for order in orders]
        held = [order for order, result in zip(orders, results, strict=True) if is_held(result)]
        first = len(sim.requests)
        stall.pass_by(LEFT + LATER)
        outcomes = [stall.cancel(order)["outcome"] for order in held]

    assert (24, orders[23:]) == (first, held)
    assert ["canceled"] * 7 == outcomes


def is_held(result: Any) -> bool:
    return isinstance(result, RateLimited)


@hosts
def test_a_cancel_that_could_pass_the_limit_is_held_back(host: Host, name: str) -> None:
    """`RateLimited` says for how long; until then the host hears nothing, and then it hears it."""
    with Simulator(clock=(clock := Clock(NOW + PASSED))) as sim:
        stall, order = used_up(host, sim, name)
        held = stall.tried(order)
        assert isinstance(held, RateLimited)
        seconds: Any = held.retry_after
        stall.pass_by(LEFT - 1)
        still_held = stall.tried(order, deadline=0.5)
        asked, status = stall.asked, stall.book(order)
        stall.pass_by(seconds - (LEFT - 1))
        stall.cancel(order, confirm=False)

    assert LEFT <= seconds <= LEFT + LATER
    assert f"held back for {seconds:.1f} s" in str(held)
    assert isinstance(still_held, RateLimited)
    assert ("D", "NEW") == (asked, status)
    assert ("DD", "CANCELED") == (stall.asked, stall.book(order))
    assert [] == stall.told("waited")
    assert NOW + MINUTE <= clock()


@hosts
def test_a_deadline_that_lasts_waits_for_the_next_minute(host: Host, name: str) -> None:
    """One pause, and then one request, in the host's next minute."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        stall, order = used_up(host, sim, name)
        stall.cancel(order, deadline=60, confirm=False)
        came = sim.requests[-1].time

    [pause] = [event.details["seconds"] for event in stall.told("waited")]
    assert ("DD", "CANCELED") == (stall.asked, stall.book(order))
    assert LEFT <= pause <= LEFT + LATER
    assert NOW + MINUTE <= came <= NOW + MINUTE + LATER * 1000
