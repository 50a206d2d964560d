"""Gate: the answer to a cancel is the order, final; a client id stands where the order id does.

https://www.gate.com/docs/developers/apiv4/en/#cancel-single-order
https://www.gate.com/docs/developers/apiv4/en/#cancel-single-order-2
https://www.gate.com/docs/developers/apiv4/en/#cancel-batch-orders-by-specified-id-list
https://www.gate.com/docs/developers/apiv4/en/#label-list
"""

from typing import Any

from adapter.contract.native import CANCELED, CLOCK, NOT_FOUND, Look, NativeEndpoint
from adapter.contract.native_batch import NativeBatch


def split(answer: Any) -> list[Any]:
    """A list; only a refused order has a label."""
    parts = [each for each in answer if isinstance(each, dict)] if isinstance(answer, list) else []
    return [
        part if part.get("succeeded") is True else {**part, "label": part.get("label") or "FAILED"}
        for part in parts
    ]


ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"gate", "gateeu"}),
    confirms="Gate's answer to a cancel shows the order, canceled",
    client_id_param="id",
    client_id_pattern=r"t-[A-Za-z0-9_.-]{1,28}",
    client_id_rule='"t-" and up to 28 letters, digits, -, _ and .',
    looks=(
        Look(),
        # a client id is found elsewhere for 60 s on futures, and on spot while the order is open
        Look(method="fetch_closed_orders", lists=True, by_order_id=False, client_id_param=None),
    ),
    # of spot, with a look at each order; of futures, ccxt writes the path in capitals
    batch=NativeBatch(size=20, symbols=r"[^:]+", split=split),
    list_params=frozenset({"type", "subType", "settle"}),
    page_size=100,
    query_params=frozenset({"marginMode", "account", "unifiedAccount"}),
    is_final=True,
    error_fields=("label",),
    codes={
        "AUTO_ORDER_NOT_FOUND": NOT_FOUND,
        "ORDER_CLOSED": NOT_FOUND,
        "ORDER_FINISHED": NOT_FOUND,
        "ORDER_CANCELLED": CANCELED,
        "REQUEST_EXPIRED": CLOCK,
    },
    status_field="finish_as|status",
    statuses={
        **dict.fromkeys(
            (
                *("liquidated", "liquidate_cancelled", "stp", "poc", "fok", "small"),
                *("reduce_only", "reduce_out", "position_closed"),
                *("depth_not_enough", "trader_not_enough"),
            ),
            "canceled",
        ),
        "auto_deleveraged": "closed",
        "expired": "expired",
        "failed": "rejected",
        "finish": "triggered",
        "succeeded": "triggered",
    },
    filled_statuses=frozenset({"filled", "closed"}),
    successor_field="fired_order_id|trade_id",
    ends={"triggered": "triggered"},
    conditional_hint='if it is a trigger order, pass params={"trigger": True}',
)
