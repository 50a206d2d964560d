"""Binance US: ``DELETE /api/v3/order``.

https://docs.binance.us/#cancel-order-trade
"""

from adapter.contract.api import OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import Binance


class BinanceUS(Binance):
    """An exchange of its own, with the signatures, ids, statuses and errors of Binance."""

    name = "Binance US"
    exchanges = frozenset({"binanceus"})


ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BinanceUS(),
    api="private",
    root="/api/v3",
    path="order",
    method="DELETE",
    market_type="spot",
    queries=(OrderQuery(weight=2),),
    weight_limit=6000,
    time_api="public",
    client_id_param="origClientOrderId",
    response_client_id_field="origClientOrderId",
    extra_params=frozenset({"newClientOrderId", "cancelRestrictions"}),
    ambiguous_5xx=True,
)
