"""A test of the user's that replaces the method by which ccxt cancels all orders."""

from __future__ import annotations

import importlib
from typing import Any
from unittest.mock import AsyncMock, Mock

import attrs
import pytest
from integration.host import Host

from adapter.contract.api import OpenOrders
from adapter.engine.user_code import implicit_names
from adapter.simulator import Simulator

from .trader import Trader

SPOT, LINEAR, INVERSE = "BTC/USDT", "BTC/USDT:USDT", "BTC/USD:BTC"
OPTION = "BTC/USDT:USDT-200730-9000-C"
TRIGGER, PORTFOLIO_MARGIN = {"trigger": True}, {"portfolioMargin": True}
ANY_METHOD = OpenOrders(path="openOrders")
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


def test_a_plugin_that_names_no_such_method(host: Host, sim: Simulator) -> None:
    """Then no mock of it is looked for."""
    trader = Trader(host, sim)
    config = vars(trader.exchange)["_adapter"].config
    config.endpoints = tuple(
        attrs.evolve(active, endpoint=attrs.evolve(active.endpoint, open_orders=ANY_METHOD))
        for active in config.endpoints
    )

    assert [] == host.done(lambda: trader.exchange.cancel_all_orders(LINEAR))
    assert ["/fapi/v1/openOrders"] == [request.path for request in sim.requests]
