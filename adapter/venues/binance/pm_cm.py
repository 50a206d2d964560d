"""Portfolio Margin, COIN-M: ``DELETE /papi/v1/cm/order``.

https://developers.binance.com/docs/derivatives/portfolio-margin/trade/Cancel-CM-Order
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
    path="cm/order",
    method="DELETE",
    market_type="inverse",
    accounts=frozenset({PORTFOLIO_MARGIN}),
    weight_limit=6000,
    client_id_param="origClientOrderId",
    open_orders=OpenOrders(path="cm/openOrders", cancel_path="cm/allOpenOrders", weight_of_all=40),
    not_found_hint=IN_CLASSIC,
    conditional_hint=CONDITIONAL,
)
