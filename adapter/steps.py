"""One call from its arguments to its end, as steps that either colour can take."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import attrs
import ccxt

from adapter.arguments import OURS, call_of
from adapter.attachment import Attachment
from adapter.call import (
    CLASSIC,
    PORTFOLIO_MARGIN,
    Call,
    Hold,
    Meaning,
    NoReply,
    Reply,
    Request,
    Resync,
    Signed,
    Wait,
)
from adapter.cancel import CANCELED, Conversation, at_once, conversation
from adapter.errors import CancelUnknown
from adapter.product import Order
from adapter.routing import Choice, Way
from adapter.sending import Line, Send, Throttle
from adapter.trail import Event, is_heard, numbers, tell
from adapter.under_way import Join


@attrs.frozen
class Native:
    """Let ccxt's own method take the call."""

    id: Any
    symbol: Any
    params: Any


@attrs.frozen
class LoadMarkets:
    """Load the exchange's markets; gives whether that worked."""


Step = Native | LoadMarkets | Throttle | Send | Wait | Join
Steps = Generator[Step, Any, Order]


def steps(exchange: Any, state: Attachment, id: Any, symbol: Any, params: Any) -> Steps:
    """Cancel one order. Yields steps, is sent what they gave, returns the unified order."""
    is_mapping = type(params) is dict or isinstance(params, Mapping)
    known = params if is_mapping else {}
    chosen = state.ways.way(exchange, symbol, known, state.choices, state.account)
    if chosen.choice is None:
        ccxts: Order = yield Native(id, symbol, _for_ccxt(params, chosen))
        return {**ccxts, "outcome": None} if isinstance(ccxts, dict) else ccxts
    if params is not None and not is_mapping:
        raise ccxt.BadRequest(f"cancelOrder() wants params as a dict; got {type(params).__name__}")
    call, began = next(numbers), state.clock()
    cancel = _Cancel(exchange, state, chosen, chosen.choice, call, began)
    try:
        return (yield from cancel.run(id, known))
    except ccxt.BadSymbol as e:
        if not chosen.market.derived:
            raise
        if not (yield LoadMarkets()):
            e.add_note("The markets could not be loaded to look the symbol up.")
            raise
        loaded = state.ways.way(exchange, symbol, known, state.choices, state.account)
        if loaded.choice is None or loaded.market.id == chosen.market.id:
            raise
        if cancel.left() <= 0:
            e.add_note("The markets were loaded to look the symbol up, and that took all the time.")
            raise
    cancel = _Cancel(exchange, state, loaded, loaded.choice, call, began)
    return (yield from cancel.run(id, known))


def _for_ccxt(params: Any, chosen: Way) -> Any:
    """ccxt knows neither our own words nor `attach`'s account, nor that of the constructor."""
    if not isinstance(params, Mapping | None):
        return params
    own = [word for word in OURS if word in (params or {})]
    if not own and chosen.destination.account != PORTFOLIO_MARGIN:
        return params
    left = {name: value for name, value in (params or {}).items() if name not in own}
    return left if chosen.destination.account == CLASSIC else {"portfolioMargin": True, **left}


@attrs.define
class _Cancel:
    """One call on its way: it does for a conversation what that asks for."""

    exchange: Any
    state: Attachment
    way: Way
    choice: Choice
    number: int
    """The call's, for its events."""
    began: float
    """When the call began, by the attachment's clock."""
    ends: float = attrs.field(init=False)
    """When the call must end."""
    call: Call = attrs.field(init=False)
    line: Line = attrs.field(init=False)

    def left(self) -> float:
        """The seconds that are left for the call."""
        return self.ends - self.state.clock()

    def run(self, id: Any, params: Mapping[str, Any]) -> Steps:
        """Cancel, or share the outcome of a cancel of the same order that is under way."""
        plugin, product = self.choice.plugin, self.choice.product
        call = call_of(id, params, self.way.market.id, product, self.choice.policy)
        self.call, self.ends = call, self.began + call.deadline
        has_listener = is_heard("sent", self.state.hook)
        self.line = Line(self.exchange, self.state, self.choice, self._tell, has_listener)
        key = (plugin, call.market_id, call.order_id, call.client_order_id)
        try:
            order = yield from self.state.under_way.shared(key, self.left, self._talked)
        except ccxt.BaseError as e:
            self._tell("settled", error=type(e).__name__)
            raise
        if order is None:
            self._tell("settled", error=CancelUnknown.__name__)
            raise CancelUnknown(
                f"{self.exchange.id} cancelOrder(): another call is cancelling this order and has"
                " not ended; fetch the order before you act on it"
            )
        self._tell("settled", status=order["status"], outcome=order["outcome"])
        return order

    def _tell(self, what: str, **details: Any) -> None:
        """Tell of an event. Where nobody listens, none is made."""
        if not is_heard(what, self.state.hook):
            return
        event = Event(
            call=self.number,
            time=self.exchange.milliseconds(),
            what=what,
            plugin=self.choice.plugin,
            market_id=self.call.market_id,
            order_id=self.call.order_id,
            client_order_id=self.call.client_order_id,
            details=details,
        )
        tell(event, self.state.hook)

    def _unified(self, answer: Mapping[str, Any], query: bool) -> Order:
        product = self.choice.product
        return product.venue.order(self.exchange, answer, product, self.way.market, query)

    def _talked(self) -> Steps:
        """Most cancels are settled by the first answer; the others need a conversation."""
        call, product = self.call, self.choice.product
        errors = self.state.errors[self.choice.plugin]
        began, first = self.exchange.nonce(), None
        try:
            if (left := self.left()) > 0:
                request = product.venue.request("DELETE", call, product)
                first = yield from self.line.asked(request, left)
                order = at_once(first, call, product, errors=errors, unified=self._unified)
                if order is not None:
                    self._tell("judged", meaning=Meaning.ORDER.name, status=CANCELED)
                    return order
            return (yield from self._conversed(self._conversation(began, first)))
        finally:
            self.line.leave()

    def _conversation(self, began: int, first: Reply | NoReply | None) -> Conversation:
        return conversation(
            self.call,
            self.choice.product,
            self.choice.policy,
            name=self.exchange.id,
            errors=self.state.errors[self.choice.plugin],
            unified=self._unified,
            clock=self.state.clock,
            now=self.exchange.nonce,
            tell=self._tell,
            ends=self.ends,
            began=began,
            first=first,
        )

    def _conversed(self, talk: Conversation) -> Steps:
        done: Reply | NoReply | None = None
        try:
            while True:
                step = talk.send(done)
                done = None
                if isinstance(step, Request):
                    done = yield from self.line.asked(step, step.timeout)
                else:
                    yield from self._done(step)
        except StopIteration as end:
            order: Order = end.value
            return order

    def _done(self, step: Wait | Hold | Resync) -> Generator[Step, Any, None]:
        match step:
            case Wait(seconds):
                self._tell("waited", seconds=seconds)
                yield step
            case Hold(seconds):
                self._tell("held", host=self.line.host(), seconds=seconds)
                until = self.state.clock() + seconds
                held = self.state.held
                held[self.line.host()] = max(held.get(self.line.host(), until), until)
            case _:
                yield from self._resynced(step)

    def _resynced(self, step: Resync) -> Generator[Step, Any, None]:
        """Set ccxt's own ``timeDifference``, so that its other calls are in time as well."""
        venue, api = self.choice.product.venue, self.choice.product.time_api
        told = step.refused
        if api is not None:
            page = Signed(method="GET", url=venue.url(self.exchange, api, "time"), headers={})
            reply = yield from self.line.sent(page, "time", step.timeout)
            told = reply if isinstance(reply, Reply) and reply.status == 200 else told
        server = venue.server_time(told)
        if server is not None:
            self.exchange.options["timeDifference"] = told.time - server
            self._tell("resynced", ms=told.time - server)
