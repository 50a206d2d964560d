"""Answers to requests for several orders as Binance's pages show them, over HTTP."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from integration.host import Host
from integration.instant import in_no_time

import adapter
from adapter.testing import Answer, Replay


@attrs.frozen(kw_only=True)
class Documented:
    """A call, the answers to its requests, and what it returns."""

    source: str
    date: str
    ids: list[str]
    symbol: str
    params: dict[str, Any]
    path: str
    sent: dict[str, str]
    answers: list[Answer]
    returned: list[dict[str, Any]]


def answer(data: Any, *, status: int = 200, method: str = "DELETE") -> Answer:
    return Answer(status=status, body=json.dumps(data), method=method)


USDM = Documented(
    source="https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/"
    "Cancel-Multiple-Orders",
    date="2026-11-26, as ccxt 4.5.90 quotes it",
    ids=["283194212", "283194213"],
    symbol="BTC/USDT:USDT",
    params={},
    path="/fapi/v1/batchOrders",
    sent={"symbol": "BTCUSDT", "orderIdList": "[283194212,283194213]"},
    answers=[
        answer(
            [
                {
                    "clientOrderId": "myOrder1",
                    "cumQty": "0",
                    "cumQuote": "0",
                    "executedQty": "0",
                    "orderId": 283194212,
                    "origQty": "11",
                    "origType": "TRAILING_STOP_MARKET",
                    "price": "0",
                    "reduceOnly": False,
                    "side": "BUY",
                    "positionSide": "SHORT",
                    "status": "CANCELED",
                    "stopPrice": "9300",
                    "closePosition": False,
                    "symbol": "BTCUSDT",
                    "timeInForce": "GTC",
                    "type": "TRAILING_STOP_MARKET",
                    "activatePrice": "9020",
                    "priceRate": "0.3",
                    "updateTime": 1571110484038,
                    "workingType": "CONTRACT_PRICE",
                    "priceProtect": False,
                    "priceMatch": "NONE",
                    "selfTradePreventionMode": "NONE",
                    "goodTillDate": 0,
                },
                {"code": -2011, "msg": "Unknown order sent."},
            ]
        ),
        *[answer({"code": -2013, "msg": "Order does not exist."}, status=400, method="GET")] * 2,
    ],
    returned=[
        {
            "id": "283194212",
            "clientOrderId": "myOrder1",
            "status": "canceled",
            "outcome": "canceled",
            "amount": 11.0,
            "filled": 0.0,
            "error": None,
        },
        {
            "id": "283194213",
            "clientOrderId": None,
            "status": None,
            "outcome": "gone",
            "amount": None,
            "filled": None,
        },
    ],
)
OPTIONS = Documented(
    source="https://developers.binance.com/docs/derivatives/option/trade/"
    "Cancel-Multiple-Option-Orders",
    date="2026-11-26",
    ids=["4611875134427365377", "4611875134427365378"],
    symbol="BTC-200730-9000-C",
    params={"confirm": False},
    path="/eapi/v1/batchOrders",
    sent={
        "symbol": "BTC-200730-9000-C",
        "orderIds": "[4611875134427365377,4611875134427365378]",
    },
    answers=[
        answer(
            [
                {
                    "orderId": order_id,
                    "symbol": "BTC-200730-9000-C",
                    "price": "100",
                    "quantity": "1",
                    "executedQty": "0",
                    "fee": 0,
                    "side": "BUY",
                    "type": "LIMIT",
                    "timeInForce": "GTC",
                    "createTime": 1592465880683,
                    "status": "ACCEPTED",
                    "avgPrice": "0",
                    "reduceOnly": False,
                    "clientOrderId": "",
                    "updateTime": 1566818724722,
                }
                for order_id in (4611875134427365377, 4611875134427365378)
            ]
        )
    ],
    returned=[
        {
            "id": order_id,
            "clientOrderId": None,
            "status": "canceling",
            "error": None,
            "outcome": "accepted",
            "timestamp": 1592465880683,
            "amount": 1.0,
        }
        for order_id in ("4611875134427365377", "4611875134427365378")
    ],
)


@pytest.mark.parametrize("case", [USDM, OPTIONS], ids=["usdm", "options"])
def test_a_documented_answer(host: Host, case: Documented) -> None:
    """What was sent, and what became of each order."""
    with Replay(case.answers) as replay:
        exchange = in_no_time(adapter.attach(replay.connect(host.exchange())))
        came = host.done(lambda: exchange.cancel_orders(case.ids, case.symbol, case.params))
        host.close_exchanges()
    first = replay.received[0]

    assert ("DELETE", case.path) == (first.method, first.path)
    assert case.sent == first.unsigned_params
    assert case.returned == [
        {name: order[name] for name in wanted}
        for order, wanted in zip(came, case.returned, strict=True)
    ]
    assert [] == replay.answers
