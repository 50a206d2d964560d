"""Kraken Futures: the answer to a cancel is final, in one of three words.

https://docs.kraken.com/api/docs/futures-api/trading/cancel-order/
https://docs.kraken.com/api/docs/futures-api/trading/get-order-status/
"""

from adapter.contract.native import (
    BUSY,
    CLOCK,
    FILLED,
    NOT_FOUND,
    TOO_MANY,
    UNKNOWN,
    Look,
    NativeEndpoint,
)

UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"krakenfutures"}),
    confirms="the answer to a cancel is final",
    order_id_pattern=UUID,
    order_id_rule="a UUID",
    client_id_param=None,
    trigger_param=None,
    # no batch: the page shows no refused cancel of one, and a look finds what ended for 5 s more
    # ccxt's lists of ended orders have every order that was placed, as canceled or as closed
    looks=(Look(client_id_param=None),),
    is_final=True,
    error_fields=("cancelStatus.status", "error"),
    successes=frozenset({"cancelled"}),
    codes={
        "filled": FILLED,
        "notFound": NOT_FOUND,
        "apiLimitExceeded": TOO_MANY,
        "nonceBelowThreshold": CLOCK,
        "nonceDuplicate": CLOCK,
        "Unavailable": BUSY,
        "Server Error": UNKNOWN,
    },
    fill_fields=("order.filled", "order.quantity"),
)
