"""What only kucoin does: two kinds of account, stop orders apart, and an empty id cancels all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import ccxt.async_support
import pytest

from venues.models.kucoin import Kucoin

SPOT = "BTC/USDT"
SWAP = "BTC/USDT:USDT"


@pytest.fixture(params=[True, False], ids=["hf", "classic"])
def model(request: pytest.FixtureRequest) -> Iterator[Kucoin]:
    with Kucoin() as model:
        model.hf = request.param
        yield model


@pytest.fixture
def exchange(model: Kucoin) -> Any:
    return model.connect(ccxt.kucoin({"enableRateLimit": False}))


def placed(exchange: Any, symbol: str, **params: Any) -> str:
    return str(exchange.create_order(symbol, "limit", "buy", 2, 30000, params)["id"])


@pytest.mark.parametrize("params", [{}, {"trigger": True}])
def test_an_empty_id_cancels_all(model: Kucoin, exchange: Any, params: dict[str, Any]) -> None:
    """So nothing may ever send one."""
    price = {"triggerPrice": 31000} if params else {}
    orders = [placed(exchange, SPOT, **price) for _ in range(2)]
    other = placed(exchange, SPOT, **({} if params else {"triggerPrice": 31000}))
    exchange.cancel_order("", SPOT, params)

    assert ["canceled", "canceled"] == [model.book[order_id].state for order_id in orders]
    assert "open" == model.book[other].state
    assert "cancel_all" == model.requests[-1].kind


def test_an_empty_id_cancels_all_futures(model: Kucoin, exchange: Any) -> None:
    """Stop orders are left out, for they have a request of their own."""
    order_id, stop_id = placed(exchange, SWAP), placed(exchange, SWAP, triggerPrice=31000)
    exchange.cancel_order("", SWAP)

    assert ("canceled", "open") == (model.book[order_id].state, model.book[stop_id].state)


def test_cancel_all(model: Kucoin, exchange: Any) -> None:
    """ccxt's own request for it, with and without a market."""
    for symbol in (SPOT, None):
        order_id = placed(exchange, SPOT)
        exchange.cancel_all_orders(symbol)

        assert ("cancel_all", "canceled") == (model.requests[-1].kind, model.book[order_id].state)


def test_what_ccxt_shows_of_an_acknowledgement(exchange: Any) -> None:
    """An id on spot, nothing on futures, never a state."""
    order_id = placed(exchange, SPOT, clientOrderId="one")
    order = exchange.cancel_order(order_id, SPOT)
    assert (order_id, None) == (order["id"], order["status"])
    order_id = placed(exchange, SPOT, clientOrderId="two")
    order = exchange.cancel_order(None, SPOT, {"clientOrderId": "two"})
    assert ("two", None) == (order["clientOrderId"], order["status"])
    order = exchange.cancel_order(placed(exchange, SWAP), SWAP)

    assert (None, None) == (order["id"], order["status"])


def test_an_order_with_a_cancellation_record_is_canceled(model: Kucoin, exchange: Any) -> None:
    """One that ended without such a record is closed for ccxt, filled or not."""
    canceled, filled, expired = (placed(exchange, SPOT) for _ in range(3))
    exchange.cancel_order(canceled, SPOT)
    model.book.fill(filled)
    model.book.expire(expired)
    orders = [exchange.fetch_order(order_id, SPOT) for order_id in (canceled, filled, expired)]

    assert ["canceled", "closed", "closed"] == [order["status"] for order in orders]
    assert [0, 2, 0] == [order["filled"] for order in orders]
    assert {canceled, filled, expired} == {o["id"] for o in exchange.fetch_closed_orders(SPOT)}


def test_an_unknown_order_is_null(model: Kucoin, exchange: Any) -> None:
    """So ccxt returns an order of which nothing is known; a classic account gets a refusal."""
    unknown = model.new_id(7)
    if model.hf:
        assert None is exchange.fetch_order(unknown, SPOT)["id"]
    else:
        with pytest.raises(ccxt.OrderNotFound):
            exchange.fetch_order(unknown, SPOT)


def test_one_refusal_for_all(model: Kucoin, exchange: Any) -> None:
    """It does not tell filled from canceled from unknown."""
    for symbol, code in ((SPOT, "400100"), (SWAP, "100004")):
        for fault in ("fill_before", "cancel_before"):
            order_id = placed(exchange, symbol)
            model.fault(fault)
            with pytest.raises(ccxt.ExchangeError, match=code):
                exchange.cancel_order(order_id, symbol)
        with pytest.raises(ccxt.ExchangeError, match=code):
            exchange.cancel_order(model.new_id(9), symbol)


@pytest.mark.parametrize("by", ["id", "clientOrderId"])
def test_spot_stop_orders(model: Kucoin, exchange: Any, by: str) -> None:
    """They are in a book of their own, which forgets what was canceled."""
    order_id = placed(exchange, SPOT, triggerPrice=31000, clientOrderId="one")
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, SPOT)
    assert [] == exchange.fetch_open_orders(SPOT)
    listed = exchange.fetch_open_orders(SPOT, params={"trigger": True})
    assert [order_id] == [order["id"] for order in listed]
    params = {"trigger": True} | ({"clientOrderId": "one"} if by == "clientOrderId" else {})
    assert "open" == exchange.fetch_order(order_id, SPOT, params)["status"]

    assert order_id == exchange.cancel_order(order_id, SPOT, params)["id"]
    assert "canceled" == model.book[order_id].state
    assert None is exchange.fetch_order(order_id, SPOT, params)["id"]
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, SPOT, params)


def test_a_triggered_stop_order_reads_as_cancelled(model: Kucoin, exchange: Any) -> None:
    """ccxt writes a word that is not its own, while the stop order's order is live."""
    order_id = placed(exchange, SPOT, triggerPrice=31000)
    child = model.book.trigger(order_id)

    assert "cancelled" == exchange.fetch_order(order_id, SPOT, {"trigger": True})["status"]
    assert "open" == exchange.fetch_order(child.id, SPOT)["status"]


def test_futures_stop_orders(model: Kucoin, exchange: Any) -> None:
    """They are listed apart, and found and canceled like all others."""
    order_id = placed(exchange, SWAP, triggerPrice=31000)
    assert [] == exchange.fetch_open_orders(SWAP)
    listed = exchange.fetch_open_orders(SWAP, params={"trigger": True})
    assert [order_id] == [order["id"] for order in listed]
    assert 31000 == exchange.fetch_order(order_id, SWAP)["triggerPrice"]
    exchange.cancel_order(order_id, SWAP)

    assert "canceled" == exchange.fetch_order(order_id, SWAP)["status"]
    assert "canceled" == model.book[order_id].state


def test_spot_and_futures_have_their_own_hosts(exchange: Any) -> None:
    """An order of one is unknown to the other."""
    order_id = placed(exchange, SWAP)
    with pytest.raises(ccxt.OrderNotFound):
        exchange.cancel_order(order_id, SPOT)
    with pytest.raises(ccxt.BadRequest):
        exchange.cancel_order(placed(exchange, SPOT), SWAP)


async def test_aiohttp_sends_a_lost_cancel_again(model: Kucoin) -> None:
    """The second DELETE is refused because the first was executed."""
    async with model.connect(ccxt.async_support.kucoin({"enableRateLimit": False})) as exchange:
        order = await exchange.create_order(SPOT, "limit", "buy", 2, 30000)
        model.fault("lost_after")
        with pytest.raises(ccxt.OrderNotFound):
            await exchange.cancel_order(order["id"], SPOT)

    assert 2 == [request.kind for request in model.requests].count("cancel")
