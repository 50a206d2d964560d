"""All open orders of a market, or of all markets: ``cancel_all_orders``."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

import attrs
import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest, Order, ResponseKind, Sleep
from adapter.contract.native import NativeEndpoint
from adapter.core.arguments import parse_arguments
from adapter.core.many import id_param_in
from adapter.core.pacing import FIRST_PAUSE, LONGEST_PAUSE
from adapter.core.routing import match_all
from adapter.engine.channel import BaseChannel
from adapter.engine.flow import CancelFlow
from adapter.engine.many import ManyFlow, Results, by_ccxt, check_params
from adapter.engine.state import ExchangeState
from adapter.engine.user_code import implicit_names
from adapter.errors import CancelUnknown, RateLimited

METHOD = "cancelAllOrders()"
KIND_PARAMS = ("type", "subType")
"""ccxt's words for the kind of markets that a call without a symbol is for."""
KINDS = ("spot", "swap", "future", "option", "linear", "inverse")
"""The kinds of markets that ccxt's markets say of themselves."""
log = logging.getLogger("adapter")


@attrs.frozen
class OpenOrder:
    """An order of the list, before it is cancelled."""

    flow: CancelFlow
    """Its cancel."""
    created: int | None
    """When it was created, in ms by the exchange's clock, where ccxt's list has that."""
    is_asked: bool = True
    """Whether it is of the kind that the caller named."""

    def is_before(self, time: float | None) -> bool:
        """Whether it was there at that time, as far as anybody can say."""
        return time is not None and (self.created is None or self.created <= time)


OpenList = Generator[Any, Any, list[OpenOrder]]


def cancel_all_orders_flow(
    exchange: Any, state: ExchangeState, symbol: Any, params: Any
) -> Results:
    """Cancel the orders that are open when the call begins. Returns an order for each.

    They are listed by a query, and then cancelled by their ids; then those that the list had no
    room for. The exchange's own request for all would also reach orders that are placed meanwhile.
    Its answer shows none of them on most endpoints, so that each would have to be listed before it
    and queried after it.
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
    if _may_narrow(many):
        return (yield from by_ccxt((symbol,), params, chosen))
    try:
        listed = yield from _list_first(many)
    except ccxt.BadSymbol:
        loaded = yield from many.loaded_match()
        if loaded is None or loaded.active is None:
            raise
        route = exchange, state, loaded, loaded.active
        many = ManyFlow(*route, began, symbol, known, lists_orders=True)
        listed = yield from _list_first(many)
    asked = [each for each in listed if each.is_asked]
    if not asked:
        many.head.emit("settled")
    orders = yield from _cancel(many, asked)
    endpoint = many.active.endpoint
    size = endpoint.page_size if isinstance(endpoint, NativeEndpoint) else None
    if size is not None and len(listed) >= size:
        orders += yield from _cancel_rest(many, listed, size)
    return orders


def _cancel(many: ManyFlow, listed: Iterable[OpenOrder]) -> Results:
    many.order_keys, many.conversations = [], {}
    for each in listed:
        many.add(each.flow)
    return (yield from many.run())


def _cancel_rest(many: ManyFlow, listed: Sequence[OpenOrder], size: int) -> Results:
    """Cancel the orders that a list of ``size`` had no room for, until one has room to spare.

    Those that were made after the call began are left out, by the exchange's clock.
    """
    orders: list[Order] = []
    keys, began, pause, is_whole = {each.flow.key for each in listed}, None, FIRST_PAUSE, False
    try:
        while not is_whole:
            if began is None:
                began = yield from _read_start(many)
            found: list[OpenOrder] | None = None
            with contextlib.suppress(RateLimited):  # cancels have left, and the call goes on
                found = yield from _list(many)
            rest = [each for each in found or () if each.is_asked and each.is_before(began)]
            rest = [each for each in rest if each.flow.key not in keys]
            keys.update(each.flow.key for each in rest)
            orders += yield from _cancel(many, rest)
            is_whole = found is not None and began is not None and len(found) < size
            if not rest and not is_whole:
                yield Sleep(min(pause, max(0.0, many.head.ends_at - many.state.io.clock())))
                pause = min(pause * 2, LONGEST_PAUSE)
    except Exception as e:
        orders.append(_unknown_rest(many, size, e))
    return orders


def _read_start(many: ManyFlow) -> Generator[Any, Any, float | None]:
    """When the call began, in ms by the exchange's clock; None if that cannot be read."""
    asked_at = many.state.io.clock()
    time = yield from many.head.channel().read_clock(many.head.ends_at - asked_at)
    return None if time is None else time - (asked_at - many.began_at) * 1000


def _unknown_rest(many: ManyFlow, size: int, error: Exception) -> Order:
    """What stands for the orders that may be open besides those that were listed."""
    text = f"a list of {size} open orders may not be whole: whether more are open is unknown"
    unknown = CancelUnknown(f"{many.exchange.id} {METHOD}: {text}")
    unknown.__cause__ = error
    order = {**many.exchange.safe_order({}), "symbol": many.symbol, "info": {}}
    return {**order, "outcome": "unknown", "error": unknown}


def _is_replaced(exchange: Any, state: ExchangeState, endpoint: CancelEndpoint) -> bool:
    """Whether the method is the user's that ccxt calls for all orders: it must not be passed by."""
    listing = endpoint.open_orders
    if listing is None or listing.cancel_path is None:
        return False
    request = endpoint.method, endpoint.api, listing.cancel_path
    overrides = state.user_code.overrides(exchange, endpoint, (request,))
    return not {*implicit_names(*request)}.isdisjoint(overrides)


def _list_first(many: ManyFlow) -> OpenList:
    """`_list`, whose error is that of the call."""
    try:
        return (yield from _list(many))
    except Exception as e:
        many.head.emit("settled", error=type(e).__name__)
        raise
    except BaseException:
        many.head.emit("interrupted", sent=False)
        raise


def _parse(many: ManyFlow) -> CancelRequest:
    """The settings of each cancel, without the params that are for the list alone."""
    route, active = many.match.market_route, many.active
    market_id = "" if route.market is None else route.market.id
    named = (None, None), many.exchange.id, many.params, market_id
    call = parse_arguments(*named, active.endpoint, active.policy, route.params)
    if not isinstance(active.endpoint, NativeEndpoint):
        return call
    words = {*KIND_PARAMS, *active.endpoint.list_params}
    return attrs.evolve(call, params={k: v for k, v in call.params.items() if k not in words})


def _may_narrow(many: ManyFlow) -> bool:
    """Whether a param may say which of the orders are meant, such as ``side``, in ccxt's method.

    The list of the open orders knows nothing of it.
    """
    return isinstance(many.active.endpoint, NativeEndpoint) and bool(_parse(many).params)


def _list(many: ManyFlow) -> OpenList:
    """The orders that are open now.

    Raises what a single cancel raises that was not executed.
    """
    head, route, name = many.head, many.match.market_route, many.exchange.id
    endpoint, head.call = many.active.endpoint, _parse(many)
    head.ends_at = many.began_at + head.call.deadline
    if route.market is None and endpoint.open_orders is not None:
        weight = endpoint.open_orders.weight_of_all
        log.warning("%s: %s without a symbol is a query with a weight of %s", name, METHOD, weight)
    return (yield from _list_by(many, head.channel()))


def _list_by(many: ManyFlow, channel: BaseChannel) -> OpenList:
    name, market = many.exchange.id, many.match.market_route.market
    try:
        came = yield from many.head.machine(channel).send(
            lambda call, seconds: channel.open_orders(_listing(many, call), market, seconds)
        )
    finally:
        channel.leave_queue()
    if came.kind is not ResponseKind.ORDER or came.response is None:
        raise came.error(f"{name} {came.text}")
    listed = [_read(many, channel, order) for order in came.response.data]
    if None in listed:
        raise ccxt.BadResponse(f"{name} {METHOD}: an open order cannot be read: {came.text}")
    return [each for each in listed if each is not None]


def _listing(many: ManyFlow, call: CancelRequest) -> CancelRequest:
    """With the params that are for the list of all markets alone."""
    endpoint = many.active.endpoint
    if many.symbol is not None or not isinstance(endpoint, NativeEndpoint):
        return call
    words = endpoint.list_params
    given = {word: many.params[word] for word in words if word in many.params}
    return attrs.evolve(call, route_params={**call.route_params, **given})


def _is_asked(many: ManyFlow, symbol: str) -> bool:
    """Whether a market is of the kind that ``type`` and ``subType`` name, for all markets.

    ccxt knows it. Some of its methods list the orders of every kind.
    """
    if many.symbol is not None or not isinstance(many.active.endpoint, NativeEndpoint):
        return True
    market = (many.exchange.markets or {}).get(symbol, {})
    kinds = [many.params.get(word) for word in KIND_PARAMS]
    return all(market.get(kind, True) for kind in kinds if kind in KINDS)


def _read(many: ManyFlow, channel: BaseChannel, order: Any) -> OpenOrder | None:
    """A listed order; None for one that cannot be read."""
    identified = channel.identify(order)
    if identified is None:
        return None
    order_id, market = identified
    route = attrs.evolve(many.match.market_route, market=market)
    flow, settings = many.flow(attrs.evolve(many.match, market_route=route)), many.head.call
    flow.call = attrs.evolve(settings, market_id=market.id, order_id=order_id)
    flow.ends_at = many.head.ends_at
    created = order.get("timestamp")
    is_asked = _is_asked(many, market.id)
    return OpenOrder(flow, created if isinstance(created, int) else None, is_asked)
