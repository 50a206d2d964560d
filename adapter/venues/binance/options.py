"""Options: ``DELETE /eapi/v1/order``.

https://developers.binance.com/docs/derivatives/options-trading/trade/Cancel-Option-Order
https://developers.binance.com/docs/derivatives/options-trading/trade/Cancel-Multiple-Option-Orders
"""

from adapter.contract.api import BatchCancel, OpenOrders
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CLASSIC, PORTFOLIO_MARGIN
from adapter.venues.binance import BINANCE

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="eapiPrivate",
    root="/eapi/v1",
    path="order",
    method="DELETE",
    market_type="option",
    accounts=frozenset({CLASSIC, PORTFOLIO_MARGIN}),
    time_api="eapiPublic",
    weight_limit=2400,
    client_id_param="clientOrderId",
    batch_cancel=BatchCancel(
        path="batchOrders",
        size=10,
        weight=5,
        order_ids_param="orderIds",
        client_ids_param="clientOrderIds",
    ),
    open_orders=OpenOrders(path="openOrders", cancel_path="allOpenOrders", weight_of_all=40),
    rate_limit_codes=frozenset({-1008}),
)
