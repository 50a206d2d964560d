"""The channel that asks ccxt's own methods, in ccxt's queue, with its markets and its parser."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, cast

import attrs
import ccxt

from adapter.contract.answers import classify_no_response
from adapter.contract.messages import (
    CancelRequest,
    Classification,
    Market,
    NoResponse,
    Order,
    Response,
    ResponseKind,
)
from adapter.contract.native import Look, NativeEndpoint, Reply
from adapter.contract.native_answers import classify_cancel, classify_look, key_error
from adapter.contract.native_batch import NativeBatch
from adapter.contract.native_venue import TRAILING_PARAM, TRIGGER_PARAMS
from adapter.core.channel import Asking
from adapter.core.rate_limit import HostLimiter
from adapter.engine.channel import BaseChannel, timeout_for
from adapter.engine.native_calls import CANCEL, CANCEL_SEVERAL, CallNative
from adapter.engine.redaction import shown_cause

log = logging.getLogger("adapter")

Calling = Generator[Any, Any, Reply]

REFUSALS = (
    *(ResponseKind.RATE_LIMITED, ResponseKind.HELD_LOCALLY, ResponseKind.CLOCK_SKEW),
    *(ResponseKind.REFUSED, ResponseKind.NOT_SENT),
)
"""What is said of a request for the open orders, and not that its answer has no list."""


@attrs.define(eq=False)
class Native(BaseChannel):
    """Calls ccxt's ``cancel_order`` and what shows an order, and reads what they are worth."""

    shown: Order | None = attrs.field(default=None, init=False)
    """The order of the last response, if it showed one."""

    endpoint: NativeEndpoint
    """The row of the venue."""

    @property
    def symbol(self) -> Any:
        """As the caller gave it."""
        return self.match.market.structure["symbol"]

    def cancel(self, call: CancelRequest, seconds: float) -> Asking:
        """By ``cancel_order``."""
        self.requests, self.has_left, self.is_cancel = 0, False, True
        one, ends = call.with_one_id(query=False), self.state.io.clock() + seconds
        unloaded = yield from self._load_markets(seconds)
        if unloaded is not None:
            return classify_no_response(unloaded)
        order_id, params = one.order_id, {**call.route_params, **call.params}
        if one.client_order_id is not None:
            if self.endpoint.client_id_param == "id":
                order_id = one.client_order_id
            else:
                params[str(self.endpoint.client_id_param)] = one.client_order_id
        arguments = order_id, self.symbol, params
        reply = yield from self._call(CANCEL, arguments, ends - self.state.io.clock())
        return self.classify(reply, one)

    def cancel_several(self, calls: Sequence[CancelRequest], seconds: float) -> Calling:
        """By ``cancel_orders``: ``calls`` are of one market, with ids of one kind alone."""
        ends, batch = self.state.io.clock() + seconds, cast(NativeBatch, self.endpoint.batch)
        unloaded = yield from self._load_markets(seconds)
        if unloaded is not None:
            return Reply(response=unloaded)
        ids, params = [call.order_id for call in calls], {}
        if calls[0].client_order_id is not None:
            ids, params = [], {batch.client_ids_param: [call.client_order_id for call in calls]}
        arguments = ids, calls[0].market_id, params
        return (yield from self._call(CANCEL_SEVERAL, arguments, ends - self.state.io.clock()))

    def classify(self, reply: Reply, call: CancelRequest) -> Classification:
        """What came back from a cancel means for this order."""
        one = call.with_one_id(query=False)
        return self._read(lambda: classify_cancel(reply, one, self.endpoint))

    def receive(self, came: Reply | NoResponse) -> Classification:
        """What the answer to a cancel means that another channel asked for."""
        reply = came if isinstance(came, Reply) else Reply(response=came)
        self.is_cancel, self.requests = True, 1
        self.has_sent, self.has_left = True, reply.response.may_have_been_sent
        return self.classify(reply, self.call)

    def query(self, call: CancelRequest, seconds: float) -> Asking:
        """By each look of the row that can find the order by its id, until one does."""
        self.requests, self.has_left, self.is_cancel = 0, False, False
        one, ends = call.with_one_id(query=True), self.state.io.clock() + seconds
        looks = [look for look in self.endpoint.looks if _can_find(look, one)]
        if not looks:
            reason = "this venue shows no order by its client id"
            return classify_no_response(NoResponse(may_have_been_sent=False, reason=reason))
        for look in looks:
            left = ends - self.state.io.clock()
            reply = yield from self._call(look.method, self._arguments(one, look), left)
            found = self._read(functools.partial(classify_look, reply, one, look, self.endpoint))
            if found.kind is not ResponseKind.NOT_OPEN:
                break
        return found

    def _arguments(self, call: CancelRequest, look: Look) -> tuple[Any, ...]:
        names = look.renamed_params
        params = {names.get(name, name): value for name, value in call.route_params.items()}
        params.update(look.params)
        if call.order_id is None:
            if look.client_id_param is not None:
                params[look.client_id_param] = call.client_order_id
        elif look.order_id_param is not None:
            params[look.order_id_param] = call.order_id
        if look.lists:
            return self.symbol, None, None, params
        return call.order_id or "", self.symbol, params  # ccxt may put it into a message

    def _read(self, classify: Callable[[], tuple[Classification, Order | None]]) -> Classification:
        self.shown = None
        try:
            found, self.shown = classify()
        except Exception as e:
            return Classification(kind=ResponseKind.UNREADABLE, text=type(e).__name__, cause=e)
        self.requests -= found.kind is ResponseKind.HELD_LOCALLY
        return found

    def _call(self, method: str, arguments: tuple[Any, ...], seconds: float) -> Calling:
        """Call a method within so many seconds. Raises what it raises before it sends."""
        began = self.state.io.clock()
        self.requests += 1
        if (refused := self._check_blocked(self.limiter(), seconds)) is not None:
            return Reply(response=refused)
        if self.has_listener:
            self.emit("sent", method=method, path="", **self.sent_details)
        self.has_sent = self.has_sent or self.is_cancel
        reply: Reply = yield CallNative(method, arguments, timeout_for(seconds))
        self.has_left = reply.response.may_have_been_sent
        self._report(reply.response, began)
        return reply

    def _load_markets(self, seconds: float) -> Generator[Any, Any, NoResponse | None]:
        """Why the markets, which ccxt needs, cannot be had; None where they are there.

        Raises ``ccxt.AuthenticationError``: some exchanges want a key for them.
        """
        if self.exchange.markets_by_id:  # markets that the user gave are not indexed yet
            return None
        error: Exception | None = None
        try:
            reply: Reply = yield CallNative("load_markets", (), seconds)
            error = key_error(reply, self.endpoint) or reply.error
        except ccxt.BaseError as e:
            error = e
        if self.exchange.markets:
            return None
        if isinstance(error, ccxt.AuthenticationError):
            raise error
        reason = f"the markets could not be loaded ({type(error).__name__})"
        cause = None if error is None else shown_cause(self.exchange, error)
        return NoResponse(may_have_been_sent=False, reason=reason, cause=cause)

    def open_orders(self, call: CancelRequest, market: Market | None, seconds: float) -> Asking:
        """The open orders, by ``fetch_open_orders``."""
        self.requests, self.has_left, self.is_cancel = 0, False, False
        symbol = None if market is None else market.structure["symbol"]
        arguments = symbol, None, None, {**call.route_params}
        reply = yield from self._call("fetch_open_orders", arguments, seconds)
        self.has_left = False
        response = reply.response
        if isinstance(response, Response) and is_list_of_orders(reply, response):
            listed = attrs.evolve(response, data=reply.returned)
            return Classification(kind=ResponseKind.ORDER, text=response.body, response=listed)
        asked = attrs.evolve(call, order_id="")
        found = self._read(lambda: classify_look(reply, asked, Look(), self.endpoint))
        if found.kind in REFUSALS:
            return found
        return attrs.evolve(found, kind=ResponseKind.NOT_EXECUTED, error=ccxt.RequestTimeout)

    def identify(self, listed: Any) -> tuple[str, Market] | None:
        """The id and the market of a listed order."""
        known = listed if isinstance(listed, Mapping) else {}
        venue, symbol = self.endpoint.venue, known.get("symbol") or self.symbol
        order_id = venue.parse_order_id(known.get("id"))
        if order_id is None or not symbol:
            return None
        return order_id, Market(id=symbol, structure={"symbol": symbol})

    def read_clock(self, seconds: float) -> Generator[Any, Any, int | None]:
        """By ``fetch_time``, where ccxt has it."""
        if not self.exchange.has.get("fetchTime"):
            return None
        try:
            reply: Reply = yield CallNative("fetch_time", (), seconds)
        except ccxt.BaseError as e:
            log.warning("%s: its time could not be read: %s", self.exchange.id, type(e).__name__)
            return None
        return reply.returned if isinstance(reply.returned, int) else None

    def sync_clock(self, refused: Classification, seconds: float) -> Generator[Any, Any, None]:  # noqa: ARG002  # as there
        """Set ccxt's ``timeDifference``, where it has one."""
        if "timeDifference" not in self.exchange.options:
            return
        server = yield from self.read_clock(seconds)
        if server is not None:
            difference = self.exchange.milliseconds() - server
            self.exchange.options["timeDifference"] = difference
            self.emit("resynced", ms=difference)

    def now(self) -> int:
        """0, which proves nothing: some venues accept a request by a clock that is hours ahead."""
        return 0

    def host(self) -> str:
        """ccxt's name of the exchange."""
        return str(self.exchange.id)

    def limiter(self) -> HostLimiter:
        """One for the whole exchange."""
        return self.state.limiter(self.host(), None)

    def parse_order(self, found: Classification) -> Order:
        """As ccxt's query showed it; of an acknowledged one no more than its ids is known."""
        response = found.response
        order = self.shown or {
            **self.exchange.safe_order({}),
            "info": None if response is None else response.data,
        }
        call = self.call
        order["id"] = order["id"] or call.order_id
        order["clientOrderId"] = order["clientOrderId"] or call.client_order_id
        order["symbol"] = order["symbol"] or self.symbol
        if call.order_id is not None and call.client_order_id is not None:
            self._warn_of_two_orders(order)
        return order


def is_list_of_orders(reply: Reply, response: Response) -> bool:
    """Whether ccxt read a list from an answer of the venue; it may make an empty one of a page."""
    is_json = isinstance(response.data, dict | list)
    return is_json and reply.error is None and isinstance(reply.returned, list)


def _can_find(look: Look, call: CancelRequest) -> bool:
    is_trigger = any(call.route_params.get(word) for word in (*TRIGGER_PARAMS, TRAILING_PARAM))
    if look.triggers not in (None, is_trigger):
        return False
    if call.order_id is not None:
        return look.by_order_id
    return look.lists or look.client_id_param is not None
