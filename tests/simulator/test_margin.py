"""Margin: cross and isolated accounts do not see each other's orders."""

import pytest

from adapter.simulator import Simulator

from .wire import CROSS, NO_ORDER, UNKNOWN, Wire


@pytest.mark.parametrize("flag", ["TRUE", "true"])
def test_an_isolated_order_needs_its_flag(wire: Wire, flag: str) -> None:
    """Without it nothing is found, and with it answers tell the account; the case is free."""
    placed = wire.place(CROSS, isIsolated=flag).json
    number = placed["orderId"]

    assert placed["isIsolated"] is True
    assert wire.query(CROSS, orderId=number).error == NO_ORDER
    assert wire.cancel(CROSS, orderId=number).error == UNKNOWN
    assert wire.query(CROSS, orderId=number, isIsolated=flag).json["isIsolated"] is True
    assert wire.cancel(CROSS, orderId=number, isIsolated=flag).json["isIsolated"] is True


def test_a_cross_order_is_not_in_the_isolated_account(sim: Simulator, wire: Wire) -> None:
    """``FALSE`` is the default."""
    order = sim.place("margin", CROSS.symbol)

    assert wire.cancel(CROSS, orderId=order.order_id, isIsolated="TRUE").error == UNKNOWN
    assert wire.cancel(CROSS, orderId=order.order_id, isIsolated="FALSE").status == 200


def test_open_orders_are_those_of_one_account(sim: Simulator, wire: Wire) -> None:
    """The list knows the flag, too."""
    cross, isolated = (sim.place("margin", CROSS.symbol, is_isolated=k) for k in (False, True))

    def listed(**more: str) -> list[int]:
        path = f"{CROSS.path}/openOrders"
        return [o["orderId"] for o in wire.signed("GET", path, symbol=CROSS.symbol, **more).json]

    assert (listed(), listed(isIsolated="TRUE")) == ([cross.order_id], [isolated.order_id])


@pytest.mark.parametrize(
    ("response", "short"), [("ACK", True), ("RESULT", False), ("FULL", False), (None, False)]
)
def test_what_placing_answers(wire: Wire, response: str | None, short: bool) -> None:
    """ACK has neither status nor fills, RESULT no fills; FULL is the default for LIMIT."""
    answer = wire.place(CROSS, newOrderRespType=response).json

    assert ("status" in answer, "fills" in answer) == (not short, response in ("FULL", None))
    assert answer["isIsolated"] is False
