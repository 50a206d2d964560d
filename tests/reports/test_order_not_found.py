"""Row 10: an order that is not found takes few requests."""

from __future__ import annotations

import pytest
from integration.host import Host

import adapter

from .world import Kind, World, kinds


@kinds
@pytest.mark.parametrize("named", [False, True], ids=["by id", "by client id"])
def test_an_order_that_is_nowhere_costs_three_requests(host: Host, kind: Kind, named: bool) -> None:
    """A cancel, a look, and another one a moment later: `OrderGone`, and nobody knows how."""
    name = {"clientOrderId": "nobody"} if named else {}
    with World(host, kind) as world:
        world.place()
        result = world.call(None if named else "999", kind.unified, {**kind.params, **name})
        ended = world.now

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert (None, None) == (result.state, result.order)
    assert "Dqq" == world.path
    assert 0.2 <= ended <= 0.3
