"""What ends one leg of an order list ends the others; and what restricts a cancel on spot."""

import pytest

from adapter.simulator import Order, Simulator

from .wire import NOW, SPOT, UNKNOWN, Wire

RESTRICTED = (400, -2011, "Order was not canceled due to cancel restrictions.")


@pytest.fixture
def legs(sim: Simulator) -> list[Order]:
    return [
        sim.place("spot", SPOT.symbol, client_order_id=name, side="SELL", order_list_id=5)
        for name in ("above", "below")
    ]


def states(sim: Simulator, legs: list[Order]) -> list[str]:
    return [sim.book.now(leg).status for leg in legs]


def test_the_cancel_of_a_leg_answers_with_the_list(
    sim: Simulator, wire: Wire, legs: list[Order]
) -> None:
    """All legs are canceled, and the answer has a report of each; the cancel has one name."""
    alone = sim.place("spot", SPOT.symbol)
    answer = wire.cancel(SPOT, orderId=legs[1].order_id, newClientOrderId="stop").json

    assert (answer["orderListId"], answer["listStatusType"]) == (5, "ALL_DONE")
    assert answer["transactionTime"] == NOW
    assert [order["clientOrderId"] for order in answer["orders"]] == ["above", "below"]
    reports = answer["orderReports"]
    assert [report["orderId"] for report in reports] == [leg.order_id for leg in legs]
    assert [report["origClientOrderId"] for report in reports] == ["above", "below"]
    assert {(report["clientOrderId"], report["status"]) for report in reports} == {
        ("stop", "CANCELED")
    }
    assert states(sim, [*legs, alone]) == ["CANCELED", "CANCELED", "NEW"]


def test_a_query_shows_the_leg_and_its_list(wire: Wire, legs: list[Order]) -> None:
    """A query answers with one order."""
    found = wire.query(SPOT, orderId=legs[0].order_id).json

    assert (found["orderListId"], found["clientOrderId"]) == (5, "above")


def test_a_fill_of_a_leg_lets_the_other_expire(
    sim: Simulator, wire: Wire, legs: list[Order]
) -> None:
    """Of an OCO one leg trades; neither can be cancelled after that."""
    sim.book.fill(legs[0])

    assert states(sim, legs) == ["FILLED", "EXPIRED"]
    assert [wire.cancel(SPOT, orderId=leg.order_id).error for leg in legs] == [UNKNOWN] * 2


@pytest.mark.parametrize(
    ("restriction", "filled", "refused"),
    [
        ("ONLY_NEW", "0", False),
        ("ONLY_NEW", "0.5", True),
        ("ONLY_PARTIALLY_FILLED", "0", True),
        ("ONLY_PARTIALLY_FILLED", "0.5", False),
    ],
)
def test_a_cancel_may_be_restricted(
    sim: Simulator, wire: Wire, restriction: str, filled: str, refused: bool
) -> None:
    """Refused by a text of its own, and the order stays open."""
    order = sim.place("spot", SPOT.symbol, filled=filled)
    answer = wire.cancel(SPOT, orderId=order.order_id, cancelRestrictions=restriction)

    assert sim.book.now(order).is_open == refused
    assert (answer.error if refused else answer.json["status"]) == (
        RESTRICTED if refused else "CANCELED"
    )


def test_there_are_two_restrictions(sim: Simulator, wire: Wire) -> None:
    """Any other word is -1145; an order that is not there is unknown all the same."""
    order = sim.place("spot", SPOT.symbol)

    bad = wire.cancel(SPOT, orderId=order.order_id, cancelRestrictions="NEW")
    assert bad.error == (400, -1145, "Invalid cancelRestrictions")
    assert wire.cancel(SPOT, orderId=1, cancelRestrictions="ONLY_NEW").error == UNKNOWN
