"""USDⓈ-M futures: ``DELETE /fapi/v1/order``.

https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Order
"""

from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import BINANCE, CONDITIONAL, IN_PORTFOLIO_MARGIN

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="fapiPrivate",
    root="/fapi/v1",
    path="order",
    method="DELETE",
    market_type="linear",
    time_api="fapiPublic",
    weight_limit=2400,
    client_id_param="origClientOrderId",
    not_found_hint=IN_PORTFOLIO_MARGIN,
    conditional_hint=CONDITIONAL,
)
