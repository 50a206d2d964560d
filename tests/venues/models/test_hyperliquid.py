"""What only hyperliquid does: actions of a wallet, and questions about any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest

from venues.models.hyperliquid import Hyperliquid

SWAP = "BTC/USDC:USDC"
SPOT = "BTC/USDC"
ONE = "0x00000000000000000000000000000001"


@pytest.fixture
def model() -> Iterator[Hyperliquid]:
    with Hyperliquid() as model:
        yield model


@pytest.fixture
def exchange(model: Hyperliquid) -> Any:
    return model.connect(ccxt.hyperliquid({"enableRateLimit": False}))


def placed(exchange: Any, symbol: str = SWAP, **params: Any) -> str:
    return str(exchange.create_order(symbol, "limit", "buy", 2, 30000, params)["id"])


def test_the_first_private_call_makes_other_requests(model: Hyperliquid, exchange: Any) -> None:
    """They are no requests about orders."""
    placed(exchange)
    placed(exchange)
    actions = [r.params["action"]["type"] for r in model.requests if r.path == "/exchange"]

    assert {"approveBuilderFee", "setReferrer", "order"} == set(actions)
    assert 2 == [request.kind for request in model.requests].count("create")
    assert "order" == actions[-1]


def test_success_is_no_status(exchange: Any) -> None:
    """ccxt passes the word on as one, without an id."""
    order = exchange.cancel_order(placed(exchange), SWAP)

    assert (None, "success") == (order["id"], order["status"])


def test_each_order_has_a_word(model: Hyperliquid, exchange: Any) -> None:
    """ccxt raises for the first that is refused, though another was canceled."""
    filled, opened = placed(exchange), placed(exchange)
    model.book.fill(filled)
    with pytest.raises(ccxt.OrderNotFound, match='"success"'):
        exchange.cancel_orders([filled, opened], SWAP)

    assert ["filled", "canceled"] == [model.book[order_id].state for order_id in (filled, opened)]


def test_the_asset_must_be_that_of_the_order(model: Hyperliquid, exchange: Any) -> None:
    """Else it was never placed."""
    order_id = placed(exchange)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, SPOT)

    assert "open" == model.book[order_id].state


def test_another_wallet_is_not_told(exchange: Any) -> None:
    """A question needs no key, but its wallet has no such order."""
    order_id = placed(exchange)
    other = {"user": f"0x{'1' * 40}"}

    with pytest.raises(ccxt.OrderNotFound, match="unknownOid"):
        exchange.fetch_order(order_id, SWAP, other)
    assert [] == exchange.fetch_open_orders(SWAP, params=other)


def test_the_history_has_every_state(model: Hyperliquid, exchange: Any) -> None:
    """ccxt keeps the last of each order."""
    opened, canceled, filled = (placed(exchange) for _ in range(3))
    exchange.cancel_order(canceled, SWAP)
    model.book.fill(filled)

    listed = exchange.publicPostInfo({"type": "historicalOrders", "user": exchange.walletAddress})
    assert {
        (opened, "open"),
        (canceled, "open"),
        (canceled, "canceled"),
        (filled, "open"),
        (filled, "filled"),
    } == {(str(state["order"]["oid"]), state["status"]) for state in listed}


def test_a_status_does_not_show_a_fill_of_a_part(model: Hyperliquid, exchange: Any) -> None:
    """The list of open orders does, and the status once the order has ended."""
    order_id = placed(exchange)
    model.book.fill(order_id, "0.5")
    assert 0 == exchange.fetch_order(order_id, SWAP)["filled"]
    assert 0.5 == exchange.fetch_open_orders(SWAP)[0]["filled"]
    exchange.cancel_order(order_id, SWAP)

    assert 0.5 == exchange.fetch_order(order_id, SWAP)["filled"]


def test_a_canceled_order_may_show_no_size(model: Hyperliquid, exchange: Any) -> None:
    """ccxt then takes it for filled as a whole."""
    order_id = placed(exchange)
    exchange.cancel_order(order_id, SWAP)
    assert 0 == exchange.fetch_order(order_id, SWAP)["filled"]
    model.canceled_size_is_zero = True

    order = exchange.fetch_order(order_id, SWAP)
    assert ("canceled", 2) == (order["status"], order["filled"])


def test_a_trigger_order_is_placed_without_an_id(model: Hyperliquid, exchange: Any) -> None:
    """The list and its client id tell it; triggered, it reads as open though another lives on."""
    exchange.create_order(SWAP, "limit", "buy", 2, 30000, {"triggerPrice": 31000})
    (listed,) = exchange.fetch_open_orders(SWAP)
    assert ("open", 31000) == (listed["status"], listed["triggerPrice"])
    child = model.book.trigger(listed["id"])

    assert "open" == exchange.fetch_order(listed["id"], SWAP)["status"]
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(listed["id"], SWAP)
    exchange.cancel_order(child.id, SWAP)
    assert "canceled" == model.book[child.id].state


def test_a_client_id_stands_for_the_id(exchange: Any) -> None:
    """In a question, the one takes the place of the other."""
    order_id = placed(exchange, clientOrderId=ONE)

    assert order_id == exchange.fetch_order(ONE, SWAP)["id"]
