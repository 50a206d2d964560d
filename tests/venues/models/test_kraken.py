"""What only kraken does: counts, pending cancels, and cancels of all orders of a reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest

from venues.models.kraken import Kraken

SYMBOL = "BTC/USDT"


@pytest.fixture
def model() -> Iterator[Kraken]:
    with Kraken() as model:
        yield model


@pytest.fixture
def exchange(model: Kraken) -> Any:
    return model.connect(ccxt.kraken({"enableRateLimit": False}))


def placed(exchange: Any, **params: Any) -> str:
    return str(exchange.create_order(SYMBOL, "limit", "buy", 0.02, 30000, params)["id"])


def canceled(exchange: Any, order_id: str, **params: Any) -> Any:
    """Cancel and return what kraken answered."""
    return exchange.cancel_order(order_id, SYMBOL, params)["info"]["result"]


def test_the_answer_says_whether_it_is_pending(model: Kraken, exchange: Any) -> None:
    """A second cancel is told so, and one after that finds no order."""
    order_id = placed(exchange)
    model.fault("ack_lag", lag=60)

    assert {"count": 1, "pending": True} == canceled(exchange, order_id)
    with pytest.raises(ccxt.CancelPending):
        exchange.cancel_order(order_id, SYMBOL)
    model.advance(60)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, SYMBOL)
    assert {"count": 1} == canceled(exchange, placed(exchange))


def test_a_reference_cancels_all_its_orders(model: Kraken, exchange: Any) -> None:
    """The id that goes with it is not sent, and its order lives on."""
    orders = [placed(exchange, userref=7) for _ in range(2)]
    other = placed(exchange, userref=8)

    assert {"count": 2} == canceled(exchange, other, userref=7)
    assert ["canceled", "canceled"] == [model.book[order_id].state for order_id in orders]
    assert "open" == model.book[other].state
    assert [other] == [order["id"] for order in exchange.fetch_open_orders(SYMBOL)]
    listed = exchange.fetch_closed_orders(SYMBOL, params={"userref": 7})
    assert set(orders) == {order["id"] for order in listed}


def test_a_client_id_lists_its_order(exchange: Any) -> None:
    """The query knows only order ids."""
    order_id = placed(exchange, clientOrderId="one")

    (listed,) = exchange.fetch_open_orders(SYMBOL, params={"clientOrderId": "one"})
    assert (order_id, "one") == (listed["id"], listed["clientOrderId"])
    assert [] == exchange.fetch_open_orders(SYMBOL, params={"clientOrderId": "two"})


@pytest.mark.parametrize(
    ("text", "error"),
    [("EService:Timeout", "ExchangeError"), ("EGeneral:Internal error", "ExchangeNotAvailable")],
)
def test_an_error_may_come_after_the_cancel(
    model: Kraken, exchange: Any, text: str, error: str
) -> None:
    """Neither text says whether anything was executed."""
    order_id = placed(exchange)
    model.timeout_text = text
    model.fault("timed_out")

    with pytest.raises(getattr(ccxt, error), match=text):
        exchange.cancel_order(order_id, SYMBOL)
    assert "canceled" == model.book[order_id].state


def test_trigger_orders_are_like_others(exchange: Any) -> None:
    """No flag is needed."""
    order_id = placed(exchange, stopLossPrice=31000)
    order = exchange.fetch_order(order_id, SYMBOL)

    assert ("open", "limit", 31000, 30000) == tuple(
        order[key] for key in ("status", "type", "stopLossPrice", "price")
    )
    exchange.cancel_order(order_id, SYMBOL)
    assert "canceled" == exchange.fetch_order(order_id, SYMBOL)["status"]
