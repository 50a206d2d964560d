"""What only gate does: an empty id cancels all, and orders are known by a client id for a while."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from venues.models.gate import Gate

SPOT = "BTC/USDT"
SWAP = "BTC/USDT:USDT"


@pytest.fixture
def model() -> Iterator[Gate]:
    with Gate() as model:
        yield model


@pytest.fixture
def exchange(model: Gate) -> Any:
    return model.connect(ccxt.gate({"enableRateLimit": False}))


def placed(exchange: Any, symbol: str, **params: Any) -> str:
    return str(exchange.create_order(symbol, "limit", "sell", 2, 30000, params)["id"])


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
def test_an_empty_id_cancels_all(model: Gate, exchange: Any, symbol: str) -> None:
    """So nothing may ever send one."""
    orders = [placed(exchange, symbol) for _ in range(2)]
    exchange.cancel_order("", symbol)

    assert ["canceled", "canceled"] == [model.book[order_id].state for order_id in orders]
    assert "cancel_all" == model.requests[-1].kind


async def test_aiohttp_sends_a_lost_cancel_again(model: Gate) -> None:
    """The second DELETE is refused because the first was executed."""
    async with model.connect(ccxt.async_support.gate({"enableRateLimit": False})) as exchange:
        order = await exchange.create_order(SPOT, "limit", "sell", 2, 30000)
        model.fault("lost_after")
        with pytest.raises(ccxt.InvalidOrder, match="ORDER_CANCELLED"):
            await exchange.cancel_order(order["id"], SPOT)

    assert 2 == [request.kind for request in model.requests].count("cancel")


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
def test_the_answer_is_final(model: Gate, exchange: Any, symbol: str) -> None:
    """It has what was filled, and cannot be pending."""
    order_id = placed(exchange, symbol)
    model.book.fill(order_id, 1)
    order = exchange.cancel_order(order_id, symbol)

    assert ("canceled", 1, 1) == (order["status"], order["filled"], order["remaining"])
    assert ("sell", 2) == (order["side"], order["amount"])
    for fault in ("ack_lag", "fill_while_canceling", "timed_out"):
        with pytest.raises(ValueError, match=fault):
            model.fault(fault)


def test_labels(model: Gate, exchange: Any) -> None:
    """Spot tells filled from canceled, futures do not."""
    for symbol, labels in (
        (SPOT, ("ORDER_CLOSED", "ORDER_CANCELLED")),
        (SWAP, ("ORDER_FINISHED", "ORDER_FINISHED")),
    ):
        for fault, label in zip(("fill_before", "cancel_before"), labels, strict=True):
            order_id = placed(exchange, symbol)
            model.fault(fault)
            with pytest.raises(ccxt.ExchangeError, match=label):
                exchange.cancel_order(order_id, symbol)


def test_a_futures_order_without_fills_is_forgotten(model: Gate, exchange: Any) -> None:
    """By its client id after a minute, by its own after ten."""
    order_id = placed(exchange, SWAP, clientOrderId="t-one")
    exchange.cancel_order(order_id, SWAP)
    assert order_id == exchange.fetch_order(None, SWAP, {"clientOrderId": "t-one"})["id"]
    model.advance(60)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(None, SWAP, {"clientOrderId": "t-one"})
    assert "canceled" == exchange.fetch_order(order_id, SWAP)["status"]
    model.advance(9 * 60)

    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(order_id, SWAP)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, SWAP)


def test_an_ended_spot_order_is_not_known_by_its_client_id(exchange: Any) -> None:
    """Its own id still finds it."""
    order_id = placed(exchange, SPOT, clientOrderId="t-one")
    exchange.cancel_order("t-one", SPOT)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(None, SPOT, {"clientOrderId": "t-one"})

    assert "canceled" == exchange.fetch_order(order_id, SPOT)["status"]


@pytest.mark.parametrize(("symbol", "error"), [(SPOT, "OrderNotFound"), (SWAP, "ExchangeError")])
def test_trigger_orders(model: Gate, exchange: Any, symbol: str, error: str) -> None:
    """They are of another family, and one that has ended is not found."""
    order_id = placed(exchange, symbol, triggerPrice=31000)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, symbol)
    assert "open" == exchange.fetch_order(order_id, symbol, {"trigger": True})["status"]
    assert [] == exchange.fetch_open_orders(symbol)
    listed = exchange.fetch_open_orders(symbol, params={"trigger": True})
    assert [order_id] == [order["id"] for order in listed]

    assert "canceled" == exchange.cancel_order(order_id, symbol, {"trigger": True})["status"]
    with pytest.raises(getattr(ccxt, error)):
        exchange.cancel_order(order_id, symbol, {"trigger": True})
    assert "canceled" == exchange.fetch_order(order_id, symbol, {"trigger": True})["status"]
    assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
def test_a_triggered_order_reads_as_closed(model: Gate, exchange: Any, symbol: str) -> None:
    """Its order lives on under an id of its own."""
    order_id = placed(exchange, symbol, triggerPrice=31000)
    child = model.book.trigger(order_id)

    assert "closed" == exchange.fetch_order(order_id, symbol, {"trigger": True})["status"]
    assert "open" == exchange.fetch_order(child.id, symbol)["status"]
