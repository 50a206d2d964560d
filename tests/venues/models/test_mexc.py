"""What only mexc does: an order or a code for each family's cancel, and trigger orders apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from venues.models.mexc import Mexc

SPOT = "BTC/USDT"
SWAP = "BTC/USDT:USDT"


@pytest.fixture
def model() -> Iterator[Mexc]:
    with Mexc() as model:
        yield model


@pytest.fixture
def exchange(model: Mexc) -> Any:
    return model.connect(ccxt.mexc({"enableRateLimit": False}))


def placed(exchange: Any, symbol: str, **params: Any) -> str:
    return str(exchange.create_order(symbol, "limit", "buy", 2, 30000, params)["id"])


def test_spot_answers_with_the_order(model: Mexc, exchange: Any) -> None:
    """Its client id is the cancel's, and the order's is beside it."""
    order_id = placed(exchange, SPOT, clientOrderId="one")
    model.book.fill(order_id, 1)
    order = exchange.cancel_order(order_id, SPOT, {"newClientOrderId": "two"})

    assert (order_id, "two", "canceled", 1) == tuple(
        order[key] for key in ("id", "clientOrderId", "status", "filled")
    )
    assert "one" == order["info"]["origClientOrderId"]
    assert "PARTIALLY_CANCELED" == exchange.fetch_order(order_id, SPOT)["info"]["status"]


@pytest.mark.parametrize(
    ("fault", "code"), [("fill_before", 2041), ("cancel_before", 2041), (None, 2040)]
)
def test_swap_answers_with_codes(model: Mexc, exchange: Any, fault: str | None, code: int) -> None:
    """ccxt raises one class for all, by the text."""
    order_id = placed(exchange, SWAP) if fault else model.new_id(7)
    if fault:
        model.fault(fault)
    with pytest.raises(ccxt.InvalidOrder):
        exchange.cancel_order(order_id, SWAP)
    answer = exchange.contractPrivatePostOrderCancel([order_id])

    assert [(order_id, code)] == [(o["orderId"], o["errorCode"]) for o in answer["data"]]


def test_swap_answers_each_order_of_a_list(model: Mexc, exchange: Any) -> None:
    """One that has ended does not keep the others."""
    one, two = (placed(exchange, SWAP) for _ in range(2))
    model.book.fill(one)
    answer = exchange.contractPrivatePostOrderCancel([one, two])

    assert [2041, 0] == [order["errorCode"] for order in answer["data"]]
    assert ["filled", "canceled"] == [model.book[order_id].state for order_id in (one, two)]


def test_spot_client_ids(model: Mexc, exchange: Any) -> None:
    """They cancel and query."""
    order_id = placed(exchange, SPOT, clientOrderId="one")
    assert order_id == exchange.fetch_order(None, SPOT, {"clientOrderId": "one"})["id"]
    exchange.cancel_order(None, SPOT, {"clientOrderId": "one"})

    assert "canceled" == model.book[order_id].state


def test_swap_client_ids(model: Mexc, exchange: Any) -> None:
    """ccxt's cancel_order drops it, sends no order and fails after that."""
    order_id = placed(exchange, SWAP, clientOrderId="one")
    with pytest.raises(TypeError):
        exchange.cancel_order(None, SWAP, {"clientOrderId": "one"})

    assert [None] == model.requests[-1].params
    assert "open" == model.book[order_id].state
    found = exchange.contractPrivateGetOrderExternalSymbolExternalOid(
        {"symbol": "BTC_USDT", "external_oid": "one"}
    )
    assert order_id == found["data"]["orderId"]


def test_a_trigger_order_is_of_another_family(model: Mexc, exchange: Any) -> None:
    """Without the flag it is unknown, and no query by its id exists."""
    order_id = placed(exchange, SWAP, triggerPrice=31000)
    with pytest.raises(ccxt.InvalidOrder, match="not exist"):
        exchange.cancel_order(order_id, SWAP)
    with pytest.raises(ccxt.ExchangeError, match="2040"):
        exchange.fetch_order(order_id, SWAP)
    assert [] == exchange.fetch_open_orders(SWAP)
    (listed,) = exchange.fetch_open_orders(SWAP, params={"trigger": True})
    assert (order_id, "open", 31000) == tuple(listed[k] for k in ("id", "status", "triggerPrice"))

    exchange.cancel_order(order_id, SWAP, {"trigger": True})
    assert "canceled" == model.book[order_id].state
    with pytest.raises(ccxt.ExchangeError, match="2041"):
        exchange.cancel_order(order_id, SWAP, {"trigger": True})


def test_a_triggered_order_lives_on_as_another(model: Mexc, exchange: Any) -> None:
    """The list of all trigger orders has its id, which ccxt takes for that of its parent."""
    order_id = placed(exchange, SWAP, triggerPrice=31000)
    child = model.book.trigger(order_id)
    (listed,) = exchange.contractPrivateGetPlanorderListOrders()["data"]

    assert (order_id, 3, child.id) == tuple(listed[key] for key in ("id", "state", "orderId"))
    assert "open" == exchange.fetch_order(child.id, SWAP)["status"]


async def test_aiohttp_sends_a_lost_cancel_again(model: Mexc) -> None:
    """The second DELETE is refused because the first was executed."""
    async with model.connect(ccxt.async_support.mexc({"enableRateLimit": False})) as exchange:
        order = await exchange.create_order(SPOT, "limit", "buy", 2, 30000)
        model.fault("lost_after")
        with pytest.raises(ccxt.BadRequest, match="-2011"):
            await exchange.cancel_order(order["id"], SPOT)

    assert 2 == [request.kind for request in model.requests].count("cancel")


def test_a_list_of_spot_orders_begins_a_day_ago(model: Mexc, exchange: Any) -> None:
    """The query still finds the order."""
    order_id = placed(exchange, SPOT)
    exchange.cancel_order(order_id, SPOT)
    assert [order_id] == [order["id"] for order in exchange.fetch_orders(SPOT)]
    model.advance(24 * 3600 + 1)

    assert [] == exchange.fetch_orders(SPOT)
    assert "canceled" == exchange.fetch_order(order_id, SPOT)["status"]
