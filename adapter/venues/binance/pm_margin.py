"""Portfolio Margin, margin: ``DELETE /papi/v1/margin/order``."""

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import PORTFOLIO_MARGIN
from adapter.venues.binance import BINANCE, IN_CLASSIC

ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=BINANCE,
    api="papi",
    root="/papi/v1",
    path="margin/order",
    kind="margin",
    accounts=frozenset({PORTFOLIO_MARGIN}),
    weight=2,
    query_weight=10,
    weight_limit=6000,
    client_id="origClientOrderId",
    own_client_id="origClientOrderId",
    params=frozenset({"newClientOrderId"}),
    hint=IN_CLASSIC,
)
