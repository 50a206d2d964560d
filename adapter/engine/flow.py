"""One call from its arguments to its end: the effects that either runner can perform."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from typing import Any, NoReturn, cast

import attrs
import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CLASSIC, PORTFOLIO_MARGIN, CancelRequest, Order, Sleep
from adapter.contract.native import NativeEndpoint
from adapter.core.arguments import OURS, identity, parse_arguments
from adapter.core.cancel import CancelMachine
from adapter.core.events import Event, call_numbers, emit, is_enabled
from adapter.core.evidence import Evidence
from adapter.core.machine import Received
from adapter.core.pacing import Pacing
from adapter.core.routing import ActiveEndpoint, RouteMatch
from adapter.core.siblings import search_conditional
from adapter.core.single_flight import AwaitInFlight, Flight
from adapter.engine.channel import BaseChannel
from adapter.engine.direct import Direct, Send, WaitForThrottle
from adapter.engine.implicit import CallImplicit, Implicit
from adapter.engine.native import Native
from adapter.engine.native_calls import CallNative
from adapter.engine.state import ExchangeState
from adapter.errors import CancelUnknown, OrderGone


@attrs.frozen
class CallCcxt:
    """An effect: ccxt's method takes the call."""

    arguments: tuple[Any, ...]


@attrs.frozen
class LoadMarkets:
    """An effect: load the markets. Gives something true if that worked."""


log = logging.getLogger("adapter")

Effect = (
    CallCcxt
    | LoadMarkets
    | WaitForThrottle
    | Send
    | CallImplicit
    | CallNative
    | Sleep
    | AwaitInFlight
)
Effects = Generator[Effect, Any, Order]


@attrs.frozen
class First:
    """What an order's cancel was answered, where a request for several orders carried it."""

    came: Any
    """As the channel of that request has it: of the order alone, or of the whole request."""
    sent_at: float
    """When that request was made, by the state's clock."""
    timestamp: int
    """The one in ms that it carried."""

    def receive(self, channel: BaseChannel) -> Received:
        """The same with what it means, as ``channel`` says."""
        return Received(channel.receive(self.came), self.sent_at, self.timestamp)


def cancel_flow(exchange: Any, state: ExchangeState, id: Any, symbol: Any, params: Any) -> Effects:
    """Cancel one order. Yields effects, is sent what they gave, returns the unified order."""
    is_mapping = type(params) is dict or isinstance(params, Mapping)
    known, config = params if is_mapping else {}, state.config
    chosen = state.route_cache.match(exchange, symbol, known, config.endpoints, config.account)
    if chosen.active is None:
        ccxts: Order = yield CallCcxt((id, symbol, params_for_ccxt(params, chosen)))
        return {**ccxts, "outcome": None} if isinstance(ccxts, dict) else ccxts
    if params is not None and not is_mapping:
        raise ccxt.BadRequest(
            f"{exchange.id} cancelOrder() takes params as a dict; got {type(params).__name__}"
        )
    call, began = next(call_numbers), state.io.clock()
    cancel = CancelFlow(exchange, state, chosen, chosen.active, call, began)
    cancel.parse(id, known)
    try:
        return (yield from cancel.converse())
    except ccxt.BadSymbol as e:
        if not chosen.market.derived:
            raise
        if not (yield LoadMarkets()):
            e.add_note("The markets could not be loaded to look the symbol up.")
            raise
        loaded = state.route_cache.match(exchange, symbol, known, config.endpoints, config.account)
        if loaded.active is None or loaded.market.id == chosen.market.id:
            raise
        if cancel.left() <= 0:
            e.add_note("The markets were loaded to look the symbol up, and that took all the time.")
            raise
    cancel = CancelFlow(exchange, state, loaded, loaded.active, call, began)
    cancel.parse(id, known)
    return (yield from cancel.converse())


def params_for_ccxt(params: Any, chosen: RouteMatch) -> Any:
    """ccxt knows neither the adapter's params nor the account of `attach` or the constructor."""
    if not isinstance(params, Mapping | None):
        return params
    ours = [name for name in OURS if name in (params or {})]
    if not ours and chosen.market_route.account != PORTFOLIO_MARGIN:
        return params
    left = {name: value for name, value in (params or {}).items() if name not in ours}
    return left if chosen.market_route.account == CLASSIC else {"portfolioMargin": True, **left}


@attrs.define
class CancelFlow:
    """One call that a plugin takes."""

    exchange: Any
    state: ExchangeState
    match: RouteMatch
    active: ActiveEndpoint
    call_number: int
    """The call's, for its events."""
    began_at: float
    """When the call began, by the state's clock."""
    overrides: tuple[str, ...] | None = None
    """The methods that the user has replaced; None: found when the call begins."""
    ends_at: float = attrs.field(init=False)
    """When the call must end."""
    call: CancelRequest = attrs.field(init=False)

    def left(self) -> float:
        """The seconds that are left for the call."""
        return self.ends_at - self.state.io.clock()

    def parse(self, id: Any, params: Mapping[str, Any]) -> None:
        """Check the arguments, and take the call from them."""
        endpoint, policy = self.active.endpoint, self.active.policy
        name, market_id = self.exchange.id, self.match.market.id
        route_params = self.match.market_route.params
        ids = identity(name, id, params, market_id, endpoint)
        self.call = parse_arguments(ids, name, params, market_id, endpoint, policy, route_params)
        self.ends_at = self.began_at + self.call.deadline

    @property
    def key(self) -> tuple[str | None, ...]:
        """The same for all calls that do the same."""
        call = self.call
        return self.active.plugin, call.market_id, call.order_id, call.client_order_id

    def converse(
        self,
        flight: Flight | None = None,
        first: First | Exception | None = None,
        *,
        other: Flight | None = None,
    ) -> Effects:
        """Cancel, in this flight if there is one; or share the outcome of another's.

        ``other`` is that of another call, if there was one when this call began. ``first`` is what
        a request for several orders was answered that has this in it, or why it was not executed.
        """
        channel = None
        try:
            joined: Flight | Order | None = flight
            if flight is None:
                joined = yield from self.state.single_flight.join(self.key, self.left, other)
            if isinstance(joined, Flight):
                with joined:
                    if isinstance(first, Exception):
                        raise first
                    channel = self.channel()
                    received = None if first is None else first.receive(channel)
                    machine = self.machine(channel)
                    try:
                        order = yield from machine.run(received)
                    except OrderGone as e:
                        order = yield from self._search_sibling(machine, e)
                    joined.outcome = order
            elif joined is None:
                self._fail_waiting()
            else:
                order = joined
        except Exception as e:
            self.emit("settled", error=type(e).__name__)
            raise
        except BaseException:
            # the caller left: this is the last event of the call
            self.emit("interrupted", sent=channel is not None and channel.has_sent)
            raise
        finally:
            if channel is not None:
                channel.leave_queue()
        self.emit("settled", status=order["status"], outcome=order["outcome"])
        return order

    def _search_sibling(self, machine: CancelMachine, gone: OrderGone) -> Effects:
        """Cancel among the conditional orders, where nothing shows the order; else it is gone."""
        sibling = self._sibling() if machine.is_nowhere else None
        if sibling is None:
            raise gone
        other, endpoint = sibling.channel(), sibling.active.endpoint
        try:
            return (
                yield from search_conditional(
                    machine,
                    sibling.machine(other),
                    gone,
                    market_field=endpoint.market_field,
                    only_tells=bool(endpoint.conditional_params),
                )
            )
        finally:
            other.leave_queue()

    def _sibling(self) -> CancelFlow | None:
        """The same call among the conditional orders.

        None where the user's own code stands in for this endpoint alone: it must not be passed by.
        """
        active, overrides = self.match.sibling, self.state.user_code.overrides
        if active is None or overrides(self.exchange, active.endpoint) != overrides(
            self.exchange, self.active.endpoint
        ):
            return None
        sibling = attrs.evolve(self, active=active, overrides=None)
        params = {**self.call.route_params, **active.endpoint.conditional_params}
        sibling.call = attrs.evolve(self.call, route_params=params)
        sibling.ends_at = self.ends_at
        return sibling

    def _fail_waiting(self) -> NoReturn:
        raise CancelUnknown(
            f"{self.exchange.id} cancelOrder(): another call is cancelling this order and has"
            " not ended; fetch the order before you act on it"
        )

    def channel(self) -> BaseChannel:
        """By ccxt's methods, if a row says so or the user has replaced one of them; else direct."""
        overrides = self.overrides
        if overrides is None:
            overrides = self.state.user_code.overrides(self.exchange, self.active.endpoint)
        has_listener = is_enabled("sent", self.state.config.on_event)
        route = self.exchange, self.state, self.match, self.active
        settings, endpoint = (*route, self.call, self.emit, has_listener), self.active.endpoint
        if isinstance(endpoint, NativeEndpoint):
            return Native(*settings, endpoint)
        ours = *settings, cast(CancelEndpoint, endpoint)
        return Implicit(*ours, overrides=overrides) if overrides else Direct(*ours)

    def machine(self, channel: BaseChannel) -> CancelMachine:
        """The state machine of the call, which asks this channel."""
        endpoint = self.active.endpoint
        is_conditional = any(map(self.call.route_params.get, endpoint.conditional_params))
        return CancelMachine(
            call=self.call,
            channel=channel,
            policy=self.active.policy,
            evidence=Evidence(
                self.exchange.id,
                endpoint.not_found_hint,
                endpoint.ends,
                conditional_hint="" if is_conditional else endpoint.conditional_hint,
            ),
            pacing=Pacing(self.state.io.clock, self.ends_at, endpoint.query_requests),
            now=channel.now,
            emit=self.emit,
        )

    def emit(self, what: str, **details: Any) -> None:
        """Emit an event. Where nobody listens, none is made."""
        if not is_enabled(what, self.state.config.on_event):
            return
        try:
            time = self.exchange.milliseconds()
        except Exception:
            log.exception("%s: no event %s, as milliseconds() failed", self.exchange.id, what)
            return
        event = Event(
            call=self.call_number,
            time=time,
            what=what,
            plugin=self.active.plugin,
            market_id=self.call.market_id,
            order_id=self.call.order_id,
            client_order_id=self.call.client_order_id,
            details=details,
        )
        emit(event, self.state.config.on_event)
