"""Row 4: the exchange is overloaded, and reports that it did not execute the cancel."""

from __future__ import annotations

import ccxt
import pytest
from integration.host import Host
from outcomes.simulated import DOUBTS_5XX

import adapter

from .answers import Handler, for_seconds, said
from .checks import canceled
from .world import DEADLINE, MOST_REQUESTS, Kind, World, kinds

LONGEST_PAUSE = 2.0
"""Seconds: with less than that left, another try may not come in time."""


def overloaded(kind: Kind) -> Handler:
    """What says that the cancel was not executed.

    -1008 on Options means that this client sends too much, and spot and margin promise nothing of
    any HTTP 5xx.
    """
    if kind.name == "options":
        return said(503, 0, "Service Unavailable.")
    if kind.name in DOUBTS_5XX:
        return said(400, -1016, "This service is no longer available.")
    return said(503, -1008, "Request throttled by system-level protection. Please try again.")


@kinds
@pytest.mark.parametrize("seconds", [1.0, 5.0])
def test_an_overload_is_outlasted(host: Host, kind: Kind, seconds: float) -> None:
    """The cancel is sent again for as long as there is time: those sends do not count."""
    with World(host, kind, deletes=for_seconds(seconds, overloaded(kind))) as world:
        order = world.place()
        result = world.cancel(order)

    canceled(result, order)
    assert "CANCELED" == world.book(order)
    assert len(world.path) <= MOST_REQUESTS


@kinds
def test_an_overload_beyond_the_deadline_is_not_available(host: Host, kind: Kind) -> None:
    """``ExchangeNotAvailable`` when the time is over, not before; the order is as it was."""
    with World(host, kind, deletes=for_seconds(60, overloaded(kind))) as world:
        order = world.place()
        result = world.cancel(order)
        ended = world.now

    assert isinstance(result, ccxt.ExchangeNotAvailable), repr(result)
    assert not isinstance(result, adapter.CancelUnknown)
    assert "NEW" == world.book(order)
    assert DEADLINE - LONGEST_PAUSE - 0.1 <= ended <= DEADLINE
    assert len(world.path) <= MOST_REQUESTS


@kinds
def test_the_pauses_of_an_overload_grow(host: Host, kind: Kind) -> None:
    """0.2, 0.4, 0.8 and 1.6 s, then 2 s: few requests in a long time."""
    with World(host, kind, deletes=for_seconds(6, overloaded(kind))) as world:
        order = world.place()
        result = world.cancel(order)

    sends = [asked.at for asked in world.asked if asked.method == "DELETE"]
    canceled(result, order)
    assert [0, 0.2, 0.6, 1.4, 3.0, 5.0, 7.0] == [round(at - sends[0], 3) for at in sends]
