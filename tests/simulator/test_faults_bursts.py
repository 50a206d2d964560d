"""Faults that last: a burst hits every request for a while, by the exchange's clock."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from adapter.simulator import FAULTS, Simulator
from adapter.simulator.exchange import Exchange
from adapter.simulator.faults import Schedule, apply_fault
from adapter.simulator.products import table

from .exchanges import placed, request
from .outcomes import CANCEL, seen
from .wire import KINDS, USDM, Clock, Kind, Wire, kinds

NUMBERS: tuple[Any, ...] = (0, -1, float("nan"), float("inf"), "2", True)
BURSTS = [name for name, fault in FAULTS.items() if fault.lag is None and fault.delay is None]


def left(sim: Simulator) -> list[str]:
    return [fault.name for fault in sim.faults.left]


@kinds
def test_every_request_for_so_long(sim: Simulator, wire: Wire, clock: Clock, kind: Kind) -> None:
    """It begins with the first request that it hits, however late, and ends to the millisecond."""
    order = sim.place(kind.name, kind.symbol)
    sim.faults.play("http_503_unknown", for_seconds=1.5)
    clock.skip(2)
    first = [wire.query(kind, orderId=order.order_id) for _ in range(2)]
    clock.skip(1.499)
    last = wire.cancel(kind, orderId=order.order_id)
    clock.skip(0.001)
    after = wire.cancel(kind, orderId=order.order_id)

    assert [503] * 3 == [answer.status for answer in (*first, last)]
    assert 200 == after.status
    assert 3 == len(sim.faults.played)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", BURSTS)
def test_any_fault_may_last(sim: Simulator, clock: Clock, name: str) -> None:
    """Three cancels get what one gets, each of an order of its own, and a fourth meets none."""
    orders = [sim.place("usdm", "BTCUSDT") for _ in range(4)]
    sim.faults.play(name, for_seconds=1, seconds=0 if name.startswith("skew") else None)
    expected = CANCEL["none" if name.startswith("skew") else name]
    for order in orders[:3]:
        with Wire(sim) as wire:
            got = seen(wire, "DELETE", USDM, order)
        assert expected == (got, sim.book.now(order).status)
    assert [name] == left(sim)
    clock.skip(1)
    with Wire(sim) as wire:
        seen(wire, "DELETE", USDM, orders[3])

    assert [name] * 3 == [played.fault.name for played in sim.faults.played]


def test_one_method_only(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """A burst on cancels lets queries pass, to those behind it, and they do not begin it."""
    sim.faults.play("page_403", on="DELETE", for_seconds=1)
    sim.faults.play("geo_451")
    assert 451 == wire.query(USDM, orderId=1).status
    clock.skip(5)
    assert [403, 403] == [wire.cancel(USDM, orderId=1).status for _ in range(2)]
    assert 400 == wire.query(USDM, orderId=1).status
    clock.skip(1)

    assert 400 == wire.cancel(USDM, orderId=1).status


def test_one_after_the_other(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """The faults after a burst come when that is over; None is a time without faults."""
    sim.faults.play("page_403", None, "geo_451", for_seconds=1)
    sim.faults.play("http_500")
    found = []
    for _ in range(9):
        found.append(wire.cancel(USDM, orderId=1).status)
        clock.skip(0.4)

    assert [403, 403, 403, 400, 400, 400, 451, 451, 451] == found
    assert ["http_500"] == left(sim)


def test_what_is_left(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """A burst is left until it is over, or cleared."""
    sim.faults.play("page_403", for_seconds=1)
    wire.cancel(USDM, orderId=1)
    assert ["page_403"] == left(sim)
    clock.skip(1)
    assert [] == left(sim)
    sim.faults.play("page_403", for_seconds=1)
    wire.cancel(USDM, orderId=1)
    sim.faults.clear()

    assert 400 == wire.cancel(USDM, orderId=1).status


def test_delays_that_last(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """Each answer is late while the burst lasts, by the schedule's delay."""
    sim.faults.delay = 0.01
    sim.faults.play("delay_after", for_seconds=1)
    for _ in range(2):
        assert 400 == wire.cancel(USDM, orderId=1).status
    clock.skip(1)
    wire.cancel(USDM, orderId=1)

    assert [0.01] * 2 == [played.fault.seconds for played in sim.faults.played]


def test_a_limit_that_lasts(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """Each request that a burst of 429 hits makes the host refuse for so many seconds again."""
    sim.faults.play("limited_429", seconds=1, for_seconds=1.5)
    for _ in range(2):
        assert 429 == wire.cancel(USDM, orderId=1).status
        clock.skip(1.4)
    found = wire.cancel(USDM, orderId=1).status

    assert 400 == found


@pytest.mark.parametrize("seconds", NUMBERS)
def test_wrong_times(sim: Simulator, seconds: Any) -> None:
    """A time that is none is a ValueError that shows what it should be, and nothing is planned."""
    with pytest.raises(ValueError, match=r"for_seconds=.* is not a number of seconds above 0"):
        sim.faults.play("none", "page_403", for_seconds=seconds)
    with pytest.raises(ValueError, match=r"for_seconds=.* is not a number of seconds above 0"):
        attrs.evolve(FAULTS["page_403"], for_seconds=seconds)

    assert [] == left(sim)


@kinds
def test_without_a_socket(exchange: Exchange, clock: Clock, kind: Kind) -> None:
    """The schedule goes by the exchange's clock, so that a burst is played in a model's time."""
    faults = Schedule(FAULTS, exchange.conditions, lambda: None)
    faults.play("http_502_page", on="DELETE", for_seconds=2)
    cancel = request("DELETE", placed(exchange, kind))
    found = []
    for _ in range(3):
        became = apply_fault(exchange, cancel, faults.take(cancel) or FAULTS["none"])
        found.append(became.reply.status if became.reply else 0)
        clock.skip(1)

    assert [502, 502, 200] == found


def test_every_product_is_here() -> None:
    """The products of the tests above are all that the simulator has."""
    assert {product.name for product in table("ACCEPTED")} == {k.name for k in KINDS}
