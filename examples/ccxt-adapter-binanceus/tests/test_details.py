"""What is particular to Binance US, sync and async."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import ccxt
import pytest

import adapter
from adapter.testing import Answer, Replay, cancel

ANSWERS = Path(__file__).parent / "answers"
CANCELED = Answer.read(ANSWERS / "canceled.json")
CANCELED_LIST = Answer.read(ANSWERS / "canceled-list.json")
FOUND = Answer.read(ANSWERS / "found.json")
UNKNOWN_ORDER = Answer.read(ANSWERS / "unknown-order.json", status=400)
INTERNAL_ERROR = {"code": -1001, "msg": "Internal error; unable to process your request."}
LATE = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}
RESTRICTED = {"code": -2011, "msg": "Order was not canceled due to cancel restrictions."}
ARCHIVED = {
    "code": -2026,
    "msg": "Order was canceled or expired with no executed qty over 90 days ago and has been"
    " archived.",
}
CANCEL, QUERY = ("DELETE", "/api/v3/order"), ("GET", "/api/v3/order")


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sent(replay: Replay) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request in replay.received]


def cancel_4(replay: Replay, mode: str, params: dict[str, Any] | None = None) -> Any:
    return cancel("binanceus", replay, None, "4", "LTC/BTC", params or {}, mode=mode)


@pytest.mark.parametrize(
    ("symbol", "market_id"),
    [("LTC/BTC", "LTCBTC"), ("BTC/USD", "BTCUSD"), ("BTCUSD", "BTCUSD")],
)
def test_the_request_goes_to_binance_us(symbol: str, market_id: str) -> None:
    """The market id is derived from the symbol, without loaded markets."""
    route = adapter.explain(adapter.attach(ccxt.binanceus()), symbol)

    assert ("binanceus.spot", market_id) == (route.plugin, route.market_id)
    assert ("DELETE", "https://api.binance.us/api/v3/order") == (route.method, route.url)


def test_the_signature_is_that_of_ccxt(mode: str) -> None:
    """The same query, signed by HMAC-SHA256 as the exchange documents it."""
    with Replay([CANCELED]) as replay:
        cancel_4(replay, mode)

    [request] = replay.received
    exchange = replay.connect(ccxt.binanceus())
    exchange.nonce = lambda: int(request.params["timestamp"])
    signed = exchange.sign("order", ["private"], "DELETE", {"symbol": "LTCBTC", "orderId": "4"})
    assert dict(parse_qsl(urlsplit(signed["url"]).query)) == request.params


@pytest.mark.parametrize("body", [INTERNAL_ERROR, "Service Unavailable."])
def test_a_503_is_settled_by_a_query_whatever_it_says(mode: str, body: Any) -> None:
    """After every 5xx the execution status is unknown: the order is queried first."""
    with Replay([Answer(status=503, body=body), FOUND]) as replay:
        order = cancel_4(replay, mode)

    assert [CANCEL, QUERY] == sent(replay)
    assert "canceled" == order["outcome"]


def test_an_answer_about_a_whole_order_list_is_settled_by_a_query(mode: str) -> None:
    """The cancel of one leg ends its whole OCO; the leg that was meant is returned."""
    with Replay([CANCELED_LIST, FOUND]) as replay:
        order = cancel_4(replay, mode)

    assert [CANCEL, QUERY] == sent(replay)
    assert ("4", "canceled", "canceled") == (order["id"], order["status"], order["outcome"])


def test_a_query_has_the_orders_own_client_id_under_another_name(mode: str) -> None:
    """It is queried as ``origClientOrderId``, and answered as ``clientOrderId``."""
    params = {"clientOrderId": "myOrder1"}
    with Replay([Answer(body=None), FOUND]) as replay:
        order = cancel("binanceus", replay, None, None, "LTC/BTC", params, mode=mode)

    query = replay.received[1]
    assert {"symbol": "LTCBTC", "origClientOrderId": "myOrder1"} == query.unsigned_params
    assert ("4", "myOrder1") == (order["id"], order["clientOrderId"])


def test_a_clock_that_is_off_is_set_by_the_hosts_time(mode: str) -> None:
    """The time is read once, and the cancel is signed again."""
    server_time = Answer(body={"serverTime": int(time.time() * 1000)})
    with Replay([Answer(status=400, body=LATE), server_time, CANCELED]) as replay:
        cancel_4(replay, mode)

    assert [CANCEL, ("GET", "/api/v3/time"), CANCEL] == sent(replay)


def test_the_optional_parameters_are_sent(mode: str) -> None:
    """``newClientOrderId`` names the cancel, ``cancelRestrictions`` limits it to a status."""
    params = {"newClientOrderId": "stop1", "cancelRestrictions": "ONLY_NEW"}
    with Replay([CANCELED]) as replay:
        cancel_4(replay, mode, params)

    assert {"symbol": "LTCBTC", "orderId": "4", **params} == replay.received[0].unsigned_params


def test_a_restricted_cancel_leaves_the_order_alive(mode: str) -> None:
    """ccxt calls it `OrderNotFound`; the order is there."""
    refused = Answer(status=400, body=RESTRICTED)
    with Replay([refused]) as replay, pytest.raises(ccxt.OperationRejected):
        cancel_4(replay, mode)

    assert [CANCEL] == sent(replay)


def test_how_an_archived_order_ended_is_unknown(mode: str) -> None:
    """It was canceled or expired, more than 90 days ago: `OrderGone` without a state."""
    archived = Answer(status=400, body=ARCHIVED)
    with Replay([UNKNOWN_ORDER, archived]) as replay, pytest.raises(adapter.OrderGone) as caught:
        cancel_4(replay, mode)

    assert caught.value.state is None
    assert [CANCEL, QUERY] == sent(replay)


def test_another_exchange_or_market_is_not_served() -> None:
    """The plugin serves neither ccxt's other exchanges with Binance's API, nor margin."""
    us, binance = adapter.attach(ccxt.binanceus()), adapter.attach(ccxt.binance())

    assert "binanceus.spot" != adapter.explain(binance, "LTC/BTC").plugin
    assert adapter.explain(us, "BTC/USDT:USDT").plugin is None
    for mode in ("cross", "isolated"):
        assert adapter.explain(us, "LTC/BTC", {"marginMode": mode}).plugin is None
