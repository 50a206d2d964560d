"""One call from its arguments to its end, as steps that either colour can take."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt

from adapter.arguments import OURS, call_of
from adapter.attachment import Attachment
from adapter.call import (
    CLASSIC,
    PORTFOLIO_MARGIN,
    Call,
    Hold,
    NoReply,
    Reply,
    Request,
    Resync,
    Signed,
    Wait,
)
from adapter.cancel import Conversation, conversation
from adapter.errors import CancelUnknown
from adapter.lane import charge
from adapter.product import Order
from adapter.routing import Choice, Way, way
from adapter.trail import Trail, numbers
from adapter.under_way import Join

USED_WEIGHT = "x-mbx-used-weight-1m"


@attrs.frozen
class Native:
    """Let ccxt's own method take the call."""

    id: Any
    symbol: Any
    params: Any


@attrs.frozen
class LoadMarkets:
    """Load the exchange's markets; gives whether that worked."""


@attrs.frozen
class Throttle:
    """Wait in ccxt's request queue."""

    weight: int


@attrs.frozen
class Send:
    """Send a request, once."""

    signed: Signed
    timeout: float
    """Seconds."""
    short: bool
    """Whether the transport may take its short way."""


Step = Native | LoadMarkets | Throttle | Send | Wait | Join
Steps = Generator[Step, Any, Order]


def steps(exchange: Any, state: Attachment, id: Any, symbol: Any, params: Any) -> Steps:
    """Cancel one order. Yields steps, is sent what they gave, returns the unified order."""
    known = params if isinstance(params, Mapping) else {}
    chosen = way(exchange, symbol, known, state.choices, state.account)
    if chosen.choice is None:
        ccxts: Order = yield Native(id, symbol, _for_ccxt(params, chosen))
        return ccxts
    if params is not None and not isinstance(params, Mapping):
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
        loaded = way(exchange, symbol, known, state.choices, state.account)
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
    trail: Trail = attrs.field(init=False)

    def left(self) -> float:
        """The seconds that are left for the call."""
        return self.ends - self.state.clock()

    def run(self, id: Any, params: Mapping[str, Any]) -> Steps:
        """Cancel, or share the outcome of a cancel of the same order that is under way."""
        plugin, product = self.choice.plugin, self.choice.product
        call = call_of(id, params, self.way.market.id, product, self.choice.policy)
        self.trail = self._trail(call)
        self.ends = self.began + call.deadline
        key = (plugin, call.market_id, call.order_id, call.client_order_id)
        try:
            order = yield from self.state.under_way.shared(
                key, self.left, lambda: self._talked(call)
            )
        except ccxt.BaseError as e:
            self.trail.tell("settled", error=type(e).__name__)
            raise
        if order is None:
            self.trail.tell("settled", error=CancelUnknown.__name__)
            raise CancelUnknown(
                f"{self.exchange.id} cancelOrder(): another call is cancelling this order and has"
                " not ended; fetch the order before you act on it"
            )
        self.trail.tell("settled", status=order["status"], outcome=order["outcome"])
        return order

    def _trail(self, call: Call) -> Trail:
        return Trail(
            call=self.number,
            time=self.exchange.milliseconds,
            plugin=self.choice.plugin,
            market_id=call.market_id,
            order_id=call.order_id,
            client_order_id=call.client_order_id,
            hook=self.state.hook,
        )

    def _conversation(self, call: Call) -> Conversation:
        exchange, product, market = self.exchange, self.choice.product, self.way.market
        return conversation(
            call,
            product,
            self.choice.policy,
            name=exchange.id,
            errors=self.state.errors[self.choice.plugin],
            unified=lambda answer, query: product.venue.order(
                exchange, answer, product, market, query
            ),
            clock=self.state.clock,
            now=exchange.nonce,
            tell=self.trail.tell,
            ends=self.ends,
        )

    def _talked(self, call: Call) -> Steps:
        talk, done = self._conversation(call), None
        try:
            while True:
                done = yield from self._done(talk.send(done))
        except StopIteration as end:
            order: Order = end.value
            return order

    def _done(self, step: Request | Wait | Hold | Resync) -> Generator[Step, Any, Any]:
        match step:
            case Request():
                return (yield from self._asked(step))
            case Wait(seconds):
                self.trail.tell("waited", seconds=seconds)
                yield step
                return None
            case Hold(seconds):
                self.trail.tell("held", host=self._host(), seconds=seconds)
                until = self.state.clock() + seconds
                held = self.state.held
                held[self._host()] = max(held.get(self._host(), until), until)
                return None
            case _:
                return (yield from self._resynced(step))

    def _host(self) -> str:
        """What a ban holds for; of a URL that cannot be read, the whole."""
        product = self.choice.product
        url = product.venue.url(self.exchange, product.api, product.path)
        try:
            return urlsplit(url).netloc
        except ValueError:
            return url

    def _asked(self, request: Request) -> Generator[Step, Any, Reply | NoReply]:
        """One request and what came back. It is signed last, so that nothing waits with it."""
        exchange, venue = self.exchange, self.choice.product.venue
        keys = self.state.keys(exchange, self.choice.product)
        ends = self.state.clock() + request.timeout
        yield from self._queued(request)
        left = ends - self.state.clock()
        if left <= 0:
            return NoReply(sent=False, reason="its time was over before it could be sent")
        held = self.state.held.get(self._host(), 0.0) - self.state.clock()
        if held > 0:
            reason = f"the exchange takes no requests for another {held:.1f} s"
            return NoReply(sent=False, reason=reason, retry_after=held)
        if exchange.enableRateLimit and self.choice.policy.lane == "direct":
            charge(exchange, request.weight)
        signed = venue.signed(exchange, request, keys)
        return (yield from self._sent(signed, request.path, left))

    def _queued(self, request: Request) -> Generator[Step, Any, None]:
        """Wait in ccxt's queue, where the settings say so."""
        if self.exchange.enableRateLimit and self.choice.policy.lane == "ccxt":
            yield Throttle(request.weight)
            self.exchange.set_last_rest_request_timestamp()

    def _sent(
        self, signed: Signed, path: str, left: float
    ) -> Generator[Step, Any, Reply | NoReply]:
        began = self.state.clock()
        self.trail.tell("sent", method=signed.method, path=path)
        reply: Reply | NoReply = yield Send(
            signed,
            min(left, self.exchange.timeout / 1000),
            short=self.choice.policy.transport == "auto",
        )
        ms = round((self.state.clock() - began) * 1000, 1)
        if isinstance(reply, NoReply):
            self.trail.tell("replied", sent=reply.sent, reason=reply.reason, ms=ms)
        else:
            weight = reply.headers.get(USED_WEIGHT)
            self.trail.tell("replied", status=reply.status, used_weight=weight, ms=ms)
        return reply

    def _resynced(self, step: Resync) -> Generator[Step, Any, None]:
        """Set ccxt's own ``timeDifference``, so that its other calls are in time as well."""
        venue, api = self.choice.product.venue, self.choice.product.time_api
        told = step.refused
        if api is not None:
            page = Signed(method="GET", url=venue.url(self.exchange, api, "time"), headers={})
            reply = yield from self._sent(page, "time", step.timeout)
            told = reply if isinstance(reply, Reply) and reply.status == 200 else told
        server = venue.server_time(told)
        if server is not None:
            self.exchange.options["timeDifference"] = told.time - server
            self.trail.tell("resynced", ms=told.time - server)
