"""What only bitget does: plan orders whose failures hide in an answer with success."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest

from venues.models.bitget import GONE, Bitget

SPOT = "BTC/USDT"
SWAP = "BTC/USDT:USDT"


@pytest.fixture
def model() -> Iterator[Bitget]:
    with Bitget() as model:
        yield model


@pytest.fixture
def exchange(model: Bitget) -> Any:
    return model.connect(ccxt.bitget({"enableRateLimit": False}))


def placed(exchange: Any, symbol: str, **params: Any) -> str:
    return str(exchange.create_order(symbol, "limit", "buy", 2, 30000, params)["id"])


def plan(exchange: Any, order_id: str, symbol: str) -> Any:
    """Find a plan order in its lists: there is no query of one."""
    params = {"trigger": True}
    listed = exchange.fetch_open_orders(symbol, params=params)
    listed += exchange.fetch_canceled_and_closed_orders(symbol, params=params)
    (found,) = (order for order in listed if order["id"] == order_id)
    return found


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
@pytest.mark.parametrize("code", list(GONE))
def test_codes_of_an_order_that_is_not_there(
    model: Bitget, exchange: Any, symbol: str, code: str
) -> None:
    """One code stands for filled, canceled and unknown, and ccxt knows half of them."""
    model.gone = {"spot": code, "mix": code}
    known = code in ("40768", "43001", "40109")
    for fault in ("fill_before", "cancel_before"):
        order_id = placed(exchange, symbol)
        model.fault(fault)
        with pytest.raises(ccxt.ExchangeError, match=code) as refused:
            exchange.cancel_order(order_id, symbol)

        assert (ccxt.OrderNotFound if known else ccxt.ExchangeError) is refused.type


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
def test_plan_orders_are_of_another_family(model: Bitget, exchange: Any, symbol: str) -> None:
    """Neither a cancel nor a query finds one without the flag."""
    order_id = placed(exchange, symbol, triggerPrice=31000)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, symbol)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(order_id, symbol)
    assert [] == exchange.fetch_open_orders(symbol)
    assert "open" == plan(exchange, order_id, symbol)["status"]
    exchange.cancel_order(order_id, symbol, {"trigger": True})

    assert "canceled" == plan(exchange, order_id, symbol)["status"]
    assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
def test_a_plan_order_that_could_not_be_canceled(model: Bitget, exchange: Any, symbol: str) -> None:
    """ccxt returns an empty order, for the code is that of success."""
    order_id = placed(exchange, symbol, triggerPrice=31000)
    child = model.book.trigger(order_id)
    order = exchange.cancel_order(order_id, symbol, {"trigger": True})

    assert (None, None) == (order["id"], order["status"])
    assert "open" == model.book[child.id].state
    assert "closed" == plan(exchange, order_id, symbol)["status"]


def test_an_unknown_plan_order(exchange: Any) -> None:
    """Spot has a code for it, futures an item of the answer."""
    with pytest.raises(ccxt.InvalidOrder, match="43025"):
        exchange.cancel_order("1", SPOT, {"trigger": True})
    assert None is exchange.cancel_order("1", SWAP, {"trigger": True})["id"]


def test_an_empty_id_cancels_all_plan_orders(model: Bitget, exchange: Any) -> None:
    """So nothing may ever send one."""
    plans = [placed(exchange, SWAP, triggerPrice=31000) for _ in range(2)]
    other = placed(exchange, SWAP)
    exchange.cancel_order("", SWAP, {"trigger": True})

    assert ["canceled", "canceled"] == [model.book[order_id].state for order_id in plans]
    assert "open" == model.book[other].state


def test_plan_orders_have_client_ids(model: Bitget, exchange: Any) -> None:
    """On spot and on futures."""
    for symbol in (SPOT, SWAP):
        order_id = placed(exchange, symbol, triggerPrice=31000, clientOrderId="one")
        exchange.cancel_order(None, symbol, {"trigger": True, "clientOrderId": "one"})

        assert "canceled" == model.book[order_id].state


def test_a_spot_order_is_known_by_its_client_id_for_two_hours(model: Bitget, exchange: Any) -> None:
    """Its own id still finds it."""
    order_id = placed(exchange, SPOT, clientOrderId="one")
    exchange.cancel_order(order_id, SPOT)
    params = {"clientOrderId": "one"}
    assert "canceled" == exchange.fetch_order("", SPOT, params)["status"]
    model.advance(2 * 3600)

    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order("", SPOT, params)
    assert "canceled" == exchange.fetch_order(order_id, SPOT)["status"]


def test_ccxt_asks_once_which_account_it_is(model: Bitget, exchange: Any) -> None:
    """Any error makes it a classic one for ever, so the question may come before a cancel."""
    exchange.load_markets()
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order("1", SPOT)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order("1", SPOT)

    assert ["private", "cancel", "cancel"] == [
        request.kind for request in model.requests if request.kind != "public"
    ]
