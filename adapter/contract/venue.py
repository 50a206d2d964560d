"""`Venue`: a venue whose requests the adapter builds, signs and reads by itself."""

from __future__ import annotations

import abc
import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

import attrs
import ccxt

from adapter.contract.answers import (
    ambiguous,
    classify_no_response,
    client_id_of,
    created,
    is_another_order,
    not_open,
    requested_status,
    text_of,
)
from adapter.contract.api import NO_ORDER, OrderApi, OrderFields, OrderQuery
from adapter.contract.base_venue import BaseVenue
from adapter.contract.messages import (
    ApiRequest,
    CancelRequest,
    Classification,
    Credentials,
    Errors,
    Market,
    NoResponse,
    Order,
    Response,
    ResponseKind,
    SignedRequest,
)

log = logging.getLogger("adapter")


class Venue(BaseVenue):
    """The requests and the answers that all endpoints of one venue share.

    The methods that read an answer do not raise, whatever JSON it is. ``query`` is None where a
    cancel is meant, and the query otherwise.
    """

    order_id_param: str
    """The request parameter of an order id, where an endpoint does not name another one."""
    fields: OrderFields
    """The fields of an order, where an endpoint does not name others."""
    market_id_param: str = "symbol"
    used_weight_header: str = ""
    """`CancelEndpoint.used_weight_header`, where an endpoint does not name another one."""
    error_field: str = "code"
    """A field that only an error's JSON body has. A body that ccxt quotes in an exception is
    recognised by it."""
    time_path: str = "time"
    """The path of the time endpoint below the root of an endpoint's ``time_api``."""

    def build_request(
        self, call: CancelRequest, *, endpoint: OrderApi, query: OrderQuery | None = None
    ) -> ApiRequest:
        """The request for the order that ``call`` identifies by one id, before it is signed."""
        asked = query or endpoint
        market = {self.market_id_param: call.market_id} if self.market_id_param else {}
        ids = {asked.order_id_param or endpoint.order_id_param: call.order_id}
        client_id_param = asked.client_id_param or endpoint.client_id_param
        if call.client_order_id is not None and client_id_param is not None:
            ids = {client_id_param: call.client_order_id}
        params = call.params if query is None else query.params
        return ApiRequest(
            method=asked.method,
            api=asked.api or endpoint.api,
            path=asked.path or endpoint.path,
            params={**market, **ids, **call.route_params, **params},
            weight=asked.weight,
            recv_window=call.recv_window,
        )

    @abc.abstractmethod
    def build_url(self, exchange: Any, api: str, path: str) -> str:
        """The URL without its query. Raises ``ccxt.NotSupported`` where the object has no host."""

    def limit_group(self, host: str, api: str) -> str:  # noqa: ARG002  # a default
        """The name under which weight and bans are counted, of a host and ccxt's name for an API.

        Hosts may share one, and a host may have several.
        """
        return host

    @abc.abstractmethod
    def make_signer(self, secret: str) -> Callable[[str], str]:
        """The function that signs a payload. The secret is parsed once, here.

        Raises ``ccxt.AuthenticationError`` for a secret that cannot be one.
        """

    @abc.abstractmethod
    def sign(
        self, exchange: Any, request: ApiRequest, *, credentials: Credentials
    ) -> SignedRequest:
        """The request as it is sent, by the exchange object's clock, options and host."""

    def error_classes(self, exchange: Any) -> Errors:
        """The error class of each code and message, the same for all endpoints."""
        return cast(Errors, exchange.exceptions.get("exact", exchange.exceptions))

    def classify(
        self,
        response: Response | NoResponse,
        *,
        call: CancelRequest,
        endpoint: OrderApi,
        errors: Errors,
        query: OrderQuery | None = None,
    ) -> Classification:
        """What ``response`` means for the order that ``call`` identifies by one id."""
        if isinstance(response, NoResponse):
            return classify_no_response(response)
        extract = (query and query.extract_order) or endpoint.extract_order
        if extract is not None:
            response = attrs.evolve(response, data=extract(response.data, call))
        if not self.is_success(response):
            return self.classify_error(response, endpoint=endpoint, errors=errors)
        if query is not None and response.data is NO_ORDER:
            return not_open(text_of(response))
        return self.classify_order(response, call=call, endpoint=endpoint, query=query)

    def is_success(self, response: Response) -> bool:
        """Whether an answer is no error. The default goes by the HTTP status alone."""
        return 200 <= response.status < 300

    def classify_order(
        self,
        response: Response,
        *,
        call: CancelRequest,
        endpoint: OrderApi,
        query: OrderQuery | None,
    ) -> Classification:
        """What a success means: it shows the order, acknowledges the cancel, or is ambiguous."""
        answer, text, fields = response.data, text_of(response), endpoint.fields
        status = requested_status(answer, call, endpoint, query)
        if status is not None:
            return Classification(
                kind=ResponseKind.ORDER,
                text=text,
                status=status,
                created=created(answer, fields),
                successor=self.parse_order_id(answer.get(fields.successor))
                if fields.successor
                else None,
                response=response,
            )
        acknowledges = endpoint.is_acknowledgement if query is None else None
        is_meant = not is_another_order(answer, call, endpoint, query)
        if acknowledges is not None and is_meant and acknowledges(answer, call):
            return Classification(kind=ResponseKind.ACKNOWLEDGED, text=text, response=response)
        return ambiguous(text)

    def classify_error(
        self,
        response: Response,
        *,
        endpoint: OrderApi,  # noqa: ARG002  # a default
        errors: Errors,  # noqa: ARG002  # a default
    ) -> Classification:
        """What an error means. The default goes by the HTTP status alone."""
        text, status = text_of(response), response.status
        if status == 429:
            return Classification(
                kind=ResponseKind.RATE_LIMITED, text=text, error=ccxt.RateLimitExceeded
            )
        if status == 408 or status >= 500:
            return ambiguous(text)
        error = ccxt.AuthenticationError if status == 401 else ccxt.ExchangeError
        return Classification(kind=ResponseKind.REFUSED, text=text, error=error)

    def parse_order(
        self,
        found: Classification,
        *,
        exchange: Any,
        endpoint: OrderApi,
        market: Market,
        call: CancelRequest,
        query: OrderQuery | None = None,
    ) -> Order:
        """The unified order of an answer that shows or acknowledges the order.

        It is that of `unify`, with the right id, client id, status, symbol and creation time. Of an
        order that is only acknowledged, no more than its ids and its symbol are known.
        """
        answer, status, time = cast(Response, found.response).data, found.status, found.created
        shown, fields = answer if isinstance(answer, dict) else {}, endpoint.fields
        if fields.market:
            market = self._shown_market(shown, exchange, market, fields)
        if status is None:
            order = {**exchange.safe_order({}), "info": answer}
        else:
            order = self.unify(shown, exchange=exchange, market=market)
            if shown[fields.status] not in fields.statuses:
                log.warning("%s: unknown order status %r", exchange.id, shown[fields.status])
        order_id = shown.get(fields.order_id)
        order["id"] = call.order_id if order_id in (None, "") else str(order_id)
        order["clientOrderId"] = client_id_of(shown, endpoint, query) or call.client_order_id
        order["status"], order["symbol"] = status, market.structure["symbol"]
        if time not in (None, order["timestamp"]):
            order["timestamp"], order["datetime"] = time, exchange.iso8601(time)
        return order

    def _shown_market(
        self, shown: Mapping[str, Any], exchange: Any, asked: Market, fields: OrderFields
    ) -> Market:
        """The market of the order that an answer shows, which need not be the one asked for."""
        market_id = shown.get(fields.market)
        if not isinstance(market_id, str) or market_id in ("", asked.id):
            return asked
        log.warning(
            "%s: order %s is one of %s, not of %s: %s finds it by its id alone",
            exchange.id,
            shown.get(fields.order_id),
            market_id,
            asked.id,
            self.name,
        )
        market_type = "inverse" if asked.structure["inverse"] else "linear"
        structure = {**asked.structure, "symbol": market_id}
        unknown = attrs.evolve(asked, id=market_id, structure=structure)
        return self.market_of_id(exchange, market_id, market_type) or unknown

    def unify(self, answer: Mapping[str, Any], *, exchange: Any, market: Market) -> Order:
        """A shown order as by ccxt's parser. `parse_order` corrects what identifies it."""
        return cast(Order, exchange.parse_order(answer, market.structure))

    def parse_server_time(self, response: Response) -> int | None:  # noqa: ARG002  # a default
        """The exchange's time in a response, in ms since the epoch; None where it has none."""
        return None

    def explain_auth_error(
        self,
        response: Response,  # noqa: ARG002  # a default
    ) -> tuple[str, str] | None:
        """What a refusal of a key or an account means, and what the user does about it.

        None where it is no such refusal.
        """
        return None
