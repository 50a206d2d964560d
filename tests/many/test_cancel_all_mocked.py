"""A test of the user's that replaces the method by which ccxt cancels all orders."""

from __future__ import annotations

import importlib
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from integration.host import Host

from adapter.engine.user_code import implicit_names
from adapter.simulator import Simulator

from .trader import Trader

SPOT, LINEAR, INVERSE = "BTC/USDT", "BTC/USDT:USDT", "BTC/USD:BTC"
OPTION = "BTC/USDT:USDT-200730-9000-C"
TRIGGER, PORTFOLIO_MARGIN = {"trigger": True}, {"portfolioMargin": True}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "spot": (SPOT, {}),
    "margin": (SPOT, {"marginMode": "cross"}),
    "pm_margin": (SPOT, PORTFOLIO_MARGIN),
    "usdm": (LINEAR, {}),
    "usdm_algo": (LINEAR, TRIGGER),
    "pm_um": (LINEAR, PORTFOLIO_MARGIN),
    "pm_um_algo": (LINEAR, {**TRIGGER, **PORTFOLIO_MARGIN}),
    "coinm": (INVERSE, {}),
    "coinm_algo": (INVERSE, TRIGGER),
    "pm_cm": (INVERSE, PORTFOLIO_MARGIN),
    "pm_cm_conditional": (INVERSE, {**TRIGGER, **PORTFOLIO_MARGIN}),
    "options": (OPTION, {}),
}


@pytest.mark.parametrize("name", CALLS)
def test_nothing_is_sent_past_it(host: Host, sim: Simulator, name: str) -> None:
    """ccxt's method handles the call."""
    trader, (symbol, params) = Trader(host, sim), CALLS[name]
    host.done(trader.exchange.load_markets)
    sim.requests.clear()
    endpoint = importlib.import_module(f"adapter.venues.binance.{name}").ENDPOINT
    names = implicit_names("DELETE", endpoint.api, endpoint.open_orders.cancel_path)
    mock = (Mock if host.is_sync else AsyncMock)(return_value={})
    assert all(hasattr(trader.exchange, each) for each in names)
    setattr(trader.exchange, names[0], mock)
    host.done(lambda: trader.exchange.cancel_all_orders(symbol, params))

    assert 1 == mock.call_count
    assert [] == sim.requests
