"""The requests: an unsigned one to each host, and a signed query that changes nothing."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import attrs
import ccxt

from adapter.contract.messages import CancelRequest, NoResponse, ResponseKind, SignedRequest
from adapter.core.routing import ActiveEndpoint
from adapter.doctor import diagnose
from adapter.doctor.diagnose import Diagnosis, Reply
from adapter.doctor.report import WARNING, WRONG, Clock, Host, Query, Report
from adapter.engine.redaction import redact_for
from adapter.engine.state import ExchangeState

TIMEOUT = 5.0
"""Seconds for one answer, unless the exchange object's timeout is shorter."""
NO_SUCH_ORDER = "1"
NATIVE = (
    "By ccxt's class: AuthenticationError: check the key, its permissions and its IP addresses;"
    " InvalidNonce: set this machine's clock; NetworkError: check network, proxy and address;"
    " BadSymbol: name a symbol that is traded there."
)
UNCHECKED = "If that names a setting, correct it; else report it to the plugin's author."


@attrs.frozen
class Probe:
    """Sends requests through the transport of an exchange object with the adapter attached."""

    exchange: Any
    state: ExchangeState
    report: Report
    params: dict[str, Any]

    def check_host(self, url: str, endpoints: list[ActiveEndpoint]) -> bool:
        """Request a page, and compare its clock; whether a signed query can be accepted."""
        name = urlsplit(url).netloc.rpartition("@")[2]  # without a user and a password
        clock, problem = self._page(url, endpoints[0])
        if problem is None:  # once more, without connecting, which measures the clock better
            clock, problem = self._page(url, endpoints[0])
        well, served = problem is None, tuple(active.plugin for active in endpoints)
        self.report.hosts.append(Host(host=name, plugins=served, well=well, clock=clock))
        if clock is not None:
            problem = diagnose.of_clock(clock)
        if problem is not None:
            self.report.add(name, *problem)
        return problem is None

    def _page(self, url: str, active: ActiveEndpoint) -> tuple[Clock | None, Diagnosis | None]:
        """The clock by the body, in ms, or by the ``Date`` header, which has whole seconds."""
        venue, began = active.http.venue, time.perf_counter()
        # through requests itself, whose errors are detailed
        reply = self._send(SignedRequest(method="GET", url=url, headers={}), direct=False)
        half, rounding = (time.perf_counter() - began) * 500, 0.5
        if isinstance(reply, NoResponse):
            return None, diagnose.of_host(reply, self._classify(reply, active), url)
        server = venue.parse_server_time(attrs.evolve(reply, headers={}))
        if server is None:
            if problem := diagnose.of_host(reply, self._classify(reply, active), url):
                return None, problem
            server, rounding = venue.parse_server_time(reply), 500.0
        if server is None:
            return None, None
        difference = self.exchange.safe_integer(self.exchange.options, "timeDifference", 0)
        offset = reply.time - difference - half - server - rounding
        return Clock(offset_ms=round(offset, 1), uncertainty_ms=round(half + rounding, 1)), None

    def check_native(self, plugin: str, symbol: str) -> None:
        """Ask for the open orders by ccxt's own method, which needs host, clock and key."""
        query = Query(plugin=plugin, symbol=symbol)
        self.report.queries.append(query)
        try:
            self.exchange.fetch_open_orders(symbol, None, None, {**self.params})
            # those of a wallet's address are public
            query.accepted = None if self.exchange.requiredCredentials["walletAddress"] else True
        except Exception as e:
            text = redact_for(self.exchange, f"{type(e).__name__}: {e} {e.__cause__ or ''}")
            what = f"ccxt's fetch_open_orders fails: {diagnose.shortened(text)}"
            level = WARNING if isinstance(e, ccxt.NotSupported) else WRONG
            self.report.add(plugin, level, what, NATIVE)
            query.accepted = False if isinstance(e, ccxt.AuthenticationError) else None

    def check_key(self, active: ActiveEndpoint, symbol: str, market: str) -> None:
        """Send a signed query of an order that does not exist, and diagnose the answer."""
        endpoint, query = active.http, Query(plugin=active.plugin, symbol=symbol)
        self.report.queries.append(query)
        try:
            request = endpoint.venue.build_request(
                self._call(active, market), endpoint=endpoint, query=endpoint.queries[0]
            )
            if request.method != "GET":
                raise ccxt.NotSupported(f"{active.plugin} queries by {request.method}, not by GET")
            keys = self.state.get_credentials(self.exchange, endpoint)
            signed = endpoint.venue.sign(self.exchange, request, credentials=keys)
        except ccxt.BaseError as e:
            what = f"the key could not be checked: {diagnose.shortened(str(e))}"
            self.report.add(active.plugin, WARNING, what, UNCHECKED)
            return
        reply = self._send(signed, direct=active.policy.transport == "auto")
        verdict = self._classify(reply, active, market)
        problem = diagnose.of_query(reply, verdict, signed.url, endpoint.venue, symbol)
        if problem is None:
            query.accepted = True
            return
        if problem[0] == WRONG and verdict.kind is ResponseKind.REFUSED:
            query.accepted = False
        self.report.add(active.plugin, *problem)

    def _send(self, signed: SignedRequest, *, direct: bool) -> Reply:
        timeout = min(TIMEOUT, float(self.exchange.timeout) / 1000)
        try:
            reply: Reply = self.state.io.send(self.exchange, signed, timeout, direct=direct)
        except ccxt.BaseError as e:  # conflicting proxy settings
            return NoResponse(may_have_been_sent=False, reason=f"{type(e).__name__}: {e}")
        return reply

    def _classify(self, reply: Reply, active: ActiveEndpoint, market: str = "") -> Any:
        call, endpoint = self._call(active, market), active.http
        errors, query = self.state.config.error_classes[active.plugin], endpoint.queries[0]
        return endpoint.venue.classify(
            reply, call=call, endpoint=endpoint, errors=errors, query=query
        )

    def _call(self, active: ActiveEndpoint, market: str) -> CancelRequest:
        return CancelRequest(
            market_id=market,
            order_id=NO_SUCH_ORDER,
            client_order_id=None,
            recv_window=active.policy.recv_window,
            deadline=TIMEOUT,
            confirm=False,
        )
