"""Any exchange of ccxt's that no other plugin serves: canceled only where a query shows it."""

from __future__ import annotations

from typing import Any

from adapter.contract.native import NativeEndpoint

LEFT_TO_CCXT = {
    "coinbaseinternational": "ccxt has no working cancel for it",
    "cryptomus": "ccxt has no query for one order there",
    "dydx": "an order is cancelled by one id and shown by another",
    "lighter": "ccxt needs another program for it",
}
"""Why the truth about a cancel cannot be told there."""


def left_to_ccxt(exchange: Any) -> str | None:
    """Why an exchange is left to ccxt; None where it is not."""
    if exchange.has.get("fetchOrder") is not True:
        return "ccxt has no query for one order there, so nothing could be confirmed"
    return LEFT_TO_CCXT.get(exchange.id)


ENDPOINT = NativeEndpoint(
    api_version=1,
    exchanges=frozenset(),
    is_verified=False,
    unserved=left_to_ccxt,
    client_id_param=None,
    query_params=frozenset(
        {"type", "subType", "marginMode", "category", "productType", "orderFilter", "planType"}
        | {"trailing", "side", "account", "settle", "hf", "uta"}
    ),
)
