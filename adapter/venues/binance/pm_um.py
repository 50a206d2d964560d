"""Portfolio Margin, USDⓈ-M: ``DELETE /papi/v1/um/order``.

https://developers.binance.com/docs/derivatives/portfolio-margin/trade/Cancel-UM-Order
"""

from adapter.contract.api import OpenOrders
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import PORTFOLIO_MARGIN
from adapter.venues.binance import BINANCE, CONDITIONAL, IN_CLASSIC

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="papi",
    root="/papi/v1",
    path="um/order",
    method="DELETE",
    market_type="linear",
    accounts=frozenset({PORTFOLIO_MARGIN}),
    weight_limit=6000,
    client_id_param="origClientOrderId",
    open_orders=OpenOrders(path="um/openOrders", cancel_path="um/allOpenOrders", weight_of_all=40),
    not_found_hint=IN_CLASSIC,
    conditional_hint=CONDITIONAL,
)
