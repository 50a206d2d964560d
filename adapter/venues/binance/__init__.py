"""Binance: the `Venue` that its endpoints share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.contract.api import BatchCancel
from adapter.contract.messages import Errors, Market, Order
from adapter.contract.venue import Venue
from adapter.venues.binance.auth_help import explain_auth_error
from adapter.venues.binance.classify import classify_error, is_success, server_time
from adapter.venues.binance.fast_orders import fast_order, is_ccxt_parser
from adapter.venues.binance.orders import (
    FIELDS,
    correct_unknown_cost,
    correct_without_contract_size,
)
from adapter.venues.binance.routing import (
    ROUTING_PARAMS,
    account_options,
    attach_warnings,
    market_of_id,
    route,
    route_all,
    route_cache_key,
    stated_accounts,
)
from adapter.venues.binance.signing import MAX_RECV_WINDOW, build_url, make_signer, sign

__all__ = ["BINANCE", "Binance"]

CONDITIONAL = 'if it is a conditional order, pass params={"trigger": True}'
"""A hint for futures: conditional orders are in a separate book, with another endpoint."""
REGULAR = 'if it is no conditional order, do not pass params={"trigger": True}'
"""The same of those endpoints."""
IN_CLASSIC = 'if it is of the classic account, pass params={"portfolioMargin": False}'
IN_PORTFOLIO_MARGIN = (
    'if it is of a Portfolio Margin account, pass params={"portfolioMargin": True}'
)
BATCH = BatchCancel(
    path="batchOrders",
    size=10,
    order_ids_param="orderIdList",
    client_ids_param="origClientOrderIdList",
    ambiguous_codes=frozenset({-2012}),  # "Batch cancel failure."
)
"""The request of futures that cancels several orders of one market."""

IN_MARGIN = (
    'if it is of a margin account, pass params={"marginMode": "cross"} or'
    ' params={"marginMode": "isolated"}'
)


class Binance(Venue):
    """The hosts of binance.com: futures, options, Portfolio Margin, spot and margin."""

    name = "Binance"
    exchanges = frozenset({"binance", "binanceusdm", "binancecoinm"})
    order_id_param = "orderId"
    fields = FIELDS
    client_id_list_params = ("clientOrderIds", "origClientOrderIdList")
    routing_params = ROUTING_PARAMS
    reserved_params = frozenset({"symbol", "signature"})
    optional_params = frozenset({"newClientOrderId"})
    recv_window_param = "recvWindow"
    max_recv_window = MAX_RECV_WINDOW
    used_weight_header = "x-mbx-used-weight-1m"

    route = staticmethod(route)
    route_all = staticmethod(route_all)
    market_of_id = staticmethod(market_of_id)
    route_cache_key = staticmethod(route_cache_key)
    attach_warnings = staticmethod(attach_warnings)
    stated_accounts = staticmethod(stated_accounts)
    account_options = staticmethod(account_options)
    build_url = staticmethod(build_url)
    make_signer = staticmethod(make_signer)
    sign = staticmethod(sign)
    is_success = staticmethod(is_success)
    classify_error = staticmethod(classify_error)
    parse_server_time = staticmethod(server_time)
    explain_auth_error = staticmethod(explain_auth_error)

    def limit_group(self, host: str, api: str) -> str:
        """USDⓈ-M and COIN-M futures count together; spot and margin, on one host, do not."""
        return f"{host}/sapi" if api == "sapi" else host.replace("dapi.", "fapi.", 1)

    def error_classes(self, exchange: Any) -> Errors:
        """ccxt's error class of each code and message, as for USDⓈ-M, for all endpoints."""
        return {**exchange.exceptions["exact"], **exchange.exceptions["linear"]["exact"]}

    def unify(self, answer: Mapping[str, Any], *, exchange: Any, market: Market) -> Order:
        """The order as by ccxt's parser, which a simple answer does not need."""
        order = fast_order(answer, market.structure) if is_ccxt_parser(exchange) else None
        if order is None:
            order = super().unify(answer, exchange=exchange, market=market)
            correct_unknown_cost(order, answer)
        if market.structure["inverse"] and market.structure["contractSize"] is None:
            correct_without_contract_size(exchange, order, answer)
        return order


BINANCE = Binance()
