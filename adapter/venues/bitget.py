"""Bitget: a cancel is acknowledged; one code, of several, means filled, canceled and unknown alike.

https://www.bitget.com/api-doc/spot/trade/Cancel-Order
https://www.bitget.com/api-doc/spot/trade/Batch-Cancel-Orders
https://www.bitget.com/api-doc/contract/trade/Batch-Cancel-Orders
https://www.bitget.com/api-doc/spot/plan/Cancel-Plan-Order
https://www.bitget.com/api-doc/contract/plan/Cancel-Plan-Order
https://www.bitget.com/api-doc/contract/plan/orders-plan-history
https://www.bitget.com/api-doc/spot/error-code/restapi
"""

from typing import Any

from adapter.contract.native import (
    CLOCK,
    NOT_FOUND,
    TOO_MANY,
    UNKNOWN,
    Look,
    NativeEndpoint,
)
from adapter.contract.native_answers import text_at
from adapter.contract.native_batch import NativeBatch, elements

ACCEPTED = "data.orderId|data.clientOid|data.successList.0.orderId|data.result|data"
"""Where an answer names what was canceled; of a spot plan order, it has but ``success``."""


def split(answer: Any) -> list[Any]:
    """Those that were accepted are in one list, and those that were refused in another."""
    return [
        {**answer, "data": {name: [each]}}
        for name in ("successList", "failureList")
        for each in elements(answer, f"data.{name}")
    ]


ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"bitget"}),
    confirms="Bitget only acknowledges a cancel; fetchOrder and its lists show when it is final",
    client_id_pattern=r"[A-Za-z0-9_.:#+-]{1,64}",
    client_id_rule="up to 64 letters, digits and any of _ . : # + -",
    looks=(
        Look(triggers=False),
        Look(
            method="fetch_open_orders",
            lists=True,
            order_id_param="orderId",
            client_id_param=None,
        ),
        Look(
            method="fetch_canceled_and_closed_orders",
            lists=True,
            order_id_param="orderId",
            client_id_param=None,
        ),
    ),
    batch=NativeBatch(size=20, split=split),
    list_params=frozenset({"type"}),
    page_size=100,
    query_params=frozenset(
        {"planType", "trailing", "productType", "marginMode", "uta", "category", "stock"}
    ),
    several_params=frozenset({"orderIdList"}),
    acknowledges=lambda answer: text_at(answer, ACCEPTED) is not None,
    error_fields=(
        *("code", "data.failureList.0.errorCode", "data.failureList.0.errorMsg"),
        "data.result",
    ),
    successes=frozenset({"00000", "success"}),
    codes={
        "22001": NOT_FOUND,
        "25204": NOT_FOUND,
        "40109": NOT_FOUND,
        "40768": NOT_FOUND,
        "43001": NOT_FOUND,
        "43004": NOT_FOUND,
        "43025": NOT_FOUND,
        "45057": NOT_FOUND,
        "notExistend": NOT_FOUND,
        "429": TOO_MANY,
        "40005": CLOCK,
        "40008": CLOCK,
        "40010": UNKNOWN,  # "Request timed out", which ccxt takes for a wrong signature
        "40015": UNKNOWN,
        "40200": UNKNOWN,
        "40725": UNKNOWN,
        "45001": UNKNOWN,
    },
    status_field="status|state|orderStatus|planStatus",
    statuses={"executed": "triggered", "triggered": "triggered"},
    filled_statuses=frozenset({"filled", "full_fill"}),
    successor_field="executeOrderId",
    ends={"triggered": "triggered"},
    conditional_hint='if it is a trigger order, pass params={"trigger": True}',
)
