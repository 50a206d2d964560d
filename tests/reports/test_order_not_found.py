"""Row 10: an order that is not found takes few requests."""

from __future__ import annotations

import pytest
from integration.host import Host

import adapter

from .world import Kind, World, kinds

LOOKS_ELSEWHERE = {"usdm": 1, "coinm": 1, "pm_um": 1, "pm_cm": 2}
"""By product: the requests that show a conditional order."""


@kinds
@pytest.mark.parametrize("named", [False, True], ids=["by id", "by client id"])
def test_an_order_that_is_nowhere_costs_few_requests(host: Host, kind: Kind, named: bool) -> None:
    """A cancel, a look, and another one a moment later: `OrderGone`, and nobody knows how.

    Futures have another look, among the conditional orders.
    """
    name = {"clientOrderId": "nobody"} if named else {}
    with World(host, kind) as world:
        world.place()
        result = world.call(None if named else "999", kind.unified, {**kind.params, **name})
        ended = world.now

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert (None, None) == (result.state, result.order)
    assert "Dqq" == world.path[:3]
    assert LOOKS_ELSEWHERE.get(kind.name, 0) == len(world.path) - 3
    assert 0.2 <= ended <= 0.3
