"""Spot: ``DELETE /api/v3/order``."""

from adapter.contract.endpoint import CancelEndpoint
from adapter.venues.binance import BINANCE

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="private",
    root="/api/v3",
    path="order",
    kind="spot",
    client_id="origClientOrderId",
    own_client_id="origClientOrderId",
    params=frozenset({"newClientOrderId", "cancelRestrictions"}),
)
