"""Spot: ``DELETE /api/v3/order``.

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
"""

from __future__ import annotations

from typing import Any

from adapter.contract.api import OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest
from adapter.venues.binance import BINANCE


def leg(answer: Any, call: CancelRequest) -> Any:
    """The order that was meant, where the answer is the whole order list that ended with it."""
    reports = answer.get("orderReports") if isinstance(answer, dict) else None
    for report in reports if isinstance(reports, list) else ():
        if isinstance(report, dict) and _is_meant(report, call):
            return report
    return answer


def _is_meant(report: dict[str, Any], call: CancelRequest) -> bool:
    if call.order_id is not None:
        return str(report.get("orderId")) == call.order_id
    return report.get("origClientOrderId") == call.client_order_id


ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="private",
    root="/api/v3",
    path="order",
    method="DELETE",
    market_type="spot",
    weight=1,
    queries=(OrderQuery(weight=4),),
    weight_limit=6000,
    time_api="public",
    client_id_param="origClientOrderId",
    response_client_id_field="origClientOrderId",
    extra_params=frozenset({"newClientOrderId", "cancelRestrictions"}),
    ambiguous_5xx=True,
    extract_order=leg,
)
