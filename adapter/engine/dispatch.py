"""One request of a call on its way to the exchange: when it may go, and what came back."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Generator
from typing import Any

import attrs
import ccxt

from adapter.contract.messages import ApiRequest, NoResponse, Response, SignedRequest
from adapter.core.rate_limit import HostLimiter
from adapter.core.routing import ActiveEndpoint
from adapter.core.wait_queue import Ticket
from adapter.engine.native import CallImplicit, implicit_call
from adapter.engine.state import ExchangeState
from adapter.engine.throttle import charge, weight_in_window

DIGITS = re.compile(r"[0-9]{1,9}")
FIRST_SHARE = 2 / 3
"""The share of a call's time that one request may take."""
SHORTEST = 0.3
"""Seconds that it may always take."""
NOT_SIGNED = NoResponse(sent=False, reason="it could not be signed")


@attrs.frozen
class WaitForThrottle:
    """Wait in ccxt's request queue."""

    weight: int


@attrs.define
class Send:
    """Send a request, once."""

    signed: SignedRequest
    timeout: float
    """Seconds."""
    short: bool
    """Whether the transport may take its short way."""


Sending = Generator[WaitForThrottle | Send | CallImplicit, Any, Response | NoResponse]


@attrs.define
class Dispatcher:
    """The way from one call to its product's host."""

    exchange: Any
    state: ExchangeState
    choice: ActiveEndpoint
    tell: Callable[..., None]
    """Is told of what is sent and held back, and of what came."""
    is_heard: bool
    """Whether anybody listens to that."""
    turn: Ticket = attrs.field(factory=Ticket)
    has_sent: bool = False
    """Whether a cancel was about to leave for the host."""
    has_left: bool = False
    """Whether the last request has left, by what the transport says of it."""

    def host(self) -> str:
        """What a ban holds for; of a URL that names no host, the whole."""
        product = self.choice.product
        url = product.venue.url(self.exchange, product.api, product.path)
        return url.partition("://")[2].partition("/")[0] or url

    def asked(self, request: ApiRequest, seconds: float) -> Sending:
        """One request, with so many seconds left for it, and what came back.

        It is signed last, so that nothing waits with it.
        """
        exchange, clock, venue = self.exchange, self.state.clock, self.choice.product.venue
        self.has_left = False
        if names := self.state.user_code.names(exchange, self.choice.product):
            return (yield from self._by_ccxt(request, names, seconds))
        keys = self.state.keys(exchange, self.choice.product)
        ends = clock() + seconds
        waits_in_line = self.choice.policy.lane == "ccxt"
        if waits_in_line and exchange.enableRateLimit:
            yield WaitForThrottle(request.weight)
            exchange.set_last_rest_request_timestamp()
        began, host = clock(), self.host()
        left = ends - began
        if (refused := self._refused(host, began, left)) is not None:
            return refused
        if waits_in_line:
            signed = venue.signed(exchange, request, keys)
            return (yield from self.sent(signed, request.path, left))
        budget = self.state.budget(host, self.choice.product.weight_limit)
        if (refused := self._held_back(budget, host, request.weight, began, left)) is not None:
            return refused
        reply: Any = NOT_SIGNED
        try:
            signed = venue.signed(exchange, request, keys)
            if exchange.enableRateLimit:
                charge(exchange, request.weight, budget.left(began * 1000), budget.kept)
            reply = None
            send = self._send(signed, request.path, left)
            reply = yield from self._tracked(send, signed.method)
        finally:
            self._count(budget, request.weight, began, reply)
        return self._told(reply, began)

    def sent(self, signed: SignedRequest, path: str, left: float) -> Sending:
        """Send past our own limits, and tell of it. ``left`` is in seconds."""
        began = self.state.clock()
        send = self._send(signed, path, left)
        return self._told((yield from self._tracked(send, signed.method)), began)

    def time_page(self, api: str, left: float) -> Sending:
        """Ask the exchange for its time. ``left`` is in seconds."""
        product = self.choice.product
        names = self.state.user_code.names(self.exchange, product)
        if not names:
            url = product.venue.url(self.exchange, api, "time")
            return (
                yield from self.sent(SignedRequest(method="GET", url=url, headers={}), "time", left)
            )
        page = ApiRequest(method="GET", api=api, path="time", params={}, weight=1, timeout=left)
        try:
            return (yield from self._by_ccxt(page, names, left))
        except ccxt.NotSupported as e:
            return NoResponse(sent=False, reason=str(e))

    def _by_ccxt(self, request: ApiRequest, names: tuple[str, ...], left: float) -> Sending:
        """Ask by ccxt's implicit method, which charges its own throttle. ``left`` is in seconds."""
        began = self.state.clock()
        if (refused := self._refused(self.host(), began, left)) is not None:
            return refused
        errors = self.state.errors[self.choice.plugin]
        call = implicit_call(self.exchange, request, names, errors, _share(left))
        if self.is_heard:
            self.tell("sent", method=request.method, path=request.path)
        return self._told((yield from self._tracked(call, request.method)), began)

    def leave(self) -> None:
        """Keep no place among those that wait for the host: the call is over."""
        if self.turn.number is not None:
            budget = self.state.budget(self.host(), self.choice.product.weight_limit)
            with budget.lock:
                budget.turns.leave(self.turn)

    def _refused(self, host: str, now: float, left: float) -> NoResponse | None:
        """Why a request cannot go out at all, if it cannot; ``now`` and ``left`` are in seconds."""
        if left <= 0:
            return NoResponse(sent=False, reason="its time was over before it could be sent")
        held = self.state.held.get(host, 0.0) - now
        if held <= 0:
            return None
        reason = f"the exchange takes no requests for another {held:.1f} s"
        return NoResponse(sent=False, reason=reason, retry_after=held)

    def _held_back(
        self, budget: HostLimiter, host: str, weight: int, now: float, left: float
    ) -> NoResponse | None:
        """Why it has to wait, where it could take the host over its limit; else it is counted."""
        others = functools.partial(weight_in_window, self.exchange)
        pause = budget.take(weight, now * 1000, self.turn, patience=left * 1000, others=others)
        if pause <= 0:
            return None
        seconds = pause / 1000
        self.tell("held", host=host, seconds=seconds)
        reason = f"held back for {seconds:.1f} s: more could pass the host's weight limit"
        return NoResponse(sent=False, reason=reason, retry_after=seconds)

    def _count(
        self, budget: HostLimiter, weight: int, began: float, reply: Response | NoResponse | None
    ) -> None:
        """Let the budget know what became of a request; None is one that was given up."""
        if reply is not None and _is_unsent(reply):
            budget.give_back(weight)
            return
        used = time = None
        if isinstance(reply, Response):
            used = self._used(reply)
            time = self.choice.product.venue.server_time(reply)
        budget.told(weight, used, time, began * 1000, self.state.clock() * 1000)

    def _tracked(self, step: Send | CallImplicit, method: str) -> Sending:
        """What comes of a request, and whether it has left."""
        self.has_sent = self.has_sent or method == "DELETE"
        reply: Response | NoResponse = yield step
        self.has_left = not _is_unsent(reply)
        return reply

    def _send(self, signed: SignedRequest, path: str, left: float) -> Send:
        if self.is_heard:
            self.tell("sent", method=signed.method, path=path)
        short = self.choice.policy.transport == "auto"
        return Send(signed, min(_share(left), self.exchange.timeout / 1000), short)

    def _told(self, reply: Response | NoResponse, began: float) -> Response | NoResponse:
        if not self.is_heard:
            return reply
        ms = round((self.state.clock() - began) * 1000, 1)
        if isinstance(reply, NoResponse):
            self.tell("replied", sent=reply.sent, reason=reply.reason, ms=ms)
        else:
            self.tell("replied", status=reply.status, used_weight=self._used(reply), ms=ms)
        return reply

    def _used(self, reply: Response) -> int | None:
        """The weight that is used of the host's minute, where it says so."""
        said = reply.headers.get(self.choice.product.venue.used_weight, "")
        return int(said) if DIGITS.fullmatch(said) else None


def _is_unsent(reply: Response | NoResponse) -> bool:
    return isinstance(reply, NoResponse) and not reply.sent


def _share(left: float) -> float:
    """The seconds that one request may take: time is left for a look where no answer comes."""
    return max(left * FIRST_SHARE, min(left, SHORTEST))
