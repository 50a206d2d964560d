"""What only bybit does: a realtime query that forgets, and words and filters of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest

from venues.models.bybit import Bybit

SPOT = "BTC/USDT"
SWAP = "BTC/USDT:USDT"
FETCH = {"acknowledged": True}
TRIGGER = {"trigger": True}


@pytest.fixture
def model() -> Iterator[Bybit]:
    with Bybit() as model:
        yield model


@pytest.fixture
def exchange(model: Bybit) -> Any:
    return model.connect(ccxt.bybit({"enableRateLimit": False}))


def test_it_has_no_markets_of_other_categories(model: Bybit) -> None:
    """ccxt loads those of inverse contracts and options, too, if nothing keeps it from that."""
    exchange = model.connect(ccxt.bybit({"enableRateLimit": False}))
    exchange.options["fetchMarkets"] = ccxt.bybit().options["fetchMarkets"]

    assert {*model.MARKETS} == {*exchange.load_markets()}


def test_an_inverse_order_is_unknown(model: Bybit, exchange: Any) -> None:
    """It is refused by a code, as one of a linear contract is."""
    with pytest.raises(ccxt.OrderNotFound, match="110001"):
        exchange.cancel_order(model.new_id(1), SWAP, {"category": "inverse"})


@pytest.mark.parametrize(
    ("symbol", "word", "status"),
    [(SPOT, "PartiallyFilledCanceled", "closed"), (SWAP, "Cancelled", "canceled")],
)
def test_partly_filled_then_canceled(
    model: Bybit, exchange: Any, symbol: str, word: str, status: str
) -> None:
    """Spot has a word of its own for it, which ccxt takes for closed."""
    order_id = exchange.create_order(symbol, "limit", "buy", 0.02, 30000)["id"]
    model.book.fill(order_id, "0.01")
    exchange.cancel_order(order_id, symbol)
    order = exchange.fetch_order(order_id, symbol, FETCH)

    assert (word, status, 0.01) == (order["info"]["orderStatus"], order["status"], order["filled"])


def test_after_a_restart_only_the_history_knows(model: Bybit, exchange: Any) -> None:
    """The realtime query forgets what has ended; the history does after a day."""
    order_id = exchange.create_order(SPOT, "limit", "buy", 0.02, 30000)["id"]
    exchange.cancel_order(order_id, SPOT)
    model.restart()
    with pytest.raises(ccxt.OrderNotFound):
        exchange.fetch_order(order_id, SPOT, FETCH)

    listed = exchange.fetch_canceled_and_closed_orders(SPOT, params={"orderId": order_id})
    assert ["canceled"] == [order["status"] for order in listed]
    model.advance(24 * 3600)
    assert [] == exchange.fetch_canceled_and_closed_orders(SPOT, params={"orderId": order_id})


def test_a_spot_trigger_order_is_hidden_from_a_plain_cancel(model: Bybit, exchange: Any) -> None:
    """Without the flag it does not exist."""
    order_id = exchange.create_order(SPOT, "limit", "buy", 0.02, 30000, {"triggerPrice": 31000})[
        "id"
    ]
    with pytest.raises(ccxt.OrderNotFound, match="170213"):
        exchange.cancel_order(order_id, SPOT)
    assert "open" == model.book[order_id].state
    exchange.cancel_order(order_id, SPOT, {"trigger": True})

    order = exchange.fetch_order(order_id, SPOT, {**FETCH, "trigger": True})
    assert ("Deactivated", "canceled") == (order["info"]["orderStatus"], order["status"])


def test_a_take_profit_order_of_spot_is_of_a_third_kind(model: Bybit, exchange: Any) -> None:
    """Its filter is not that of other trigger orders."""
    order_id = exchange.create_order(
        SPOT, "limit", "sell", 0.02, 30000, {"takeProfitPrice": 31000}
    )["id"]
    for params in ({}, {"trigger": True}):
        with pytest.raises(ccxt.OrderNotFound, match="170213"):
            exchange.cancel_order(order_id, SPOT, params)
    exchange.cancel_order(order_id, SPOT, {"orderFilter": "tpslOrder"})

    assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize("symbol", [SPOT, SWAP])
def test_a_triggered_order_is_an_active_one(model: Bybit, exchange: Any, symbol: str) -> None:
    """It has the same id, and is in no list of trigger orders any more."""
    order_id = exchange.create_order(symbol, "limit", "buy", 0.02, 30000, model.TRIGGERS[symbol])[
        "id"
    ]
    assert [order_id] == [o["id"] for o in exchange.fetch_open_orders(symbol, params=TRIGGER)]
    model.trigger(order_id)

    assert [] == exchange.fetch_open_orders(symbol, params=TRIGGER)
    assert ["New"] == [o["info"]["orderStatus"] for o in exchange.fetch_open_orders(symbol)]
    exchange.cancel_order(order_id, symbol)
    assert "canceled" == model.book[order_id].state


@pytest.mark.parametrize(("symbol", "codes"), [(SPOT, (170139, 170142)), (SWAP, (110008, 110010))])
def test_codes(model: Bybit, exchange: Any, symbol: str, codes: tuple[int, int]) -> None:
    """Filled and canceled have codes of their own on each side."""
    for fault, code in zip(("fill_before", "cancel_before"), codes, strict=True):
        order_id = exchange.create_order(symbol, "limit", "buy", 0.02, 30000)["id"]
        model.fault(fault)
        with pytest.raises(ccxt.InvalidOrder, match=str(code)):
            exchange.cancel_order(order_id, symbol)
