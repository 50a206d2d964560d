"""All open orders of a market, or of all markets: ``cancel_all_orders``."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from typing import Any

import attrs
import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import (
    Market,
    ResponseKind,
)
from adapter.core.arguments import parse_arguments
from adapter.core.many import id_param_in
from adapter.core.routing import match_all
from adapter.engine.channel import BaseChannel
from adapter.engine.flow import CancelFlow
from adapter.engine.many import ManyFlow, Results, by_ccxt, check_params
from adapter.engine.state import ExchangeState
from adapter.engine.user_code import implicit_names

METHOD = "cancelAllOrders()"
log = logging.getLogger("adapter")

OpenList = Generator[Any, Any, list[CancelFlow]]


def cancel_all_orders_flow(
    exchange: Any, state: ExchangeState, symbol: Any, params: Any
) -> Results:
    """Cancel the orders that are open when the call begins. Returns an order for each.

    They are listed by one query, and then cancelled by their ids. The exchange's own request for
    all would also reach orders that are placed meanwhile. Its answer shows none of them on most
    endpoints, so that each would have to be listed before it and queried after it.
    """
    began, known = state.io.clock(), params if isinstance(params, Mapping) else {}
    config, symbol = state.config, symbol or None
    if symbol is None:
        chosen = match_all(exchange, known, config.endpoints, config.account)
    else:
        chosen = state.route_cache.match(exchange, symbol, known, config.endpoints, config.account)
    if (
        chosen.active is None
        or not chosen.active.endpoint.can_list(all_markets=symbol is None)
        or _is_replaced(exchange, state, chosen.active.http)
    ):
        return (yield from by_ccxt((symbol,), params, chosen))
    check_params(exchange, METHOD, params)
    if (word := id_param_in(known, chosen.active.http)) is not None:
        raise ccxt.BadRequest(f"{exchange.id} {METHOD} takes no ids; got params[{word!r}]")
    many = ManyFlow(exchange, state, chosen, chosen.active, began, symbol, known, lists_orders=True)
    try:
        flows = yield from _list(many)
    except ccxt.BadSymbol:
        loaded = yield from many.loaded_match()
        if loaded is None or loaded.active is None:
            raise
        route = exchange, state, loaded, loaded.active
        many = ManyFlow(*route, began, symbol, known, lists_orders=True)
        flows = yield from _list(many)
    for flow in flows:
        many.add(flow)
    return (yield from many.run())


def _is_replaced(exchange: Any, state: ExchangeState, endpoint: CancelEndpoint) -> bool:
    """Whether the method is the user's that ccxt calls for all orders: it must not be passed by."""
    listing = endpoint.open_orders
    if listing is None or listing.cancel_path is None:
        return False
    request = endpoint.method, endpoint.api, listing.cancel_path
    overrides = state.user_code.overrides(exchange, endpoint, (request,))
    return not {*implicit_names(*request)}.isdisjoint(overrides)


def _list(many: ManyFlow) -> OpenList:
    """The cancels of the orders that are open now.

    Raises what a single cancel raises that was not executed.
    """
    head, route, name = many.head, many.match.market_route, many.exchange.id
    endpoint, policy = many.active.endpoint, many.active.policy
    market_id = "" if route.market is None else route.market.id
    head.call = parse_arguments(
        (None, None), name, many.params, market_id, endpoint, policy, route.params
    )
    head.ends_at = many.began_at + head.call.deadline
    if route.market is None and endpoint.open_orders is not None:
        weight = endpoint.open_orders.weight_of_all
        log.warning("%s: %s without a symbol is a query with a weight of %s", name, METHOD, weight)
    try:
        flows = yield from _list_by(many, head.channel())
    except Exception as e:
        head.emit("settled", error=type(e).__name__)
        raise
    except BaseException:
        head.emit("interrupted", sent=False)
        raise
    if not flows:
        head.emit("settled")
    return flows


def _list_by(many: ManyFlow, channel: BaseChannel) -> OpenList:
    name, market = many.exchange.id, many.match.market_route.market
    try:
        came = yield from many.head.machine(channel).send(
            lambda call, seconds: channel.open_orders(call, market, seconds)
        )
    finally:
        channel.leave_queue()
    if came.kind is not ResponseKind.ORDER or came.response is None:
        raise came.error(f"{name} {came.text}")
    flows = [_cancel_of(many, channel.identify(order)) for order in came.response.data]
    if None in flows:
        raise ccxt.BadResponse(f"{name} {METHOD}: an open order cannot be read: {came.text}")
    return [flow for flow in flows if flow is not None]


def _cancel_of(many: ManyFlow, listed: tuple[str, Market] | None) -> CancelFlow | None:
    """The cancel of a listed order; None for one that cannot be read."""
    if listed is None:
        return None
    order_id, market = listed
    route = attrs.evolve(many.match.market_route, market=market)
    flow, settings = many.flow(attrs.evolve(many.match, market_route=route)), many.head.call
    flow.call = attrs.evolve(settings, market_id=market.id, order_id=order_id)
    flow.ends_at = many.head.ends_at
    return flow
