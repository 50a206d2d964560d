"""Spot: ``DELETE /api/v3/order``.

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
"""

from adapter.contract.api import OpenOrders, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import BINANCE, IN_MARGIN, IN_PORTFOLIO_MARGIN
from adapter.venues.binance.orders import find_leg

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="private",
    root="/api/v3",
    path="order",
    method="DELETE",
    market_type="spot",
    queries=(OrderQuery(weight=4),),
    time_api="public",
    weight_limit=6000,
    client_id_param="origClientOrderId",
    response_client_id_field="origClientOrderId",
    extra_params=frozenset({"newClientOrderId", "cancelRestrictions"}),
    ambiguous_5xx=True,
    extract_order=find_leg,
    open_orders=OpenOrders(path="openOrders", cancel_path="openOrders", weight=6, weight_of_all=80),
    not_found_hint=f"{IN_MARGIN}; {IN_PORTFOLIO_MARGIN}",
)
