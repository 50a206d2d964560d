"""How the machine's questions become requests to an endpoint, and what the responses mean."""

from __future__ import annotations

import abc
import logging
import re
from collections.abc import Generator, Mapping
from typing import Any, cast

import attrs
import ccxt

from adapter.contract.answers import text_of
from adapter.contract.api import OpenOrders, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import (
    ApiRequest,
    CancelRequest,
    Classification,
    Market,
    NoResponse,
    Order,
    Response,
    ResponseKind,
)
from adapter.core.channel import Asking
from adapter.core.evidence import UNSENT
from adapter.core.rate_limit import HostLimiter
from adapter.engine.channel import BaseChannel, Sending

DIGITS = re.compile(r"[0-9]{1,9}")
NO_LIST = (ResponseKind.ORDER, ResponseKind.ACKNOWLEDGED, ResponseKind.AMBIGUOUS)
"""Answers that have no list, and no error: the query is made again, since it changes nothing."""
NOTHING_LEARNED = (ResponseKind.AMBIGUOUS, ResponseKind.NOT_EXECUTED)
"""What a host means that is out of order for a while."""

log = logging.getLogger("adapter")


@attrs.define(eq=False)
class HttpChannel(BaseChannel):
    """Builds the requests of an endpoint, and lets its venue read the responses."""

    asked: tuple[CancelRequest, OrderQuery | None] | None = attrs.field(default=None, init=False)
    """What the last request was made of: the call with one id, and the query unless it cancels."""

    endpoint: CancelEndpoint
    """The one that is asked."""

    def cancel(self, call: CancelRequest, seconds: float) -> Asking:
        """Ask the exchange to cancel."""
        self.requests, self.has_left = 0, False
        return self._ask(call.with_one_id(query=False), None, seconds)

    def query(self, call: CancelRequest, seconds: float) -> Asking:
        """Query the order, in each way that the endpoint has, until one finds it."""
        self.requests, self.has_left = 0, False
        ends, asked = self.state.io.clock() + seconds, call.with_one_id(query=True)
        for query in self.endpoint.queries:
            found = yield from self._ask(asked, query, ends - self.state.io.clock())
            if found.kind is not ResponseKind.NOT_OPEN:
                break
        return found

    def _ask(self, call: CancelRequest, query: OrderQuery | None, seconds: float) -> Asking:
        endpoint, venue = self.endpoint, self.endpoint.venue
        self.is_cancel, self.asked = query is None, (call, query)
        self.requests += 1
        request = venue.build_request(call, endpoint=endpoint, query=query)
        response = yield from self.send(request, seconds)
        found = self.classify(response, call, query)
        if self.queued_at is not None and found.kind not in UNSENT:
            is_usable = found.kind not in NOTHING_LEARNED
            self.queued_at.outage.add(is_usable=is_usable)
            if self.is_cancel:
                self.queued_at.cancel_outage.add(is_usable=is_usable)
        return found

    def receive(self, came: Response | NoResponse) -> Classification:
        """What the answer to a cancel means that another channel's request carried."""
        call = self.call.with_one_id(query=False)
        self.is_cancel, self.asked, self.requests = True, (call, None), 1
        self.has_sent, self.has_left = True, came.may_have_been_sent
        return self.classify(came, call, None)

    def classify(
        self, response: Response | NoResponse, call: CancelRequest, query: OrderQuery | None
    ) -> Classification:
        """What a response means for the order that ``call`` identifies by one id."""
        endpoint, venue = self.endpoint, self.endpoint.venue
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
        return None if page is None else self.endpoint.venue.parse_server_time(page)

    def sync_clock(self, refused: Classification, seconds: float) -> Generator[Any, Any, None]:
        """Set ccxt's ``timeDifference``, so that its other calls are in time as well."""
        page = (yield from self._clock_page(seconds)) or refused.response
        server = None if page is None else self.endpoint.venue.parse_server_time(page)
        if page is not None and server is not None:
            self.exchange.options["timeDifference"] = page.time - server
            self.emit("resynced", ms=page.time - server)

    def _clock_page(self, seconds: float) -> Generator[Any, Any, Response | None]:
        api = self.endpoint.time_api
        if api is None:
            return None
        try:
            page = yield from self._request_clock(api, seconds)
        except Exception as e:
            name = self.exchange.id
            log.warning("%s: its time could not be requested: %s", name, type(e).__name__)
            return None
        return page if isinstance(page, Response) and page.status == 200 else None

    def now(self) -> int:
        """By the exchange object, which may be set by the exchange's clock."""
        return cast(int, self.exchange.nonce())

    def host(self) -> str:
        """The host of the cancel; of a URL that names no host, the whole."""
        endpoint = self.endpoint
        url = endpoint.venue.build_url(self.exchange, endpoint.api, endpoint.path)
        return url.partition("://")[2].partition("/")[0] or url

    def limiter(self) -> HostLimiter:
        """The limiter of that host."""
        endpoint = self.endpoint
        group = endpoint.venue.limit_group(self.host(), endpoint.api)
        return self.state.limiter(group, endpoint.weight_limit)

    def reply_details(self, response: Response) -> dict[str, Any]:
        """The weight that is used."""
        return {"used_weight": self.used_weight(response)}

    def used_weight(self, response: Response) -> int | None:
        """The used weight of the host's minute, from an answer that has it."""
        used = response.headers.get(self.endpoint.used_weight_header, "")
        return int(used) if DIGITS.fullmatch(used) else None

    def parse_order(self, found: Classification) -> Order:
        """The unified order of the last response, which shows or acknowledges it."""
        endpoint = self.endpoint
        call, query = cast(tuple[CancelRequest, OrderQuery | None], self.asked)
        order = endpoint.venue.parse_order(
            found,
            exchange=self.exchange,
            endpoint=endpoint,
            market=self.match.market,
            call=call,
            query=query,
        )
        if self.call.order_id is not None and self.call.client_order_id is not None:
            self._warn_of_two_orders(order)
        return order

    def open_orders(self, call: CancelRequest, market: Market | None, seconds: float) -> Asking:
        """List the open orders of a market, or of all where that is None."""
        self.requests, self.is_cancel = 1, False
        response = yield from self.send(self._list_request(call, market), seconds)
        self.has_left = False  # no cancel has
        if (answer := self.list_of(response)) is not None:
            return Classification(kind=ResponseKind.ORDER, text=text_of(answer), response=answer)
        found = self.classify(response, call, self.endpoint.queries[0])
        if found.kind in NO_LIST:
            kind = ResponseKind.NOT_EXECUTED
            return attrs.evolve(found, kind=kind, error=ccxt.RequestTimeout, status=None)
        is_unreadable = found.kind is ResponseKind.UNREADABLE
        return attrs.evolve(found, kind=ResponseKind.REFUSED) if is_unreadable else found

    def _list_request(self, call: CancelRequest, market: Market | None) -> ApiRequest:
        endpoint = self.endpoint
        listing, word = cast(OpenOrders, endpoint.open_orders), endpoint.venue.market_id_param
        weight = listing.weight_of_all if market is None else listing.weight
        of_market = {word: market.id} if market is not None and word else {}
        return ApiRequest(
            method=listing.method,
            api=listing.api or endpoint.api,
            path=listing.path,
            params={**of_market, **call.route_params},
            weight=listing.weight if weight is None else weight,
            recv_window=call.recv_window,
        )

    def list_of(self, response: Response | NoResponse) -> Response | None:
        """The response, if it is a success with a list."""
        if isinstance(response, NoResponse) or not isinstance(response.data, list):
            return None
        return response if self.endpoint.venue.is_success(response) else None

    def identify(self, listed: Any) -> tuple[str, Market] | None:
        """The id and the market of a listed order; None for one that cannot be read."""
        endpoint, route = self.endpoint, self.match.market_route
        shown = listed if isinstance(listed, Mapping) else {}
        order_id, market = (
            endpoint.venue.parse_order_id(shown.get(endpoint.fields.order_id)),
            route.market,
        )
        if market is None and endpoint.open_orders is not None:
            market_id = shown.get(endpoint.open_orders.market_id_field)
            market = endpoint.venue.market_of_id(self.exchange, str(market_id), route.market_type)
        return None if order_id is None or market is None else (order_id, market)
