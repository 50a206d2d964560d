"""What the server answers: a cancelled order, and files such as a list of markets.

The order is one of USDⓈ-M futures as Binance sends it since July 2026, with the order id of the
request's query.
https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Order
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench import markets
from bench.target import FIRST_ORDER, MARKET

CANCEL = "/fapi/v1/order"
ID = "$order_id"
"""Stands for the order id in `ORDER`."""
HEADERS = {
    "Content-Type": "application/json",
    "X-MBX-USED-WEIGHT-1M": "12",
    "x-response-time": "3ms",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Strict-Transport-Security": "max-age=31536000; includeSubdomains",
    "X-Cache": "Miss from cloudfront",
    "Via": "1.1 d41d8cd98f00b204e9800998ecf8427e.cloudfront.net (CloudFront)",
}
ORDER = json.dumps(
    {
        "orderId": ID,
        "symbol": MARKET,
        "status": "CANCELED",
        "clientOrderId": "myOrder1",
        "price": "9300.00",
        "origQty": "0.400",
        "executedQty": "0.000",
        "timeInForce": "GTC",
        "type": "LIMIT",
        "reduceOnly": False,
        "side": "BUY",
        "positionSide": "BOTH",
        "cumQty": "0.000",
        "closePosition": False,
        "stopPrice": "0",
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "origType": "LIMIT",
        "priceMatch": "NONE",
        "selfTradePreventionMode": "NONE",
        "goodTillDate": 0,
        "updateTime": 1571110484038,
    },
    separators=(",", ":"),
).replace(f'"{ID}"', ID)


def files() -> dict[str, Any]:
    """Path → body of every GET that is answered."""
    return {
        "/api/v3/exchangeInfo": markets.spot(),
        "/fapi/v1/exchangeInfo": markets.linear(),
        "/dapi/v1/exchangeInfo": markets.inverse(),
        "/sapi/v1/capital/config/getall": markets.coins(),
        "/sapi/v1/margin/allPairs": markets.margin_pairs(),
        "/sapi/v1/margin/isolated/allPairs": markets.margin_pairs(),
        "/api/v3/time": {"serverTime": 1795248463642},
        "/fapi/v1/premiumIndex": {
            "symbol": MARKET,
            "markPrice": "93000.10000000",
            "indexPrice": "93010.20000000",
            "estimatedSettlePrice": "93005.30000000",
            "lastFundingRate": "0.00010000",
            "interestRate": "0.00010000",
            "nextFundingTime": 1795248000000,
            "time": 1795248463642,
        },
    }


def write(site: Path) -> None:
    """Lay the files out in a directory, for any server: path by path."""
    for path, body in files().items():
        file = site / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(body, separators=(",", ":")))


def default_order() -> str:
    """The answer to a request whose query has no order id."""
    return ORDER.replace(ID, str(FIRST_ORDER))
