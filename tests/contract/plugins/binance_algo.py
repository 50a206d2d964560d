"""USDⓈ-M futures, conditional orders: ``DELETE /fapi/v1/algoOrder``.

https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Algo-Order
"""

from __future__ import annotations

from typing import Any

from adapter.contract.api import OrderFields
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest
from adapter.venues.binance import BINANCE

FIELDS = OrderFields(
    order_id="algoId",
    client_id="clientAlgoId",
    status="algoStatus",
    statuses={
        "NEW": "open",
        "TRIGGERING": "open",
        "TRIGGERED": "triggered",
        "FINISHED": "triggered",
        "CANCELED": "canceled",
        "REJECTED": "rejected",
        "EXPIRED": "expired",
    },
    created=("createTime",),
    successor="actualOrderId",
)


def is_acknowledgement(answer: Any, call: CancelRequest) -> bool:  # noqa: ARG001  # ids are checked
    return isinstance(answer, dict) and answer.get("msg") == "success"


ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="fapiPrivate",
    root="/fapi/v1",
    path="algoOrder",
    method="DELETE",
    market_type="linear",
    conditional=True,
    time_api="fapiPublic",
    weight_limit=2400,
    order_id_param="algoId",
    client_id_param="clientAlgoId",
    fields=FIELDS,
    ends={"triggered": "triggered"},
    is_acknowledgement=is_acknowledgement,
)
