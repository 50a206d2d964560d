"""Bitstamp: the answer to a cancel has no status.

https://www.bitstamp.net/api/#tag/Orders/operation/CancelOrder
https://www.bitstamp.net/api/#tag/Orders/operation/GetOrderStatus
"""

from adapter.contract.native import CLOCK, NOT_FOUND, Look, NativeEndpoint

ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"bitstamp"}),
    confirms="Bitstamp's answer to a cancel has no status; fetchOrder shows it canceled",
    client_id_param=None,
    trigger_param=None,
    looks=(Look(client_id_param=None),),
    error_fields=("error", "reason"),
    codes={"Order not found.": NOT_FOUND, "Invalid nonce": CLOCK},
    statuses={"Expired": "expired"},
    filled_statuses=frozenset({"Finished"}),
)
