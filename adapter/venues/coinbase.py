"""Coinbase Advanced Trade: a cancel is only begun, and a refused one has a reason.

https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/cancel-order
https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/get-order
"""

from adapter.contract.native import (
    CLOCK,
    FILLED,
    NOT_FOUND,
    PENDING,
    Look,
    NativeEndpoint,
)
from adapter.contract.native_batch import NativeBatch, each_in

ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"coinbase"}),
    confirms="Coinbase only begins a cancel; fetchOrder shows when it is final",
    client_id_param=None,
    trigger_param=None,
    looks=(Look(client_id_param=None),),
    batch=NativeBatch(size=20, split=each_in("results")),
    page_size=100,
    # a refusal without a reason of its own has that of a success
    error_fields=("results.0.failure_reason", "results.0.success", "errors.0.id", "error"),
    successes=frozenset({"UNKNOWN_CANCEL_FAILURE_REASON", "true"}),
    codes={
        "UNKNOWN_CANCEL_ORDER": NOT_FOUND,
        "ORDER_IS_FULLY_FILLED": FILLED,
        "DUPLICATE_CANCEL_REQUEST": PENDING,
    },
    texts={
        "order with this orderID was not found": NOT_FOUND,
        "request timestamp expired": CLOCK,
    },
    statuses={
        "CANCEL_QUEUED": "canceling",
        "PENDING": "open",
        "QUEUED": "open",
        "EDIT_QUEUED": "open",
        "EXPIRED": "expired",
        "FAILED": "rejected",
    },
    filled_statuses=frozenset({"FILLED"}),
)
