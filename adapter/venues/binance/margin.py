"""Cross and isolated margin: ``DELETE /sapi/v1/margin/order``.

https://developers.binance.com/docs/margin_trading/trade/Margin-Account-Cancel-Order
"""

from adapter.contract.api import OpenOrders, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import BINANCE, IN_MARGIN, IN_PORTFOLIO_MARGIN
from adapter.venues.binance.orders import find_leg

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="sapi",
    root="/sapi/v1",
    path="margin/order",
    method="DELETE",
    market_type="margin",
    weight=10,
    queries=(OrderQuery(weight=10),),
    time_api="public",
    weight_limit=12000,
    used_weight_header="x-sapi-used-ip-weight-1m",
    client_id_param="origClientOrderId",
    response_client_id_field="origClientOrderId",
    extra_params=frozenset({"newClientOrderId"}),
    ambiguous_5xx=True,
    extract_order=find_leg,
    open_orders=OpenOrders(path="margin/openOrders", cancel_path="margin/openOrders", weight=10),
    not_found_hint=f"{IN_MARGIN}; {IN_PORTFOLIO_MARGIN}",
)
