"""Several orders of one market: ``cancel_orders``, one conversation for each order."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any, cast

import attrs
import ccxt

from adapter.contract.api import BatchCancel, OpenOrders
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import Order
from adapter.contract.native import NativeEndpoint
from adapter.contract.native_batch import NativeBatch
from adapter.core.events import call_numbers
from adapter.core.many import Named, batches, parse_ids
from adapter.core.routing import ActiveEndpoint, RouteMatch
from adapter.core.single_flight import Flight, copy_error
from adapter.engine.batch import BatchRequest, HttpBatchRequest, is_for_each
from adapter.engine.flow import (
    CallCcxt,
    CancelFlow,
    Effect,
    First,
    LoadMarkets,
    params_for_ccxt,
)
from adapter.engine.http_channel import HttpChannel
from adapter.engine.native import Native
from adapter.engine.native_batch import NativeBatchRequest
from adapter.engine.state import ExchangeState
from adapter.engine.together import Flow, RunTogether
from adapter.engine.user_code import Asked, implicit_names
from adapter.errors import CancelUnknown, OrderGone

CONCURRENCY = 10
"""Requests of one call that are under way at once: as many connections as requests keeps open."""

HINT = "Client ids of several orders go as params={'clientOrderIds': […]}."

Results = Generator[Effect | RunTogether, Any, Any]
"""Yields effects, and returns a list of orders, or what ccxt's method returned."""


def cancel_orders_flow(
    exchange: Any, state: ExchangeState, ids: Any, symbol: Any, params: Any
) -> Results:
    """Cancel several orders of one market. Returns an order for each id, in their order."""
    began, known = state.io.clock(), params if isinstance(params, Mapping) else {}
    if symbol is None or symbol == "":
        raise ccxt.ArgumentsRequired(f"{exchange.id} cancelOrders() requires a symbol argument")
    config = state.config
    chosen = state.route_cache.match(exchange, symbol, known, config.endpoints, config.account)
    if chosen.active is None:
        return (yield from by_ccxt((ids, symbol), params, chosen))
    check_params(exchange, "cancelOrders()", params)
    many = ManyFlow(exchange, state, chosen, chosen.active, began, symbol, known)
    for named in parse_ids(exchange.id, ids, known, chosen.active.endpoint):
        many.add(many.parse(named))
    return (yield from many.run())


def check_params(exchange: Any, method: str, params: Any) -> None:
    """Raise ``ccxt.BadRequest`` for params that are neither a dict nor None."""
    if params is not None and not isinstance(params, Mapping):
        got = type(params).__name__
        raise ccxt.BadRequest(f"{exchange.id} {method} takes params as a dict; got {got}")


def by_ccxt(first: tuple[Any, ...], params: Any, chosen: RouteMatch) -> Results:
    """Let ccxt's method handle the call. Orders that it returns have the keys that ours have.

    ``first`` are its arguments before params.
    """
    came = yield CallCcxt((*first, params_for_ccxt(params, chosen)))
    if not isinstance(came, list):
        return came
    own = {"outcome": None, "error": None}
    return [{**each, **own} if isinstance(each, dict) else each for each in came]


@attrs.define(eq=False)
class _Conversation:
    """The cancel of one order, and how it ended."""

    flow: CancelFlow
    flight: Flight | None = None
    """None where another call is cancelling this order, in its own one."""
    other: Flight | None = None
    """That one."""
    has_begun: bool = False
    result: Order | Exception | None = None


@attrs.define(eq=False)
class ManyFlow:
    """One call that cancels several orders."""

    exchange: Any
    state: ExchangeState
    match: RouteMatch
    active: ActiveEndpoint
    began_at: float
    """When the call began, by the state's clock."""
    symbol: Any
    """As the caller gave it."""
    params: Mapping[str, Any]
    """As the caller gave them."""
    lists_orders: bool = False
    """Whether the call asks for the open orders first."""
    call_number: int = attrs.field(factory=lambda: next(call_numbers), init=False)
    overrides: tuple[str, ...] = attrs.field(init=False)
    """The methods that the user has replaced."""
    head: CancelFlow = attrs.field(init=False)
    """Makes the requests that are of no single order."""
    order_keys: list[Any] = attrs.field(factory=list, init=False)
    """For each id the key of its conversation; an id may be there twice."""
    conversations: dict[Any, _Conversation] = attrs.field(factory=dict, init=False)

    @overrides.default
    def _overrides(self) -> tuple[str, ...]:
        endpoint = self.active.endpoint
        more = [endpoint.batch_cancel, endpoint.open_orders if self.lists_orders else None]
        requests = tuple(asked(self.active.http, each) for each in more if each is not None)
        return self.state.user_code.overrides(self.exchange, endpoint, requests)

    @head.default
    def _head(self) -> CancelFlow:
        return self.flow(self.match)

    def parse(self, named: Named) -> CancelFlow:
        """The cancel of the order with this id.

        Raises ``ccxt.ArgumentsRequired`` and ``ccxt.BadRequest`` as `CancelFlow.parse`.
        """
        flow, name = self.flow(self.match), self.exchange.id
        try:
            flow.parse(named.id, named.params)
        except ccxt.BaseError as e:
            text = str(e).removeprefix(f"{name} cancelOrder() ")
            if self.active.endpoint.takes_client_id(self.match.market.id):
                text = f"{text.rstrip('.')}. {HINT}"
            raise type(e)(f"{name} cancelOrders() {named.name}: {text}") from None
        return flow

    def add(self, flow: CancelFlow) -> None:
        """Take an order into the call."""
        self.order_keys.append(flow.key)
        self.conversations.setdefault(flow.key, _Conversation(flow))

    def run(self) -> Results:
        """Cancel what was added, and return an order for each id."""
        conversations = [*self.conversations.values()]
        if not conversations:
            return []
        head = conversations[0].flow
        self.head.call = attrs.evolve(head.call, order_id=None, client_order_id=None)
        self.head.ends_at = head.ends_at
        self._emit("started", orders=len(self.order_keys))
        try:
            yield from self._cancel(conversations)
            yield from self._cancel_by_loaded_market(conversations)
        except BaseException:
            # the caller left: this is the last event of the call
            self._emit("interrupted", sent=any(each.has_begun for each in conversations))
            raise
        finally:
            for each in conversations:
                if each.flight is not None:
                    each.flight.end()
        orders = self._orders()
        self._emit("settled", **Counter(order["outcome"] for order in orders))
        return orders

    def flow(self, match: RouteMatch) -> CancelFlow:
        """The cancel of one order of this market, without its arguments yet."""
        route = self.exchange, self.state, match, match.active or self.active
        return CancelFlow(*route, self.call_number, self.began_at, self.overrides)

    def _cancel(self, conversations: Sequence[_Conversation]) -> Flow:
        """All side by side; last those that other calls are cancelling, which wait for these."""
        for each in conversations:
            each.flight = self.state.single_flight.make(each.flow.key)
            flight = self.state.single_flight.begin(each.flight)
            if flight is not each.flight:
                each.flight, each.other = None, flight
        ours = [each for each in conversations if each.flight is not None]
        if ours:
            yield RunTogether(self._starts(ours), self._limit())
        others = [self._converse(each) for each in conversations if each.flight is None]
        if others:
            yield RunTogether(others, self._limit())

    def _limit(self) -> int:
        """How many at once: ccxt's sync queue, and what users write for it, is for one thread."""
        is_native = isinstance(self.active.endpoint, NativeEndpoint)
        in_queue = is_native or self.overrides or self.active.policy.throttle == "wait"
        return 1 if self.exchange.synchronous and in_queue else CONCURRENCY

    def _starts(self, conversations: Sequence[_Conversation]) -> list[Flow]:
        batch = self._batch()
        if batch is None:
            return [self._converse(each) for each in conversations]
        of_calls = [(each.flow.call, each) for each in conversations]
        return [self._send_batch(members, batch) for members in batches(of_calls, batch.size)]

    def _batch(self) -> BatchCancel | NativeBatch | None:
        """The request for several orders.

        None where a method is the user's and ccxt's for this very request is not.
        """
        endpoint = self.active.endpoint
        if isinstance(endpoint, NativeEndpoint):
            return endpoint.batch
        if endpoint.batch_cancel is None or not self.overrides:
            return endpoint.batch_cancel
        names = implicit_names(*asked(self.active.http, endpoint.batch_cancel))
        return None if {*names}.isdisjoint(self.overrides) else endpoint.batch_cancel

    def _send_batch(
        self, members: Sequence[_Conversation], batch: BatchCancel | NativeBatch
    ) -> Flow:
        """One request for several orders; each goes on by its own part of the answer.

        By client ids it is sent once: each may mean a newer order before it could be sent again.
        """
        calls = [each.flow.call for each in members]
        is_fit = isinstance(batch, BatchCancel) or batch.takes(calls[0])
        if len(members) == 1 or not is_fit:
            return [self._converse(each) for each in members]
        for each in members:
            each.has_begun = True
        channel = self.head.channel()
        if isinstance(channel, Native):
            request: BatchRequest[Any] = NativeBatchRequest(channel, calls)
        else:
            request = HttpBatchRequest(cast(HttpChannel, channel), calls)
        is_unique = self.active.policy.client_ids == "unique"
        once = calls[0].client_order_id is not None and not is_unique
        try:
            sent = yield from self.head.machine(channel).send(request.ask, once=once)
        except ccxt.NotSupported:  # ccxt sends none for such an account
            return [self._converse(each) for each in members]
        except Exception as e:
            return [self._converse(each, copy_error(e)) for each in members]
        finally:
            channel.leave_queue()
        if not is_for_each(sent):
            return [self._converse(each) for each in members]
        firsts = request.split()
        return [self._converse(each, first) for each, first in zip(members, firsts, strict=True)]

    def _converse(self, each: _Conversation, first: First | Exception | None = None) -> Flow:
        """Cancel one order, or share the outcome of the call that is cancelling it."""
        each.has_begun = True
        try:
            each.result = yield from each.flow.converse(each.flight, first, other=each.other)
        except Exception as e:
            each.result = e

    def loaded_match(self) -> Generator[Any, Any, RouteMatch | None]:
        """The match of the symbol by loaded markets, where its market was derived and is wrong."""
        if self.symbol is None or not self.match.market.derived or not (yield LoadMarkets()):
            return None
        config = self.state.config
        settings = self.symbol, self.params, config.endpoints, config.account
        try:
            match = self.state.route_cache.match(self.exchange, *settings)
        except ccxt.BadSymbol:
            return None  # the exchange has said the same
        is_other = match.active is not None and match.market.id != self.match.market.id
        return match if is_other else None

    def _cancel_by_loaded_market(self, conversations: Iterable[_Conversation]) -> Flow:
        """If the exchange does not know the derived market, look it up and try once more."""
        unknown = [each for each in conversations if isinstance(each.result, ccxt.BadSymbol)]
        match = (yield from self.loaded_match()) if unknown else None
        if match is None:
            return
        for each in unknown:
            known, each.flow = each.flow, self.flow(match)
            each.flow.call = attrs.evolve(known.call, market_id=match.market.id)
            each.flow.ends_at = known.ends_at
        yield from self._cancel(unknown)

    def _orders(self) -> list[Order]:
        orders, shown = [], set()
        for key in self.order_keys:
            each = self.conversations[key]
            result = _copy(each.result) if key in shown else each.result
            orders.append(self._order(each.flow, result))
            shown.add(key)
        return orders

    def _order(self, flow: CancelFlow, result: Any) -> Order:
        """The order with ``outcome`` and ``error``, whichever way its cancel ended."""
        if not isinstance(result, Exception):
            return {**result, "error": None}
        order = getattr(result, "order", None) or {
            **self.exchange.safe_order({}),
            "id": flow.call.order_id,
            "clientOrderId": flow.call.client_order_id,
            "symbol": flow.match.market.structure["symbol"],
            "info": {},
        }
        outcome = "refused"
        if isinstance(result, OrderGone):
            order, outcome = {**order, "status": result.state}, "gone"
        elif isinstance(result, CancelUnknown):
            outcome = "unknown"
        return {**order, "outcome": outcome, "error": result}

    def _emit(self, what: str, **details: Any) -> None:
        self.head.emit(what, **details)


def asked(endpoint: CancelEndpoint, request: BatchCancel | OpenOrders) -> Asked:
    """Method, API and path of a request."""
    return request.method or endpoint.method, request.api or endpoint.api, request.path


def _copy(result: Any) -> Any:
    """The same for another id that means the same order."""
    return copy_error(result) if isinstance(result, Exception) else copy.deepcopy(result)
