"""One call from its arguments to its end, as steps that either colour can take."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from typing import Any

import attrs
import ccxt

from adapter.contract.messages import (
    CLASSIC,
    PORTFOLIO_MARGIN,
    ApiRequest,
    BlockHost,
    CancelRequest,
    NoResponse,
    ReadClock,
    Response,
    ResponseKind,
    Sleep,
)
from adapter.contract.venue import Order
from adapter.core.arguments import OURS, parse_arguments
from adapter.core.cancel import CANCELED, CancelMachine, first_answer
from adapter.core.cancel import MachineEffect as MachineStep
from adapter.core.events import Event, call_numbers, emit, is_enabled
from adapter.core.routing import ActiveEndpoint, RouteMatch
from adapter.core.single_flight import AwaitInFlight
from adapter.engine.dispatch import Dispatcher, Send, WaitForThrottle
from adapter.engine.native import CallImplicit
from adapter.engine.state import ExchangeState
from adapter.errors import CancelUnknown


@attrs.frozen
class CallCcxt:
    """Let ccxt's own method take the call."""

    id: Any
    symbol: Any
    params: Any


@attrs.frozen
class LoadMarkets:
    """Load the exchange's markets; gives whether that worked."""


log = logging.getLogger("adapter")

Effect = CallCcxt | LoadMarkets | WaitForThrottle | Send | CallImplicit | Sleep | AwaitInFlight
Effects = Generator[Effect, Any, Order]


def cancel_flow(exchange: Any, state: ExchangeState, id: Any, symbol: Any, params: Any) -> Effects:
    """Cancel one order. Yields steps, is sent what they gave, returns the unified order."""
    is_mapping = type(params) is dict or isinstance(params, Mapping)
    known = params if is_mapping else {}
    chosen = state.route_cache.match(exchange, symbol, known, state.endpoints, state.account)
    if chosen.active is None:
        ccxts: Order = yield CallCcxt(id, symbol, _params_for_ccxt(params, chosen))
        return {**ccxts, "outcome": None} if isinstance(ccxts, dict) else ccxts
    if params is not None and not is_mapping:
        raise ccxt.BadRequest(
            f"{exchange.id} cancelOrder() takes params as a dict; got {type(params).__name__}"
        )
    call, began = next(call_numbers), state.clock()
    cancel = CancelFlow(exchange, state, chosen, chosen.active, call, began)
    try:
        return (yield from cancel.run(id, known))
    except ccxt.BadSymbol as e:
        if not chosen.market.derived:
            raise
        if not (yield LoadMarkets()):
            e.add_note("The markets could not be loaded to look the symbol up.")
            raise
        loaded = state.route_cache.match(exchange, symbol, known, state.endpoints, state.account)
        if loaded.active is None or loaded.market.id == chosen.market.id:
            raise
        if cancel.left() <= 0:
            e.add_note("The markets were loaded to look the symbol up, and that took all the time.")
            raise
    cancel = CancelFlow(exchange, state, loaded, loaded.active, call, began)
    return (yield from cancel.run(id, known))


def _params_for_ccxt(params: Any, chosen: RouteMatch) -> Any:
    """ccxt knows neither our own words nor `attach`'s account, nor that of the constructor."""
    if not isinstance(params, Mapping | None):
        return params
    own = [word for word in OURS if word in (params or {})]
    if not own and chosen.market_route.account != PORTFOLIO_MARGIN:
        return params
    left = {name: value for name, value in (params or {}).items() if name not in own}
    return left if chosen.market_route.account == CLASSIC else {"portfolioMargin": True, **left}


@attrs.define
class CancelFlow:
    """One call on its way: it does for a conversation what that asks for."""

    exchange: Any
    state: ExchangeState
    match: RouteMatch
    active: ActiveEndpoint
    call_number: int
    """The call's, for its events."""
    began_at: float
    """When the call began, by the attachment's clock."""
    ends_at: float = attrs.field(init=False)
    """When the call must end."""
    call: CancelRequest = attrs.field(init=False)
    dispatcher: Dispatcher = attrs.field(init=False)
    has_warned: bool = False
    """Whether it was logged that the two ids that were given name different orders."""

    def left(self) -> float:
        """The seconds that are left for the call."""
        return self.ends_at - self.state.clock()

    def run(self, id: Any, params: Mapping[str, Any]) -> Effects:
        """Cancel, or share the outcome of a cancel of the same order that is under way."""
        plugin, endpoint = self.active.plugin, self.active.endpoint
        market_id, policy = self.match.market.id, self.active.policy
        call = parse_arguments(self.exchange.id, id, params, market_id, endpoint, policy)
        self.call, self.ends_at = call, self.began_at + call.deadline
        has_listener = is_enabled("sent", self.state.on_event)
        self.dispatcher = Dispatcher(
            self.exchange, self.state, self.active, self._emit, has_listener
        )
        key = (plugin, call.market_id, call.order_id, call.client_order_id)
        try:
            order = yield from self.state.single_flight.run(key, self.left, self._cancel)
        except Exception as e:
            self._emit("settled", error=type(e).__name__)
            raise
        except BaseException:
            # the caller went away: nobody will be told what becomes of the order
            self._emit("interrupted", sent=self.dispatcher.has_sent)
            raise
        if order is None:
            self._emit("settled", error=CancelUnknown.__name__)
            raise CancelUnknown(
                f"{self.exchange.id} cancelOrder(): another call is cancelling this order and has"
                " not ended; fetch the order before you act on it"
            )
        self._emit("settled", status=order["status"], outcome=order["outcome"])
        return order

    def _emit(self, what: str, **details: Any) -> None:
        """Tell of an event. Where nobody listens, none is made."""
        if not is_enabled(what, self.state.on_event):
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
        emit(event, self.state.on_event)

    def _parse_order(self, answer: Mapping[str, Any], query: bool) -> Order:
        endpoint = self.active.endpoint
        order = endpoint.venue.parse_order(
            self.exchange, answer, endpoint, self.match.market, query
        )
        if self.call.order_id is not None and self.call.client_order_id is not None:
            self._warn_of_two_orders(order)
        return order

    def _warn_of_two_orders(self, order: Order) -> None:
        ids = order["id"], order["clientOrderId"] or self.call.client_order_id
        if ids != (self.call.order_id, self.call.client_order_id) and not self.has_warned:
            self.has_warned = True
            log.warning(
                "%s cancelOrder() was given order id %s and client id %s, and order %s has client"
                " id %s: the client id is what was sent",
                self.exchange.id,
                self.call.order_id,
                self.call.client_order_id,
                *ids,
            )

    def _cancel(self) -> Effects:
        """Most cancels are settled by the first answer; the others need the machine."""
        call, endpoint = self.call, self.active.endpoint
        errors = self.state.error_classes[self.active.plugin]
        began, first = self.exchange.nonce(), None
        try:
            if (left := self.left()) > 0:
                request = endpoint.venue.build_request(
                    "DELETE", call.with_one_id(query=False), endpoint
                )
                first = yield from self._first_response(request, left)
                order = first_answer(
                    first, call, endpoint, error_classes=errors, parse=self._parse_order
                )
                if order is not None:
                    self._emit("classified", kind=ResponseKind.ORDER.name, status=CANCELED)
                    return order
            return (yield from self._run(self._machine(began, first)))
        finally:
            self.dispatcher.leave_queue()

    def _first_response(
        self, request: ApiRequest, left: float
    ) -> Generator[Effect, Any, Response | NoResponse]:
        """What came back to the first send. What comes up once it has left is no answer."""
        try:
            return (yield from self.dispatcher.send(request, left))
        except Exception as e:
            if not self.dispatcher.has_left:
                raise
            return NoResponse(may_have_been_sent=True, reason=type(e).__name__, cause=e)

    def _machine(self, began: int, first: Response | NoResponse | None) -> CancelMachine:
        return CancelMachine(
            call=self.call,
            endpoint=self.active.endpoint,
            policy=self.active.policy,
            name=self.exchange.id,
            error_classes=self.state.error_classes[self.active.plugin],
            parse=self._parse_order,
            clock=self.state.clock,
            now=self.exchange.nonce,
            emit=self._emit,
            ends_at=self.ends_at,
            began_at=began,
            first_response=first,
        )

    def _run(self, machine: CancelMachine) -> Effects:
        """Do what the machine asks for. Once a cancel may have left, no error ends the call."""
        effects, done = machine.run(), None
        try:
            while True:
                step = effects.send(done)
                try:
                    done = yield from self._perform(step)
                except Exception as e:
                    if not (machine.has_left or self.dispatcher.has_left):
                        raise
                    done = NoResponse(
                        may_have_been_sent=self.dispatcher.has_left,
                        reason=type(e).__name__,
                        cause=e,
                    )
        except StopIteration as end:
            order: Order = end.value
            return order

    def _perform(self, step: MachineStep) -> Generator[Effect, Any, Response | NoResponse | None]:
        match step:
            case ApiRequest():
                return (yield from self.dispatcher.send(step, step.timeout))
            case Sleep(seconds):
                self._emit("waited", seconds=seconds)
                yield step
            case BlockHost(seconds):
                self._emit("blocked", host=self.dispatcher.host(), seconds=seconds)
                until = self.state.clock() + seconds
                held = self.state.blocked_until
                held[self.dispatcher.host()] = max(held.get(self.dispatcher.host(), until), until)
            case ReadClock(timeout):
                return (yield from self._request_server_time(timeout))
            case _:
                self._set_clock(
                    (yield from self._request_server_time(step.timeout)) or step.refused
                )
        return None

    def _request_server_time(self, timeout: float) -> Generator[Effect, Any, Response | None]:
        """The answer of the page that tells the exchange's time, where there is one."""
        api = self.active.endpoint.time_api
        if api is None:
            return None
        try:
            response = yield from self.dispatcher.request_server_time(api, timeout)
        except Exception as e:
            name = self.exchange.id
            log.warning("%s: the page of the time could not be asked: %s", name, type(e).__name__)
            return None
        return response if isinstance(response, Response) and response.status == 200 else None

    def _set_clock(self, told: Response) -> None:
        """Set ccxt's own ``timeDifference``, so that its other calls are in time as well."""
        server = self.active.endpoint.venue.parse_server_time(told)
        if server is not None:
            self.exchange.options["timeDifference"] = told.time - server
            self._emit("resynced", ms=told.time - server)
