"""HTX: a cancel is acknowledged, and a refusal says how the order had ended. ccxt drops both.

https://www.htx.com/en-us/opend/newApiPages/?id=7ec4e938-7773-11ed-9966-0242ac110003
https://www.htx.com/en-us/opend/newApiPages/?id=5d51a18b-77b6-11ed-9966-0242ac110003
https://www.htx.com/en-us/opend/newApiPages/?id=8cb89359-77b5-11ed-9966-1958947efe6
https://www.htx.com/en-us/opend/newApiPages/?id=8cb89359-77b5-11ed-9966-195894d0de8
"""

from typing import Any

from adapter.contract.native import (
    CANCELED,
    CLOCK,
    FILLED,
    NOT_FOUND,
    PENDING,
    TOO_MANY,
    UNKNOWN,
    Look,
    NativeEndpoint,
)
from adapter.contract.native_answers import text_at
from adapter.contract.native_batch import NativeBatch, each_in, elements


def split(answer: Any) -> list[Any]:
    """Linear swaps are in one list; others, by what became of them, in two, or in a text."""
    accepted = elements(answer, "data.success")
    refused = [*elements(answer, "data.failed"), *elements(answer, "data.errors")]
    if ids := text_at(answer, "data.successes"):
        accepted = ids.split(",")
    error = {"status": "error", "data": None}
    return [
        *each_in("data")(answer),
        *({**answer, "data": each} for each in accepted),
        *({**answer, **error, **each} for each in refused if isinstance(each, dict)),
    ]


ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset({"htx"}),
    confirms="HTX only acknowledges a cancel; fetchOrder shows when it is final",
    client_id_pattern=r"[A-Za-z0-9_-]{1,64}",
    client_id_rule="up to 64 letters, digits, - and _; of a swap, a number",
    looks=(Look(),),
    batch=NativeBatch(size=10, split=split),
    list_params=frozenset({"type", "subType"}),
    page_size=10,
    query_params=frozenset(
        {"stopLossTakeProfit", "stopLoss", "takeProfit", "trailing", "marginMode"}
    ),
    error_fields=(
        "order-state",
        "err-code",
        "err_code",
        "data.errors.0.err_code",
        "data.0.code",
        "code",
    ),
    successes=frozenset({"0", "200"}),  # 0 is an end only where ``data`` is nothing else
    state_fields=("data",),
    codes={
        "-1": NOT_FOUND,
        "0": NOT_FOUND,
        "5": CANCELED,
        "6": FILLED,
        "7": CANCELED,
        "10": PENDING,
        "order-orderstate-error": NOT_FOUND,
        "order-queryorder-invalid": NOT_FOUND,
        "base-record-invalid": NOT_FOUND,
        "base-not-found": NOT_FOUND,
        "1017": NOT_FOUND,
        "1061": NOT_FOUND,
        "1062": PENDING,
        "1063": FILLED,
        "1071": CANCELED,
        "1032": TOO_MANY,
        "rate-too-many-requests": TOO_MANY,
        "base-request-exceed-frequency-limit": TOO_MANY,
        "1000": UNKNOWN,
        "1004": UNKNOWN,
        "1030": UNKNOWN,
        "base-system-error": UNKNOWN,
        "gateway-internal-error": UNKNOWN,
        "order-update-error": UNKNOWN,
        "system-maintenance": UNKNOWN,
        "timeout": UNKNOWN,
    },
    texts={"Invalid submission time": CLOCK},
    status_field="state|status",
    statuses={"effective": "triggered", "failed": "rejected"},
    filled_statuses=frozenset({"filled", "6"}),
    ends={"triggered": "triggered"},
    conditional_hint='if it is a trigger order of a swap, pass params={"trigger": True}',
)
