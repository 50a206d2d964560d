"""Binance: what its products share, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ccxt

from adapter.binance.advice import advice
from adapter.binance.answers import server_time, verdict
from adapter.binance.destination import (
    ROUTING,
    account_options,
    destination,
    grounds,
    remarks,
    stated_accounts,
)
from adapter.binance.orders import order
from adapter.binance.signing import signed, signer, url
from adapter.call import Call, Request
from adapter.product import Product, Venue

__all__ = ["BINANCE"]

CONDITIONAL = 'if it is a conditional order, pass params={"trigger": True}'
"""A hint of futures: conditional orders lie in a book of their own, at another endpoint."""
IN_CLASSIC = 'if it is of the classic account, pass params={"portfolioMargin": False}'
IN_PORTFOLIO_MARGIN = (
    'if it is of a Portfolio Margin account, pass params={"portfolioMargin": True}'
)


def request(method: str, call: Call, product: Product) -> Request:
    """The cancel (``DELETE``) or the query (``GET``) of the order that ``call`` means."""
    identity = (
        {"orderId": call.order_id}
        if call.client_order_id is None
        else {product.client_id: call.client_order_id}
    )
    cancels = method == "DELETE"
    return Request(
        method=method,
        api=product.api,
        path=product.path,
        params={"symbol": call.market_id, **identity, **(call.params if cancels else {})},
        weight=product.weight if cancels else product.query_weight,
        recv_window=call.recv_window,
        timeout=call.deadline,
    )


def errors(exchange: Any) -> Mapping[str, type[ccxt.BaseError]]:
    """ccxt's class for each code and message, as it has them for USDⓈ-M: one for all products."""
    return {**exchange.exceptions["exact"], **exchange.exceptions["linear"]["exact"]}


BINANCE = Venue(
    name="Binance",
    exchanges=frozenset({"binance", "binanceusdm", "binancecoinm"}),
    destination=destination,
    grounds=grounds,
    remarks=remarks,
    stated_accounts=stated_accounts,
    account_options=account_options,
    routing=ROUTING,
    request=request,
    url=url,
    signer=signer,
    signed=signed,
    server_time=server_time,
    used_weight="x-mbx-used-weight-1m",
    advice=advice,
    errors=errors,
    verdict=verdict,
    order=order,
)
