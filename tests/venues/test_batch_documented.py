"""Answers to requests for several orders as the pages of venues show them, over HTTP.

In each, one order was live, one had been filled before, and one is not known. Where a page shows no
refusal, its codes are those of the venue's list of codes.
"""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from test_golden import config

from adapter.testing import Answer, Replay
from adapter.testing.replay import call

IDS = ["12345689", "12344", "999"]
SYMBOL = "BTC/USDT"


@attrs.frozen(kw_only=True)
class Documented:
    """What a venue answers to its batch, and to the looks at the three orders."""

    source: str
    path: str
    sent: Any
    """The body of the request."""
    batch: Any
    looks: list[Any]
    """In the order in which they are made: one that was accepted is looked at a little later."""


def okx_order(order_id: str, state: str, filled: str) -> Any:
    order = {"instId": "BTC-USDT", "ordId": order_id, "clOrdId": "", "ordType": "limit"}
    order |= {"side": "buy", "px": "30000", "sz": "0.5", "accFillSz": filled, "state": state}
    return {"code": "0", "msg": "", "data": [{**order, "cTime": "1695190490000"}]}


def bybit_page(*orders: Any) -> Any:
    return {"retCode": 0, "retMsg": "OK", "result": {"category": "spot", "list": [*orders]}}


def bybit_order(order_id: str, state: str, filled: str) -> Any:
    order = {"orderId": order_id, "orderLinkId": "", "symbol": "BTCUSDT", "side": "Buy"}
    order |= {"orderType": "Limit", "price": "30000", "qty": "0.5", "cumExecQty": filled}
    return bybit_page({**order, "orderStatus": state, "createdTime": "1695190490000"})


def gate_order(order_id: str, state: str, left: str) -> Any:
    order = {"id": order_id, "text": "apiv4", "create_time_ms": 1710488334073, "type": "limit"}
    order |= {"currency_pair": "BTC_USDT", "side": "buy", "amount": "0.5", "price": "30000"}
    return {**order, "status": state, "left": left, "finish_as": "filled" if left == "0" else state}


OKX_UNKNOWN = {"code": "51603", "msg": "Order does not exist", "data": []}
GATE_UNKNOWN = {"label": "ORDER_NOT_FOUND", "message": "Order not found"}

CASES = {
    "okx": Documented(
        source="https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-multiple-orders",
        path="/api/v5/trade/cancel-batch-orders",
        sent=[{"ordId": order_id, "instId": "BTC-USDT"} for order_id in IDS],
        batch={
            "code": "2",
            "msg": "",
            "data": [
                {"clOrdId": "oktswap6", "ordId": IDS[0], "sCode": "0", "sMsg": ""},
                *(
                    {"clOrdId": "", "ordId": order_id, "sCode": "51400", "sMsg": "Cancellation"}
                    for order_id in IDS[1:]
                ),
            ],
        },
        looks=[
            okx_order(IDS[1], "filled", "0.5"),
            OKX_UNKNOWN,
            okx_order(IDS[0], "canceled", "0"),
            OKX_UNKNOWN,
        ],
    ),
    "bybit": Documented(
        source="https://bybit-exchange.github.io/docs/v5/order/batch-cancel",
        path="/v5/order/cancel-batch",
        sent={
            "category": "spot",
            "request": [{"symbol": "BTCUSDT", "orderId": order_id} for order_id in IDS],
        },
        batch={
            "retCode": 0,
            "retMsg": "OK",
            "result": {
                "list": [
                    {"category": "spot", "symbol": "BTCUSDT", "orderId": order_id}
                    for order_id in (IDS[0], "", "")
                ]
            },
            "retExtInfo": {
                "list": [
                    {"code": 0, "msg": "OK"},
                    {"code": 170139, "msg": "Order has been filled."},
                    {"code": 170213, "msg": "Order does not exist."},
                ]
            },
        },
        looks=[
            bybit_order(IDS[1], "Filled", "0.5"),
            *[bybit_page()] * 2,
            bybit_order(IDS[0], "Cancelled", "0"),
            *[bybit_page()] * 2,
        ],
    ),
    "gate": Documented(
        source="https://www.gate.com/docs/developers/apiv4/en/#cancel-batch-orders-by-specified-id-list",
        path="/api/v4/spot/cancel_batch_orders",
        sent=[{"id": order_id, "currency_pair": "BTC_USDT"} for order_id in IDS],
        batch=[
            {"currency_pair": "BTC_USDT", "id": order_id, "succeeded": not label, "label": label}
            for order_id, label in zip(IDS, ("", "ORDER_CLOSED", "ORDER_NOT_FOUND"), strict=True)
        ],
        looks=[
            gate_order(IDS[1], "closed", "0"),
            GATE_UNKNOWN,
            gate_order(IDS[0], "cancelled", "0.5"),
            GATE_UNKNOWN,
        ],
    ),
}


@pytest.mark.usefixtures("no_time")
@pytest.mark.parametrize("name", CASES)
def test_a_documented_answer(name: str) -> None:
    """What was sent, and what became of each order."""
    case, known = CASES[name], config(name)
    known["options"] = {
        **known["options"],
        "enableUnifiedMargin": False,
        "enableUnifiedAccount": True,
    }
    answers = [Answer(body=json.dumps(body)) for body in (case.batch, *case.looks)]
    with Replay(answers) as replay:
        orders = call("cancel_orders", name, replay, None, IDS, SYMBOL, config=known)
        sent = replay.received[0]

        assert [] == replay.answers
    assert ("POST", case.path, case.sent) == (sent.method, sent.path, json.loads(sent.body))
    assert ["canceled", "gone", "gone"] == [order["outcome"] for order in orders]
    assert ["canceled", "closed", None] == [order["status"] for order in orders]
    assert IDS == [order["id"] for order in orders]


@pytest.mark.usefixtures("no_time")
def test_a_batch_in_part_that_names_no_order_refuses_none() -> None:
    """OKX's code 2 says that some orders were accepted: a query of each shows which."""
    looks = [okx_order(order_id, "canceled", "0") for order_id in IDS]
    answers = [Answer(body=json.dumps(b)) for b in ({"code": "2", "msg": "", "data": []}, *looks)]
    with Replay(answers) as replay:
        orders = call("cancel_orders", "okx", replay, None, IDS, SYMBOL, config=config("okx"))

        assert [] == replay.answers
    assert ["canceled"] * 3 == [order["outcome"] for order in orders]
