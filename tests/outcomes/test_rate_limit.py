"""A host gets a cancel while anything is left of its minute; then, and in a flood, it waits."""

from __future__ import annotations

from typing import Any

import pytest
from integration.host import Host
from simulator.wire import NOW

from adapter.core.rate_limit import MINUTE_SLACK_MS, SECOND_MS
from adapter.errors import RateLimited
from adapter.simulator import Order, Simulator

from .simulated import BY_NAME, MINUTE, Clock, Trader

PASSED = 20_000
"""ms of the host's minute that are over."""
LEFT = (MINUTE - PASSED) / 1000
"""Seconds until the next one."""
LATER = (MINUTE_SLACK_MS + SECOND_MS) / 1000
"""Seconds by which the adapter may take it to come later than it does: it goes by ``Date``."""

LIMITS = {
    **dict.fromkeys(("usdm", "coinm", "options"), 2400),
    **dict.fromkeys(("spot", "pm_um", "pm_cm", "pm_margin"), 6000),
    "margin": 12_000,
}
"""What each host takes in a minute."""
WEIGHTS = dict.fromkeys(LIMITS, 1) | {"pm_margin": 2, "margin": 10}
"""Of a cancel."""

hosts = pytest.mark.parametrize("name", LIMITS)


def used_by_others(host: Host, sim: Simulator, name: str, weight: int) -> Trader:
    """A trader whose host has reported that others have used so much, in the answer to a cancel."""
    trader = Trader(host, sim, BY_NAME[name])
    sim.use(name, weight)
    trader.cancel(trader.place(), confirm=False)
    assert "D" == trader.asked
    return trader


def used_up(host: Host, sim: Simulator, name: str) -> tuple[Trader, Order]:
    """A trader whose host has reported that nothing is left, and an order that is open there."""
    trader = used_by_others(host, sim, name, LIMITS[name])
    return trader, trader.place()


@hosts
@pytest.mark.parametrize("used", [2280, 2285, 2390])
def test_one_cancel_passes_near_the_limit(host: Host, name: str, used: int) -> None:
    """Others have used 95 % and more of the host's minute: it goes at once, without a wait."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        trader = used_by_others(host, sim, name, used * LIMITS[name] // 2400)
        outcome = trader.cancel(trader.place())["outcome"]

    assert "canceled" == outcome
    assert [] == trader.events_named("blocked")


@hosts
def test_one_cancel_takes_the_last_that_is_left(host: Host, name: str) -> None:
    """What it weighs is left, so it goes; the next one waits."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        trader = used_by_others(host, sim, name, LIMITS[name] - 2 * WEIGHTS[name])
        last, late = trader.place(), trader.place()
        trader.cancel(last, confirm=False)
        held = trader.tried(late, confirm=False)

    assert isinstance(held, RateLimited)
    assert ("DD", "NEW") == (trader.asked, trader.book(late))


def test_a_loop_of_cancels_leaves_4_percent_where_others_have_used_95(host: Host) -> None:
    """24 of them pass: 1 % of the limit. The host's next minute takes the rest."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        trader = used_by_others(host, sim, "usdm", 2280)
        orders = [trader.place() for _ in range(30)]
        results = [trader.tried(order) for order in orders]
        held = [order for order, result in zip(orders, results, strict=True) if is_held(result)]
        first = len(sim.requests)
        trader.pass_by(LEFT + LATER)
        outcomes = [trader.cancel(order)["outcome"] for order in held]

    assert (24, orders[23:]) == (first, held)
    assert ["canceled"] * 7 == outcomes


def is_held(result: Any) -> bool:
    return isinstance(result, RateLimited)


@hosts
def test_a_cancel_that_could_pass_the_limit_is_delayed(host: Host, name: str) -> None:
    """`RateLimited` has the duration; until then the host gets nothing, and then it gets it."""
    with Simulator(clock=(clock := Clock(NOW + PASSED))) as sim:
        trader, order = used_up(host, sim, name)
        held = trader.tried(order)
        assert isinstance(held, RateLimited)
        seconds: Any = held.retry_after
        trader.pass_by(LEFT - 1)
        still_held = trader.tried(order, deadline=0.5)
        asked, status = trader.asked, trader.book(order)
        trader.pass_by(seconds - (LEFT - 1))
        trader.cancel(order, confirm=False)

    assert LEFT <= seconds <= LEFT + LATER
    assert f"held back for {seconds:.1f} s" in str(held)
    assert isinstance(still_held, RateLimited)
    assert ("D", "NEW") == (asked, status)
    assert ("DD", "CANCELED") == (trader.asked, trader.book(order))
    assert [] == trader.events_named("waited")
    assert NOW + MINUTE <= clock()


@hosts
def test_a_deadline_that_lasts_waits_for_the_next_minute(host: Host, name: str) -> None:
    """One pause, and then one request, in the host's next minute."""
    with Simulator(clock=Clock(NOW + PASSED)) as sim:
        trader, order = used_up(host, sim, name)
        trader.cancel(order, deadline=60, confirm=False)
        came = sim.requests[-1].time

    [pause] = [event.details["seconds"] for event in trader.events_named("waited")]
    assert ("DD", "CANCELED") == (trader.asked, trader.book(order))
    assert LEFT <= pause <= LEFT + LATER
    assert NOW + MINUTE <= came <= NOW + MINUTE + LATER * 1000
