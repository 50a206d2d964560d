"""Deribit: the answer to a cancel is the order, final; a label names any number of orders.

https://docs.deribit.com/#private-cancel
https://docs.deribit.com/#private-get_order_state
https://docs.deribit.com/#rpc-error-codes
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

ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"deribit"}),
    confirms="Deribit's answer to a cancel shows the order, canceled",
    client_id_param=None,
    trigger_param=None,
    looks=(Look(client_id_param=None),),
    lists_all_markets=False,  # those of one currency
    is_final=True,
    error_fields=("error.code",),
    codes={
        "10004": NOT_FOUND,
        "10010": NOT_FOUND,
        "11044": NOT_FOUND,
        "11008": FILLED,
        "10028": TOO_MANY,
        "10047": TOO_MANY,
        "10066": TOO_MANY,
        "13009": CLOCK,
        "10040": BUSY,
        "10041": BUSY,
        "11051": BUSY,
        "11094": UNKNOWN,
        "13028": UNKNOWN,
    },
    status_field="order_state",
    statuses={"triggered": "triggered"},
    filled_statuses=frozenset({"filled"}),
    ends={"triggered": "triggered"},
)
