"""What only coinbase does: a reason for each refused cancel, and a word for a pending one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest

from venues.models.coinbase import Coinbase

SYMBOL = "BTC/USD"


@pytest.fixture
def model() -> Iterator[Coinbase]:
    with Coinbase() as model:
        yield model


@pytest.fixture
def exchange(model: Coinbase) -> Any:
    return model.connect(ccxt.coinbase({"enableRateLimit": False}))


def placed(exchange: Any, **params: Any) -> str:
    return str(exchange.create_order(SYMBOL, "limit", "buy", 0.02, 30000, params)["id"])


def test_a_pending_cancel_is_queued(model: Coinbase, exchange: Any) -> None:
    """ccxt passes the word on, and does not list the order as open; a second cancel is refused."""
    order_id = placed(exchange)
    model.fault("ack_lag", lag=60)
    answer = exchange.cancel_order(order_id, SYMBOL)
    assert (order_id, None) == (answer["id"], answer["status"])
    order = exchange.fetch_order(order_id, SYMBOL)

    assert ("CANCEL_QUEUED", True) == (order["status"], order["info"]["pending_cancel"])
    assert [] == exchange.fetch_open_orders(SYMBOL)
    answer = exchange.v3PrivatePostBrokerageOrdersBatchCancel({"order_ids": [order_id]})
    (result,) = answer["results"]
    assert (False, "DUPLICATE_CANCEL_REQUEST") == (result["success"], result["failure_reason"])
    model.advance(60)
    assert [order_id] == [order["id"] for order in exchange.fetch_canceled_orders(SYMBOL)]


def test_each_order_has_a_reason(model: Coinbase, exchange: Any) -> None:
    """ccxt raises one text for all."""
    filled, canceled, opened = (placed(exchange) for _ in range(3))
    model.book.fill(filled)
    model.book.cancel(canceled)
    ids = [filled, canceled, opened, model.new_id(7)]
    results = exchange.v3PrivatePostBrokerageOrdersBatchCancel({"order_ids": ids})["results"]

    assert ids == [result["order_id"] for result in results]
    assert [
        "ORDER_IS_FULLY_FILLED",
        "UNKNOWN_CANCEL_ORDER",
        "UNKNOWN_CANCEL_FAILURE_REASON",
        "UNKNOWN_CANCEL_ORDER",
    ] == [result["failure_reason"] for result in results]
    assert [opened] == [result["order_id"] for result in results if result["success"]]


def test_no_id_cancels_nothing(model: Coinbase, exchange: Any) -> None:
    """ccxt sends null for one."""
    order_id = placed(exchange)
    with pytest.raises(ccxt.BadRequest):
        exchange.cancel_order(None, SYMBOL)

    assert {"order_ids": [None]} == model.requests[-1].params
    assert "open" == model.book[order_id].state


def test_an_expired_order_reads_as_canceled(model: Coinbase, exchange: Any) -> None:
    """What was filled is kept."""
    order_id = placed(exchange)
    model.book.fill(order_id, "0.01")
    model.book.expire(order_id)
    order = exchange.fetch_order(order_id, SYMBOL)

    assert ("canceled", 0.01, "EXPIRED") == (
        order["status"],
        order["filled"],
        order["info"]["status"],
    )


def test_trigger_orders_are_like_others(exchange: Any) -> None:
    """No flag is needed."""
    order_id = placed(exchange, triggerPrice=31000)
    order = exchange.fetch_order(order_id, SYMBOL)

    assert ("open", 31000, 30000) == tuple(order[k] for k in ("status", "triggerPrice", "price"))
    exchange.cancel_order(order_id, SYMBOL)
    assert "canceled" == exchange.fetch_order(order_id, SYMBOL)["status"]
