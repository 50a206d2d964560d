"""USDⓈ-M futures, conditional orders: ``DELETE /fapi/v1/algoOrder``.

https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Algo-Order
"""

from adapter.contract.api import OpenOrders
from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import BINANCE, IN_PORTFOLIO_MARGIN, REGULAR
from adapter.venues.binance.algo import ENDS, FIELDS, is_success

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="fapiPrivate",
    root="/fapi/v1",
    path="algoOrder",
    method="DELETE",
    market_type="linear",
    conditional=True,
    time_api="fapiPublic",
    weight_limit=2400,
    order_id_param="algoId",
    client_id_param="clientAlgoId",
    fields=FIELDS,
    ends=ENDS,
    is_acknowledgement=is_success,
    open_orders=OpenOrders(path="openAlgoOrders", cancel_path="algoOpenOrders", weight_of_all=40),
    not_found_hint=f"{REGULAR}; {IN_PORTFOLIO_MARGIN}",
)
