"""Row 25: a client id whose create is still in progress."""

from __future__ import annotations

import re

import pytest
from integration.host import Host

import adapter
from adapter.simulator import Order

from .answers import closed, in_turn
from .world import Kind, World, kinds

REASONS = {
    "never existed": r"never existed|does not exist|no such order",
    "forgotten": r"forg[oe]t",
    "elsewhere": r"elsewhere|another (symbol|account)|other (symbol|account)",
    "under way": r"(create|placing|place).*(under way|in flight|not (yet )?arrived)",
}
"""What may be so where an order is not found."""


@kinds
@pytest.mark.parametrize("reason", REASONS)
def test_not_found_shows_what_may_be_so(host: Host, kind: Kind, reason: str) -> None:
    """It is not claimed that the order has ended: its create may come in after the call."""
    with World(host, kind) as world:
        result = world.call(None, kind.unified, {**kind.params, "clientOrderId": "mine"})
        order = world.place("mine", age=0)

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert (None, None) == (result.state, result.order)
    assert "NEW" == world.book(order)
    own = re.sub(r"\{.*?\}", "", str(result))
    assert re.search(REASONS[reason], own, re.IGNORECASE | re.DOTALL), own


WORDS = re.compile(r"\w+ \w+ \w+")
"""What is more than a name or a number."""


def why(world: World) -> list[str]:
    """What the events have as text from the first query on that showed an open order."""
    shows = [event.details.get("status") == "open" for event in world.events]
    after = world.events[shows.index(True) :]
    said = [str(value) for event in after for value in event.details.values()]
    return [text for text in said if WORDS.search(text)]


@kinds
def test_an_order_that_comes_in_between_two_looks_is_not_cancelled(host: Host, kind: Kind) -> None:
    """Not found, then open: it may be another one, so unknown; the events show why."""
    came: list[Order] = []
    with World(host, kind) as world:
        world.later(0.1, lambda: came.append(world.place("mine", age=0)))
        result = world.call(None, kind.unified, {**kind.params, "clientOrderId": "mine"})

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert result.order is not None
    assert (str(came[0].order_id), "open") == (result.order["id"], result.order["status"])
    assert "NEW" == world.book(came[0])
    assert 1 == world.path.count("D")
    assert why(world), world.events


@kinds
def test_the_events_say_why_a_cancel_was_not_sent_again(host: Host, kind: Kind) -> None:
    """The answer is lost, and a look finds an order that was made after the call began."""
    newer: list[Order] = []
    with World(host, kind, deletes=in_turn(closed)) as world:
        order = world.place("mine")

        def reused() -> None:
            world.end(order, "FILLED")
            newer.append(world.place("mine", age=0))

        world.meanwhile = reused
        result = world.cancel(order, by_client_id=True)

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert "NEW" == world.book(newer[0])
    assert why(world), world.events
