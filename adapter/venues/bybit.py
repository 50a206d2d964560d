"""Bybit: a cancel is acknowledged, and both ids find an order, open or ended.

https://bybit-exchange.github.io/docs/v5/order/cancel-order
https://bybit-exchange.github.io/docs/v5/order/batch-cancel
https://bybit-exchange.github.io/docs/v5/order/open-order
https://bybit-exchange.github.io/docs/v5/enum#orderstatus
https://bybit-exchange.github.io/docs/v5/error
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.contract.native import (
    CANCELED,
    CLOCK,
    FILLED,
    NOT_FOUND,
    TOO_MANY,
    UNKNOWN,
    Look,
    NativeEndpoint,
)
from adapter.contract.native_answers import text_at
from adapter.contract.native_batch import NativeBatch, elements

SELECTING = ("trigger", "orderFilter")
"""The params that select a kind of orders."""

RECENT = Look(
    method="fetch_open_orders",
    lists=True,
    order_id_param="orderId",
    client_id_param="orderLinkId",
)
"""By an id, it shows the last 500 that have ended, too."""
HISTORY = Look(
    method="fetch_canceled_and_closed_orders",
    lists=True,
    order_id_param="orderId",
    client_id_param="orderLinkId",
)


def split(answer: Any) -> list[Any]:
    """The codes are in a list of their own, in the same order."""
    lists = elements(answer, "result.list"), elements(answer, "retExtInfo.list")
    return [
        {"retCode": text_at(code, "code"), "retMsg": text_at(code, "msg"), "result": order}
        for order, code in zip(*lists, strict=False)
    ]


def is_out_of_reach(order: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Looks show all kinds of orders; a cancel of spot finds active ones, or the kind it names."""
    is_waiting = text_at(order["info"], "orderStatus") == "Untriggered"
    return is_waiting and ":" not in order["symbol"] and params.keys().isdisjoint(SELECTING)


ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"bybit", "bybiteu", "bybitid"}),
    confirms="Bybit only acknowledges a cancel; its open orders and its history show the end",
    client_id_param="orderLinkId",
    client_id_pattern=r"[A-Za-z0-9_-]{1,36}",
    client_id_rule="up to 36 letters, digits, - and _",
    looks=(RECENT, HISTORY),
    # ccxt refuses to send one for inverse contracts
    batch=NativeBatch(
        size=10,
        symbols=r"[^:]+|.+:USD[TC].*",
        client_ids_param="clientOrderIds",
        split=split,
        in_order=True,
    ),
    is_out_of_reach=is_out_of_reach,
    list_params=frozenset({"type", "subType", "settleCoin", "baseCoin"}),
    page_size=20,
    query_params=frozenset({"orderFilter"}),
    error_fields=("retCode",),
    successes=frozenset({"0"}),
    codes={
        "110001": NOT_FOUND,
        "170213": NOT_FOUND,
        "110008": NOT_FOUND,
        "170143": NOT_FOUND,
        "170139": FILLED,
        "110010": CANCELED,
        "170142": CANCELED,
        "10006": TOO_MANY,
        "10018": TOO_MANY,
        "10429": TOO_MANY,
        "10002": CLOCK,
        "10000": UNKNOWN,
        "10016": UNKNOWN,
        "170147": UNKNOWN,
    },
    status_field="orderStatus",
    statuses={"PartiallyFilledCanceled": "canceled"},
    filled_statuses=frozenset({"Filled"}),
    conditional_hint='if it is a spot trigger order, pass params={"trigger": True};'
    ' of a take-profit or stop-loss order, {"orderFilter": "tpslOrder"}',
)
