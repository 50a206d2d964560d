"""The fields of an order in Binance's answers, and what ccxt's parser gets wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from adapter.contract.answers import find_order
from adapter.contract.api import NO_ORDER, OrderFields
from adapter.contract.messages import CancelRequest, Order

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
LEG_FIELDS = attrs.evolve(FIELDS, client_id="origClientOrderId")
"""A leg in the answer to a cancel, whose ``clientOrderId`` is that of the cancel request."""


def correct_without_contract_size(exchange: Any, order: Order, answer: Mapping[str, Any]) -> None:
    """ccxt assumes a contract size of 1 where it is unknown: keep only the exchange's values."""
    order["average"] = exchange.parse_number(exchange.omit_zero(answer.get("avgPrice")))
    order["cost"] = exchange.safe_number(answer, "cumBase")
    if not exchange.safe_number(answer, "price"):
        order["price"] = order["average"] if order["type"] == "market" else None


def correct_unknown_cost(order: Order, answer: Mapping[str, Any]) -> None:
    """Of some old orders Binance does not know what was paid: the value is below 0.

    https://developers.binance.com/docs/margin_trading/trade/Query-Margin-Account-Order
    """
    if str(answer.get("cummulativeQuoteQty")).startswith("-"):
        order["cost"] = order["average"] = None


def find_leg(answer: Any, call: CancelRequest) -> Any:
    """For ``extract_order``: the order that is meant, in the answer of an order list.

    To cancel one leg of a list cancels them all, and the answer may be the list.
    https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
    """
    reports = answer.get("orderReports") if isinstance(answer, dict) else None
    if not isinstance(reports, list):
        return answer
    leg = find_order(reports, call, LEG_FIELDS)
    return answer if leg is NO_ORDER else leg
