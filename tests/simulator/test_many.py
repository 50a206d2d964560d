"""Requests that cancel several orders: errors in the list, and all of a symbol."""

import json
from typing import Any

import ccxt
import pytest

from adapter.simulator import Simulator

from .wire import (
    COINM,
    CROSS,
    KINDS,
    NOW,
    OPTIONS,
    SPOT,
    SPOTLIKE,
    USDM,
    Kind,
    Wire,
    mandatory,
)

BATCHES = {
    "usdm": ("orderIdList", "origClientOrderIdList"),
    "coinm": ("orderIdList", "origClientOrderIdList"),
    "options": ("orderIds", "clientOrderIds"),
}
batched = pytest.mark.parametrize("kind", [USDM, COINM, OPTIONS], ids=[*BATCHES])
GONE = {"code": -2011, "msg": "Unknown order sent."}
DONE = {"code": 200, "msg": "The operation of cancel all open order is done."}


def cancel(wire: Wire, kind: Kind, values: list[object], *, by_client_id: bool = False) -> Any:
    name = BATCHES[kind.name][by_client_id]
    text = json.dumps(values, separators=(",", ":"))
    path = f"{kind.path}/batchOrders"
    return wire.signed("DELETE", path, symbol=kind.symbol, **{name: text}).json


@batched
def test_each_id_has_an_answer(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """In the order of the list: the order as a cancel shows it, or an error without an id."""
    one, filled, other = (sim.place(kind.name, kind.symbol) for _ in range(3))
    sim.book.fill(filled)
    ids = [one.order_id, filled.order_id, 999, other.order_id]
    first, second, third, last = cancel(wire, kind, [*ids])

    assert [one.order_id, other.order_id] == [first["orderId"], last["orderId"]]
    assert -2011 == third["code"] or kind is OPTIONS
    assert {"code", "msg"} == {*second} == {*third}
    assert ["CANCELED", "FILLED", "CANCELED"] == [
        sim.book.now(order).status for order in (one, filled, other)
    ]


@batched
def test_by_client_ids(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """The list of texts."""
    order = sim.place(kind.name, kind.symbol, client_order_id="mine")
    [came] = cancel(wire, kind, ["mine"], by_client_id=True)

    assert "mine" == came["clientOrderId"]
    assert "CANCELED" == sim.book.now(order).status


def test_the_time_of_an_option(sim: Simulator, wire: Wire) -> None:
    """Under the name that the page has for several orders, and not that for one."""
    order = sim.place("options", OPTIONS.symbol)
    [came] = cancel(wire, OPTIONS, [order.order_id])

    assert order.created == came["createTime"]
    assert "createDate" not in came


@pytest.mark.parametrize(
    ("kind", "code"), [(USDM, -4032), (OPTIONS, -6011)], ids=["usdm", "options"]
)
def test_at_most_ten(sim: Simulator, wire: Wire, kind: Kind, code: int) -> None:
    """Of eleven, none is cancelled."""
    orders = [sim.place(kind.name, kind.symbol) for _ in range(11)]
    came = cancel(wire, kind, [order.order_id for order in orders])

    assert isinstance(came, dict)
    assert code == came["code"]
    assert {"NEW"} == {order.status for order in sim.book.orders()}


@pytest.mark.parametrize("text", ["1,2", "{}", "[]", "["])
def test_a_list_that_is_none(wire: Wire, text: str) -> None:
    """-1130, and nothing is cancelled."""
    sent = {"symbol": USDM.symbol, "orderIdList": text}
    status, code, _ = wire.signed("DELETE", "/fapi/v1/batchOrders", **sent).error

    assert (400, -1130) == (status, code)


def test_what_is_needed(wire: Wire) -> None:
    """A symbol, and one of the two lists."""
    assert mandatory("symbol") == wire.signed("DELETE", "/fapi/v1/batchOrders").error
    _, code, text = wire.signed("DELETE", "/fapi/v1/batchOrders", symbol="BTCUSDT").error

    assert -1102 == code
    assert "origClientOrderIdList" in text


def test_the_weights(sim: Simulator, wire: Wire) -> None:
    """Options count five, USDⓈ-M one."""
    used = "X-MBX-USED-WEIGHT-1M"
    sent = {"symbol": OPTIONS.symbol, "orderIds": "[1]"}
    options = wire.signed("DELETE", "/eapi/v1/batchOrders", **sent)
    futures = wire.signed("DELETE", "/fapi/v1/batchOrders", symbol="BTCUSDT", orderIdList="[1]")

    assert ("5", "1") == (options.headers[used], futures.headers[used])
    assert 2 == len(sim.requests)


def test_the_first_one_has_the_fault(sim: Simulator, wire: Wire) -> None:
    """The others are cancelled."""
    orders = [sim.place("usdm", "BTCUSDT") for _ in range(3)]
    sim.faults.play("refused_2011_disabled", on="DELETE")
    came = cancel(wire, USDM, [order.order_id for order in orders])

    assert isinstance(came, list)
    assert "This action is disabled on this account." == came[0]["msg"]
    assert ["NEW", "CANCELED", "CANCELED"] == [sim.book.now(order).status for order in orders]


def test_what_happens_before_happens_to_the_first(sim: Simulator, wire: Wire) -> None:
    """A fill just before the request."""
    orders = [sim.place("usdm", "BTCUSDT") for _ in range(2)]
    sim.faults.play("fill_before", on="DELETE")
    came = cancel(wire, USDM, [order.order_id for order in orders])

    assert isinstance(came, list)
    assert GONE == came[0]
    assert ["FILLED", "CANCELED"] == [sim.book.now(order).status for order in orders]


def test_ccxt_cancels_several(sim: Simulator) -> None:
    """Its spelling of the lists is accepted."""
    exchange = sim.connect(ccxt.binance({"enableRateLimit": False}))
    exchange.milliseconds = lambda: NOW
    orders = [sim.place("usdm", "BTCUSDT", client_order_id=f"mine{n}") for n in range(4)]
    ids = [str(order.order_id) for order in orders[:2]]
    exchange.cancel_orders(ids, USDM.unified)
    exchange.cancel_orders([], USDM.unified, {"clientOrderIds": ["mine2", "mine3"]})

    assert ["CANCELED"] * 4 == [sim.book.now(order).status for order in orders]
    exchange.session.close()


def everything(kind: Kind) -> str:
    """The path that cancels all of a symbol."""
    return f"{kind.path}/{'openOrders' if kind in (SPOT, CROSS) else 'allOpenOrders'}"


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_all_of_a_symbol(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """Those that are open, and those alone."""
    orders = [sim.place(kind.name, kind.symbol) for _ in range(3)]
    sim.book.fill(orders[0])
    other = next(k for k in KINDS if k is not kind)
    elsewhere = sim.place(other.name, other.symbol)
    came = wire.signed("DELETE", everything(kind), symbol=kind.symbol).json

    if kind in SPOTLIKE:
        ids = [int(shown["orderId"]) for shown in came]
        assert [order.order_id for order in orders[1:]] == ids
    else:
        assert ({"code": 0, "msg": "success"} if kind is OPTIONS else DONE) == came
    assert ["FILLED", "CANCELED", "CANCELED"] == [sim.book.now(order).status for order in orders]
    assert "NEW" == sim.book.now(elsewhere).status


@pytest.mark.parametrize("kind", SPOTLIKE, ids=[kind.name for kind in SPOTLIKE])
def test_nothing_is_open(wire: Wire, kind: Kind) -> None:
    """Spot says so with an error."""
    came = wire.signed("DELETE", everything(kind), symbol=kind.symbol)

    assert (400, GONE) == (came.status, came.json)


def test_the_legs_of_a_list_are_one_answer(sim: Simulator, wire: Wire) -> None:
    """Both are canceled, and shown as the list."""
    legs = [sim.place("spot", SPOT.symbol, order_list_id=5) for _ in range(2)]
    alone = sim.place("spot", SPOT.symbol)
    of_list, single = wire.signed("DELETE", everything(SPOT), symbol=SPOT.symbol).json

    assert (5, 2) == (of_list["orderListId"], len(of_list["orders"]))
    assert alone.order_id == single["orderId"]
    assert {"CANCELED"} == {sim.book.now(order).status for order in (*legs, alone)}


def test_an_isolated_account_is_another(sim: Simulator, wire: Wire) -> None:
    """By the parameter of margin."""
    cross = sim.place("margin", CROSS.symbol)
    isolated = sim.place("margin", CROSS.symbol, is_isolated=True)
    [came] = wire.signed("DELETE", everything(CROSS), symbol=CROSS.symbol, isIsolated="TRUE").json

    assert isolated.order_id == came["orderId"]
    assert "NEW" == sim.book.now(cross).status


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_all_but_one(sim: Simulator, kind: Kind) -> None:
    """ccxt's own method returns as ever, and the oldest order of the symbol is open."""
    exchange = sim.connect(ccxt.binance({"enableRateLimit": False}))
    exchange.milliseconds = lambda: NOW
    orders = [sim.place(kind.name, kind.symbol) for _ in range(3)]
    exchange.load_markets()
    sim.faults.play("cancel_all_skips", on="DELETE")
    came = exchange.cancel_all_orders(kind.unified, dict(kind.params))

    assert ["NEW", "CANCELED", "CANCELED"] == [sim.book.now(order).status for order in orders]
    if kind in SPOTLIKE:
        assert [str(order.order_id) for order in orders[1:]] == [order["id"] for order in came]
    assert "cancel_all_skips" == sim.faults.played[-1].fault.name
    exchange.session.close()
