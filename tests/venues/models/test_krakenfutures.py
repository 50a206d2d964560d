"""What only krakenfutures does: words for what was found, and a status that is soon forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest

from venues.models.krakenfutures import KrakenFutures

SYMBOL = "BTC/USD:USD"


@pytest.fixture
def model() -> Iterator[KrakenFutures]:
    with KrakenFutures() as model:
        yield model


@pytest.fixture
def exchange(model: KrakenFutures) -> Any:
    return model.connect(ccxt.krakenfutures({"enableRateLimit": False}))


def placed(exchange: Any, **params: Any) -> str:
    return str(exchange.create_order(SYMBOL, "limit", "buy", 2, 30000, params)["id"])


def test_the_answer_is_final(model: KrakenFutures, exchange: Any) -> None:
    """It has what was filled."""
    order_id = placed(exchange)
    model.book.fill(order_id, 1)
    order = exchange.cancel_order(order_id, SYMBOL)

    assert (order_id, "canceled", 1) == (order["id"], order["status"], order["filled"])
    with pytest.raises(ValueError, match="ack_lag"):
        model.fault("ack_lag")


@pytest.mark.parametrize(("fault", "word"), [("fill_before", "filled"), ("cancel_before", "not")])
def test_the_word_tells_a_fill(model: KrakenFutures, exchange: Any, fault: str, word: str) -> None:
    """The class is the same."""
    order_id = placed(exchange)
    model.fault(fault)

    with pytest.raises(ccxt.OrderNotFound, match=f"due to {word}"):
        exchange.cancel_order(order_id, SYMBOL)


def test_the_client_id_alone_finds_an_order(model: KrakenFutures, exchange: Any) -> None:
    """ccxt's cancel_order sends None as the id beside it, which is no id."""
    order_id = placed(exchange, clientOrderId="one")
    with pytest.raises(ccxt.BadRequest, match="order_id"):
        exchange.cancel_order(None, SYMBOL, {"cliOrdId": "one"})
    assert "open" == model.book[order_id].state
    answer = exchange.privatePostCancelorder({"cliOrdId": "one"})

    assert (order_id, "one") == tuple(answer["cancelStatus"][k] for k in ("order_id", "cliOrdId"))
    assert "canceled" == model.book[order_id].state


def test_the_status_is_forgotten_after_5_seconds(model: KrakenFutures, exchange: Any) -> None:
    """The history still has the order."""
    order_id = placed(exchange)
    exchange.cancel_order(order_id, SYMBOL)
    assert "canceled" == exchange.fetch_order(order_id, SYMBOL)["status"]
    model.advance(5)

    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(order_id, SYMBOL)
    events = [e["event"] for e in exchange.historyGetOrders()["elements"]]
    assert ["OrderCancelled", "OrderPlaced"] == [name for event in events for name in event]
    assert order_id == events[0]["OrderCancelled"]["order"]["uid"]


def test_ccxt_lists_a_live_order_as_canceled(model: KrakenFutures, exchange: Any) -> None:
    """It takes each placement without a fill for a cancel, so this list proves nothing."""
    order_id = placed(exchange)

    assert [order_id] == [order["id"] for order in exchange.fetch_canceled_orders(SYMBOL)]
    assert "open" == model.book[order_id].state


def test_filled_orders_are_in_the_history(model: KrakenFutures, exchange: Any) -> None:
    """Each fill is an event."""
    order_id = placed(exchange)
    model.book.fill(order_id, 1)
    model.book.fill(order_id)

    (order,) = exchange.fetch_closed_orders(SYMBOL)
    assert (order_id, "closed", 2) == (order["id"], order["status"], order["filled"])


def test_trigger_orders_are_like_others(exchange: Any) -> None:
    """Only their history is apart."""
    order_id = placed(exchange, triggerPrice=31000)
    order = exchange.fetch_order(order_id, SYMBOL)

    assert ("open", 31000) == (order["status"], order["triggerPrice"])
    assert "canceled" == exchange.cancel_order(order_id, SYMBOL)["status"]
    assert [] == exchange.fetch_canceled_orders(SYMBOL)
    listed = exchange.fetch_canceled_orders(SYMBOL, params={"trigger": True})
    assert order_id in [order["id"] for order in listed]


def test_a_triggered_order_lives_on_as_another(model: KrakenFutures, exchange: Any) -> None:
    """Its history says that it was activated, which ccxt calls closed."""
    order_id = placed(exchange, triggerPrice=31000)
    child = model.book.trigger(order_id)

    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(order_id, SYMBOL)
    (order,) = exchange.fetch_closed_orders(SYMBOL, params={"trigger": True})
    assert (order_id, "closed") == (order["id"], order["status"])
    assert "open" == exchange.fetch_order(child.id, SYMBOL)["status"]
