"""The fields of an order in Binance's answers, and what ccxt's parser gets wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.contract.api import OrderFields
from adapter.contract.messages import Order

STATUSES = {
    "NEW": "open",
    "PENDING_NEW": "open",
    "PARTIALLY_FILLED": "open",
    "ACCEPTED": "open",
    "NEW_INSURANCE": "open",
    "NEW_ADL": "open",
    "FILLED": "closed",
    "CANCELED": "canceled",
    "CANCELLED": "canceled",
    "PENDING_CANCEL": "canceling",
    "EXPIRED": "expired",
    "EXPIRED_IN_MATCH": "expired",
    "REJECTED": "rejected",
}
FIELDS = OrderFields(
    order_id="orderId",
    client_id="clientOrderId",
    statuses=STATUSES,
    created=("createDate", "createTime", "time"),
)


def correct_without_contract_size(exchange: Any, order: Order, answer: Mapping[str, Any]) -> None:
    """ccxt assumes a contract size of 1 where it is unknown: keep only the exchange's values."""
    order["average"] = exchange.parse_number(exchange.omit_zero(answer.get("avgPrice")))
    order["cost"] = exchange.safe_number(answer, "cumBase")
    if not exchange.safe_number(answer, "price"):
        order["price"] = order["average"] if order["type"] == "market" else None
