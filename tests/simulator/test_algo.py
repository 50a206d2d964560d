"""Conditional orders: placed, listed, triggered and cancelled apart from the others."""

from typing import Any

import pytest

from adapter.simulator import NotOpenError, Order, Simulator

from .wire import GENERATED, NO_ORDER, NOW, UNKNOWN, USDM, Clock, Wire, mandatory

PATH = "/fapi/v1/algoOrder"
STOP: dict[str, object] = {
    "algoType": "CONDITIONAL",
    "symbol": "BTCUSDT",
    "side": "SELL",
    "type": "STOP",
    "quantity": "0.5",
    "price": "89000",
    "triggerPrice": "90000",
    "reduceOnly": "true",
}
NO_ID = "Param 'clientAlgoId' or 'algoId' must be sent, but both were empty/null!"


def placed(wire: Wire, **params: object) -> Any:
    """The answer to a good stop order, but for ``params``; None leaves one out."""
    sent = {name: value for name, value in (STOP | params).items() if value is not None}
    return wire.signed("POST", PATH, **sent)


def in_book(sim: Simulator) -> Order:
    """The one conditional order there is."""
    (order,) = sim.book.orders("usdm_algo")
    return order


def test_placing_and_querying(wire: Wire) -> None:
    """Both show the same; ids are those of the algo service, and need no symbol."""
    answer = placed(wire).json
    found = wire.signed("GET", PATH, algoId=answer["algoId"]).json

    assert found == answer
    assert (answer["algoId"], answer["algoStatus"]) == (2000000375244468, "NEW")
    assert (answer["orderType"], answer["triggerPrice"], answer["price"]) == (
        "STOP",
        "90000",
        "89000",
    )
    assert (answer["quantity"], answer["reduceOnly"], answer["actualOrderId"]) == ("0.5", True, "")
    assert (answer["createTime"], answer["triggerTime"]) == (NOW, 0)
    assert GENERATED.fullmatch(answer["clientAlgoId"])


def test_ids_count_over_all_symbols(wire: Wire) -> None:
    """An order of another symbol has another id, and either is found by it."""
    first, second = (placed(wire, symbol=symbol).json for symbol in ("BTCUSDT", "ETHUSDT"))

    assert second["algoId"] == first["algoId"] + 1
    assert wire.signed("GET", PATH, algoId=second["algoId"]).json["symbol"] == "ETHUSDT"


@pytest.mark.parametrize("by", ["algoId", "clientAlgoId"])
def test_cancelling(sim: Simulator, wire: Wire, by: str) -> None:
    """The answer has the ids and the code 200 as text; what ccxt adds, the symbol, is read."""
    answer = placed(wire, clientAlgoId="mine").json
    canceled = wire.signed("DELETE", PATH, symbol="BTCUSDT", **{by: answer[by]}).json
    ids = {"algoId": answer["algoId"], "clientAlgoId": "mine"}

    assert canceled == ids | {"code": "200", "msg": "success"}
    assert in_book(sim).status == "CANCELED"
    assert wire.signed("GET", PATH, **{by: answer[by]}).json["algoStatus"] == "CANCELED"


def test_what_is_not_open_is_not_cancelled(wire: Wire) -> None:
    """No such order, or one that has ended: -2011; a query finds what there was."""
    number = placed(wire).json["algoId"]
    wire.signed("DELETE", PATH, algoId=number)

    for wrong in (number, 1):
        assert wire.signed("DELETE", PATH, algoId=wrong).error == UNKNOWN
    assert wire.signed("GET", PATH, clientAlgoId="nobody").error == NO_ORDER
    for method in ("GET", "DELETE"):
        assert wire.signed(method, PATH, symbol="BTCUSDT").error == (400, -1102, NO_ID)


def test_the_two_kinds_do_not_know_each_other(sim: Simulator, wire: Wire) -> None:
    """An algo id at the other endpoint is an unknown order, and the other way round."""
    number = placed(wire).json["algoId"]
    regular = sim.place("usdm", "BTCUSDT")

    assert wire.cancel(USDM, orderId=number).error == UNKNOWN
    assert wire.signed("DELETE", PATH, algoId=regular.order_id).error == UNKNOWN
    assert in_book(sim).is_open
    assert sim.book.now(regular).is_open


def test_open_ones_are_listed(wire: Wire) -> None:
    """``openAlgoOrders`` has those of a symbol or all, at a weight of 1 or 40."""
    for symbol in ("BTCUSDT", "ETHUSDT"):
        placed(wire, symbol=symbol)
    wire.signed("DELETE", PATH, algoId=placed(wire).json["algoId"])
    one = wire.signed("GET", "/fapi/v1/openAlgoOrders", symbol="ETHUSDT")
    every = wire.signed("GET", "/fapi/v1/openAlgoOrders")

    assert [order["symbol"] for order in one.json] == ["ETHUSDT"]
    assert [order["symbol"] for order in every.json] == ["BTCUSDT", "ETHUSDT"]
    weights = [int(answer.headers["X-MBX-USED-WEIGHT-1M"]) for answer in (one, every)]
    assert weights[1] == weights[0] + 40


def test_triggering(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """A triggered order has become a regular one, which trades, and is past its own cancel."""
    number = placed(wire).json["algoId"]
    clock.now += 5
    met, becomes = sim.trigger(in_book(sim))
    found = wire.signed("GET", PATH, algoId=number, timestamp=clock.now).json

    assert (met.status, met.actual_order_id) == ("TRIGGERED", becomes.order_id)
    assert (found["algoStatus"], found["triggerTime"]) == ("TRIGGERED", NOW + 5)
    assert found["actualOrderId"] == str(becomes.order_id)
    assert wire.signed("DELETE", PATH, algoId=number, timestamp=clock.now).error == UNKNOWN
    regular = wire.query(USDM, orderId=becomes.order_id, timestamp=clock.now).json
    assert (regular["status"], regular["price"], regular["reduceOnly"]) == ("NEW", "89000", True)
    with pytest.raises(NotOpenError):
        sim.trigger(met)
    assert sim.book.orders("usdm") == [becomes]


def test_what_would_trade_at_the_market(sim: Simulator, wire: Wire) -> None:
    """A STOP_MARKET has no price; triggered, it is in the book at its stop price."""
    answer = placed(wire, type="STOP_MARKET", price=None).json
    _, becomes = sim.trigger(in_book(sim))

    assert (answer["orderType"], answer["price"]) == ("STOP_MARKET", "0")
    assert becomes.price == 90_000


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"symbol": "BTCUSD_PERP"}, -1121),
        ({"algoType": "VP"}, -1130),
        ({"type": "LIMIT"}, -1116),
        ({"type": "TRAILING_STOP_MARKET"}, -1116),
        ({"side": "LONG"}, -1117),
        ({"price": None}, -1102),
        ({"quantity": "0"}, -1013),
        ({"stopPrice": "1"}, -1104),
        ({"clientAlgoId": "x" * 37}, -4015),
    ],
)
def test_bad_orders_are_not_placed(
    sim: Simulator, wire: Wire, wrong: dict[str, object], code: int
) -> None:
    """Each thing wrong with an order has its code, and no order comes of it."""
    assert placed(wire, **wrong).json["code"] == code
    assert len(sim.book) == 0


def test_mandatory_parameters(wire: Wire) -> None:
    """Without a trigger price there is no condition."""
    assert placed(wire, triggerPrice=None).error == mandatory("triggerPrice")


def test_client_ids_are_unique_while_open(wire: Wire) -> None:
    """A client id in use is -4116."""
    placed(wire, clientAlgoId="twin")

    assert placed(wire, clientAlgoId="twin").json["code"] == -4116


def test_portfolio_margins_live_elsewhere(sim: Simulator, wire: Wire) -> None:
    """They have paths and a book of their own, and a cancel answers nothing but that it is done."""
    root, long = "/papi/v1/um/algo", "x" * 40
    number = wire.signed("POST", f"{root}/order", **STOP, clientAlgoId=long).json["algoId"]

    assert wire.signed("GET", f"{root}/algoOrder", algoId=number).json["clientAlgoId"] == long
    assert wire.signed("DELETE", PATH, algoId=number).error == UNKNOWN
    assert len(wire.signed("GET", f"{root}/openAlgoOrders").json) == 1
    assert wire.signed("DELETE", f"{root}/order", algoId=number).json == {"complete": True}
    assert [order.status for order in sim.book.orders("pm_um_algo")] == ["CANCELED"]


def test_portfolio_margins_become_its_own(sim: Simulator, wire: Wire) -> None:
    """Triggered, they are regular orders of Portfolio Margin; others have no condition to meet."""
    wire.signed("POST", "/papi/v1/um/algo/order", **STOP)
    _, becomes = sim.trigger(sim.book.orders("pm_um_algo")[0])

    assert sim.book.orders("pm_um") == [becomes]
    with pytest.raises(KeyError):
        sim.trigger(becomes)
