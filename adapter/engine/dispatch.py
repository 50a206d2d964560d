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
TIMEOUT_SHARE = 2 / 3
"""The share of a call's time that one request may take."""
MIN_TIMEOUT = 0.3
"""Seconds that it may always take."""
NOT_SIGNED = NoResponse(may_have_been_sent=False, reason="it could not be signed")


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
    direct: bool
    """Whether the transport may take its short way."""


DispatchEffects = Generator[WaitForThrottle | Send | CallImplicit, Any, Response | NoResponse]


@attrs.define
class Dispatcher:
    """The way from one call to its product's host."""

    exchange: Any
    state: ExchangeState
    active: ActiveEndpoint
    emit: Callable[..., None]
    """Is told of what is sent and held back, and of what came."""
    has_listener: bool
    """Whether anybody listens to that."""
    ticket: Ticket = attrs.field(factory=Ticket)
    has_sent: bool = False
    """Whether a cancel was about to leave for the host."""
    has_left: bool = False
    """Whether the last request has left, by what the transport says of it."""

    def host(self) -> str:
        """What a ban holds for; of a URL that names no host, the whole."""
        endpoint = self.active.endpoint
        url = endpoint.venue.build_url(self.exchange, endpoint.api, endpoint.path)
        return url.partition("://")[2].partition("/")[0] or url

    def send(self, request: ApiRequest, seconds: float) -> DispatchEffects:
        """One request, with so many seconds left for it, and what came back.

        It is signed last, so that nothing waits with it.
        """
        exchange, clock, venue = self.exchange, self.state.clock, self.active.endpoint.venue
        self.has_left = False
        if names := self.state.user_code.overrides(exchange, self.active.endpoint):
            return (yield from self._send_natively(request, names, seconds))
        keys = self.state.get_credentials(exchange, self.active.endpoint)
        ends = clock() + seconds
        waits_in_line = self.active.policy.throttle == "wait"
        if waits_in_line and exchange.enableRateLimit:
            yield WaitForThrottle(request.weight)
            exchange.set_last_rest_request_timestamp()
        began, host = clock(), self.host()
        left = ends - began
        if (refused := self._check_blocked(host, began, left)) is not None:
            return refused
        if waits_in_line:
            signed = venue.sign(exchange, request, keys)
            return (yield from self.send_signed(signed, request.path, left))
        budget = self.state.limiter(host, self.active.endpoint.weight_limit)
        if (refused := self._acquire(budget, host, request.weight, began, left)) is not None:
            return refused
        response: Any = NOT_SIGNED
        try:
            signed = venue.sign(exchange, request, keys)
            if exchange.enableRateLimit:
                charge(exchange, request.weight, budget.minute_left(began * 1000), budget.reserve)
            response = None
            send = self._send_effect(signed, request.path, left)
            response = yield from self._track(send, signed.method)
        finally:
            self._record(budget, request.weight, began, response)
        return self._report(response, began)

    def send_signed(self, signed: SignedRequest, path: str, left: float) -> DispatchEffects:
        """Send past our own limits, and tell of it. ``left`` is in seconds."""
        began = self.state.clock()
        send = self._send_effect(signed, path, left)
        return self._report((yield from self._track(send, signed.method)), began)

    def request_server_time(self, api: str, left: float) -> DispatchEffects:
        """Ask the exchange for its time. ``left`` is in seconds."""
        endpoint = self.active.endpoint
        names = self.state.user_code.overrides(self.exchange, endpoint)
        if not names:
            url = endpoint.venue.build_url(self.exchange, api, "time")
            return (
                yield from self.send_signed(
                    SignedRequest(method="GET", url=url, headers={}), "time", left
                )
            )
        page = ApiRequest(method="GET", api=api, path="time", params={}, weight=1, timeout=left)
        try:
            return (yield from self._send_natively(page, names, left))
        except ccxt.NotSupported as e:
            return NoResponse(may_have_been_sent=False, reason=str(e))

    def _send_natively(
        self, request: ApiRequest, names: tuple[str, ...], left: float
    ) -> DispatchEffects:
        """Ask by ccxt's implicit method, which charges its own throttle. ``left`` is in seconds."""
        began = self.state.clock()
        if (refused := self._check_blocked(self.host(), began, left)) is not None:
            return refused
        errors = self.state.error_classes[self.active.plugin]
        call = implicit_call(self.exchange, request, names, errors, _timeout_for(left))
        if self.has_listener:
            self.emit("sent", method=request.method, path=request.path)
        return self._report((yield from self._track(call, request.method)), began)

    def leave_queue(self) -> None:
        """Keep no place among those that wait for the host: the call is over."""
        if self.ticket.number is not None:
            budget = self.state.limiter(self.host(), self.active.endpoint.weight_limit)
            with budget.lock:
                budget.queue.leave(self.ticket)

    def _check_blocked(self, host: str, now: float, left: float) -> NoResponse | None:
        """Why a request cannot go out at all, if it cannot; ``now`` and ``left`` are in seconds."""
        if left <= 0:
            return NoResponse(
                may_have_been_sent=False, reason="its time was over before it could be sent"
            )
        held = self.state.blocked_until.get(host, 0.0) - now
        if held <= 0:
            return None
        reason = f"the exchange takes no requests for another {held:.1f} s"
        return NoResponse(may_have_been_sent=False, reason=reason, retry_after=held)

    def _acquire(
        self, budget: HostLimiter, host: str, weight: int, now: float, left: float
    ) -> NoResponse | None:
        """Why it has to wait, where it could take the host over its limit; else it is counted."""
        others = functools.partial(weight_in_window, self.exchange)
        pause = budget.acquire(weight, now * 1000, self.ticket, patience=left * 1000, others=others)
        if pause <= 0:
            return None
        seconds = pause / 1000
        self.emit("blocked", host=host, seconds=seconds)
        reason = f"held back for {seconds:.1f} s: more could pass the host's weight limit"
        return NoResponse(may_have_been_sent=False, reason=reason, retry_after=seconds)

    def _record(
        self, budget: HostLimiter, weight: int, began: float, response: Response | NoResponse | None
    ) -> None:
        """Let the budget know what became of a request; None is one that was given up."""
        if response is not None and _is_unsent(response):
            budget.release(weight)
            return
        used = time = None
        if isinstance(response, Response):
            used = self._used_weight(response)
            time = self.active.endpoint.venue.parse_server_time(response)
        budget.record(weight, used, time, began * 1000, self.state.clock() * 1000)

    def _track(self, step: Send | CallImplicit, method: str) -> DispatchEffects:
        """What comes of a request, and whether it has left."""
        self.has_sent = self.has_sent or method == "DELETE"
        response: Response | NoResponse = yield step
        self.has_left = not _is_unsent(response)
        return response

    def _send_effect(self, signed: SignedRequest, path: str, left: float) -> Send:
        if self.has_listener:
            self.emit("sent", method=signed.method, path=path)
        short = self.active.policy.transport == "auto"
        return Send(signed, min(_timeout_for(left), self.exchange.timeout / 1000), short)

    def _report(self, response: Response | NoResponse, began: float) -> Response | NoResponse:
        if not self.has_listener:
            return response
        ms = round((self.state.clock() - began) * 1000, 1)
        if isinstance(response, NoResponse):
            self.emit("replied", sent=response.may_have_been_sent, reason=response.reason, ms=ms)
        else:
            self.emit(
                "replied", status=response.status, used_weight=self._used_weight(response), ms=ms
            )
        return response

    def _used_weight(self, response: Response) -> int | None:
        """The weight that is used of the host's minute, where it says so."""
        said = response.headers.get(self.active.endpoint.venue.used_weight_header, "")
        return int(said) if DIGITS.fullmatch(said) else None


def _is_unsent(response: Response | NoResponse) -> bool:
    return isinstance(response, NoResponse) and not response.may_have_been_sent


def _timeout_for(left: float) -> float:
    """The seconds that one request may take: time is left for a look where no answer comes."""
    return max(left * TIMEOUT_SHARE, min(left, MIN_TIMEOUT))
