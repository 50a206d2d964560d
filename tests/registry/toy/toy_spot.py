"""Spot of Binance.US: ``DELETE /api/v3/order``."""

from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import Binance


class BinanceUs(Binance):
    """Another exchange with the same interface."""

    name = "Binance.US"
    exchanges = frozenset({"binanceus"})


ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BinanceUs(),
    api="private",
    root="/api/v3",
    path="order",
    method="DELETE",
    market_type="spot",
    client_id_param="origClientOrderId",
    response_client_id_field="origClientOrderId",
    extra_params=frozenset({"newClientOrderId", "cancelRestrictions"}),
)
