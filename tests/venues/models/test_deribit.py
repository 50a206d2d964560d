"""What only deribit does: a final answer by GET, codes for late cancels, tokens and labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from venues.models.deribit import Deribit

SYMBOL = "BTC/USD:BTC"


@pytest.fixture
def model() -> Iterator[Deribit]:
    with Deribit() as model:
        yield model


@pytest.fixture
def exchange(model: Deribit) -> Any:
    return model.connect(ccxt.deribit({"enableRateLimit": False}))


def placed(exchange: Any, **params: Any) -> str:
    return str(exchange.create_order(SYMBOL, "limit", "buy", 20, 30000, params)["id"])


def test_the_answer_is_final(model: Deribit, exchange: Any) -> None:
    """It has what was filled."""
    order_id = placed(exchange)
    model.book.fill(order_id, 10)
    order = exchange.cancel_order(order_id, SYMBOL)

    assert ("canceled", 10, 10) == (order["status"], order["filled"], order["remaining"])
    with pytest.raises(ValueError, match="ack_lag"):
        model.fault("ack_lag")


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        ("fill_before", "InvalidOrder", "already_filled"),
        ("cancel_before", "OrderNotFound", "already_closed"),
    ],
)
def test_codes_for_late_cancels(
    model: Deribit, exchange: Any, fault: str, error: str, text: str
) -> None:
    """Deribit has one for both, and one for each."""
    for expected, wanted in (("InvalidOrder", "not_open_order"), (error, text)):
        order_id = placed(exchange)
        model.fault(fault)
        with pytest.raises(getattr(ccxt, expected), match=wanted):
            exchange.cancel_order(order_id, SYMBOL)
        model.late_codes = {"filled": 11008, "canceled": 10010}


async def test_aiohttp_sends_a_lost_cancel_again(model: Deribit) -> None:
    """The second GET is refused because the first was executed."""
    async with model.connect(ccxt.async_support.deribit({"enableRateLimit": False})) as exchange:
        order = await exchange.create_order(SYMBOL, "limit", "buy", 20, 30000)
        model.fault("lost_after")
        with pytest.raises(ccxt.InvalidOrder, match="not_open_order"):
            await exchange.cancel_order(order["id"], SYMBOL)

    assert 2 == [request.kind for request in model.requests].count("cancel")


def test_a_token_is_as_good_as_a_signature(model: Deribit, exchange: Any) -> None:
    """public/auth gives one for the key."""
    order_id = placed(exchange)
    keys = {"client_id": exchange.apiKey, "client_secret": exchange.secret}
    answer = exchange.publicGetAuth({"grant_type": "client_credentials", **keys})
    url = f"{model.url}/api/v2/private/get_order_state?order_id={order_id}"
    headers = {"Authorization": f"Bearer {answer['result']['access_token']}"}

    assert order_id == exchange.fetch(url, "GET", headers)["result"]["order_id"]
    with pytest.raises(ccxt.AuthenticationError):
        exchange.fetch(url, "GET", {"Authorization": "Bearer other"})
    assert exchange.secret not in json.dumps([request.params for request in model.requests])


def test_a_label_is_of_many_orders(model: Deribit, exchange: Any) -> None:
    """A cancel by it says how many it hit."""
    orders = [placed(exchange, label="one") for _ in range(2)]
    named = {"currency": "BTC", "label": "one"}
    found = exchange.privateGetGetOrderStateByLabel(named)["result"]

    assert set(orders) == {order["order_id"] for order in found}
    assert "2" == str(exchange.privateGetCancelByLabel(named)["result"])
    assert ["canceled", "canceled"] == [model.book[order_id].state for order_id in orders]


def test_the_history_has_orders_with_fills_for_half_an_hour(model: Deribit, exchange: Any) -> None:
    """Others if asked; the query still finds each."""
    empty, partly = placed(exchange), placed(exchange)
    model.book.fill(partly, 10)
    for order_id in (empty, partly):
        exchange.cancel_order(order_id, SYMBOL)
    assert [partly] == [order["id"] for order in exchange.fetch_closed_orders(SYMBOL)]
    params = {"include_unfilled": "true"}
    assert 2 == len(exchange.fetch_closed_orders(SYMBOL, params=params))
    model.advance(30 * 60)

    assert [] == exchange.fetch_closed_orders(SYMBOL, params=params)
    assert "canceled" == exchange.fetch_order(empty, SYMBOL)["status"]


def test_a_canceled_trigger_order_is_answered_as_untriggered(exchange: Any) -> None:
    """ccxt calls that open; the query tells."""
    order_id = placed(exchange, stopLossPrice=31000)
    assert "open" == exchange.cancel_order(order_id, SYMBOL)["status"]

    assert "canceled" == exchange.fetch_order(order_id, SYMBOL)["status"]


def test_a_triggered_order_lives_on_as_another(model: Deribit, exchange: Any) -> None:
    """The other has its id."""
    order_id = placed(exchange, stopLossPrice=31000)
    child = model.book.trigger(order_id)
    order = exchange.fetch_order(child.id, SYMBOL)

    assert "triggered" == exchange.fetch_order(order_id, SYMBOL)["status"]
    assert ("open", order_id) == (order["status"], order["info"]["trigger_order_id"])
