"""Parses Binance's answers to ccxt's unified orders, and corrects what ccxt's parser gets wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.venue import Market, Order
from adapter.venues.binance.fast_orders import fast_order, is_ccxt_parser

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
CREATED = ("createDate", "createTime", "time")

log = logging.getLogger("adapter")


def status_of(answer: Mapping[str, Any]) -> str | None:
    """The unified status. An unknown status is returned in lower case, a missing one as None."""
    status = answer.get("status")
    return STATUSES.get(status, status.lower()) if isinstance(status, str) and status else None


def response_client_id(
    answer: Mapping[str, Any], endpoint: CancelEndpoint, query: bool
) -> str | None:
    """The order's client id in the answer to a cancel or a query; None where it has none."""
    client_id = answer.get("clientOrderId" if query else endpoint.response_client_id_field)
    return str(client_id) if client_id not in (None, "") else None


def created(answer: Mapping[str, Any]) -> int | None:
    """The creation time of the order, in ms since the epoch; None where the answer has none."""
    for name in CREATED:
        time = answer.get(name)
        if time is not None and isinstance(time, int | str) and str(time).isdigit():
            return int(time)
    return None


def parse_order(
    exchange: Any, answer: Mapping[str, Any], endpoint: CancelEndpoint, market: Market, query: bool
) -> Order:
    """The unified order, as by ccxt's parser except for id, client id, status and creation time.

    ``answer`` needs ``orderId`` and ``status``; every other field may be missing.
    """
    unified = fast_order(answer, market.structure) if is_ccxt_parser(exchange) else None
    if unified is None:
        unified = cast(Order, exchange.parse_order(answer, market.structure))
        if answer["status"] not in STATUSES:
            log.warning("%s: unknown order status %r", exchange.id, answer["status"])
        unified["id"] = str(answer["orderId"])
        unified["status"] = status_of(answer)
        unified["symbol"] = market.structure["symbol"]
    unified["clientOrderId"] = response_client_id(answer, endpoint, query)
    if (time := created(answer)) not in (None, unified["timestamp"]):
        unified["timestamp"], unified["datetime"] = time, exchange.iso8601(time)
    if market.structure["inverse"] and market.structure["contractSize"] is None:
        _correct_without_contract_size(exchange, unified, answer)
    return unified


def _correct_without_contract_size(
    exchange: Any, unified: Order, answer: Mapping[str, Any]
) -> None:
    """ccxt assumes a contract size of 1 where it is unknown: keep only the exchange's values."""
    unified["average"] = exchange.parse_number(exchange.omit_zero(answer.get("avgPrice")))
    unified["cost"] = exchange.safe_number(answer, "cumBase")
    if not exchange.safe_number(answer, "price"):
        unified["price"] = unified["average"] if unified["type"] == "market" else None
