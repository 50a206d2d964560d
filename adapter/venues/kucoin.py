"""KuCoin: a cancel is acknowledged, and one code means filled, canceled and unknown alike.

https://www.kucoin.com/docs-new/rest/spot-trading/orders/cancel-order-by-orderld
https://www.kucoin.com/docs-new/rest/spot-trading/orders/get-order-by-orderld
https://www.kucoin.com/docs-new/rest/spot-trading/orders/get-stop-order-by-orderld
https://www.kucoin.com/docs-new/rest/futures-trading/orders/cancel-order-by-orderld
https://www.kucoin.com/docs-new/rest/futures-trading/orders/get-order-by-orderld
https://www.kucoin.com/docs-new/rest/futures-trading/orders/batch-cancel-orders
https://www.kucoin.com/docs-new/error-code
"""

from typing import Any

from adapter.contract.native import (
    CLOCK,
    DISPUTED,
    NOT_FOUND,
    TOO_MANY,
    UNKNOWN,
    Look,
    NativeEndpoint,
)
from adapter.contract.native_answers import text_at
from adapter.contract.native_batch import NativeBatch, elements


def split(answer: Any) -> list[Any]:
    """Each order has a code of its own; that of success is 200."""
    codes = [(text_at(each, "code"), each) for each in elements(answer, "data")]
    return [
        {
            **answer,
            "code": "200000" if code == "200" else code,
            "msg": text_at(each, "msg"),
            "data": each,
        }
        for code, each in codes
    ]


ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"kucoin"}),
    confirms="KuCoin only acknowledges a cancel; fetchOrder shows when it is final",
    client_id_pattern=r"[A-Za-z0-9_-]{1,40}",
    client_id_rule="up to 40 letters, digits, - and _",
    looks=(
        Look(),
        # a classic account has a stop order that was canceled among the others
        Look(triggers=True, params={"trigger": False, "stop": False}),
    ),
    # ccxt's is for futures
    batch=NativeBatch(size=10, symbols=r".+:.+", client_ids_param="clientOrderIds", split=split),
    lists_all_markets=False,  # of spot, none
    page_size=50,
    query_params=frozenset({"hf", "marginMode", "uta", "accountMode"}),
    error_fields=("code",),
    successes=frozenset({"200000"}),
    codes={
        "100001": DISPUTED,  # ccxt takes any invalid parameter of futures for an unknown order
        "100004": NOT_FOUND,
        "429000": TOO_MANY,
        "400002": CLOCK,
        "500000": UNKNOWN,
    },
    texts={
        "not exist or not allow": NOT_FOUND,
        "not_exist_or_not_allow": NOT_FOUND,
        "orderNotExist": NOT_FOUND,
    },
    statuses={"TRIGGERED": "triggered", "6": "canceled", "cancelled": "canceled"},
    filled_statuses=frozenset({"3"}),
    fill_fields=("dealSize|filledSize", "size"),
    triggered_field="stopTriggered",
    ends={"triggered": "triggered"},
    conditional_hint='if it is a spot stop order, pass params={"trigger": True}',
)
