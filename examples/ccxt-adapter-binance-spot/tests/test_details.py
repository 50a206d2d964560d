"""What spot has and does that other products do not, sync and async."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

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


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sent(replay: Replay) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request in replay.received]


@pytest.mark.parametrize(
    ("order_id", "params", "price"),
    [
        ("2", {}, 1.0),
        ("3", {}, 3.0),
        (None, {"clientOrderId": "TXOvglzXuaubXAaENpaRCB"}, 3.0),
    ],
)
def test_a_leg_of_an_order_list_is_found_in_the_answer_about_the_list(
    mode: str, order_id: str | None, params: dict[str, Any], price: float
) -> None:
    """The cancel of a leg ends its whole list; the leg that was meant is returned, by one request.

    ``orderListId`` in its ``info`` tells that there was a list.
    """
    with Replay([CANCELED_LIST]) as replay:
        order = cancel("binance", replay, None, order_id, "LTC/BTC", params, mode=mode)

    assert [("DELETE", "/api/v3/order")] == sent(replay)
    assert (price, "canceled", "canceled") == (order["price"], order["status"], order["outcome"])
    assert "0" == str(order["info"]["orderListId"])
    own = {"2": "pO9ufTiFGg3nw2fOdgeOXa", "3": "TXOvglzXuaubXAaENpaRCB"}
    assert own[order["id"]] == order["clientOrderId"]


@pytest.mark.parametrize("reports", [None, 7, {}, [], [None], [{"orderId": 5}]])
def test_a_list_without_the_leg_is_settled_by_a_query(mode: str, reports: Any) -> None:
    """What the answer does not say of the order itself is asked for."""
    with Replay([Answer(body={"orderListId": 0, "orderReports": reports}), FOUND]) as replay:
        order = cancel("binance", replay, None, "4", "LTC/BTC", mode=mode)

    assert [("DELETE", "/api/v3/order"), ("GET", "/api/v3/order")] == sent(replay)
    assert "canceled" == order["status"]


@pytest.mark.parametrize("body", [INTERNAL_ERROR, "Service Unavailable."])
def test_a_503_is_settled_by_a_query_whatever_it_says(mode: str, body: Any) -> None:
    """Spot documents no 5xx that was surely not executed: the order is asked for first."""
    with Replay([Answer(status=503, body=body), FOUND]) as replay:
        order = cancel("binance", replay, None, "4", "LTC/BTC", mode=mode)

    assert [("DELETE", "/api/v3/order"), ("GET", "/api/v3/order")] == sent(replay)
    assert "canceled" == order["outcome"]


def test_a_query_has_the_orders_own_client_id_under_another_name(mode: str) -> None:
    """It is asked for as ``origClientOrderId``, and answered as ``clientOrderId``."""
    params = {"clientOrderId": "myOrder1"}
    with Replay([Answer(body=None), FOUND]) as replay:
        order = cancel("binance", replay, None, None, "LTC/BTC", params, mode=mode)

    assert {"symbol": "LTCBTC", "origClientOrderId": "myOrder1"} == replay.received[
        1
    ].unsigned_params
    assert ("4", "myOrder1") == (order["id"], order["clientOrderId"])


def test_a_clock_that_is_off_is_set_by_spots_own_time_page(mode: str) -> None:
    """The time is asked for once, and the cancel is signed afresh."""
    server_time = Answer(body={"serverTime": int(time.time() * 1000)})
    with Replay([Answer(status=400, body=LATE), server_time, CANCELED]) as replay:
        cancel("binance", replay, None, "4", "LTC/BTC", mode=mode)

    cancels = ("DELETE", "/api/v3/order")
    assert [cancels, ("GET", "/api/v3/time"), cancels] == sent(replay)


def test_the_optional_parameters_travel(mode: str) -> None:
    """Spot names a cancel by ``newClientOrderId`` and may restrict it to an order's state."""
    params = {"newClientOrderId": "stop1", "cancelRestrictions": "ONLY_NEW"}
    with Replay([CANCELED]) as replay:
        cancel("binance", replay, None, "4", "LTC/BTC", params, mode=mode)

    assert {"symbol": "LTCBTC", "orderId": "4", **params} == replay.received[0].unsigned_params


def test_a_restricted_cancel_leaves_the_order_alive(mode: str) -> None:
    """ccxt calls it `OrderNotFound`; the order is there."""
    with (
        Replay([Answer(status=400, body=RESTRICTED)]) as replay,
        pytest.raises(ccxt.OperationRejected),
    ):
        cancel("binance", replay, None, "4", "LTC/BTC", mode=mode)

    assert [("DELETE", "/api/v3/order")] == sent(replay)


def test_nobody_knows_how_an_archived_order_ended(mode: str) -> None:
    """It was canceled or expired, more than 90 days ago: `OrderGone` without a state."""
    with (
        Replay([UNKNOWN_ORDER, Answer(status=400, body=ARCHIVED)]) as replay,
        pytest.raises(adapter.OrderGone) as caught,
    ):
        cancel("binance", replay, None, "4", "LTC/BTC", mode=mode)

    assert caught.value.state is None
    assert 2 == len(replay.received)


def test_what_the_page_says() -> None:
    """The endpoint, and what a cancel and a query of it cost."""
    [plugin] = [p for p in adapter.plugins() if p.name == "binance.spot"]

    assert "DELETE /api/v3/order" == plugin.endpoint
    assert plugin.cancel_endpoint is not None
    assert (1, 4) == (plugin.cancel_endpoint.weight, plugin.cancel_endpoint.queries[0].weight)


def test_margin_stays_with_ccxt() -> None:
    """Cross and isolated margin have an endpoint of their own, which no plugin serves."""
    exchange = adapter.attach(ccxt.binance())

    assert "binance.spot" == adapter.explain(exchange, "LTC/BTC").plugin
    for mode in ("cross", "isolated"):
        assert adapter.explain(exchange, "LTC/BTC", {"marginMode": mode}).plugin is None
