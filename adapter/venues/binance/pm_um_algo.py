"""Portfolio Margin, USDⓈ-M, conditional orders: ``DELETE /papi/v1/um/algo/order``.

It replaces ``um/conditional/order``, whose ids were ``strategyId`` and ``newClientStrategyId``.

https://developers.binance.com/docs/derivatives/portfolio-margin/trade/Cancel-UM-Algo-Order
"""

from adapter.contract.api import OpenOrders, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import PORTFOLIO_MARGIN
from adapter.venues.binance import BINANCE, IN_CLASSIC, REGULAR
from adapter.venues.binance.algo import ENDS, FIELDS, is_complete

ENDPOINT = CancelEndpoint(
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
    older_order_id_params=("strategyId",),
    client_id_param="clientAlgoId",
    fields=FIELDS,
    ends=ENDS,
    is_acknowledgement=is_complete,
    open_orders=OpenOrders(
        path="um/algo/openAlgoOrders", cancel_path="um/algo/allOpenOrders", weight_of_all=40
    ),
    not_found_hint=f"{REGULAR}; {IN_CLASSIC}",
)
