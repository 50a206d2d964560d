"""What only htx does: refusals inside of answers with success, which ccxt takes for cancels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import ccxt
import pytest

from venues.models.htx import Htx

SPOT = "BTC/USDT"
LINEAR = "BTC/USDT:USDT"
INVERSE = "BTC/USD:BTC"
OPEN = {"offset": "open"}
"""What ccxt must be given for an order of a coin-margined swap."""


@pytest.fixture
def model() -> Iterator[Htx]:
    with Htx() as model:
        yield model


@pytest.fixture
def exchange(model: Htx) -> Any:
    return model.connect(ccxt.htx({"enableRateLimit": False}))


def placed(exchange: Any, symbol: str, **params: Any) -> str:
    params = params | (OPEN if symbol == INVERSE else {})
    return str(exchange.create_order(symbol, "limit", "buy", 2, 30000, params)["id"])


def test_a_coin_margined_order_lives_and_is_canceled(model: Htx, exchange: Any) -> None:
    """What ccxt parses is what the book has, before and after the cancel."""
    order_id = placed(exchange, INVERSE, clientOrderId=1001)
    order = exchange.fetch_order(order_id, INVERSE)
    assert (order_id, "open", "buy") == (order["id"], order["status"], order["side"])
    assert (2, 30000, 0) == (order["amount"], order["price"], order["filled"])
    assert [order_id] == [order["id"] for order in exchange.fetch_open_orders(INVERSE)]
    assert order_id == exchange.fetch_order(None, INVERSE, {"clientOrderId": "1001"})["id"]
    model.book.fill(order_id, 1)
    exchange.cancel_order(order_id, INVERSE)
    order = exchange.fetch_order(order_id, INVERSE)

    assert ("canceled", 1) == (order["status"], order["filled"])
    assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize("symbol", [LINEAR, INVERSE])
@pytest.mark.parametrize(
    ("fault", "code"), [("fill_before", "1063"), ("cancel_before", "1071"), ("ack_lag", "1062")]
)
def test_ccxt_takes_refusals_of_swaps_for_cancels(
    model: Htx, exchange: Any, symbol: str, fault: str, code: str
) -> None:
    """It returns the id that it was given and a constant status."""
    order_id = placed(exchange, symbol)
    model.fault(fault, lag=60)
    if fault == "ack_lag":
        exchange.cancel_order(order_id, symbol)
    order = exchange.cancel_order(order_id, symbol)

    assert (order_id, "canceled") == (order["id"], order["status"])
    assert code in exchange.last_http_response
    expected = {"fill_before": "filled", "cancel_before": "canceled", "ack_lag": "canceling"}
    assert expected[fault] == model.book[order_id].state


def test_unknown_orders_of_swaps(exchange: Any) -> None:
    """ccxt knows the code of a cancel, and returns an empty order for a v5 query."""
    for symbol in (LINEAR, INVERSE):
        with pytest.raises(ccxt.OrderNotFound, match="1061"):
            exchange.cancel_order("1", symbol)
    with pytest.raises(ccxt.OrderNotFound, match="1017"):
        exchange.fetch_order("1", INVERSE)
    assert None is exchange.fetch_order("1", LINEAR)["id"]


@pytest.mark.parametrize("kind", ["busy", "rate_limit", "timed_out"])
def test_ccxt_takes_any_refusal_of_v5_for_a_cancel(model: Htx, exchange: Any, kind: str) -> None:
    """Nothing but the code of the answer tells it; v1 has a status."""
    order_id = placed(exchange, LINEAR)
    model.fault(kind, executed=False)
    order = exchange.cancel_order(order_id, LINEAR)
    assert (order_id, "canceled") == (order["id"], order["status"])
    assert "open" == model.book[order_id].state
    order_id = placed(exchange, INVERSE)
    model.fault(kind, executed=False)
    with pytest.raises(ccxt.ExchangeError):
        exchange.cancel_order(order_id, INVERSE)

    assert "open" == model.book[order_id].state


@pytest.mark.parametrize(
    ("fault", "state"), [("fill_before", 6), ("cancel_before", 7), ("ack_lag", 10)]
)
def test_spot_refusals_have_the_state(model: Htx, exchange: Any, fault: str, state: int) -> None:
    """By the order's id they are errors; by the client's they are answers, like success."""
    by_id = placed(exchange, SPOT)
    by_client_id = placed(exchange, SPOT, clientOrderId="one")
    model.fault(fault, lag=60, times=2)
    if fault == "ack_lag":
        exchange.cancel_order(by_id, SPOT)
        exchange.cancel_order(by_client_id, SPOT)
    with pytest.raises(ccxt.OrderNotFound, match=f'"order-state": {state}'):
        exchange.cancel_order(by_id, SPOT)

    order = exchange.cancel_order("7", SPOT, {"clientOrderId": "one"})
    assert ("7", "canceled") == (order["id"], order["status"])
    assert state == json.loads(exchange.last_http_response)["data"]
    exchange.cancel_order("7", SPOT, {"clientOrderId": "two"})
    assert 0 == json.loads(exchange.last_http_response)["data"]


def test_a_partly_filled_order_that_was_canceled_has_a_state_of_its_own(
    model: Htx, exchange: Any
) -> None:
    """5, where 7 has no fills."""
    order_id = placed(exchange, SPOT)
    model.book.fill(order_id, 1)
    model.fault("cancel_before")
    with pytest.raises(ccxt.OrderNotFound, match='"order-state": 5'):
        exchange.cancel_order(order_id, SPOT)


@pytest.mark.parametrize("symbol", [SPOT, LINEAR, INVERSE])
def test_a_canceled_order_without_fills_is_forgotten(
    model: Htx, exchange: Any, symbol: str
) -> None:
    """After 2 hours; one with fills is not."""
    orders = [placed(exchange, symbol) for _ in range(2)]
    model.book.fill(orders[1], 1)
    for order_id in orders:
        exchange.cancel_order(order_id, symbol)
    model.advance(2 * 3600)

    if symbol == LINEAR:
        assert None is exchange.fetch_order(orders[0], symbol)["id"]
    else:
        with pytest.raises(ccxt.OrderNotFound):
            exchange.fetch_order(orders[0], symbol)
    assert "canceled" == exchange.fetch_order(orders[1], symbol)["status"]


@pytest.mark.parametrize("symbol", [SPOT, LINEAR, INVERSE])
def test_lists_of_what_has_ended(model: Htx, exchange: Any, symbol: str) -> None:
    """Filled and canceled are lists of their own."""
    filled, canceled = placed(exchange, symbol), placed(exchange, symbol)
    placed(exchange, symbol)
    model.book.fill(filled)
    exchange.cancel_order(canceled, symbol)

    assert [filled] == [order["id"] for order in exchange.fetch_closed_orders(symbol)]
    assert [canceled] == [order["id"] for order in exchange.fetch_canceled_orders(symbol)]


def test_states_of_a_pending_cancel(model: Htx, exchange: Any) -> None:
    """Spot and v1 have a word for it."""
    model.cancel_lag = 60
    for symbol, state in ((SPOT, "canceling"), (LINEAR, "open"), (INVERSE, "canceling")):
        order_id = placed(exchange, symbol)
        exchange.cancel_order(order_id, symbol)

        assert state == exchange.fetch_order(order_id, symbol)["status"]


def test_commas_make_a_list_of_ids(model: Htx, exchange: Any) -> None:
    """On a coin-margined swap; so no id may have one."""
    orders = [placed(exchange, INVERSE) for _ in range(2)]
    exchange.cancel_order(",".join(orders), INVERSE)

    assert ["canceled", "canceled"] == [model.book[order_id].state for order_id in orders]


@pytest.mark.parametrize("client_id", [None, 1001])
def test_trigger_orders(model: Htx, exchange: Any, client_id: int | None) -> None:
    """They are of another family, and a refusal is the code of an item."""
    named = {} if client_id is None else {"clientOrderId": client_id}
    params = {"trigger": True, **named}
    order_id = placed(exchange, LINEAR, triggerPrice=31000, **named)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, LINEAR)
    assert [] == exchange.fetch_open_orders(LINEAR)
    listed = exchange.fetch_open_orders(LINEAR, params={"trigger": True})
    assert [order_id] == [order["id"] for order in listed]
    assert "open" == exchange.fetch_order(order_id, LINEAR, params)["status"]

    exchange.cancel_order(order_id, LINEAR, params)
    assert "canceled" == exchange.fetch_order(order_id, LINEAR, params)["status"]
    assert "canceled" == model.book[order_id].state
    assert 1071 == exchange.cancel_order(order_id, LINEAR, params)["info"]["code"]
    listed = exchange.fetch_canceled_orders(LINEAR, params={"trigger": True})
    assert [order_id] == [order["id"] for order in listed]


def test_a_triggered_order_cannot_be_canceled(model: Htx, exchange: Any) -> None:
    """ccxt says that it was."""
    order_id = placed(exchange, LINEAR, triggerPrice=31000)
    child = model.book.trigger(order_id)
    order = exchange.cancel_order(order_id, LINEAR, {"trigger": True})

    assert ("canceled", 1063) == (order["status"], order["info"]["code"])
    assert "open" == model.book[child.id].state


def test_stop_orders_of_spot_are_like_others(model: Htx, exchange: Any) -> None:
    """No flag is needed."""
    order_id = placed(exchange, SPOT, triggerPrice=31000)
    assert 31000 == exchange.fetch_order(order_id, SPOT)["triggerPrice"]
    exchange.cancel_order(order_id, SPOT)

    assert "canceled" == model.book[order_id].state
