"""Many orders are in doubt, and the host answers nothing for a while."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from integration.host import Host

from adapter.simulator import Simulator

from .test_together import in_real_time
from .trader import BY_NAME, Trader, outcomes

MANY = 150
"""In 15 requests, and half as many again are under way when the first queries fail."""


@pytest.mark.one_in(2)
def test_few_queries_are_spent_on_it(host: Host, sim: Simulator) -> None:
    """Each order is queried once when it is over."""
    trader = Trader(host, sim, BY_NAME["usdm"])
    in_real_time(trader)
    orders = trader.place_many(MANY)
    sim.faults.play("http_503_unknown", for_seconds=1.0)
    came = trader.cancel_many(orders)

    assert ["canceled"] * MANY == outcomes(came)
    assert len([each for each in sim.requests if each.method == "GET"]) < 1.5 * MANY


ALONE = 60
"""Calls at once; more than half of them have failed when the first ones query."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("fault", ["http_503_unknown", "http_503_unavailable"])
def test_calls_whose_cancels_alone_are_not_answered(fault: str, host: Host, sim: Simulator) -> None:
    """Few of them try whether cancels work again, and none queries meanwhile."""
    trader = Trader(host, sim, BY_NAME["usdm"])
    in_real_time(trader)
    orders = trader.place_many(ALONE)
    sim.faults.play(fault, on="DELETE", for_seconds=1.5)
    came = cancelled_at_once(trader, [str(order.order_id) for order in orders])

    assert ["canceled"] * ALONE == [order["outcome"] for order in came]
    assert len(sim.requests) < 4.5 * ALONE


def cancelled_at_once(trader: Trader, ids: list[str]) -> list[Any]:
    """What a call for each gives, by threads or tasks."""
    cancel, symbol = trader.exchange.cancel_order, trader.kind.unified
    if trader.host.is_sync:
        with ThreadPoolExecutor(len(ids)) as pool:
            return list(pool.map(lambda order_id: cancel(order_id, symbol), ids))

    async def together() -> list[Any]:
        return await asyncio.gather(*[cancel(order_id, symbol) for order_id in ids])

    came: list[Any] = trader.host.done(together)
    return came
