"""Many orders are in doubt, and the host answers nothing for a while."""

from __future__ import annotations

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
