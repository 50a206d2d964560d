"""Coinbase Advanced Trade: ``POST /api/v3/brokerage/orders/batch_cancel``.

https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/cancel-order
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import ccxt

from adapter.contract.answers import ambiguous, find_order, not_open, text_of
from adapter.contract.api import OrderApi, OrderFields, OrderQuery
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import (
    ApiRequest,
    CancelRequest,
    Classification,
    Credentials,
    Errors,
    Market,
    MarketRoute,
    Response,
    ResponseKind,
    SignedRequest,
)
from adapter.contract.venue import Venue

STATUSES = {
    "PENDING": "open",
    "QUEUED": "open",
    "OPEN": "open",
    "EDIT_QUEUED": "open",
    "CANCEL_QUEUED": "canceling",
    "FILLED": "closed",
    "CANCELLED": "canceled",
    "EXPIRED": "expired",
    "FAILED": "rejected",
}
NOT_OPEN = ("UNKNOWN_CANCEL_ORDER", "ORDER_IS_FULLY_FILLED")
AMBIGUOUS = ("UNKNOWN_CANCEL_FAILURE_REASON", "DUPLICATE_CANCEL_REQUEST")
"""What does not say whether a cancel is under way."""
ROOT = "/api/v3"
FIELDS = OrderFields(
    order_id="order_id",
    client_id="client_order_id",
    statuses=STATUSES,
    created=("created_time",),
)


def derived_market(exchange: Any, symbol: str) -> Market:
    """The market of a unified symbol or of a market id, such as ``"LTC/BTC"`` or ``"LTC-BTC"``."""
    base, _, quote = symbol.replace("-", "/").partition("/")
    known = {"symbol": f"{base}/{quote}", "base": base, "quote": quote, "spot": ":" not in quote}
    market_id = f"{base}-{quote}"
    structure = exchange.safe_market_structure({"id": market_id, **known})
    return Market(id=market_id, structure=structure, derived=True)


class Coinbase(Venue):
    """Coinbase Advanced Trade with keys that have an HMAC secret."""

    name = "Coinbase"
    exchanges = frozenset({"coinbase"})
    order_id_param = "order_id"
    order_id_rule = "a UUID such as '9bc1eb3b-5b46-4b71-9628-ae2ed0cca75b'"
    market_id_param = ""
    error_field = "error"
    fields = FIELDS

    def route(
        self,
        exchange: Any,
        symbol: str,
        params: Mapping[str, Any],  # noqa: ARG002  # nothing in them selects another market
        *,
        account: str | None,  # noqa: ARG002  # there is one
    ) -> MarketRoute:
        if exchange.markets:
            structure = exchange.market(symbol)
            market = Market(id=structure["id"], structure=structure)
        else:
            market = derived_market(exchange, symbol)
        if not market.structure["spot"]:
            return MarketRoute(market=market, unserved_reason="ccxt handles contracts")
        return MarketRoute(market=market, market_type="spot")

    def parse_order_id(self, value: object) -> str | None:
        try:
            return str(uuid.UUID(value)) if isinstance(value, str) else None
        except ValueError:
            return None

    def build_request(
        self, call: CancelRequest, *, endpoint: OrderApi, query: OrderQuery | None = None
    ) -> ApiRequest:
        request = super().build_request(call, endpoint=endpoint, query=query)
        if query is not None:
            return request
        params = {name: value for name, value in request.params.items() if name != "order_id"}
        return attrs.evolve(request, params={"order_ids": [call.order_id], **params})

    def build_url(self, exchange: Any, api: str, path: str) -> str:  # noqa: ARG002  # one API
        return f"{exchange.urls['api']['rest']}{ROOT}/{path}"

    def make_signer(self, secret: str) -> Callable[[str], str]:
        return lambda payload: hmac.new(
            secret.encode(), payload.encode(), hashlib.sha256
        ).hexdigest()

    def sign(
        self, exchange: Any, request: ApiRequest, *, credentials: Credentials
    ) -> SignedRequest:
        path = exchange.implode_params(request.path, request.params)
        params = exchange.omit(request.params, exchange.extract_params(request.path))
        body = exchange.json(params) if request.method != "GET" else ""
        time = str(exchange.nonce() // 1000)
        signature = credentials.sign(f"{time}{request.method}{ROOT}/{path}{body}")
        query = f"?{exchange.urlencode(params)}" if params and not body else ""
        return SignedRequest(
            method=request.method,
            url=self.build_url(exchange, request.api, path) + query,
            headers={
                "CB-ACCESS-KEY": credentials.api_key,
                "CB-ACCESS-SIGN": signature,
                "CB-ACCESS-TIMESTAMP": time,
                "Content-Type": "application/json",
            },
            body=body or None,
            secrets=(credentials.api_key, signature),
        )

    def is_success(self, response: Response) -> bool:
        refused = isinstance(response.data, dict) and response.data.get("success") is False
        return super().is_success(response) and not refused

    def classify_error(
        self, response: Response, *, endpoint: OrderApi, errors: Errors
    ) -> Classification:
        data, text = response.data, text_of(response)
        reason = data.get("failure_reason") if isinstance(data, dict) else None
        is_not_found = isinstance(data, dict) and data.get("error") == "NOT_FOUND"
        if reason in NOT_OPEN or is_not_found:
            return not_open(text)
        if reason in AMBIGUOUS:
            return ambiguous(text)
        if reason is not None:
            return Classification(
                kind=ResponseKind.REFUSED, text=text, error=ccxt.OperationRejected
            )
        return super().classify_error(response, endpoint=endpoint, errors=errors)


def result(answer: Any, call: CancelRequest) -> Any:
    """The element of the order in the answer to a batch of one."""
    results = answer.get("results") if isinstance(answer, dict) else None
    return answer if results is None else find_order(results, call, FIELDS)


def shown(answer: Any, call: CancelRequest) -> Any:  # noqa: ARG001  # the one that was asked for
    return answer.get("order", answer) if isinstance(answer, dict) else answer


def is_acknowledgement(answer: Any, call: CancelRequest) -> bool:  # noqa: ARG001  # ids are checked
    return isinstance(answer, dict) and answer.get("success") is True


ENDPOINT = CancelEndpoint(
    api_version=1,
    venue=Coinbase(),
    api="v3/private",
    root=ROOT,
    path="brokerage/orders/batch_cancel",
    method="POST",
    queries=(OrderQuery(path="brokerage/orders/historical/{order_id}", extract_order=shown),),
    market_type="spot",
    client_id_param=None,
    extract_order=result,
    is_acknowledgement=is_acknowledgement,
)
