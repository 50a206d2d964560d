"""The requests: an unsigned one to each host, and a signed query that changes nothing."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt

from adapter.contract.messages import (
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    ResponseKind,
    SignedRequest,
)
from adapter.core.routing import ActiveEndpoint
from adapter.doctor import diagnose
from adapter.doctor.diagnose import WARNING, WRONG, Clock, Finding, shortened
from adapter.engine.state import ExchangeState

TIMEOUT = 5.0
"""Seconds for one answer, unless the exchange object's timeout is shorter."""
NO_SUCH_ORDER = "1"
TIME_DIFFERENCE = "timeDifference"
"""The key of ccxt's options with the ms that are subtracted from timestamps."""


@attrs.frozen(kw_only=True)
class Host:
    """What was found out about one host."""

    host: str
    plugins: tuple[str, ...]
    well: bool
    """Whether it answers as an exchange does."""
    clock: Clock | None


@attrs.frozen(kw_only=True)
class Query:
    """One signed query, and whether the exchange accepts the key."""

    plugin: str
    symbol: str
    accepted: bool | None
    """None where the answer does not show it."""


@attrs.frozen(kw_only=True)
class Probe:
    """Sends requests through the transport of an exchange object with the adapter attached."""

    exchange: Any
    state: ExchangeState
    difference: int
    """The exchange object's ``timeDifference``, before it is corrected."""

    def check_host(self, url: str, choices: list[ActiveEndpoint]) -> tuple[Host, Finding | None]:
        """Request a page twice: the second time, without connecting, measures the clock."""
        choice = choices[0]
        clock, finding = self._page(url, choice)
        if finding is None:
            clock, finding = self._page(url, choice)
        well, plugins = finding is None, tuple(choice.plugin for choice in choices)
        if clock is not None and well:
            options = self.exchange.options
            by_options = self.exchange.safe_integer(options, "recvWindow")
            window = choice.policy.recv_window or by_options
            finding = diagnose.of_clock(clock, _host(url), window)
            # corrected, so that a wrong clock does not hide a wrong key
            correction = round(clock.offset_ms) if finding else 0
            options[TIME_DIFFERENCE] = self.difference + correction
        return Host(host=_host(url), plugins=plugins, well=well, clock=clock), finding

    def _page(self, url: str, choice: ActiveEndpoint) -> tuple[Clock | None, Finding | None]:
        """The clock by the body, in ms, or by the ``Date`` header, which has whole seconds."""
        venue, began = choice.endpoint.venue, time.perf_counter()
        # through requests itself, whose errors are detailed
        reply = self._sent(SignedRequest(method="GET", url=url, headers={}), direct=False)
        half, rounding, finding = (time.perf_counter() - began) * 500, 0.5, None
        if not isinstance(reply, Response):
            return None, diagnose.of_page(reply, self._verdict(reply, choice), _host(url))
        server = venue.parse_server_time(attrs.evolve(reply, headers={}))
        if server is None:
            finding = diagnose.of_page(reply, self._verdict(reply, choice), _host(url))
            server, rounding = venue.parse_server_time(reply), 500.0
        if server is None:
            return None, finding
        offset = reply.time - half - server - rounding - self.difference
        clock = Clock(offset_ms=round(offset, 1), uncertainty_ms=round(half + rounding, 1))
        return clock, finding

    def check_key(
        self, choice: ActiveEndpoint, symbol: str, market: str
    ) -> tuple[Query, Finding | None]:
        """Send a signed query of an order that does not exist, and diagnose the answer."""
        query = Query(plugin=choice.plugin, symbol=symbol, accepted=None)
        try:
            reply = self._queried(choice, market)
        except ccxt.BaseError as e:
            return query, _unsent(choice.plugin, shortened(str(e)))
        verdict = self._verdict(reply, choice, market)
        finding = diagnose.of_query(reply, verdict, choice, symbol)
        if finding is None:
            return attrs.evolve(query, accepted=True), None
        if finding.level == WRONG and verdict.kind is ResponseKind.REFUSED:
            query = attrs.evolve(query, accepted=False)
        return query, finding

    def _queried(self, choice: ActiveEndpoint, market: str) -> Response | NoResponse:
        venue = choice.endpoint.venue
        query = choice.endpoint.queries[0]
        request = venue.build_request(
            self._call(choice, market), endpoint=choice.endpoint, query=query
        )
        if request.method != "GET":
            raise ccxt.NotSupported(f"{choice.plugin} queries by {request.method}, not by GET")
        keys = self.state.get_credentials(self.exchange, choice.endpoint)
        signed = venue.sign(self.exchange, request, credentials=keys)
        return self._sent(signed, direct=choice.policy.transport == "auto")

    def _sent(self, signed: SignedRequest, *, direct: bool) -> Response | NoResponse:
        try:
            reply: Response | NoResponse = self.state.io.send(
                self.exchange, signed, self._timeout, direct=direct
            )
        except ccxt.BaseError as e:  # conflicting proxy settings
            return NoResponse(may_have_been_sent=False, reason=f"{type(e).__name__}: {e}")
        return reply

    def _verdict(
        self, reply: Response | NoResponse, choice: ActiveEndpoint, market: str = ""
    ) -> Classification:
        call, errors = self._call(choice, market), self.state.config.error_classes[choice.plugin]
        endpoint, query = choice.endpoint, choice.endpoint.queries[0]
        return endpoint.venue.classify(
            reply, call=call, endpoint=endpoint, errors=errors, query=query
        )

    def _call(self, choice: ActiveEndpoint, market: str) -> CancelRequest:
        return CancelRequest(
            market_id=market,
            order_id=NO_SUCH_ORDER,
            client_order_id=None,
            recv_window=choice.policy.recv_window,
            deadline=self._timeout,
            confirm=False,
        )

    @property
    def _timeout(self) -> float:
        return min(TIMEOUT, float(self.exchange.timeout) / 1000)


def _unsent(plugin: str, why: str) -> Finding:
    return Finding(
        WARNING,
        plugin,
        f"the key could not be checked: {why}",
        "If that names a setting, correct it; else report it to the plugin's author.",
    )


def _host(url: str) -> str:
    """The host and the port, without a user and a password."""
    return urlsplit(url).netloc.rpartition("@")[2]
