"""Answers of Binance about conditional orders, as its documentation shows them."""

from __future__ import annotations

from typing import Any

from adapter.testing import Answer

ALGO_ACCEPTED = Answer(
    body='{"algoId":2146760,"clientAlgoId":"6B2I9XVcJpCjqPAJ4YoFX7","code":"200","msg":"success"}'
)
UNKNOWN_ORDER = Answer(status=400, body='{"code":-2011,"msg":"Unknown order sent."}')
NO_SUCH_ORDER = Answer(status=400, body='{"code":-2013,"msg":"Order does not exist."}')


def algo(status: str, /, **more: Any) -> Answer:
    """Binance's answer to a query of a conditional order of USDⓈ-M."""
    return Answer(
        method="GET",
        body={
            "algoId": 2146760,
            "clientAlgoId": "6B2I9XVcJpCjqPAJ4YoFX7",
            "algoType": "CONDITIONAL",
            "orderType": "TAKE_PROFIT",
            "symbol": "BTCUSDT",
            "side": "SELL",
            "timeInForce": "GTC",
            "quantity": "0.01",
            "algoStatus": status,
            "actualOrderId": "",
            "triggerPrice": "750.000",
            "price": "750.000",
            "createTime": 1750485492076,
            "updateTime": 1750514545091,
            **more,
        },
    )


def strategy(status: str, /, **more: Any) -> dict[str, Any]:
    """A conditional order of Portfolio Margin CM."""
    return {
        "newClientStrategyId": "abc",
        "strategyId": 123445,
        "strategyStatus": status,
        "strategyType": "STOP",
        "origQty": "1",
        "price": "0",
        "side": "BUY",
        "stopPrice": "9300",
        "symbol": "BTCUSD_200925",
        "bookTime": 1566818724710,
        "updateTime": 1566818724722,
        **more,
    }
