"""Spot: ``DELETE /api/v3/order``."""

from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import BINANCE

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="private",
    root="/api/v3",
    path="order",
    method="DELETE",
    market_type="spot",
    client_id_param="origClientOrderId",
    response_client_id_field="origClientOrderId",
    extra_params=frozenset({"newClientOrderId", "cancelRestrictions"}),
)
