"""Conditional orders of COIN-M and of Portfolio Margin CM: books and paths of their own."""

from typing import Any

import pytest

from adapter.simulator import Simulator

from .wire import DAY, NO_ORDER, NOW, UNKNOWN, Clock, Wire, mandatory

ROOT = "/papi/v1/cm/conditional"
OPEN, HISTORY = f"{ROOT}/openOrder", f"{ROOT}/orderHistory"
STOP: dict[str, object] = {
    "symbol": "BTCUSD_PERP",
    "side": "SELL",
    "strategyType": "STOP",
    "quantity": "2",
    "price": "89000",
    "stopPrice": "90000",
}


def placed(wire: Wire, **params: object) -> Any:
    """The answer to a good stop order, but for ``params``; None leaves one out."""
    sent = {name: value for name, value in (STOP | params).items() if value is not None}
    return wire.signed("POST", f"{ROOT}/order", **sent)


def asked(wire: Wire, path: str, answer: Any, **params: object) -> Any:
    """What a query by the order's id is answered."""
    ids = {"symbol": answer["symbol"], "strategyId": answer["strategyId"]}
    return wire.signed("GET", path, **ids, **params)


def test_an_open_one_is_at_one_path(wire: Wire) -> None:
    """And not in the history; the list has it, too."""
    answer = placed(wire).json

    assert asked(wire, OPEN, answer).json == answer
    assert asked(wire, HISTORY, answer).error == NO_ORDER
    assert wire.signed("GET", f"{ROOT}/openOrders", symbol="BTCUSD_PERP").json == [answer]
    assert (answer["strategyStatus"], answer["strategyType"]) == ("NEW", "STOP")
    assert (answer["origQty"], answer["stopPrice"], answer["bookTime"]) == ("2", "90000", NOW)


def test_a_canceled_one_is_in_the_history(wire: Wire) -> None:
    """The answer to the cancel is the order, as the history shows it."""
    answer = placed(wire, newClientStrategyId="mine").json
    named = {"symbol": "BTCUSD_PERP", "newClientStrategyId": "mine"}
    canceled = wire.signed("DELETE", f"{ROOT}/order", **named).json

    assert canceled == answer | {"strategyStatus": "CANCELED"}
    assert asked(wire, OPEN, answer).error == NO_ORDER
    assert asked(wire, HISTORY, answer).json == canceled
    assert wire.signed("DELETE", f"{ROOT}/order", **named).error == UNKNOWN


def test_a_triggered_one_names_what_it_became(sim: Simulator, wire: Wire) -> None:
    """In the history alone; the regular order is in the regular book."""
    answer = placed(wire).json
    (order,) = sim.book.orders("pm_cm_conditional")
    _, becomes = sim.trigger(order)
    found = asked(wire, HISTORY, answer).json

    assert (found["strategyStatus"], found["orderId"]) == ("TRIGGERED", becomes.order_id)
    assert sim.book.orders("pm_cm") == [becomes]
    assert asked(wire, OPEN, answer).error == NO_ORDER


def test_the_history_forgets_after_a_week(wire: Wire, clock: Clock) -> None:
    """A canceled one that never traded."""
    answer = placed(wire).json
    wire.signed("DELETE", f"{ROOT}/order", symbol="BTCUSD_PERP", strategyId=answer["strategyId"])
    clock.now += 6 * DAY
    assert asked(wire, HISTORY, answer, timestamp=clock.now).status == 200
    clock.now += 2 * DAY
    assert asked(wire, HISTORY, answer, timestamp=clock.now).error == NO_ORDER


def test_a_symbol_is_mandatory(wire: Wire) -> None:
    """Unlike with algo orders; so is one of the two ids."""
    number = placed(wire).json["strategyId"]
    no_id = "Param 'newClientStrategyId' or 'strategyId' must be sent, but both were empty/null!"

    assert wire.signed("DELETE", f"{ROOT}/order", strategyId=number).error == mandatory("symbol")
    assert wire.signed("GET", OPEN, symbol="BTCUSD_PERP").error == (400, -1102, no_id)
    assert placed(wire, stopPrice=None).error == mandatory("stopPrice")
    assert placed(wire, strategyType="LIMIT").json["code"] == -1130


@pytest.mark.parametrize("by", ["algoId", "clientAlgoId"])
def test_coin_m_has_algo_orders(sim: Simulator, wire: Wire, by: str) -> None:
    """As USDⓈ-M, in a book of its own."""
    order = sim.place("coinm_algo", "BTCUSD_PERP", client_order_id="mine")
    named = {by: {"algoId": order.order_id, "clientAlgoId": "mine"}[by]}

    assert wire.signed("DELETE", "/fapi/v1/algoOrder", **named).error == UNKNOWN
    found = wire.signed("GET", "/dapi/v1/algoOrder", **named).json
    assert (found["algoStatus"], found["triggerPrice"]) == ("NEW", "100")
    canceled = wire.signed("DELETE", "/dapi/v1/algoOrder", **named).json
    assert (canceled["algoId"], canceled["msg"]) == (order.order_id, "success")
    assert sim.book.now(order).status == "CANCELED"
