"""COIN-M futures: ``DELETE /dapi/v1/order``.

https://developers.binance.com/docs/derivatives/coin-margined-futures/trade/rest-api/Cancel-Order
https://developers.binance.com/docs/derivatives/coin-margined-futures/trade/rest-api/Cancel-Multiple-Orders
"""

from adapter.contract.api import OpenOrders
from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import BATCH, BINANCE, CONDITIONAL, IN_PORTFOLIO_MARGIN

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="dapiPrivate",
    root="/dapi/v1",
    path="order",
    method="DELETE",
    market_type="inverse",
    time_api="dapiPublic",
    weight_limit=2400,
    client_id_param="origClientOrderId",
    batch_cancel=BATCH,
    open_orders=OpenOrders(path="openOrders", cancel_path="allOpenOrders", weight_of_all=40),
    not_found_hint=IN_PORTFOLIO_MARGIN,
    conditional_hint=CONDITIONAL,
)
