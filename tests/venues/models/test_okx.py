"""What only okx does: trigger orders of another family, and orders that it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest

from venues.models.okx import Okx

SYMBOL = "BTC/USDT:USDT"


@pytest.fixture
def model() -> Iterator[Okx]:
    with Okx() as model:
        yield model


@pytest.fixture
def exchange(model: Okx) -> Any:
    return model.connect(ccxt.okx({"enableRateLimit": False}))


def test_a_trigger_order_is_of_another_family(model: Okx, exchange: Any) -> None:
    """Without the flag it is unknown, although it is live."""
    order_id = exchange.create_order(SYMBOL, "limit", "buy", 2, 30000, {"triggerPrice": 31000})[
        "id"
    ]
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, SYMBOL)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(order_id, SYMBOL)

    assert "open" == exchange.fetch_order(order_id, SYMBOL, {"trigger": True})["status"]
    assert [] == exchange.fetch_open_orders(SYMBOL)
    assert 1 == len(exchange.fetch_open_orders(SYMBOL, params={"trigger": True}))
    assert order_id == exchange.cancel_order(order_id, SYMBOL, {"trigger": True})["id"]
    assert "canceled" == exchange.fetch_order(order_id, SYMBOL, {"trigger": True})["status"]
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, SYMBOL, {"trigger": True})
    assert "canceled" == model.book[order_id].state


def test_a_triggered_order_lives_on_as_another(model: Okx, exchange: Any) -> None:
    """ccxt calls it closed and invents a fill."""
    order_id = exchange.create_order(SYMBOL, "limit", "buy", 2, 30000, {"triggerPrice": 31000})[
        "id"
    ]
    child = model.book.trigger(order_id)
    order = exchange.fetch_order(order_id, SYMBOL, {"trigger": True})

    assert ("closed", 2, child.id) == (order["status"], order["filled"], order["info"]["ordId"])
    assert "open" == exchange.fetch_order(child.id, SYMBOL)["status"]


def test_a_canceled_order_without_fills_is_forgotten(model: Okx, exchange: Any) -> None:
    """After two hours; one with a fill is not."""
    empty, partly = (
        exchange.create_order(SYMBOL, "limit", "buy", 2, 30000)["id"] for _ in range(2)
    )
    model.book.fill(partly, 1)
    for order_id in (empty, partly):
        exchange.cancel_order(order_id, SYMBOL)
    assert 2 == len(exchange.fetch_canceled_orders(SYMBOL))
    model.advance(2 * 3600)

    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(empty, SYMBOL)
    assert [partly] == [order["id"] for order in exchange.fetch_canceled_orders(SYMBOL)]


def test_a_second_cancel_is_told_that_the_first_is_pending(model: Okx, exchange: Any) -> None:
    """The code is 51410."""
    order_id = exchange.create_order(SYMBOL, "limit", "buy", 2, 30000)["id"]
    model.cancel_lag = 60
    exchange.cancel_order(order_id, SYMBOL)

    with pytest.raises(ccxt.CancelPending):
        exchange.cancel_order(order_id, SYMBOL)
