"""Options: ``DELETE /eapi/v1/order``."""

from adapter.binance import BINANCE
from adapter.call import CLASSIC, PORTFOLIO_MARGIN
from adapter.product import Product

PRODUCT = Product(
    api_version=1,
    venue=BINANCE,
    api="eapiPrivate",
    root="/eapi/v1",
    path="order",
    kind="option",
    accounts=frozenset({CLASSIC, PORTFOLIO_MARGIN}),
    time_api="eapiPublic",
    weight_limit=2400,
    client_id="clientOrderId",
    limit_codes=frozenset({-1008}),
)
