"""Kraken spot: a cancel is counted, may be pending, and one text means ended and unknown alike.

https://docs.kraken.com/api-reference/trading/cancel-order
https://docs.kraken.com/api/docs/guides/spot-errors
"""

from adapter.contract.native import (
    CLOCK,
    NOT_FOUND,
    PENDING,
    TOO_MANY,
    UNKNOWN,
    Look,
    NativeEndpoint,
)
from adapter.contract.native_answers import text_at

ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"kraken"}),
    confirms="Kraken counts the orders that it hit, which may be pending; fetchOrder shows the end",
    several_params=frozenset({"userref"}),
    trigger_param=None,
    # no batch: its answer only counts the orders that it hit
    looks=(
        Look(client_id_param=None),
        Look(method="fetch_open_orders", lists=True, by_order_id=False),
        Look(method="fetch_closed_orders", lists=True, by_order_id=False),
    ),
    acknowledges=lambda answer: text_at(answer, "result.count") not in (None, "0"),
    error_fields=("error.0",),
    codes={
        "EOrder:Unknown order": NOT_FOUND,
        "EOrder:Invalid order": NOT_FOUND,
        "EOrder:Cancel pending": PENDING,
        "EAPI:Rate limit exceeded": TOO_MANY,
        "EOrder:Rate limit exceeded": TOO_MANY,
        "EAPI:Invalid nonce": CLOCK,
        "EService:Timeout": UNKNOWN,
        "EGeneral:Internal error": UNKNOWN,
    },
    fill_fields=("vol_exec", "vol"),
)
