"""Unified orders: ccxt's parser, and what is put right after it."""

from __future__ import annotations

import logging
from typing import Any

import attrs
import ccxt
import pytest

from adapter.contract.answers import created, status_of
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest, Classification, Response, ResponseKind
from adapter.venues.binance.margin import ENDPOINT as MARGIN
from adapter.venues.binance.orders import FIELDS, find_leg
from adapter.venues.binance.pm_cm import ENDPOINT as PM_CM
from adapter.venues.binance.pm_margin import ENDPOINT as PM_MARGIN
from adapter.venues.binance.routing import route
from adapter.venues.binance.spot import ENDPOINT as SPOT
from adapter.venues.binance.usdm import ENDPOINT as USDM

BY_ID = CancelRequest(
    market_id="BTCUSDT", order_id="7", client_order_id=None, deadline=15.0, confirm=True
)


def unified(
    answer: dict[str, Any], symbol: str, product: CancelEndpoint = USDM, *, query: bool = False
) -> dict[str, Any]:
    exchange = ccxt.binance()
    market = route(exchange, symbol, {}, account=None).market
    assert market is not None
    asked = product.queries[0] if query else None
    response, fields = Response(status=200, body="", data=answer), product.fields
    return product.venue.parse_order(
        Classification(
            kind=ResponseKind.ORDER,
            text="",
            status=status_of(answer, fields),
            created=created(answer, fields),
            response=response,
        ),
        exchange=exchange,
        endpoint=product,
        market=market,
        call=BY_ID,
        query=asked,
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *((word, "open") for word in ("NEW", "PENDING_NEW", "PARTIALLY_FILLED", "ACCEPTED")),
        *((word, "open") for word in ("NEW_INSURANCE", "NEW_ADL")),
        *(("FILLED", "closed"), ("CANCELED", "canceled"), ("CANCELLED", "canceled")),
        *(("PENDING_CANCEL", "canceling"), ("EXPIRED", "expired"), ("REJECTED", "rejected")),
        *(("EXPIRED_IN_MATCH", "expired"), ("FROZEN", "frozen"), ("", None), (7, None)),
    ],
)
def test_status_words(word: object, status: str | None) -> None:
    """Binance's statuses as ccxt's; an unknown one in small letters, and none as None."""
    assert status == status_of({"status": word}, FIELDS)


def test_an_unknown_word_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody should learn of a new status from a silent default."""
    with caplog.at_level(logging.WARNING, logger="adapter"):
        found = unified({"orderId": 7, "status": "FROZEN"}, "BTC/USDT:USDT")

    assert "frozen" == found["status"]
    assert ["binance: unknown order status 'FROZEN'"] == caplog.messages


def test_id_and_status_are_enough() -> None:
    """Every other field may be missing; the symbol is the one that was asked for."""
    found = unified({"orderId": 7, "status": "CANCELED"}, "BTC/USDT:USDT")

    assert ("7", "canceled", "BTC/USDT:USDT") == (found["id"], found["status"], found["symbol"])
    assert (None, None) == (found["clientOrderId"], found["timestamp"])


@pytest.mark.parametrize("name", ["createDate", "createTime", "time"])
def test_the_creation_time_is_the_timestamp(name: str) -> None:
    """Under any of its names, and datetime with it."""
    answer = {"orderId": 7, "status": "CANCELED", name: 1592465880683, "updateTime": 1600000000000}
    found = unified(answer, "BTC/USDT:USDT-200730-9000-C")

    assert 1592465880683 == found["timestamp"]
    assert "2020-06-18T07:38:00.683Z" == found["datetime"]


def test_margins_own_client_id() -> None:
    """A margin cancel names itself under clientOrderId; the order's own id is the original one."""
    answer = {
        "orderId": 28,
        "status": "CANCELED",
        "origClientOrderId": "myOrder1",
        "clientOrderId": "cancelMyOrder1",
    }

    assert "myOrder1" == unified(answer, "LTC/BTC", PM_MARGIN)["clientOrderId"]
    del answer["origClientOrderId"]
    assert unified(answer, "LTC/BTC", PM_MARGIN)["clientOrderId"] is None


LEGS = [
    {"orderId": 2, "origClientOrderId": "above", "clientOrderId": "stop", "status": "CANCELED"},
    {"orderId": "3", "origClientOrderId": "below", "clientOrderId": "stop", "status": "CANCELED"},
]


@pytest.mark.parametrize(
    ("order_id", "client_order_id", "found"),
    [
        ("2", None, LEGS[0]),
        ("3", None, LEGS[1]),
        (None, "below", LEGS[1]),
        ("4", None, None),
        (None, "stop", None),
    ],
)
def test_the_leg_that_is_meant_is_taken_from_a_list(
    order_id: str | None, client_order_id: str | None, found: object
) -> None:
    """By the order's own ids; an answer without it stays what it is."""
    call = attrs.evolve(BY_ID, order_id=order_id, client_order_id=client_order_id)
    answer = {"orderListId": 1, "orderReports": LEGS}

    assert (answer if found is None else found) is find_leg(answer, call)


@pytest.mark.parametrize(
    "answer", [None, 7, "x", [], LEGS[0], {"orderReports": None}, {"orderReports": [None, 7]}]
)
def test_what_is_no_list_of_legs_stays_as_it_is(answer: object) -> None:
    """Whatever JSON it is."""
    assert answer is find_leg(answer, BY_ID)


@pytest.mark.parametrize("product", [SPOT, MARGIN, PM_MARGIN], ids=["spot", "margin", "pm_margin"])
def test_what_an_old_order_cost_may_be_unknown(product: CancelEndpoint) -> None:
    """Binance says so by a value below 0, which is neither a cost nor makes an average."""
    answer = {
        "orderId": 7,
        "symbol": "LTCBTC",
        "status": "FILLED",
        "type": "LIMIT",
        "side": "BUY",
        "price": "2.0",
        "origQty": "1.0",
        "executedQty": "1.0",
        "cummulativeQuoteQty": "-1.00000000",
        "time": 1499827319559,
    }
    order = unified(answer, "LTC/BTC", product, query=True)

    assert (None, None) == (order["cost"], order["average"])
    assert (1.0, 2.0, "closed") == (order["filled"], order["price"], order["status"])


@pytest.mark.parametrize("type", ["LIMIT", "MARKET"])
def test_nothing_is_reckoned_with_an_unknown_contract_size(type: str) -> None:
    """Without markets a coin-margined size is unknown, and ccxt would reckon with 1."""
    answer = {
        "orderId": 7,
        "status": "CANCELED",
        "symbol": "BTCUSD_PERP",
        "type": type,
        "origQty": "10",
        "executedQty": "4",
        "price": "0",
        "cumBase": "0.01",
        "positionSide": "BOTH",
    }
    found = unified(answer, "BTC/USD:BTC", PM_CM)

    assert (10.0, 4.0, 6.0) == (found["amount"], found["filled"], found["remaining"])
    assert (0.01, None, None) == (found["cost"], found["average"], found["price"])


def test_what_the_exchange_answered_is_kept() -> None:
    """An average and a price in the answer need no contract size."""
    answer = {
        "orderId": 7,
        "status": "CANCELED",
        "type": "LIMIT",
        "origQty": "10",
        "executedQty": "4",
        "price": "40000",
        "avgPrice": "39999.5",
    }
    found = unified(answer, "BTC/USD:BTC", PM_CM)

    assert (None, 39999.5, 40000.0) == (found["cost"], found["average"], found["price"])
