"""Row 1: for a while a cancel gets ambiguous answers, and the order stays open."""

from __future__ import annotations

import contextlib

import pytest
from integration.host import Host

from .answers import Handler, closed, for_seconds, page, said
from .checks import canceled
from .world import KINDS, MOST_REQUESTS, MOST_SENDS, Kind, World, by_ids, kinds

FAULTS: dict[str, Handler] = {
    "503 -1000": said(503, -1000, "Unknown error, please check your request or try again later."),
    "-1007": said(408, -1007, "Timeout waiting for response from backend server."),
    "a closed line": closed,
    "a page": page(502),
}
"""Not one of them executes the cancel."""


@kinds
@by_ids
@pytest.mark.parametrize("seconds", [0.3, 2.0])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_burst_is_outlasted(
    host: Host, kind: Kind, fault: str, seconds: float, by_client_id: bool
) -> None:
    """The order is canceled, with few requests and no more sends than ``attempts``."""
    with World(host, kind, deletes=for_seconds(seconds, FAULTS[fault])) as world:
        order = world.place()
        result = world.cancel(order, by_client_id=by_client_id)

    canceled(result, order)
    assert "CANCELED" == world.book(order)
    assert world.path.count("D") <= MOST_SENDS
    assert len(world.path) <= MOST_REQUESTS
    assert seconds <= max(asked.at for asked in world.asked if asked.method == "DELETE")


def test_a_burst_in_real_time(host: Host) -> None:
    """A third of a second of it, on all products at once: every order is canceled."""
    deletes = for_seconds(0.3, FAULTS["503 -1000"])
    worlds = [World(host, kind, deletes=deletes, real_time=True) for kind in KINDS]
    with contextlib.ExitStack() as stack:
        for world in worlds:
            stack.enter_context(world)
        orders = [world.place() for world in worlds]
        pairs = zip(worlds, orders, strict=True)
        results = host.together([w.pending(*w.arguments(order)) for w, order in pairs])

    for world, order, result in zip(worlds, orders, results, strict=True):
        canceled(result, order)
        assert "CANCELED" == world.book(order)
