"""Portfolio Margin, margin: ``DELETE /papi/v1/margin/order``.

https://developers.binance.com/docs/derivatives/portfolio-margin/trade/Cancel-Margin-Account-Order
"""

from adapter.contract.api import OpenOrders, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import PORTFOLIO_MARGIN
from adapter.venues.binance import BINANCE, IN_CLASSIC
from adapter.venues.binance.orders import find_leg

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="papi",
    root="/papi/v1",
    path="margin/order",
    method="DELETE",
    market_type="margin",
    accounts=frozenset({PORTFOLIO_MARGIN}),
    weight=2,
    queries=(OrderQuery(weight=10),),
    weight_limit=6000,
    client_id_param="origClientOrderId",
    response_client_id_field="origClientOrderId",
    extra_params=frozenset({"newClientOrderId"}),
    extract_order=find_leg,
    open_orders=OpenOrders(path="margin/openOrders", cancel_path="margin/allOpenOrders", weight=5),
    not_found_hint=IN_CLASSIC,
)
