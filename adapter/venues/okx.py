"""OKX: a cancel is acknowledged, and one code means filled, canceled and unknown alike.

https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-order
https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-multiple-orders
https://www.okx.com/docs-v5/en/#error-code
"""

from typing import Any

from adapter.contract.native import (
    BUSY,
    CLOCK,
    NOT_FOUND,
    PENDING,
    TOO_MANY,
    UNKNOWN,
    Look,
    NativeEndpoint,
)
from adapter.contract.native_answers import text_at
from adapter.contract.native_batch import NativeBatch, elements


def split(answer: Any) -> list[Any]:
    """The code of the whole says no more than how many were refused."""
    return [
        {**answer, "code": text_at(each, "sCode"), "data": [each]}
        for each in elements(answer, "data")
    ]


ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"okx", "myokx", "okxus"}),
    confirms="OKX only acknowledges a cancel; fetchOrder shows when it is final",
    client_id_param="clientOrderId",
    client_id_pattern=r"[A-Za-z0-9]{1,32}",
    client_id_rule="up to 32 letters and digits",
    looks=(Look(),),
    batch=NativeBatch(size=20, client_ids_param="clientOrderId", split=split),
    page_size=100,
    query_params=frozenset({"trailing"}),
    error_fields=("data.0.sCode", "code"),
    successes=frozenset({"0"}),
    codes={
        "51400": NOT_FOUND,
        "51401": NOT_FOUND,
        "51402": NOT_FOUND,
        "51603": NOT_FOUND,
        "51410": PENDING,
        "50011": TOO_MANY,
        "50061": TOO_MANY,
        "50102": CLOCK,
        "2": UNKNOWN,  # a batch was executed in part, and names no order
        "50001": BUSY,
        "50004": UNKNOWN,
    },
    status_field="state",
    statuses={
        "mmp_canceled": "canceled",
        "effective": "triggered",
        "partially_effective": "triggered",
        "order_failed": "rejected",
        "pause": "open",
    },
    filled_statuses=frozenset({"filled"}),
    successor_field="ordId",
    ends={"triggered": "triggered"},
    conditional_hint='if it is a trigger order, pass params={"trigger": True}',
)
