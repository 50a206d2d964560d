"""Rows 2 and 3: queries are behind the matching engine for a while."""

from __future__ import annotations

import pytest
from integration.host import Host

from .answers import in_turn, lost
from .checks import canceled, gone
from .world import MOST_REQUESTS, MOST_SENDS, STATES, Kind, World, by_ids, kinds


@kinds
@by_ids
@pytest.mark.parametrize("lag", [0.15, 1.5])
@pytest.mark.parametrize("status", ["FILLED", "CANCELED"])
def test_an_end_that_queries_show_late_is_reported(
    host: Host, kind: Kind, status: str, lag: float, by_client_id: bool
) -> None:
    """-2011 while a query shows NEW: the order has ended, and the call waits until it sees how."""
    with World(host, kind, lag=lag) as world:
        order = world.place()
        world.end(order, status)
        result = world.cancel(order, by_client_id=by_client_id)

    gone(result, STATES[status], order)
    assert world.path.count("D") <= MOST_SENDS
    assert len(world.path) <= MOST_REQUESTS


@kinds
@by_ids
@pytest.mark.parametrize("lag", [0.1, 1.5])
def test_a_cancel_that_queries_show_late_is_ours(
    host: Host, kind: Kind, lag: float, by_client_id: bool
) -> None:
    """The answer is lost and the cancel took effect: canceled, although queries showed NEW."""
    with World(host, kind, deletes=in_turn(lost), lag=lag) as world:
        order = world.place()
        result = world.cancel(order, by_client_id=by_client_id)

    canceled(result, order)
    assert "CANCELED" == world.book(order)
    assert world.path.count("D") <= MOST_SENDS
    assert len(world.path) <= MOST_REQUESTS


@kinds
def test_a_fill_that_queries_show_late_is_reported_after_a_lost_answer(
    host: Host, kind: Kind
) -> None:
    """The order had traded before a cancel whose answer was lost: closed, and not canceled."""
    with World(host, kind, deletes=in_turn(lost), lag=1.5) as world:
        order = world.place()
        world.end(order, "FILLED")
        result = world.cancel(order)

    gone(result, "closed", order)
    assert 2 == result.order["filled"]
