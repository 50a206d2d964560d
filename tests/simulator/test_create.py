"""Which orders and parameters are refused, and what is kept of a good one."""

from typing import Any

import pytest

from adapter.simulator import Simulator

from .wire import OPTIONS, PM_CM, PM_MARGIN, PM_UM, USDM, Kind, Wire, kinds, mandatory

BAD_SYMBOL = (400, -1121, "Invalid symbol.")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"side": "LONG"}, -1117),
        ({"side": None}, -1102),
        ({"type": "MARKET"}, -1116),
        ({"type": None}, -1102),
        ({"timeInForce": "PO"}, -1115),
        ({"timeInForce": None}, -1102),
        ({"quantity": "0"}, -1013),
        ({"quantity": "-1"}, -1100),
        ({"quantity": "1e3"}, -1100),
        ({"quantity": None}, -1102),
        ({"price": "0.00"}, -1013),
        ({"price": None}, -1102),
        ({"newOrderRespType": "ALL"}, -1130),
        ({"nonsense": "1"}, -1104),
    ],
)
@kinds
def test_bad_orders_are_not_placed(
    sim: Simulator, wire: Wire, kind: Kind, wrong: dict[str, Any], code: int
) -> None:
    """Each thing wrong with an order has its code, and no order comes of it."""
    answer = wire.place(kind, **wrong)

    assert (answer.status, answer.json["code"]) == (400, code)
    assert len(sim.book) == 0


def test_conditional_orders_have_moved(wire: Wire) -> None:
    """USDⓈ-M sends stop orders to the algo endpoints with -4120; elsewhere it is -1116."""
    assert wire.place(USDM, type="STOP", stopPrice="90").json["code"] == -4120
    assert wire.place(PM_UM, type="STOP").json["code"] == -1116


def test_what_an_order_shows_of_itself(wire: Wire) -> None:
    """Position side, reduce-only, self-trade prevention and its date are kept as they were sent."""
    sent: dict[str, object] = {
        "positionSide": "SHORT",
        "reduceOnly": "true",
        "selfTradePreventionMode": "EXPIRE_BOTH",
        "goodTillDate": 1_693_207_680_000,
        "timeInForce": "GTD",
    }
    answer = wire.place(USDM, **sent).json

    assert {name: answer[name] for name in sent} == sent | {"reduceOnly": True}
    assert wire.place(USDM, positionSide="UP").json["code"] == -1130


@pytest.mark.parametrize("word", ["IOC", "FOK"])
def test_nobody_trades_with_an_immediate_order(sim: Simulator, wire: Wire, word: str) -> None:
    """There is no other side, so IOC and FOK orders expire at once."""
    assert wire.place(USDM, timeInForce=word).json["status"] == "EXPIRED"
    assert sim.book.open_orders() == []


@kinds
def test_the_symbol(wire: Wire, kind: Kind) -> None:
    """A missing symbol is -1102; one the product does not have is -1121."""
    for method in ("GET", "DELETE"):
        answer = wire.signed(method, f"{kind.path}/order", orderId=1)
        assert answer.error == mandatory("symbol")
    for symbol in ("BTCUSDX", "btcusdt", "BTC/USDT:USDT"):
        assert wire.cancel(kind, symbol=symbol, orderId=1).error == BAD_SYMBOL
        assert wire.place(kind, symbol=symbol).error == BAD_SYMBOL


@pytest.mark.parametrize(
    ("kind", "extra"),
    [
        (USDM, "newClientOrderId"),
        (USDM, "clientOrderId"),
        (USDM, "orderID"),
        (OPTIONS, "origClientOrderId"),
        (OPTIONS, "newClientOrderId"),
        (PM_UM, "newClientOrderId"),
        (PM_CM, "portfolioMargin"),
        (PM_MARGIN, "isIsolated"),
    ],
)
def test_parameters_of_others_are_refused(
    sim: Simulator, wire: Wire, kind: Kind, extra: str
) -> None:
    """A parameter that the endpoint does not know is -1104, and nothing is cancelled."""
    order = sim.place(kind.name, kind.symbol)
    answer = wire.cancel(kind, orderId=order.order_id, **{extra: "x"})
    text = "Not all sent parameters were read; read '4' parameter(s) but was sent '5'."

    assert answer.error == (400, -1104, text)
    assert sim.book.now(order).is_open


def test_a_parameter_comes_once(wire: Wire) -> None:
    """The same name twice in a query or a body is -1101."""
    answer = wire.send("DELETE", "/fapi/v1/order", "orderId=1&orderId=2")

    assert answer.error == (400, -1101, "Duplicate values for a parameter detected.")
