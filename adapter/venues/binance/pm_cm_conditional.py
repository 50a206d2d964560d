"""Portfolio Margin, COIN-M, conditional orders: ``DELETE /papi/v1/cm/conditional/order``.

https://developers.binance.com/docs/derivatives/portfolio-margin/trade/Cancel-CM-Conditional-Order
"""

from __future__ import annotations

from typing import Any

from adapter.contract.answers import find_order
from adapter.contract.api import OpenOrders, OrderFields, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import PORTFOLIO_MARGIN, CancelRequest
from adapter.venues.binance import BINANCE, IN_CLASSIC, REGULAR
from adapter.venues.binance.algo import ENDS

FIELDS = OrderFields(
    order_id="strategyId",
    client_id="newClientStrategyId",
    status="strategyStatus",
    statuses={
        "NEW": "open",
        "TRIGGERED": "triggered",
        "CANCELED": "canceled",
        "CANCELLED": "canceled",
        "EXPIRED": "expired",
    },
    created=("bookTime",),
    successor="orderId",
)


def in_history(answer: Any, call: CancelRequest) -> Any:
    """The order, also where the answer is a list of those that have ended."""
    return find_order(answer, call, FIELDS)


ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="papi",
    root="/papi/v1",
    path="cm/conditional/order",
    method="DELETE",
    queries=(
        OrderQuery(path="cm/conditional/openOrder"),
        OrderQuery(path="cm/conditional/orderHistory", extract_order=in_history),
    ),
    market_type="inverse",
    accounts=frozenset({PORTFOLIO_MARGIN}),
    conditional=True,
    weight_limit=6000,
    order_id_param="strategyId",
    client_id_param="newClientStrategyId",
    fields=FIELDS,
    ends=ENDS,
    open_orders=OpenOrders(
        path="cm/conditional/openOrders",
        cancel_path="cm/conditional/allOpenOrders",
        weight_of_all=40,
    ),
    not_found_hint=f"{REGULAR}; {IN_CLASSIC}",
)
