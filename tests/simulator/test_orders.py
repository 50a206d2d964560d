"""The life of an order over HTTP: open, ended, listed, forgotten."""

import pytest

from adapter.simulator import Simulator

from .wire import (
    CROSS,
    DAY,
    NO_ORDER,
    OPTIONS,
    PM_CM,
    PM_MARGIN,
    SPOTLIKE,
    UNKNOWN,
    USDM,
    Clock,
    Kind,
    Wire,
    futures,
    kinds,
    mandatory,
)

FINAL = (400, -6028, "Order is in final state")


def gone(kind: Kind, *, ended: bool) -> tuple[int, int, str]:
    if kind is OPTIONS:
        return FINAL if ended else NO_ORDER
    return UNKNOWN


@kinds
def test_place_query_cancel_query(wire: Wire, kind: Kind) -> None:
    """An order placed over HTTP can be queried, cancelled by its id, and queried again."""
    placed = wire.place(kind).json
    number = placed["orderId"]

    assert number == kind.first_id
    assert wire.query(kind, orderId=number).json["status"] == "NEW"
    assert int(wire.cancel(kind, orderId=number).json["orderId"]) == number
    assert wire.query(kind, orderId=number).json["status"] == "CANCELED"


@pytest.mark.parametrize("end", ["fill", "expire", "reject", "cancel"])
@kinds
def test_an_order_that_ended_cannot_be_cancelled(
    sim: Simulator, wire: Wire, kind: Kind, end: str
) -> None:
    """However it ended, it stays so; futures and margin answer -2011, Options -6028."""
    order = sim.place(kind.name, kind.symbol)
    ended = getattr(sim.book, end)(order)
    answer = wire.cancel(kind, orderId=order.order_id)

    assert answer.error == gone(kind, ended=True)
    assert sim.book.now(order) == ended
    assert wire.query(kind, orderId=order.order_id).json["status"] == ended.status


@kinds
def test_an_order_that_never_was(wire: Wire, kind: Kind) -> None:
    """An unknown id or client id is -2011 to a cancel (-2013 on Options), -2013 to a query."""
    for given in ({"orderId": 1}, {kind.client_id: "nobody"}):
        assert wire.cancel(kind, **given).error == gone(kind, ended=False)
        assert wire.query(kind, **given).error == NO_ORDER


@kinds
def test_old_untraded_orders_are_forgotten(
    sim: Simulator, wire: Wire, clock: Clock, kind: Kind
) -> None:
    """Three days on, a cancelled order that never traded is not found, but on margin and spot."""
    untraded, traded, still = (sim.place(kind.name, kind.symbol) for _ in range(3))
    sim.book.cancel(untraded)
    sim.book.cancel(sim.book.fill(traded, "0.5"))
    clock.now += 3 * DAY + 1
    answers = [
        wire.query(kind, orderId=order.order_id, timestamp=clock.now)
        for order in (untraded, traded, still)
    ]

    first = 200 if kind in SPOTLIKE else 400
    assert [answer.status for answer in answers] == [first, 200, 200]


def test_usdm_forgets_everything_after_90_days(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """Even a filled order is not found 90 days after it was placed."""
    order = sim.place("usdm", "BTCUSDT", filled=1)
    clock.now += 90 * DAY + 1

    assert wire.query(USDM, orderId=order.order_id, timestamp=clock.now).error == NO_ORDER


@futures
def test_open_order_finds_open_orders_only(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """``openOrder`` answers -2013 for an order that has ended; on pm_cm it answers a list."""
    order = sim.place(kind.name, kind.symbol)
    given: dict[str, object] = {"symbol": kind.symbol, "orderId": order.order_id}
    found = wire.signed("GET", f"{kind.path}/openOrder", **given).json
    sim.book.fill(order)

    assert (found[0] if kind is PM_CM else found)["orderId"] == order.order_id
    assert wire.signed("GET", f"{kind.path}/openOrder", **given).error == NO_ORDER


@kinds
def test_open_orders_of_a_symbol(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """``openOrders`` lists what is open, oldest first."""
    orders = [sim.place(kind.name, kind.symbol) for _ in range(3)]
    sim.book.fill(orders[1])
    found = wire.signed("GET", f"{kind.path}/openOrders", symbol=kind.symbol).json

    assert [order["orderId"] for order in found] == [orders[0].order_id, orders[2].order_id]


@kinds
def test_open_orders_of_every_symbol(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """Without a symbol the whole product is listed, and no other; margin requires a symbol."""
    sim.place("usdm", "ETHUSDT")
    sim.place(kind.name, kind.symbol)
    answer = wire.signed("GET", f"{kind.path}/openOrders")

    if kind in (PM_MARGIN, CROSS):
        assert answer.error == mandatory("symbol")
    else:
        symbols = [kind.symbol] if kind is not USDM else ["ETHUSDT", kind.symbol]
        assert [order["symbol"] for order in answer.json] == symbols
