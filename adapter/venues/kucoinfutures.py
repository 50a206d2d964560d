"""KuCoin Futures: ccxt's KuCoin, where stop orders are in the book of all others.

https://www.kucoin.com/docs-new/rest/futures-trading/orders/cancel-order-by-orderld
https://www.kucoin.com/docs-new/rest/futures-trading/orders/get-order-by-orderld
"""

import attrs

from adapter.venues import kucoin

ENDPOINT = attrs.evolve(
    kucoin.ENDPOINT,
    exchanges=frozenset({"kucoinfutures"}),
    trigger_param=None,
    lists_all_markets=True,
    query_params=frozenset({"uta", "accountMode"}),
    conditional_hint="",
)
