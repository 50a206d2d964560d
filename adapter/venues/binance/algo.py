"""What the endpoints of conditional orders share, which Binance calls algo orders.

https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Algo-Order-Update
"""

from __future__ import annotations

from typing import Any

from adapter.contract.api import OrderFields
from adapter.contract.messages import CancelRequest

ENDS = {"triggered": "triggered"}
"""How a conditional order ends otherwise than others: see `FIELDS`."""
FIELDS = OrderFields(
    order_id="algoId",
    client_id="clientAlgoId",
    status="algoStatus",
    statuses={
        "NEW": "open",
        "TRIGGERING": "open",
        "TRIGGERED": "triggered",
        # the order that it has become was filled or canceled
        "FINISHED": "triggered",
        "CANCELED": "canceled",
        "REJECTED": "rejected",
        "EXPIRED": "expired",
    },
    created=("createTime",),
    market="symbol",
    successor="actualOrderId",
)


def is_success(answer: Any, call: CancelRequest) -> bool:  # noqa: ARG001  # ids are checked before
    """Whether an answer is ``{"code": "200", "msg": "success"}``, whatever ids it has."""
    return isinstance(answer, dict) and answer.get("msg") == "success"


def is_complete(answer: Any, call: CancelRequest) -> bool:
    """Whether an answer is ``{"complete": true}``, or what it was until 2026-05."""
    is_new = isinstance(answer, dict) and answer.get("complete") is True
    return is_new or is_success(answer, call)
