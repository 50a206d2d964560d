"""What the two channels share: how the machine's questions become requests, and what they mean."""

from __future__ import annotations

import abc
import logging
import re
from collections.abc import Callable, Generator
from typing import Any, cast

import attrs

from adapter.contract.api import OrderQuery
from adapter.contract.messages import (
    ApiRequest,
    CancelRequest,
    Classification,
    NoResponse,
    Order,
    Response,
    ResponseKind,
)
from adapter.core.channel import Asking
from adapter.core.rate_limit import HostLimiter
from adapter.core.routing import ActiveEndpoint, RouteMatch
from adapter.core.wait_queue import Ticket
from adapter.engine.state import ExchangeState

DIGITS = re.compile(r"[0-9]{1,9}")
TIMEOUT_SHARE = 2 / 3
"""The share of a call's time that one request may take."""
MIN_TIMEOUT = 0.3
"""Seconds that it may always take."""

log = logging.getLogger("adapter")

Sending = Generator[Any, Any, Response | NoResponse]
"""Yields the effects of a channel, and gives what came back."""


@attrs.define(eq=False)
class BaseChannel(abc.ABC):
    """Serves one call; see `adapter.core.channel.Channel`."""

    exchange: Any
    state: ExchangeState
    match: RouteMatch
    active: ActiveEndpoint
    call: CancelRequest
    """As the caller made it."""
    emit: Callable[..., None]
    """Is called with each event and its details."""
    has_listener: bool
    """Whether anybody listens to these events."""
    has_sent: bool = attrs.field(default=False, init=False)
    """Whether a cancel was about to leave for the host."""
    is_cancel: bool = attrs.field(default=False, init=False)
    """Whether the request that is on its way is a cancel."""
    has_left: bool = attrs.field(default=False, init=False)
    """Whether the last request may have left, by what came back."""
    requests: int = attrs.field(default=0, init=False)
    """How many requests the last `cancel` or `query` has made."""
    sent_details: dict[str, Any] = attrs.field(factory=dict, init=False)
    """What an event of a request has beside method and path."""
    asked: tuple[CancelRequest, OrderQuery | None] | None = attrs.field(default=None, init=False)
    """What the last request was made of: the call with one id, and the query unless it cancels."""
    has_warned: bool = attrs.field(default=False, init=False)
    """Whether it was logged that the two ids that were given name different orders."""
    ticket: Ticket = attrs.field(factory=Ticket, init=False)
    queued_at: HostLimiter | None = attrs.field(default=None, init=False)
    """Where the ticket is, whatever becomes of the exchange object's URLs in the meantime."""

    def cancel(self, call: CancelRequest, seconds: float) -> Asking:
        """Ask the exchange to cancel."""
        self.requests, self.has_left = 0, False
        return self._ask(call.with_one_id(query=False), None, seconds)

    def query(self, call: CancelRequest, seconds: float) -> Asking:
        """Query the order, in each way that the endpoint has, until one finds it."""
        self.requests, self.has_left = 0, False
        ends, asked = self.state.io.clock() + seconds, call.with_one_id(query=True)
        for query in self.active.endpoint.queries:
            found = yield from self._ask(asked, query, ends - self.state.io.clock())
            if found.kind is not ResponseKind.NOT_OPEN:
                break
        return found

    def _ask(self, call: CancelRequest, query: OrderQuery | None, seconds: float) -> Asking:
        endpoint, venue = self.active.endpoint, self.active.endpoint.venue
        self.is_cancel, self.asked = query is None, (call, query)
        self.requests += 1
        request = venue.build_request(call, endpoint=endpoint, query=query)
        response = yield from self.send(request, seconds)
        return self.classify(response, call, query)

    def receive(self, response: Response | NoResponse) -> Classification:
        """What the answer to a cancel means that another channel's request carried."""
        call = self.call.with_one_id(query=False)
        self.is_cancel, self.asked, self.requests = True, (call, None), 1
        self.has_sent, self.has_left = True, not is_unsent(response)
        return self.classify(response, call, None)

    def classify(
        self, response: Response | NoResponse, call: CancelRequest, query: OrderQuery | None
    ) -> Classification:
        """What a response means for the order that ``call`` identifies by one id."""
        endpoint, venue = self.active.endpoint, self.active.endpoint.venue
        errors = self.state.config.error_classes[self.active.plugin]
        try:
            found = venue.classify(
                response, call=call, endpoint=endpoint, errors=errors, query=query
            )
            self.requests -= found.kind is ResponseKind.HELD_LOCALLY
            if self.call.client_order_id is None or isinstance(response, NoResponse):
                return found
            return attrs.evolve(found, server_time=venue.parse_server_time(response))
        except Exception as e:
            return Classification(kind=ResponseKind.UNREADABLE, text=type(e).__name__, cause=e)

    @abc.abstractmethod
    def send(self, request: ApiRequest, seconds: float) -> Sending:
        """Send one request within so many seconds, and give what came back."""

    @abc.abstractmethod
    def _request_clock(self, api: str, seconds: float) -> Sending:
        """Send a request to the exchange's time endpoint."""

    def read_clock(self, seconds: float) -> Generator[Any, Any, int | None]:
        """The exchange's time in ms; None where it has no endpoint for that, or no answer came."""
        page = yield from self._clock_page(seconds)
        return None if page is None else self._server_time(page)

    def sync_clock(self, refused: Classification, seconds: float) -> Generator[Any, Any, None]:
        """Set ccxt's ``timeDifference``, so that its other calls are in time as well."""
        page = (yield from self._clock_page(seconds)) or refused.response
        server = None if page is None else self._server_time(page)
        if page is not None and server is not None:
            self.exchange.options["timeDifference"] = page.time - server
            self.emit("resynced", ms=page.time - server)

    def _clock_page(self, seconds: float) -> Generator[Any, Any, Response | None]:
        api = self.active.endpoint.time_api
        if api is None:
            return None
        try:
            page = yield from self._request_clock(api, seconds)
        except Exception as e:
            name = self.exchange.id
            log.warning("%s: its time could not be requested: %s", name, type(e).__name__)
            return None
        return page if isinstance(page, Response) and page.status == 200 else None

    def _server_time(self, response: Response) -> int | None:
        return self.active.endpoint.venue.parse_server_time(response)

    def host(self) -> str:
        """The host of the cancel; of a URL that names no host, the whole."""
        endpoint = self.active.endpoint
        url = endpoint.venue.build_url(self.exchange, endpoint.api, endpoint.path)
        return url.partition("://")[2].partition("/")[0] or url

    def limiter(self) -> HostLimiter:
        """The limiter of that host."""
        endpoint = self.active.endpoint
        group = endpoint.venue.limit_group(self.host(), endpoint.api)
        return self.state.limiter(group, endpoint.weight_limit)

    def block(self, seconds: float) -> None:
        """Send nothing to the host for so many seconds."""
        self.emit("blocked", host=self.host(), seconds=seconds)
        self.limiter().block(seconds * 1000, self.state.io.clock() * 1000)

    def leave_queue(self) -> None:
        """Leave the queue of the host: the call is over."""
        if self.queued_at is not None and self.ticket.number is not None:
            self.queued_at.leave(self.ticket)

    def _check_blocked(self, limiter: HostLimiter, left: float) -> NoResponse | None:
        """Why a request cannot go out at all, if it cannot; ``left`` is in seconds."""
        if left <= 0:
            reason = "its time was over before it could be sent"
            return NoResponse(may_have_been_sent=False, reason=reason)
        blocked = limiter.blocked_for(self.state.io.clock() * 1000) / 1000
        if blocked <= 0:
            return None
        reason = f"the exchange takes no requests for another {blocked:.1f} s"
        return NoResponse(may_have_been_sent=False, reason=reason, retry_after=blocked)

    def _report(self, response: Response | NoResponse, began: float) -> Response | NoResponse:
        """Emit what came."""
        if not self.has_listener:
            return response
        ms = round((self.state.io.clock() - began) * 1000, 1)
        if isinstance(response, NoResponse):
            self.emit("replied", sent=response.may_have_been_sent, reason=response.reason, ms=ms)
        else:
            used = self.used_weight(response)
            self.emit("replied", status=response.status, used_weight=used, ms=ms)
        return response

    def used_weight(self, response: Response) -> int | None:
        """The used weight of the host's minute, from an answer that has it."""
        used = response.headers.get(self.active.endpoint.used_weight_header, "")
        return int(used) if DIGITS.fullmatch(used) else None

    def parse_order(self, found: Classification) -> Order:
        """The unified order of the last response, which shows or acknowledges it."""
        endpoint, response = self.active.endpoint, cast(Response, found.response)
        call, query = cast(tuple[CancelRequest, OrderQuery | None], self.asked)
        order = endpoint.venue.parse_order(
            response.data,
            exchange=self.exchange,
            endpoint=endpoint,
            market=self.match.market,
            call=call,
            query=query,
        )
        if self.call.order_id is not None and self.call.client_order_id is not None:
            self._warn_of_two_orders(order)
        return order

    def _warn_of_two_orders(self, order: Order) -> None:
        call = self.call
        ids = order["id"], order["clientOrderId"] or call.client_order_id
        if ids != (call.order_id, call.client_order_id) and not self.has_warned:
            self.has_warned = True
            log.warning(
                "%s cancelOrder() was given order id %s and client id %s, and order %s has client"
                " id %s: the client id is what was sent",
                self.exchange.id,
                call.order_id,
                call.client_order_id,
                *ids,
            )


def is_unsent(response: Response | NoResponse) -> bool:
    """Whether surely not one byte has left."""
    return isinstance(response, NoResponse) and not response.may_have_been_sent


def timeout_for(left: float) -> float:
    """The seconds that one request may take: time is left for a query where no answer comes."""
    return max(left * TIMEOUT_SHARE, min(left, MIN_TIMEOUT))
