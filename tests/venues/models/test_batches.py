"""Plain ccxt's ``cancel_orders`` on the models: what is done, and what ccxt tells of a refusal."""

from __future__ import annotations

import re
from typing import Any

import ccxt
import pytest

from venues.models import MODELS
from venues.models.test_models import connected, placed

SINGLY = ("kraken", "krakenfutures", "deribit")
SYMBOLS = {"gate": "[^:]+", "kucoin": ".+:.+", "mexc": ".+:.+"}
"""The pattern of those for which ccxt has a batch."""
CASES = [
    pytest.param(model, symbol, id=f"{model.IDS[0]}-{symbol}")
    for model in MODELS
    if model.IDS[0] not in SINGLY
    for symbol in model.MARKETS
    if re.fullmatch(SYMBOLS.get(model.IDS[0], ".+"), symbol)
]
TOLD: dict[str, Any] = {
    **{name: [("live", None)] for name in ("okx", "bitget")},
    **{name: [("live", None), ("filled", None)] for name in ("kucoin", "kucoinfutures", "mexc")},
    "bybit": [("live", None), (None, None)],
    "gate": [("live", None), ("filled", "rejected")],
    "htx-BTC/USDT": [("live", "canceled"), ("filled", "failed")],
    "htx-BTC/USDT:USDT": [("live", "canceled"), ("filled", "canceled")],
    "coinbase": ccxt.BadRequest,
    "hyperliquid": ccxt.OrderNotFound,
}
"""Ids and statuses of two orders, or what ccxt raises."""


@pytest.mark.parametrize(("model_class", "symbol"), CASES)
def test_orders_are_canceled_by_one_request(model_class: Any, symbol: str) -> None:
    """And no other order is."""
    with model_class() as model:
        exchange = connected(model)
        one, other, alone = (placed(exchange, symbol) for _ in range(3))
        exchange.cancel_orders([one, other], symbol)

        assert 1 == [request.kind for request in model.requests].count("cancel")
        states = [model.book[order_id].state for order_id in (one, other, alone)]
        assert ["canceled", "canceled", "open"] == states


@pytest.mark.parametrize(("model_class", "symbol"), CASES)
def test_what_ccxt_tells_of_one_that_was_filled(model_class: Any, symbol: str) -> None:
    """It drops it, raises although the other was canceled, or tells of it as of the other."""
    with model_class() as model:
        exchange, name = connected(model), model_class.IDS[0]
        live, filled = (placed(exchange, symbol) for _ in range(2))
        model.book.fill(filled)
        try:
            orders = exchange.cancel_orders([live, filled], symbol)
            names = {live: "live", filled: "filled"}
            told: Any = [(names.get(order["id"]), order["status"]) for order in orders]
        except ccxt.BaseError as e:
            told = type(e)

        assert ["canceled", "filled"] == [model.book[each].state for each in (live, filled)]
    assert TOLD.get(f"{name}-{symbol}", TOLD.get(name)) == told
