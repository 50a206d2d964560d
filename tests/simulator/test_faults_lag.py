"""Queries that lag behind the book: they show its earlier state, and cancels do not."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from adapter.simulator import FAULTS, Order, Simulator
from adapter.simulator.exchange import Exchange
from adapter.simulator.faults import Schedule, apply_fault

from .exchanges import placed, request
from .wire import OPTIONS, PM_UM, USDM, Clock, Kind, Wire, kinds


def status(wire: Wire, clock: Clock, kind: Kind, order: Order) -> object:
    """What a query answers now: a status, or a code."""
    answer = wire.query(kind, orderId=order.order_id, timestamp=clock.now).json
    return answer.get("status", answer.get("code"))


@kinds
def test_a_fill_is_seen_later(sim: Simulator, wire: Wire, clock: Clock, kind: Kind) -> None:
    """The cancel is refused at once, queries show NEW for as long as they lag, then FILLED."""
    order = sim.place(kind.name, kind.symbol)
    clock.skip(60)
    sim.faults.play("query_lag", lag=1.5)
    sim.faults.play("fill_before", on="DELETE")
    refused = wire.cancel(kind, orderId=order.order_id, timestamp=clock.now)
    assert 400 == refused.status
    assert "NEW" == status(wire, clock, kind, order)
    clock.skip(1.499)
    assert "NEW" == status(wire, clock, kind, order)
    clock.skip(0.001)

    assert "FILLED" == status(wire, clock, kind, order)


@kinds
def test_a_young_order_is_not_found(sim: Simulator, wire: Wire, clock: Clock, kind: Kind) -> None:
    """An order placed less than the lag ago does not exist to queries, and can be cancelled."""
    sim.faults.play("query_lag", lag=2)
    order = sim.place(kind.name, kind.symbol)
    clock.skip(1.999)
    assert -2013 == status(wire, clock, kind, order)
    assert 200 == wire.cancel(kind, orderId=order.order_id, timestamp=clock.now).status
    clock.skip(0.001)
    assert "NEW" == status(wire, clock, kind, order)
    clock.skip(1.999)

    assert "CANCELED" == status(wire, clock, kind, order)


@kinds
def test_each_state_in_its_turn(sim: Simulator, wire: Wire, clock: Clock, kind: Kind) -> None:
    """What an order went through is seen again, with its fills and times, as late as the lag."""
    sim.faults.play("query_lag", lag=20)
    values = [sim.place(kind.name, kind.symbol, quantity=3)]
    for change in (lambda o: sim.book.fill(o, 1), lambda o: sim.book.fill(o, 1), sim.book.expire):
        clock.skip(5)
        values.append(change(values[-1]))
    clock.skip(4.999)
    found = []
    for _ in values:
        clock.skip(0.001)
        answer = wire.query(kind, orderId=values[0].order_id, timestamp=clock.now).json
        found.append((answer["status"], float(answer["executedQty"])))
        clock.skip(4.999)

    assert [(value.status, float(value.executed)) for value in values] == found


@kinds
def test_a_client_id_used_again(sim: Simulator, wire: Wire, clock: Clock, kind: Kind) -> None:
    """Queries by client id find the older order of that name until they see the newer one."""
    older = sim.place(kind.name, kind.symbol, client_order_id="mine")
    sim.book.fill(older)
    clock.skip(10)
    sim.faults.play("query_lag", lag=1)
    newer = sim.place(kind.name, kind.symbol, client_order_id="mine")
    found = []
    for _ in range(2):
        answer = wire.query(kind, **{kind.client_id: "mine", "timestamp": clock.now}).json
        found.append(answer["orderId"])
        clock.skip(1)

    assert [older.order_id, newer.order_id] == found


def test_lists_lag_too(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """The list of open orders, and the query of one, are of the same moment."""
    order = sim.place("pm_um", PM_UM.symbol)
    clock.skip(60)
    sim.faults.play("query_lag", lag=1)
    sim.book.fill(order)
    asked: dict[str, Any] = {"symbol": PM_UM.symbol, "timestamp": clock.now}
    listed = wire.signed("GET", "/papi/v1/um/openOrders", **asked)
    shown = wire.signed("GET", "/papi/v1/um/openOrder", **asked, orderId=order.order_id)

    assert [order.order_id] == [answer["orderId"] for answer in listed.json]
    assert "NEW" == shown.json["status"]


def test_how_long_it_lasts(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """With ``for_seconds`` it ends so long after the first query that it hits."""
    order = sim.place("usdm", "BTCUSDT")
    clock.skip(60)
    sim.faults.play("query_lag", lag=10, for_seconds=2)
    sim.book.fill(order)
    clock.skip(5)
    assert "NEW" == status(wire, clock, USDM, order)
    clock.skip(1.999)
    assert "NEW" == status(wire, clock, USDM, order)
    clock.skip(0.001)

    assert "FILLED" == status(wire, clock, USDM, order)


@pytest.mark.parametrize("how", ["clear", "none", "default"])
def test_how_it_ends(sim: Simulator, wire: Wire, clock: Clock, how: str) -> None:
    """It lasts until cleared, or until another lag, such as 0, replaces it."""
    order = sim.place("usdm", "BTCUSDT")
    clock.skip(60)
    sim.faults.play("query_lag", lag=20)
    sim.book.fill(order)
    clock.skip(1)
    assert "NEW" == status(wire, clock, USDM, order)
    if how == "clear":
        sim.faults.clear()
    else:
        sim.faults.play("query_lag", lag=0 if how == "none" else None)  # the default is 1 s

    assert "FILLED" == status(wire, clock, USDM, order)


def test_it_takes_no_request(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """It is neither left nor played, and the faults before and after it hit as ever."""
    sim.faults.play("page_403", "query_lag", "geo_451")
    found = [wire.query(USDM, orderId=1, timestamp=clock.now).status for _ in range(3)]

    assert [403, 451, 400] == found
    assert ["page_403", "geo_451"] == [played.fault.name for played in sim.faults.played]


def test_other_faults_go_on(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """A lost answer and a lag: the query that follows still shows the order open."""
    order = sim.place("options", OPTIONS.symbol)
    clock.skip(60)
    sim.faults.play("query_lag", lag=0.5)
    sim.faults.play("http_504_page_executed", on="DELETE")
    assert 504 == wire.cancel(OPTIONS, orderId=order.order_id, timestamp=clock.now).status
    assert "CANCELED" == sim.book.now(order).status
    assert "NEW" == status(wire, clock, OPTIONS, order)
    clock.skip(0.5)

    assert "CANCELED" == status(wire, clock, OPTIONS, order)


@pytest.mark.parametrize("lag", [-0.1, 20.001, float("nan"), float("inf"), "1", True])
def test_wrong_lags(sim: Simulator, lag: Any) -> None:
    """A lag is 0 to 20 s; anything else is a ValueError that reports it."""
    with pytest.raises(ValueError, match=r"lag=.* is not a number of seconds from 0 to 20"):
        sim.faults.play("query_lag", lag=lag)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"seconds": 1.5}, "takes lag and for_seconds, not seconds=1.5"),
        ({"requests": 2, "on": "DELETE"}, "not on='DELETE', requests=2"),
        ({"for_seconds": 0}, "for_seconds=0 is not a number of seconds above 0"),
    ],
)
def test_what_it_does_not_know(sim: Simulator, arguments: dict[str, Any], words: str) -> None:
    """Another argument for its duration or its requests is a ValueError."""
    with pytest.raises(ValueError, match=words):
        sim.faults.play("query_lag", **arguments)


def test_no_other_fault_has_a_lag(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """``lag`` is for ``query_lag`` alone."""
    with pytest.raises(ValueError, match="drop_after has no lag: that is for query_lag"):
        sim.faults.play("query_lag", "drop_after", lag=1)

    order = sim.place("usdm", "BTCUSDT")
    assert "NEW" == status(wire, clock, USDM, order), "nothing of it was planned"


def test_it_may_name_its_method(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """``on="GET"`` shows what is true of it anyway, and a value of it is played like its name."""
    order = sim.place("usdm", "BTCUSDT")
    sim.faults.play(attrs.evolve(FAULTS["query_lag"], lag=3), on="GET")

    assert -2013 == status(wire, clock, USDM, order)


@kinds
def test_without_a_socket(exchange: Exchange, clock: Clock, kind: Kind) -> None:
    """The pure exchange lags by its own clock, however the lag came."""
    order = placed(exchange, kind)
    query = request("GET", order)
    Schedule(FAULTS, exchange.conditions, lambda: None).play("query_lag", lag=2)
    found = []
    for fault in ("none", "query_lag", "none"):
        became = apply_fault(exchange, query, FAULTS[fault])
        found.append(became.reply.status if became.reply else 0)
        clock.skip(1)

    assert [400, 200, 200] == found
    assert exchange.book.now(order) == order


def test_an_order_with_an_age(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """An order that is placed as an old one is found by queries that lag."""
    sim.faults.play("query_lag", lag=20)
    old, young = (sim.place("usdm", "BTCUSDT", age=age) for age in (20.0, 19.999))

    assert ["NEW", -2013] == [status(wire, clock, USDM, order) for order in (old, young)]
    assert clock.now - 20_000 == old.created


@pytest.mark.parametrize("age", [-1, float("nan"), float("inf")])
def test_no_such_age(sim: Simulator, age: float) -> None:
    """An age is a number of seconds from 0 on; else no order is placed."""
    with pytest.raises(ValueError, match=r"age=.* is not a number of seconds from 0 on"):
        sim.place("usdm", "BTCUSDT", age=age)

    assert [] == sim.book.orders()
