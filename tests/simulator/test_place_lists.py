"""Order lists over HTTP: an OCO, of which one leg ends the other, and an OTO."""

from decimal import Decimal
from typing import Any

import ccxt
import pytest

from adapter.simulator import NotOpenError, Order, Simulator

from .wire import GENERATED, NOW, SPOT, UNKNOWN, Answer, Wire, mandatory

OCO: dict[str, object] = {
    "side": "SELL",
    "quantity": "5",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "0.002",
    "belowType": "STOP_LOSS_LIMIT",
    "belowPrice": "0.0008",
    "belowStopPrice": "0.0009",
    "belowTimeInForce": "GTC",
}
BUY: dict[str, object] = {
    "side": "BUY",
    "quantity": "5",
    "aboveType": "STOP_LOSS_LIMIT",
    "abovePrice": "0.0012",
    "aboveStopPrice": "0.0011",
    "aboveTimeInForce": "GTC",
    "belowType": "TAKE_PROFIT_LIMIT",
    "belowPrice": "0.0008",
    "belowStopPrice": "0.0009",
    "belowTimeInForce": "GTC",
}
OTO: dict[str, object] = {
    "workingType": "LIMIT",
    "workingSide": "BUY",
    "workingPrice": "0.0009",
    "workingQuantity": "5",
    "workingTimeInForce": "GTC",
    "pendingType": "LIMIT_MAKER",
    "pendingSide": "SELL",
    "pendingPrice": "0.002",
    "pendingQuantity": "4",
}


def place(wire: Wire, kind: str, *parts: dict[str, object]) -> Answer:
    """Place a list of the spot symbol; a parameter that is None is left out."""
    sent: dict[str, object] = {"symbol": SPOT.symbol}
    for part in parts:
        sent |= part
    given = {name: value for name, value in sent.items() if value is not None}
    return wire.signed("POST", f"/api/v3/orderList/{kind}", **given)


def legs(sim: Simulator) -> list[Order]:
    return sim.book.orders("spot")


def states(sim: Simulator) -> list[str]:
    return [leg.status for leg in legs(sim)]


def test_an_oco_has_two_legs(sim: Simulator, wire: Wire) -> None:
    """The stop comes first, as on Binance's page; each leg has its report, the list its name."""
    names: dict[str, object] = {
        "listClientOrderId": "list",
        "aboveClientOrderId": "a",
        "belowClientOrderId": "b",
    }
    answer = place(wire, "oco", OCO, names).json

    assert (answer["orderListId"], answer["contingencyType"]) == (0, "OCO")
    assert (answer["listStatusType"], answer["listOrderStatus"]) == ("EXEC_STARTED", "EXECUTING")
    assert (answer["listClientOrderId"], answer["transactionTime"]) == ("list", NOW)
    assert [order["clientOrderId"] for order in answer["orders"]] == ["b", "a"]
    stop, profit = answer["orderReports"]
    assert (stop["type"], stop["stopPrice"], stop["workingTime"]) == (
        "STOP_LOSS_LIMIT",
        "0.00090000",
        -1,
    )
    assert (profit["type"], profit["price"], profit["workingTime"]) == (
        "LIMIT_MAKER",
        "0.00200000",
        NOW,
    )
    assert "stopPrice" not in profit
    assert [(leg.side, leg.quantity, leg.order_list_id) for leg in legs(sim)] == [
        ("SELL", Decimal(5), 0)
    ] * 2


def test_a_cancel_of_a_leg_answers_with_the_list(sim: Simulator, wire: Wire) -> None:
    """The same that was placed; ids that were not given are generated."""
    placed = place(wire, "oco", OCO).json
    canceled = wire.cancel(SPOT, orderId=placed["orders"][1]["orderId"]).json

    assert GENERATED.fullmatch(placed["listClientOrderId"])
    assert (canceled["listStatusType"], states(sim)) == ("ALL_DONE", ["CANCELED"] * 2)
    for name in ("orderListId", "contingencyType", "listClientOrderId", "orders"):
        assert canceled[name] == placed[name]


def test_lists_are_counted(wire: Wire) -> None:
    """Each list has an id of its own; a query of a leg shows it."""
    numbers = [place(wire, "oco", part).json["orderListId"] for part in (OCO, BUY)]
    second = place(wire, "oco", BUY).json

    assert [*numbers, second["orderListId"]] == [0, 1, 2]
    assert wire.query(SPOT, orderId=second["orders"][0]["orderId"]).json["orderListId"] == 2


def test_a_response_type(wire: Wire) -> None:
    """ACK leaves the reports with their ids; RESULT is the default."""
    ack = place(wire, "oco", OCO, {"newOrderRespType": "ACK"}).json["orderReports"]
    default = place(wire, "oco", OCO).json["orderReports"]

    assert {"status"} & {*ack[0], *ack[1]} == set()
    assert [report["status"] for report in default] == ["NEW"] * 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"symbol": "X"}, -1121),
        ({"side": None}, -1102),
        ({"quantity": None}, -1102),
        ({"aboveType": "MARKET"}, -1116),
        ({"aboveType": "STOP_LOSS_LIMIT", "aboveStopPrice": 1, "aboveTimeInForce": "GTC"}, -1014),
        ({"belowType": "LIMIT_MAKER"}, -1014),
        ({"side": "BUY"}, -1014),
        ({"abovePrice": "0.001"}, -2010),
        ({"belowStopPrice": "0.0011"}, -2010),
        ({"abovePrice": "x"}, -1100),
        ({"aboveClientOrderId": "same", "belowClientOrderId": "same"}, -2010),
        ({"newOrderRespType": "ALL"}, -1130),
        ({"workingType": "LIMIT"}, -1104),
    ],
)
def test_what_is_wrong_with_an_oco(
    sim: Simulator, wire: Wire, wrong: dict[str, object], code: int
) -> None:
    """Each has its code, and no leg is placed."""
    assert place(wire, "oco", OCO, wrong).json["code"] == code
    assert len(sim.book) == 0


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("oco", "abovePrice"),
        ("oco", "belowStopPrice"),
        ("oco", "belowTimeInForce"),
        ("oco", "belowType"),
        ("oto", "workingTimeInForce"),
        ("oto", "workingSide"),
        ("oto", "pendingQuantity"),
    ],
)
def test_what_a_leg_must_have(wire: Wire, kind: str, name: str) -> None:
    """The error has the name of the leg's parameter."""
    assert place(wire, kind, OCO if kind == "oco" else OTO, {name: None}).error == mandatory(name)


@pytest.mark.parametrize("name", ["listClientOrderId", "aboveClientOrderId"])
def test_a_client_id_is_unique_among_open_ones(sim: Simulator, wire: Wire, name: str) -> None:
    """Of the lists, and of the orders; it is free again once the list has ended."""
    first = place(wire, "oco", OCO, {name: "mine"}).json
    assert place(wire, "oco", OCO, {name: "mine"}).error == (400, -2010, "Duplicate order sent.")
    assert len(sim.book) == 2

    wire.cancel(SPOT, orderId=first["orders"][0]["orderId"])
    assert place(wire, "oco", OCO, {name: "mine"}).status == 200


def test_the_pending_leg_waits_for_the_working_one(sim: Simulator, wire: Wire) -> None:
    """It is PENDING_NEW, and does not work, until all of the other has traded."""
    answer = place(wire, "oto", OTO).json
    working, pending = legs(sim)
    shown = wire.query(SPOT, orderId=pending.order_id).json

    assert answer["contingencyType"] == "OTO"
    assert [r["status"] for r in answer["orderReports"]] == ["NEW", "PENDING_NEW"]
    assert (shown["status"], shown["isWorking"], shown["workingTime"]) == ("PENDING_NEW", False, -1)
    with pytest.raises(NotOpenError, match="PENDING_NEW"):
        sim.book.fill(pending)
    sim.book.fill(working, 2)
    assert states(sim) == ["PARTIALLY_FILLED", "PENDING_NEW"]
    sim.book.fill(working)
    assert states(sim) == ["FILLED", "NEW"]
    sim.book.fill(pending)
    assert states(sim) == ["FILLED", "FILLED"]


@pytest.mark.parametrize("leg", [0, 1])
def test_a_cancel_of_either_leg_ends_an_oto(sim: Simulator, wire: Wire, leg: int) -> None:
    """Also of the one that waits; neither can be cancelled again."""
    orders = place(wire, "oto", OTO).json["orders"]
    assert wire.signed("GET", "/api/v3/openOrders", symbol=SPOT.symbol).json[1]["status"] == (
        "PENDING_NEW"
    )
    canceled = wire.cancel(SPOT, orderId=orders[leg]["orderId"]).json

    assert (canceled["contingencyType"], states(sim)) == ("OTO", ["CANCELED"] * 2)
    assert [wire.cancel(SPOT, orderId=order["orderId"]).error for order in orders] == [UNKNOWN] * 2


def test_a_list_may_start_with_a_limit_order_only(sim: Simulator, wire: Wire) -> None:
    """A working leg that is a stop is no list."""
    stop: dict[str, object] = {"workingType": "STOP_LOSS_LIMIT", "workingStopPrice": "0.0011"}

    assert place(wire, "oto", OTO, stop).json["code"] == -1014
    assert len(sim.book) == 0


def test_a_list_locks_what_one_leg_may_give(wire: Wire) -> None:
    """The legs of an OCO lock the amount once, and what waits locks nothing."""
    place(wire, "oco", OCO)
    place(wire, "oto", OTO)
    balances = wire.signed("GET", "/api/v3/account").json["balances"]
    locked = {balance["asset"]: Decimal(balance["locked"]) for balance in balances}

    assert (locked["LTC"], locked["BTC"]) == (Decimal(5), Decimal("0.0045"))


def test_ccxt_places_an_oco_by_its_implicit_method(sim: Simulator) -> None:
    """ccxt has no method of its own for it, but one for the endpoint; it names list and legs."""
    exchange: Any = sim.connect(ccxt.binance({"enableRateLimit": False}))
    exchange.milliseconds = sim.book.clock
    placed = exchange.private_post_orderlist_oco({"symbol": SPOT.symbol, **OCO})
    canceled = exchange.cancel_order(placed["orders"][0]["orderId"], SPOT.unified)
    exchange.session.close()

    assert canceled["info"]["listClientOrderId"] == placed["listClientOrderId"] != ""
    assert states(sim) == ["CANCELED"] * 2
