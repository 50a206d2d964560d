"""Row 6: a client id means the newest order that has it, and what a query finds is reported."""

from __future__ import annotations

import json
from typing import Any

import ccxt
import pytest
from integration.host import Host
from integration.instant import Ahead
from outcomes.simulated import Trader

import adapter
from adapter.simulator import Order, Simulator

from .answers import (
    Handler,
    closed,
    for_seconds,
    in_turn,
    lost,
    said,
    served,
    unknown_order,
    written,
)
from .checks import canceled, gone
from .test_overload import overloaded
from .world import STATES, Kind, World, kinds

SKEWS = (-1.0, 0.0, 0.999)
"""Seconds by which the caller's clock is ahead; a whole second is refused."""
AGES = (0.0, 0.3, 1.0)
"""Seconds between the placing of an order and its cancel."""

skews = pytest.mark.parametrize("skew", SKEWS)
refused_skews = pytest.mark.parametrize("skew", [*SKEWS, 1.0])
ages = pytest.mark.parametrize("age", AGES)


def has_a_clock(kind: Kind) -> bool:
    """Whether the host has an endpoint with its time in ms; Portfolio Margin's has none."""
    return not kind.path.startswith("/papi")


@kinds
@skews
@ages
@pytest.mark.parametrize("status", ["FILLED", "CANCELED", "EXPIRED"])
def test_a_fresh_order_that_has_ended_is_reported(
    host: Host, kind: Kind, skew: float, age: float, status: str
) -> None:
    """Placed, ended at once, and cancelled by its client id: how it ended, and the order."""
    with World(host, kind, skew=skew) as world:
        order = world.place(age=age)
        world.end(order, status, ago=age)
        result = world.cancel(order, by_client_id=True)

    gone(result, STATES[status], order)


@kinds
def test_an_order_that_ccxt_placed_and_that_filled_is_reported(host: Host, kind: Kind) -> None:
    """``create_order`` with a client id, a fill, and ``cancel_order`` with the same."""
    options = {"fetchMarkets": {"types": ["option"]}} if kind.name == "options" else {}
    with Simulator(clock=Ahead()) as sim:
        trader = Trader(host, sim, kind, {"options": options})
        caller, named = trader.exchange, {**kind.params, "clientOrderId": "mine1"}
        host.done(lambda: caller.create_order(kind.unified, "limit", "buy", 1, 100, dict(named)))
        [order] = sim.book.orders()
        sim.book.fill(order)
        with pytest.raises(adapter.OrderGone) as caught:
            host.cancel(caller, None, kind.unified, named)

    gone(caught.value, "closed", order)
    shown = caught.value.order
    assert shown is not None
    assert ("mine1", 1) == (shown["clientOrderId"], shown["filled"])


@kinds
@skews
@ages
def test_a_fresh_order_whose_cancel_took_is_canceled(
    host: Host, kind: Kind, skew: float, age: float
) -> None:
    """The answer is lost: a look shows it canceled, and nothing has to be sent again."""
    with World(host, kind, deletes=in_turn(lost), skew=skew) as world:
        order = world.place(age=age)
        result = world.cancel(order, by_client_id=True)

    canceled(result, order)
    assert "CANCELED" == world.book(order)


@kinds
@skews
@ages
@pytest.mark.parametrize("fault", [closed, unknown_order], ids=["a closed line", "-2011"])
def test_a_fresh_order_is_cancelled_again_only_for_sure(
    host: Host, kind: Kind, skew: float, age: float, fault: Handler
) -> None:
    """Where the exchange's clock decides, the order is canceled; else unknown, with the order."""
    with World(host, kind, deletes=in_turn(fault), skew=skew) as world:
        order = world.place(age=age)
        result = world.cancel(order, by_client_id=True)

    if isinstance(result, adapter.CancelUnknown) and not (has_a_clock(kind) and age):
        assert "NEW" == world.book(order)
        assert result.order is not None
        assert (str(order.order_id), "open") == (result.order["id"], result.order["status"])
    else:
        canceled(result, order)
        assert "CANCELED" == world.book(order)


@kinds
@skews
def test_the_date_of_an_answer_decides_where_there_is_no_clock(
    host: Host, kind: Kind, skew: float
) -> None:
    """It has whole seconds, which is enough for an order that is some seconds old."""
    with World(host, kind, deletes=in_turn(closed), skew=skew) as world:
        order = world.place(age=3.5)
        result = world.cancel(order, by_client_id=True)

    canceled(result, order)
    assert "CANCELED" == world.book(order)


@kinds
@skews
@ages
def test_an_order_id_that_was_given_too_settles_it(
    host: Host, kind: Kind, skew: float, age: float
) -> None:
    """However young the order is, the id shows that it is the one: the cancel is sent again."""
    with World(host, kind, deletes=in_turn(closed), skew=skew) as world:
        order = world.place(age=age)
        named = {**kind.params, "clientOrderId": order.client_order_id}
        result = world.call(str(order.order_id), kind.unified, named)

    canceled(result, order)
    assert "CANCELED" == world.book(order)


def reused(world: World, order: Order, newer: list[Order], *, seconds: float = 0.0) -> None:
    """After so many seconds the order trades, if it has not ended, and its name is used again."""
    world.state.io.clock.now += seconds
    if world.exchange.book.now(order).is_open:
        world.end(order, "FILLED")
    newer.append(world.place(order.client_order_id, age=0))


@kinds
@refused_skews
@pytest.mark.parametrize("when", ["at once", "before the answer", "soon", "late"])
@pytest.mark.parametrize("fault", [closed, unknown_order], ids=["a closed line", "-2011"])
def test_a_newer_order_with_the_same_name_is_never_cancelled(
    host: Host, kind: Kind, skew: float, when: str, fault: Handler
) -> None:
    """The first cancel did nothing; then the order trades, and another one takes its name."""
    newer: list[Order] = []
    deletes = in_turn(fault, fault)
    with World(host, kind, deletes=deletes, skew=skew) as world:
        order = world.place()
        if when in ("at once", "before the answer"):
            world.meanwhile = lambda: reused(
                world, order, newer, seconds=0.0 if when == "at once" else 0.2
            )
        else:
            world.later(0.01 if when == "soon" else 0.4, lambda: reused(world, order, newer))
        result = world.cancel(order, by_client_id=True)

    assert all("NEW" == world.book(other) for other in newer)
    said_of_the_book(world, result)


@kinds
@skews
def test_what_a_look_finds_is_reported_whenever_it_was_made(
    host: Host, kind: Kind, skew: float
) -> None:
    """Both the order and a newer one with its name have traded: the newer one is what is found."""
    newer: list[Order] = []
    with World(host, kind, deletes=in_turn(closed), skew=skew) as world:
        order = world.place()

        def both() -> None:
            reused(world, order, newer)
            world.end(newer[0], "FILLED")

        world.meanwhile = both
        result = world.cancel(order, by_client_id=True)

    gone(result, "closed", newer[0])


def said_of_the_book(world: World, result: Any) -> None:
    """Assert that what was reported of an order is true of that order in the book."""
    shown = result if isinstance(result, dict) else getattr(result, "order", None)
    if shown is not None:
        product, symbol = world.kind.name, world.kind.symbol
        order = world.exchange.book.get(product, symbol, int(shown["id"]))
        assert order is not None
        state = STATES.get(order.status, "open")
    if isinstance(result, dict):
        assert "canceled" == result["outcome"] == result["status"] == state
    elif isinstance(result, adapter.OrderGone):
        assert shown is None or state == result.state == shown["status"]
    else:
        assert isinstance(result, adapter.CancelUnknown), repr(result)


NOT_EXECUTED = (ccxt.ExchangeNotAvailable, ccxt.InvalidNonce, adapter.RateLimited)
"""Errors by which the order is as it was."""


def not_executed(kind: Kind, name: str) -> Handler:
    """What the exchange answers to a cancel that it does not execute."""
    if name == "limited":
        body = json.dumps({"code": -1003, "msg": "Too many requests."}).encode()
        headers = {"Content-Type": "application/json", "Retry-After": "2"}
        return lambda _world, _request: written(429, body, headers)
    if name == "clock":
        return said(400, -1021, "Timestamp for this request is outside of the recvWindow.")
    return overloaded(kind)


@kinds
@skews
@pytest.mark.parametrize("name", ["busy", "limited", "clock"])
@pytest.mark.parametrize("queries", ["answered", "busy"])
def test_what_was_not_executed_never_reaches_a_newer_order(
    host: Host, kind: Kind, skew: float, name: str, queries: str
) -> None:
    """A busy second, a limit or a clock: meanwhile the order trades, and its name is used again."""
    newer: list[Order] = []
    gets = for_seconds(1.0, overloaded(kind)) if queries == "busy" else served
    deletes = in_turn(not_executed(kind, name))
    with World(host, kind, deletes=deletes, gets=gets, skew=skew) as world:
        order = world.place()
        world.meanwhile = lambda: reused(world, order, newer, seconds=0.01)
        result = world.cancel(order, by_client_id=True)

    assert "NEW" == world.book(newer[0])
    assert 1 == world.path.count("D")
    if isinstance(result, adapter.CancelUnknown):
        assert result.order is not None
        assert (str(newer[0].order_id), "open") == (result.order["id"], result.order["status"])
    else:
        assert not has_a_clock(kind)
        assert isinstance(result, NOT_EXECUTED), repr(result)


@kinds
@skews
@pytest.mark.parametrize("name", ["busy", "limited", "clock"])
def test_what_was_not_executed_is_sent_again_by_order_id(
    host: Host, kind: Kind, skew: float, name: str
) -> None:
    """One look, and the cancel."""
    with World(host, kind, deletes=in_turn(not_executed(kind, name)), skew=skew) as world:
        order = world.place()
        result = world.cancel(order, by_client_id=True)

    canceled(result, order)
    assert "CANCELED" == world.book(order)
    assert "DqD" == world.path.replace("t", "")[:3]


@kinds
def test_an_order_that_trades_while_the_exchange_is_busy_is_gone(host: Host, kind: Kind) -> None:
    """Nothing is sent again."""
    with World(host, kind, deletes=in_turn(overloaded(kind))) as world:
        order = world.place()
        world.meanwhile = lambda: world.end(order, "FILLED")
        result = world.cancel(order, by_client_id=True)

    gone(result, "closed", order)
    assert 1 == world.path.count("D")
