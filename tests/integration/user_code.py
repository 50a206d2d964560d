"""What tests of a user's own methods share: answers as ccxt hands them on, and mocks."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock, Mock

import ccxt
import ccxt.pro
import pytest
from outcomes.simulated import BY_NAME, KINDS, Kind

import adapter
from adapter.simulator import Simulator

from .host import API_KEY, SECRET, Host
from .instant import in_no_time

IMPLICIT = {
    "spot": ("privateDeleteOrder", "privateGetOrder"),
    "margin": ("sapiDeleteMarginOrder", "sapiGetMarginOrder"),
    "coinm": ("dapiPrivateDeleteOrder", "dapiPrivateGetOrder"),
    "usdm": ("fapiPrivateDeleteOrder", "fapiPrivateGetOrder"),
    "options": ("eapiPrivateDeleteOrder", "eapiPrivateGetOrder"),
    "pm_um": ("papiDeleteUmOrder", "papiGetUmOrder"),
    "pm_cm": ("papiDeleteCmOrder", "papiGetCmOrder"),
    "pm_margin": ("papiDeleteMarginOrder", "papiGetMarginOrder"),
}


UNKNOWN = ccxt.OrderNotFound('binance {"code":-2011,"msg":"Unknown order sent."}')


CLOCK = ccxt.InvalidNonce('binance {"code":-1021,"msg":"Timestamp for this request is …"}')


TIMED_OUT = ccxt.RequestTimeout(
    f"binance DELETE https://fapi.binance.com/fapi/v1/order?orderId=7&signature={'f' * 64}"
)


kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


USDM = BY_NAME["usdm"]


def answer(kind: Kind, status: str) -> dict[str, Any]:
    """As ccxt hands it on: every number is a string."""
    return {
        "orderId": "7",
        "symbol": kind.symbol,
        "status": status,
        "clientOrderId": "mine",
        "origClientOrderId": "mine",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "price": "100",
        "origQty": "2",
        "executedQty": "2" if status == "FILLED" else "0",
        "updateTime": "1571110484038",
    }


def mocked(host: Host, *answers: Any) -> Any:
    """A mock of the exchange's mode that gives these, one after the other."""
    return (Mock if host.is_sync else AsyncMock)(side_effect=[*answers])


def served(host: Host, sim: Simulator, config: Any = None) -> Any:
    """Attached, at the simulator, and its pauses take no time."""
    return in_no_time(adapter.attach(sim.connect(host.exchange(config))))


def cancel(host: Host, exchange: Any, kind: Kind = USDM, id: Any = "7", **params: Any) -> Any:
    return host.cancel(exchange, id, kind.unified, {**kind.params, **params})


def host_keys() -> dict[str, Any]:
    return {"apiKey": API_KEY, "secret": SECRET, "enableRateLimit": False}


def overriding(host: Host, name: str, called: list[str]) -> Any:
    """A class of the user's own that counts the calls of this method and hands them on."""
    parent: Any = ccxt.binance if host.is_sync else ccxt.async_support.binance

    def override(self: Any, *arguments: Any, **named: Any) -> Any:
        called.append(name)
        return getattr(parent, name)(self, *arguments, **named)

    return type("Instrumented", (parent,), {name: override})
