"""Hyperliquid: a cancel is answered with a word, and one sentence means ended and unknown alike.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint
https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/error-responses
"""

from adapter.contract.native import CLOCK, NOT_FOUND, TOO_MANY, Look, NativeEndpoint
from adapter.contract.native_answers import text_at
from adapter.contract.native_batch import NativeBatch, each_in

ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"hyperliquid"}),
    confirms="Hyperliquid's answer to a cancel has no order; fetchOrder shows it canceled",
    order_id_pattern=r"[0-9]{1,20}",
    order_id_rule="an int or a str of digits",
    client_id_pattern=r"0x[0-9a-fA-F]{32}",
    client_id_rule="0x and 32 hexadecimal digits",
    is_client_id_hex=True,
    trigger_param=None,
    unserved_params=frozenset({"twap"}),
    looks=(Look(renamed_params={"vaultAddress": "user"}),),
    batch=NativeBatch(
        size=20,
        client_ids_param="clientOrderId",
        split=each_in("response.data.statuses"),
        in_order=True,
    ),
    query_params=frozenset({"user", "subAccountAddress", "vaultAddress"}),
    acknowledges=lambda answer: text_at(answer, "response.data.statuses.0") == "success",
    error_fields=("response.data.statuses.0.error", "response"),
    texts={
        "Order was never placed, already canceled, or filled": NOT_FOUND,
        "Too many cumulative requests": TOO_MANY,
        "Invalid nonce": CLOCK,
    },
    statuses={"scheduledCancel": "canceled", "triggered": "triggered"},
    filled_statuses=frozenset({"filled"}),
)
