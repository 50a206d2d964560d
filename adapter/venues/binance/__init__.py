"""Binance: the `Venue` that its endpoints share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import ApiRequest, CancelRequest
from adapter.contract.venue import Venue
from adapter.venues.binance.auth_help import explain_auth_error
from adapter.venues.binance.classify import classify, server_time
from adapter.venues.binance.orders import parse_order
from adapter.venues.binance.routing import (
    ROUTING_PARAMS,
    account_options,
    attach_warnings,
    route,
    route_cache_key,
    stated_accounts,
)
from adapter.venues.binance.signing import MAX_RECV_WINDOW, build_url, make_signer, sign

__all__ = ["BINANCE"]

CONDITIONAL = 'if it is a conditional order, pass params={"trigger": True}'
"""A hint for futures: conditional orders are in a separate book, with another endpoint."""
IN_CLASSIC = 'if it is of the classic account, pass params={"portfolioMargin": False}'
IN_PORTFOLIO_MARGIN = (
    'if it is of a Portfolio Margin account, pass params={"portfolioMargin": True}'
)


def build_request(method: str, call: CancelRequest, endpoint: CancelEndpoint) -> ApiRequest:
    """The cancel (``DELETE``) or the query (``GET``) of the order that ``call`` identifies."""
    identity = (
        {"orderId": call.order_id}
        if call.client_order_id is None
        else {endpoint.client_id_param: call.client_order_id}
    )
    cancels = method == "DELETE"
    return ApiRequest(
        method=method,
        api=endpoint.api,
        path=endpoint.path,
        params={"symbol": call.market_id, **identity, **(call.params if cancels else {})},
        weight=endpoint.weight if cancels else endpoint.query_weight,
        recv_window=call.recv_window,
    )


def error_classes(exchange: Any) -> Mapping[str, type[ccxt.BaseError]]:
    """ccxt's error class of each code and message, as for USDⓈ-M, for all endpoints."""
    return {**exchange.exceptions["exact"], **exchange.exceptions["linear"]["exact"]}


BINANCE = Venue(
    name="Binance",
    exchanges=frozenset({"binance", "binanceusdm", "binancecoinm"}),
    route=route,
    route_cache_key=route_cache_key,
    attach_warnings=attach_warnings,
    stated_accounts=stated_accounts,
    account_options=account_options,
    routing_params=ROUTING_PARAMS,
    order_id_param="orderId",
    recv_window_param="recvWindow",
    max_recv_window=MAX_RECV_WINDOW,
    reserved_params=frozenset({"symbol", "signature"}),
    optional_params=frozenset({"newClientOrderId"}),
    build_request=build_request,
    build_url=build_url,
    make_signer=make_signer,
    sign=sign,
    parse_server_time=server_time,
    used_weight_header="x-mbx-used-weight-1m",
    explain_auth_error=explain_auth_error,
    error_classes=error_classes,
    classify=classify,
    parse_order=parse_order,
)
