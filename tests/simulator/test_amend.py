"""``PUT …/order``: another price and quantity for an open order of USDⓈ-M and COIN-M."""

from decimal import Decimal
from typing import Any

import ccxt
import pytest

from adapter.simulator import Simulator

from .wire import COINM, NO_ORDER, USDM, Answer, Clock, Kind, Wire, mandatory

both = pytest.mark.parametrize("kind", [USDM, COINM], ids=["usdm", "coinm"])


def amend(wire: Wire, kind: Kind, **params: object) -> Answer:
    """Amend an order of the kind's symbol to 3 at 90, but for ``params``; None leaves one out."""
    sent: dict[str, object] = {"symbol": kind.symbol, "side": "BUY", "quantity": 3, "price": 90}
    given = {name: value for name, value in (sent | params).items() if value is not None}
    return wire.signed("PUT", f"{kind.path}/order", **given)


@both
def test_an_open_order_gets_another_price_and_quantity(
    sim: Simulator, wire: Wire, clock: Clock, kind: Kind
) -> None:
    """It keeps its ids and what has traded; the answer shows it as it is now."""
    order = sim.place(kind.name, kind.symbol, quantity=2, filled=1, client_order_id="mine")
    clock.skip(1)
    answer = amend(wire, kind, orderId=order.order_id, modifyId=7).json

    assert (answer["orderId"], answer["clientOrderId"]) == (order.order_id, "mine")
    assert (answer["origQty"], answer["price"], answer["executedQty"]) == ("3", "90", "1")
    assert (answer["status"], answer["modifyId"]) == ("PARTIALLY_FILLED", 7)
    assert answer["pair"] == kind.symbol.partition("_")[0]
    present = sim.book.now(order)
    assert (present.quantity, present.price) == (Decimal(3), Decimal(90))
    assert (present.created, present.updated) == (order.created, clock.now)


@both
def test_the_client_id_names_it_too(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """The order id takes precedence; without a modifyId the answer has none."""
    order = sim.place(kind.name, kind.symbol, client_order_id="mine")
    assert "modifyId" not in amend(wire, kind, origClientOrderId="mine").json

    answer = amend(wire, kind, orderId=order.order_id, origClientOrderId="x", price=80)
    assert answer.json["price"] == "80"


@both
def test_an_order_that_traded_as_much_is_canceled(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """The new quantity is what has traded, or less."""
    order = sim.place(kind.name, kind.symbol, quantity=5, filled=3)

    assert amend(wire, kind, orderId=order.order_id).json["status"] == "CANCELED"
    assert sim.book.now(order).executed == Decimal(3)


@both
@pytest.mark.parametrize("end", ["fill", "cancel", "expire"])
def test_an_order_that_has_ended_does_not_exist(
    sim: Simulator, wire: Wire, kind: Kind, end: str
) -> None:
    """Nor does one that never was."""
    order = sim.place(kind.name, kind.symbol)
    ended = getattr(sim.book, end)(order)

    assert amend(wire, kind, orderId=order.order_id).error == NO_ORDER
    assert amend(wire, kind, orderId=1).error == NO_ORDER
    assert sim.book.now(order) == ended


@both
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"side": None}, -1102),
        ({"side": "LONG"}, -1117),
        ({"quantity": None}, -1102),
        ({"price": None}, -1102),
        ({"price": "0"}, -1013),
        ({"orderId": None}, -1102),
        ({"symbol": "X"}, -1121),
        ({"timeInForce": "GTC"}, -1104),
    ],
)
def test_what_is_wrong_with_an_amendment(
    sim: Simulator, wire: Wire, kind: Kind, wrong: dict[str, object], code: int
) -> None:
    """Each has its code, and the order stays as it was."""
    order = sim.place(kind.name, kind.symbol)

    assert amend(wire, kind, **{"orderId": order.order_id} | wrong).json["code"] == code
    assert sim.book.now(order) == order


@pytest.mark.parametrize(("kind", "code"), [(USDM, -5047), (COINM, -1104)])
def test_reduce_only_is_checked(sim: Simulator, wire: Wire, kind: Kind, code: int) -> None:
    """USDⓈ-M refuses it where the order is not; COIN-M does not know it."""
    order = sim.place(kind.name, kind.symbol)

    assert amend(wire, kind, orderId=order.order_id, reduceOnly="true").json["code"] == code
    assert amend(wire, kind, orderId=order.order_id, reduceOnly="false").status == (
        200 if kind is USDM else 400
    )


def test_both_price_and_quantity_are_mandatory(sim: Simulator, wire: Wire) -> None:
    """On COIN-M too, since its migration of 2026-06."""
    order = sim.place("coinm", COINM.symbol)

    answer = amend(wire, COINM, orderId=order.order_id, price=None)
    assert answer.error == mandatory("price")


@pytest.mark.parametrize(("kind", "code"), [(USDM, -5027), (COINM, -4197)])
def test_an_amendment_changes_something(sim: Simulator, wire: Wire, kind: Kind, code: int) -> None:
    """Where nothing would change, each product has its code."""
    order = sim.place(kind.name, kind.symbol, quantity=3, price=90)

    answer = amend(wire, kind, orderId=order.order_id)
    assert answer.error == (400, code, "No need to modify the order.")


@pytest.mark.parametrize(("kind", "weight"), [(USDM, "1"), (COINM, "2")])
def test_the_weight(sim: Simulator, wire: Wire, kind: Kind, weight: str) -> None:
    """USDⓈ-M charges nothing to amend, COIN-M 1; the query after it 1."""
    order = sim.place(kind.name, kind.symbol)
    amend(wire, kind, orderId=order.order_id)

    assert wire.query(kind, orderId=order.order_id).headers["X-MBX-USED-WEIGHT-1M"] == weight


def test_a_lost_answer(sim: Simulator, wire: Wire) -> None:
    """Faults hit amendments as they do all requests for an order."""
    order = sim.place("usdm", USDM.symbol)
    sim.faults.play("http_503_unknown_executed", on="PUT")

    assert wire.query(USDM, orderId=order.order_id).status == 200
    assert amend(wire, USDM, orderId=order.order_id).status == 503
    assert sim.book.now(order).price == 90


@both
def test_ccxt_edits_an_order(sim: Simulator, kind: Kind) -> None:
    """``edit_order`` of ccxt, and the order that it returns."""
    exchange: Any = sim.connect(ccxt.binance({"enableRateLimit": False}))
    exchange.milliseconds = sim.book.clock
    order = sim.place(kind.name, kind.symbol)
    number = str(order.order_id)
    edited = exchange.edit_order(number, kind.unified, "limit", "buy", 3, 90)
    exchange.session.close()

    assert (edited["id"], edited["amount"], edited["price"]) == (number, 3, 90)
    assert (edited["status"], sim.book.now(order).price) == ("open", Decimal(90))
