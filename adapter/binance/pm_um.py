"""Portfolio Margin, USDⓈ-M: ``DELETE /papi/v1/um/order``."""

from adapter.binance import BINANCE, CONDITIONAL, IN_CLASSIC
from adapter.call import PORTFOLIO_MARGIN
from adapter.product import Product

PRODUCT = Product(
    api_version=1,
    venue=BINANCE,
    api="papi",
    root="/papi/v1",
    path="um/order",
    kind="linear",
    accounts=frozenset({PORTFOLIO_MARGIN}),
    weight_limit=6000,
    client_id="origClientOrderId",
    hint=f"{CONDITIONAL}; {IN_CLASSIC}",
)
