"""Conditional orders: ``DELETE /fapi/v1/algoOrder`` and ``DELETE /papi/v1/um/algo/order``.

https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Algo-Order
"""

from __future__ import annotations

from typing import Any

from adapter.contract.api import OrderFields, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import PORTFOLIO_MARGIN, CancelRequest
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


def is_complete(answer: Any, call: CancelRequest) -> bool:  # noqa: ARG001  # it has no ids
    return isinstance(answer, dict) and answer.get("complete") is True


USDM = CancelEndpoint(
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
PM_UM = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="papi",
    root="/papi/v1",
    path="um/algo/order",
    method="DELETE",
    queries=(OrderQuery(path="um/algo/algoOrder"),),
    market_type="linear",
    accounts=frozenset({PORTFOLIO_MARGIN}),
    conditional=True,
    weight_limit=6000,
    order_id_param="algoId",
    client_id_param="clientAlgoId",
    fields=FIELDS,
    ends={"triggered": "triggered"},
    is_acknowledgement=is_complete,
)
