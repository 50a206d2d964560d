"""``cancel_all_orders`` without a symbol: the open orders of all markets of one kind."""

from __future__ import annotations

import logging
from typing import Any

import ccxt
import pytest
from integration.host import Host, still

from adapter.simulator import Simulator

from .answers import answered, last_parts, made
from .trader import BY_NAME, Trader, outcomes

SWAPS = {"type": "swap", "subType": "linear"}


def cancel_everything(trader: Trader, **params: Any) -> Any:
    asked = {**trader.kind.params, **params}
    return trader.host.done(lambda: trader.exchange.cancelAllOrders(params=asked))


@pytest.mark.parametrize("name", ["spot", "usdm", "coinm", "options", "pm_um", "pm_cm"])
def test_without_a_symbol(
    host: Host, sim: Simulator, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """All markets of the kind that ccxt's params and options choose, by one heavy query."""
    kind = BY_NAME[name]
    trader = Trader(host, sim, kind)
    symbols = sorted(sim._exchange.products[name].symbols)[:2]
    orders = [sim.place(name, symbol) for symbol in symbols for _ in range(2)]
    chosen = {
        "spot": {},
        "usdm": SWAPS,
        "coinm": {"type": "swap", "subType": "inverse"},
        "pm_um": SWAPS,
        "options": {"type": "option"},
        "pm_cm": {"type": "swap", "subType": "inverse"},
    }
    with caplog.at_level(logging.WARNING, "adapter"):
        came = cancel_everything(trader, **chosen[name])

    assert {str(order.order_id) for order in orders} == {order["id"] for order in came}
    assert {"canceled"} == {*outcomes(came)}
    assert {"CANCELED"} == {trader.book(order) for order in orders}
    assert "symbol=" not in sim.requests[0].query
    weight = 80 if name == "spot" else 40
    assert f"without a symbol is a query with a weight of {weight}" in caplog.text
    assert (2 if name in ("usdm", "coinm", "options") else 0) == last_parts(sim).count(
        "DELETE batchOrders"
    )


def test_without_a_symbol_by_loaded_markets(host: Host, sim: Simulator) -> None:
    """The orders have the symbols of the markets."""
    trader = Trader(host, sim)
    still(trader.exchange)
    trader.exchange.milliseconds = sim.book.clock
    trader.place()
    [came] = cancel_everything(trader, **SWAPS)

    assert (trader.kind.unified, "canceled") == (came["symbol"], came["outcome"])


@pytest.mark.parametrize(
    "params",
    [{"stock": True}, {"marginMode": "cross"}, {"portfolioMargin": True}],
    ids=["stock", "margin", "portfolio margin"],
)
def test_without_a_symbol_where_one_is_needed(
    host: Host, sim: Simulator, params: dict[str, Any]
) -> None:
    """ccxt's own error."""
    trader = Trader(host, sim)
    trader.exchange.markets = {}
    with pytest.raises(ccxt.ArgumentsRequired, match="symbol"):
        cancel_everything(trader, **params)


@pytest.mark.parametrize(
    "order", [7, {}, {"orderId": "x", "symbol": "BTCUSDT"}, {"orderId": 7, "symbol": "A B"}]
)
def test_an_order_that_cannot_be_read(host: Host, sim: Simulator, order: Any) -> None:
    """Nothing is cancelled as if it were not there."""
    trader = Trader(host, sim)
    answered(trader, lambda _: made([order]), [], path="openOrders")
    with pytest.raises(ccxt.BadResponse, match="cannot be read"):
        cancel_everything(trader, **SWAPS)
