"""What spot and margin have and other products do not: order lists, restrictions, two accounts."""

from __future__ import annotations

import re
from typing import Any

import attrs
import ccxt
import pytest
from integration.host import Host

import adapter
from adapter.simulator import Order, Simulator

from .simulated import BY_NAME, Trader

ISOLATED = {"marginMode": "isolated"}
ACCOUNTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "params": ({}, ISOLATED),
    "options": ({"marginMode": "isolated"}, {"marginMode": None}),
    "default": ({"defaultMarginMode": "isolated"}, {"marginMode": None}),
    "options of the method": ({"cancelOrder": ISOLATED}, {"marginMode": None}),
    "the caller's flag": ({}, {"marginMode": "cross", "isIsolated": True}),
}


def flags(sim: Simulator) -> set[str | None]:
    """The account that each request names, but for those that ask the time."""
    asked = [served for served in sim.requests if not served.path.endswith("/time")]
    return {served.params.get("isIsolated") for served in asked}


@pytest.mark.parametrize("stated", ACCOUNTS)
@pytest.mark.parametrize("by_client_id", [False, True], ids=["id", "client id"])
def test_every_request_of_an_isolated_order_names_its_account(
    host: Host, sim: Simulator, stated: str, by_client_id: bool
) -> None:
    """The query after a lost answer, and the cancel that is sent again, as well."""
    options, params = ACCOUNTS[stated]
    trader = Trader(host, sim, BY_NAME["margin"], {"options": options})
    order = trader.place(is_isolated=True, client_order_id="mine")
    sim.faults.play("drop_before", on="DELETE")
    result = trader.cancel(order, by_client_id=by_client_id, **params)

    assert ("canceled", "mine") == (result["outcome"], result["clientOrderId"])
    assert "CANCELED" == trader.book(order)
    assert re.fullmatch("Dq+t?q*D", trader.asked)
    assert {"true" if "isIsolated" in params else "TRUE"} == flags(sim)


def test_an_order_of_the_other_account_is_not_found(host: Host, sim: Simulator) -> None:
    """It stays as it is, and the message says which params lead there."""
    trader = Trader(host, sim, BY_NAME["margin"])
    order = trader.place(is_isolated=True)
    with pytest.raises(adapter.OrderGone, match="isolated") as caught:
        trader.cancel(order)

    assert caught.value.state is None
    assert "NEW" == trader.book(order)
    assert {None} == flags(sim)


def legs(trader: Trader) -> list[Order]:
    return [trader.place(client_order_id=name, order_list_id=3) for name in ("above", "below")]


@pytest.mark.parametrize("fault", ["none", "drop_after", "drop_before", "cut_json"])
@pytest.mark.parametrize("by_client_id", [False, True], ids=["id", "client id"])
@pytest.mark.parametrize("leg", [0, 1])
def test_the_cancel_of_a_leg_returns_that_leg(
    host: Host, sim: Simulator, leg: int, by_client_id: bool, fault: str
) -> None:
    """The list ends with it, whether its answer comes or not."""
    trader = Trader(host, sim, BY_NAME["spot"])
    placed = legs(trader)
    sim.faults.play(fault, on="DELETE")
    result = trader.cancel(placed[leg], by_client_id=by_client_id)

    assert ("canceled", "canceled") == (result["status"], result["outcome"])
    own = str(placed[leg].order_id), placed[leg].client_order_id
    assert own == (result["id"], result["clientOrderId"])
    assert ["CANCELED"] * 2 == [trader.book(order) for order in placed]


@pytest.mark.parametrize("fault", ["none", "drop_after", "drop_before", "cut_json"])
@pytest.mark.parametrize("leg", [0, 1], ids=["working", "pending"])
def test_the_cancel_of_a_leg_that_waits_is_a_cancel(
    host: Host, sim: Simulator, leg: int, fault: str
) -> None:
    """A leg that is PENDING_NEW is open, and goes with the one it waits for."""
    trader = Trader(host, sim, BY_NAME["spot"])
    working = attrs.evolve(trader.place(), client_order_id="working", contingency_type="OTO")
    pending = attrs.evolve(working, client_order_id="pending", status="PENDING_NEW")
    placed = sim.book.place_list([working, pending])
    sim.faults.play(fault, on="DELETE")
    result = trader.cancel(placed[leg])

    assert ("canceled", "canceled") == (result["status"], result["outcome"])
    assert str(placed[leg].order_id) == result["id"]
    assert ["CANCELED"] * 2 == [trader.book(order) for order in placed]


def test_a_leg_whose_list_has_traded_is_gone(host: Host, sim: Simulator) -> None:
    """One leg filled, so the exchange ended the other."""
    trader = Trader(host, sim, BY_NAME["spot"])
    placed = legs(trader)
    sim.book.fill(placed[0])
    states = {}
    for order in placed:
        with pytest.raises(adapter.OrderGone) as caught:
            trader.cancel(order)
        states[order.client_order_id] = caught.value.state

    assert {"above": "closed", "below": "expired"} == states


@pytest.mark.parametrize(
    ("restriction", "filled", "is_refused"),
    [("ONLY_NEW", "0", False), ("ONLY_NEW", "0.5", True), ("ONLY_PARTIALLY_FILLED", "0", True)],
)
def test_a_restricted_cancel_leaves_the_order_as_it_is(
    host: Host, sim: Simulator, restriction: str, filled: str, is_refused: bool
) -> None:
    """It is refused, and not "not found"; that of an order in the right state succeeds."""
    trader = Trader(host, sim, BY_NAME["spot"])
    order = trader.place(filled=filled)
    result = trader.tried(order, cancelRestrictions=restriction)

    if is_refused:
        assert isinstance(result, ccxt.OperationRejected)
        assert not isinstance(result, ccxt.OrderNotFound)
        assert "D" == trader.asked
    else:
        assert "canceled" == result["outcome"]
    assert is_refused == sim.book.now(order).is_open


def test_a_restriction_holds_for_the_second_send(host: Host, sim: Simulator) -> None:
    """The order trades while the first cancel is lost: it is not cancelled any more."""
    trader = Trader(host, sim, BY_NAME["spot"])
    order = trader.place(quantity=2)
    sim.faults.play("drop_before", "fill_part_before", on="DELETE")
    result = trader.tried(order, cancelRestrictions="ONLY_NEW", deadline=5.0)

    assert isinstance(result, adapter.CancelUnknown)
    assert "PARTIALLY_FILLED" == trader.book(order)


@pytest.mark.parametrize("name", ["spot", "margin"])
def test_a_503_is_looked_up_before_anything_is_sent_again(
    host: Host, sim: Simulator, name: str
) -> None:
    """No HTTP 5xx is documented there as "not executed": the cancel may have been."""
    trader = Trader(host, sim, BY_NAME[name])
    order = trader.place()
    sim.faults.play("http_503_unknown_executed", on="DELETE")

    assert "canceled" == trader.cancel(order)["outcome"]
    assert "Dq" == trader.asked
