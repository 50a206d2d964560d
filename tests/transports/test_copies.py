"""A copy of an exchange object has connections of its own."""

from __future__ import annotations

import copy

import pytest
from integration.host import SYMBOL, Host, moved

import adapter

from .prewarmed import cancels, counting, prewarmed


@pytest.mark.parametrize("warm", [False, True], ids=["after a cancel", "after a prewarm"])
def test_a_copy_works_and_shares_no_connection(sync: Host, warm: bool) -> None:
    """Both cancel, at once, and neither has lost or gained a connection by the other."""
    with counting() as server:
        exchange = moved(sync.attached(), server.url)
        prewarmed(sync, exchange) if warm else cancels(sync, exchange, 1)
        other = sync.keep(copy.deepcopy(exchange))
        assert 1 == server.connections
        orders = [one.cancel_order("7", SYMBOL) for one in (exchange, other, exchange, other)]
        sync.close_exchanges()

    assert ["canceled"] * 4 == [order["outcome"] for order in orders]
    assert 2 == server.connections


def test_a_copy_is_prewarmed_by_itself(sync: Host) -> None:
    """Open connections of the one do not count for the other."""
    with counting() as server:
        exchange = moved(sync.attached(), server.url)
        prewarmed(sync, exchange, 2)
        other = sync.keep(copy.deepcopy(exchange))
        assert {server.url: 3} == prewarmed(sync, other, 3)
        sync.close_exchanges()

    assert 5 == server.connections


def test_a_copy_of_an_async_exchange_that_was_never_used(loop: Host) -> None:
    """Once its session is open, asyncio allows no copy, with the adapter or without."""
    with counting() as server:
        exchange = moved(loop.attached(), server.url)
        other = loop.keep(copy.deepcopy(exchange))
        for one in (exchange, other):
            assert "canceled" == loop.cancel(one, "7", SYMBOL)["outcome"]
        loop.close_exchanges()

    assert 2 == server.connections


def test_a_copy_can_be_detached(sync: Host) -> None:
    """The original stays attached."""
    exchange = sync.attached()
    other = sync.keep(copy.deepcopy(exchange))
    adapter.detach(other)

    assert "_adapter" in vars(exchange)
    assert "_adapter" not in vars(other)
