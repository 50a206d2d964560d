"""How an order is named: by its id, by a client id, by both, and by neither."""

import pytest

from adapter.simulator import Simulator

from .wire import (
    CROSS,
    GENERATED,
    OPTIONS,
    PM_CM,
    PM_MARGIN,
    PM_UM,
    SPOT,
    UNKNOWN,
    USDM,
    Kind,
    Wire,
    futures,
    kinds,
)

namers = pytest.mark.parametrize("kind", [USDM, PM_UM, PM_CM, PM_MARGIN])


@kinds
def test_the_client_id_of_the_caller(wire: Wire, kind: Kind) -> None:
    """The id given at placing finds the order, under the product's own parameter name."""
    number = wire.place(kind, **{kind.new_client_id: "my-1"}).json["orderId"]

    assert wire.query(kind, **{kind.client_id: "my-1"}).json["orderId"] == number
    assert int(wire.cancel(kind, **{kind.client_id: "my-1"}).json["orderId"]) == number


@namers
def test_orders_without_a_client_id_are_given_one(wire: Wire, kind: Kind) -> None:
    """Futures and margin make up a client id of 22 letters and digits."""
    first, second = wire.place(kind).json, wire.place(kind).json

    assert GENERATED.fullmatch(first["clientOrderId"])
    assert first["clientOrderId"] != second["clientOrderId"]


def test_options_leave_the_client_id_empty(sim: Simulator, wire: Wire) -> None:
    """An option order placed without a client id has an empty one, again and again."""
    assert wire.place(OPTIONS).json["clientOrderId"] == ""
    assert wire.place(OPTIONS).json["clientOrderId"] == ""
    assert sim.place("options", OPTIONS.symbol).client_order_id == ""


def test_an_id_means_nothing_without_its_symbol(sim: Simulator, wire: Wire) -> None:
    """Ids count per symbol: the id of one symbol is unknown, or another order, at the next."""
    order = sim.place("usdm", "BTCUSDT")

    assert wire.cancel(USDM, symbol="ETHUSDT", orderId=order.order_id).error == UNKNOWN
    assert sim.place("usdm", "ETHUSDT").order_id == order.order_id
    assert sim.place("usdm", "BTCUSDT").order_id == order.order_id + 1


def test_products_share_no_orders(sim: Simulator, wire: Wire) -> None:
    """BTCUSDT of USDⓈ-M and BTCUSDT of Portfolio Margin are two books."""
    sim.place("usdm", "BTCUSDT", client_order_id="same")

    assert wire.cancel(PM_UM, origClientOrderId="same").error == UNKNOWN


def test_a_closed_client_id_may_be_used_again(sim: Simulator, wire: Wire) -> None:
    """After an order ended its client id may name a new one, which is then the one found."""
    first = sim.place("usdm", "BTCUSDT", client_order_id="again")
    sim.book.cancel(first)
    second = wire.place(USDM, newClientOrderId="again").json["orderId"]

    assert wire.cancel(USDM, origClientOrderId="again").json["orderId"] == second
    assert second != first.order_id


@kinds
def test_two_open_orders_cannot_share_a_client_id(wire: Wire, kind: Kind) -> None:
    """A client id in use is -4116, on Options -6044, on spot and margin -2010."""
    wire.place(kind, **{kind.new_client_id: "twin"})
    code = wire.place(kind, **{kind.new_client_id: "twin"}).json["code"]

    assert code == {OPTIONS.name: -6044, SPOT.name: -2010, CROSS.name: -2010}.get(kind.name, -4116)


@futures
def test_the_order_id_prevails_on_futures(sim: Simulator, wire: Wire, kind: Kind) -> None:
    """Sent both ids, futures look at orderId only."""
    order = sim.place(kind.name, kind.symbol)
    answer = wire.cancel(kind, orderId=order.order_id, origClientOrderId="other")

    assert answer.json["orderId"] == order.order_id


def test_both_ids_must_agree_on_margin(sim: Simulator, wire: Wire) -> None:
    """Sent both ids, margin rejects a pair that does not belong together."""
    order = sim.place("pm_margin", "LTCBTC", client_order_id="mine")
    both: dict[str, object] = {"orderId": order.order_id, "origClientOrderId": "other"}
    bad = wire.cancel(PM_MARGIN, **both)

    assert bad.error == (400, -2039, "Client order ID is not correct for this order ID.")
    assert wire.cancel(PM_MARGIN, **both | {"origClientOrderId": "mine"}).status == 200


@kinds
def test_an_id_must_be_sent(wire: Wire, kind: Kind) -> None:
    """Neither id, or an empty one, is -1102 with the product's text."""
    text = f"Param '{kind.client_id}' or 'orderId' must be sent, but both were empty/null!"

    for given in ({}, {"orderId": ""}, {kind.client_id: ""}):
        assert wire.cancel(kind, **given).error == (400, -1102, text)
        assert wire.query(kind, **given).error == (400, -1102, text)


def test_an_empty_id_next_to_a_good_one(wire: Wire) -> None:
    """An optional parameter sent empty is -1105."""
    answer = wire.cancel(USDM, orderId="", origClientOrderId="a")

    assert answer.error == (400, -1105, "Parameter 'orderId' was empty.")


@pytest.mark.parametrize("number", ["None", "abc", "-1", "1.0", "1e3", "\u0661", " 1", "1" * 21])
@kinds
def test_an_order_id_has_digits_only(wire: Wire, kind: Kind, number: str) -> None:
    """Anything but 1 to 20 digits is -1100."""
    text = "Illegal characters found in parameter 'orderId'; legal range is '^[0-9]{1,20}$'."

    assert wire.cancel(kind, orderId=number).error == (400, -1100, text)


def test_an_order_id_fits_in_64_bits(wire: Wire) -> None:
    """2^63 is -1130, 2^63 - 1 is a number like any other."""
    text = "Data sent for parameter 'orderId' is not valid."

    assert wire.cancel(USDM, orderId=2**63).error == (400, -1130, text)
    assert wire.cancel(USDM, orderId=2**63 - 1).error == UNKNOWN


@pytest.mark.parametrize(
    ("kind", "client_id", "code"),
    [
        (USDM, "a.B:/c-_9" + "x" * 27, -2011),
        (USDM, "x" * 37, -4015),
        (USDM, "a b", -1100),
        (USDM, "a\n", -1100),
        (PM_UM, "x" * 32, -2011),
        (PM_UM, "x" * 33, -4015),
        (PM_CM, "é", -1100),
        (PM_MARGIN, "x" * 36, -2011),
        (PM_MARGIN, "a/b", -1100),
        (SPOT, "a/b", -1100),
        (PM_MARGIN, "x" * 37, -1100),
        (OPTIONS, "anything goes ✓", -2013),
    ],
)
def test_the_alphabet_of_client_ids(wire: Wire, kind: Kind, client_id: str, code: int) -> None:
    """Length and characters are each product's own; Options publish no rule."""
    assert wire.cancel(kind, **{kind.client_id: client_id}).json["code"] == code
    if code in (-4015, -1100):
        assert wire.place(kind, **{kind.new_client_id: client_id}).json["code"] == code
