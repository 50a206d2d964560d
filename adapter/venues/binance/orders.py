"""Binance's answers as ccxt's unified orders, with what ccxt's parser gets wrong put right."""

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
    """The unified status; an unknown word is passed on in lower case. None where there is none."""
    word = answer.get("status")
    return STATUSES.get(word, word.lower()) if isinstance(word, str) and word else None


def response_client_id(
    answer: Mapping[str, Any], endpoint: CancelEndpoint, query: bool
) -> str | None:
    """The order's own client id in the answer to a cancel or a query; None where it has none."""
    own = answer.get("clientOrderId" if query else endpoint.response_client_id_field)
    return str(own) if own not in (None, "") else None


def created(answer: Mapping[str, Any]) -> int | None:
    """When the order was made, in ms; None where the answer does not say."""
    for name in CREATED:
        time = answer.get(name)
        if time is not None and isinstance(time, int | str) and str(time).isdigit():
            return int(time)
    return None


def parse_order(
    exchange: Any, answer: Mapping[str, Any], endpoint: CancelEndpoint, market: Market, query: bool
) -> Order:
    """The unified order: as ccxt's parser has it, but for id, client id, status and creation time.

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
    if (made := created(answer)) not in (None, unified["timestamp"]):
        unified["timestamp"], unified["datetime"] = made, exchange.iso8601(made)
    if market.structure["inverse"] and market.structure["contractSize"] is None:
        _forget_what_needs_the_contract_size(exchange, unified, answer)
    return unified


def _forget_what_needs_the_contract_size(
    exchange: Any, unified: Order, answer: Mapping[str, Any]
) -> None:
    """ccxt reckons with a size of 1 where it is unknown: keep only what the exchange said."""
    unified["average"] = exchange.parse_number(exchange.omit_zero(answer.get("avgPrice")))
    unified["cost"] = exchange.safe_number(answer, "cumBase")
    if not exchange.safe_number(answer, "price"):
        unified["price"] = unified["average"] if unified["type"] == "market" else None
