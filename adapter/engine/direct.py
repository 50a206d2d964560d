"""The channel that signs and sends by itself, past ccxt's request queue."""

from __future__ import annotations

import functools
from typing import Any

import attrs

from adapter.contract.messages import ApiRequest, NoResponse, Response, SignedRequest
from adapter.core.rate_limit import HostLimiter
from adapter.engine.channel import Sending, timeout_for
from adapter.engine.http_channel import HttpChannel
from adapter.engine.throttle import charge, cost_of, weight_in_window

NOT_SIGNED = NoResponse(may_have_been_sent=False, reason="it could not be signed")


@attrs.frozen
class WaitForThrottle:
    """An effect: wait in ccxt's request queue."""

    weight: float


@attrs.define
class Send:
    """An effect: send a request, once."""

    signed: SignedRequest
    timeout: float
    """Seconds."""
    direct: bool
    """Whether the transport may go past the library of the exchange's session."""


class Direct(HttpChannel):
    """Builds, signs and sends; a request is charged to ccxt's throttle and to the host's limit."""

    def send(self, request: ApiRequest, seconds: float) -> Sending:
        """Send one request. It is signed last, so that nothing waits with its timestamp."""
        exchange, clock, endpoint = self.exchange, self.state.io.clock, self.endpoint
        credentials = self.state.get_credentials(exchange, endpoint)
        ends, waits = clock() + seconds, self.active.policy.throttle == "wait"
        if waits and exchange.enableRateLimit:
            yield WaitForThrottle(cost_of(exchange, request))
            exchange.set_last_rest_request_timestamp()
        began, limiter = clock(), self.limiter()
        left = ends - began
        refused = self._check_blocked(limiter, left)
        if refused is None and not self.is_cancel:
            refused = self._check_outage(limiter, began, left)
        if refused is None and not waits:
            refused = self._acquire(limiter, request.weight, began, left)
        if refused is not None:
            return refused
        response: Any = NOT_SIGNED
        try:
            signed = endpoint.venue.sign(exchange, request, credentials=credentials)
            if exchange.enableRateLimit and not waits:
                minute_left = limiter.minute_left(began * 1000)
                charge(exchange, cost_of(exchange, request), minute_left, limiter.reserve)
            response = None
            self.has_sent = self.has_sent or self.is_cancel
            response = yield self._send(signed, request.path, left)
            self.has_left = response.may_have_been_sent
        finally:
            if not waits:
                self._record(limiter, request.weight, began, response)
        return self._report(response, began)

    def _request_clock(self, api: str, seconds: float) -> Sending:
        """Past the host's limit: no cancel goes out without it."""
        began, venue = self.state.io.clock(), self.endpoint.venue
        url = venue.build_url(self.exchange, api, venue.time_path)
        page = SignedRequest(method="GET", url=url, headers={})
        response: Response | NoResponse = yield self._send(page, venue.time_path, seconds)
        self.has_left = response.may_have_been_sent
        return self._report(response, began)

    def _send(self, signed: SignedRequest, path: str, left: float) -> Send:
        if self.has_listener:
            self.emit("sent", method=signed.method, path=path, **self.sent_details)
        direct = self.active.policy.transport == "auto"
        return Send(signed, min(timeout_for(left), self.exchange.timeout / 1000), direct)

    def _check_outage(self, limiter: HostLimiter, now: float, left: float) -> NoResponse | None:
        """Why a query is left to others, if it is."""
        pause = limiter.outage.pause(now * 1000, left * 1000)
        if pause <= 0:
            return None
        reason = "the host answers nothing at present, and another query tries"
        return NoResponse(may_have_been_sent=False, reason=reason, retry_after=pause / 1000)

    def _acquire(
        self, limiter: HostLimiter, weight: int, now: float, left: float
    ) -> NoResponse | None:
        """Why it has to wait, where it could take the host over its limit; else it is counted."""
        self.queued_at, others = limiter, functools.partial(weight_in_window, self.exchange)
        ticket, patience = self.ticket, left * 1000
        pause = limiter.acquire(weight, now * 1000, ticket, patience=patience, others=others)
        if pause <= 0:
            return None
        seconds = pause / 1000
        self.emit("blocked", host=self.host(), seconds=seconds)
        reason = f"held back for {seconds:.1f} s: more could pass the host's weight limit"
        return NoResponse(may_have_been_sent=False, reason=reason, retry_after=seconds)

    def _record(
        self,
        limiter: HostLimiter,
        weight: int,
        began: float,
        response: Response | NoResponse | None,
    ) -> None:
        """Let the limiter know what became of a request; None is one that was given up."""
        if response is not None and not self.has_left:
            limiter.release(weight)
            return
        used = time = None
        if isinstance(response, Response):
            used = self.used_weight(response)
            time = self.endpoint.venue.parse_server_time(response)
        limiter.record(weight, used, time, began * 1000, self.state.io.clock() * 1000)
