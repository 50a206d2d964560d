"""Spot: ``POST /api/v3/brokerage/orders/batch_cancel``.

https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/cancel-order
"""

from __future__ import annotations

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
    Market,
    MarketRoute,
    Response,
    ResponseKind,
    SignedRequest,
)
from adapter.contract.venue import Venue

ROOT = "/api/v3"
OPEN = ("PENDING", "QUEUED", "OPEN", "EDIT_QUEUED")
ENDS = {"FILLED": "closed", "CANCELLED": "canceled", "EXPIRED": "expired", "FAILED": "rejected"}
FIELDS = OrderFields(
    order_id="order_id",
    client_id="client_order_id",
    statuses={**dict.fromkeys(OPEN, "open"), "CANCEL_QUEUED": "canceling", **ENDS},
    created=("created_time",),
)
NOT_OPEN = ("UNKNOWN_CANCEL_ORDER", "ORDER_IS_FULLY_FILLED", "NOT_FOUND")
IN_DOUBT = ("UNKNOWN_CANCEL_FAILURE_REASON", "DUPLICATE_CANCEL_REQUEST")


class Coinbase(Venue):
    """Coinbase Advanced Trade, for keys that have an HMAC secret."""

    name = "Coinbase"
    exchanges = frozenset({"coinbase"})
    order_id_param = "order_id"
    order_id_rule = "a UUID such as '9bc1eb3b-5b46-4b71-9628-ae2ed0cca75b'"
    market_id_param = ""
    error_field = "error"
    fields = FIELDS

    def route(
        self, exchange: Any, symbol: str, params: Mapping[str, Any], *, account: str | None
    ) -> MarketRoute:
        """By the symbol alone: params select nothing, and there is one account."""
        base, _, quote = symbol.partition("/")
        if not quote or ":" in quote:
            return MarketRoute(unserved_reason="ccxt handles all but spot symbols")
        known = {"id": f"{base}-{quote}", "symbol": symbol, "base": base, "quote": quote}
        structure = exchange.safe_market_structure(known)
        if exchange.markets:
            structure = exchange.market(symbol)
        return MarketRoute(market=Market(id=known["id"], structure=structure), market_type="spot")

    def parse_order_id(self, value: object) -> str | None:
        """A UUID, in the spelling of Coinbase's answers."""
        try:
            return str(uuid.UUID(value)) if isinstance(value, str) else None
        except ValueError:
            return None

    def build_request(
        self, call: CancelRequest, *, endpoint: OrderApi, query: OrderQuery | None = None
    ) -> ApiRequest:
        """The cancel has the id in a list."""
        request = super().build_request(call, endpoint=endpoint, query=query)
        if query is not None:
            return request
        return attrs.evolve(request, params={"order_ids": [call.order_id], **call.params})

    def build_url(self, exchange: Any, api: str, path: str) -> str:
        """All of it is on one host."""
        return f"{exchange.urls['api']['rest']}{ROOT}/{path}"

    def make_signer(self, secret: str) -> Callable[[str], str]:
        """HMAC-SHA256."""
        return lambda payload: hmac.new(secret.encode(), payload.encode(), "sha256").hexdigest()

    def sign(
        self, exchange: Any, request: ApiRequest, *, credentials: Credentials
    ) -> SignedRequest:
        """A POST has its parameters in a JSON body, a query has its one in the path."""
        path = exchange.implode_params(request.path, request.params)
        body = exchange.json(request.params) if request.method == "POST" else ""
        time = str(exchange.nonce() // 1000)
        signature = credentials.sign(f"{time}{request.method}{ROOT}/{path}{body}")
        return SignedRequest(
            method=request.method,
            url=self.build_url(exchange, request.api, path),
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
        """A refused cancel is an HTTP 200, too."""
        return super().is_success(response) and _reason(response.data) is None

    def classify_error(self, response: Response, **context: Any) -> Classification:
        """By the reason, where there is one, else by the HTTP status."""
        reason, text = _reason(response.data), text_of(response)
        if reason in NOT_OPEN:
            return not_open(text)
        if reason in IN_DOUBT:
            return ambiguous(text)
        if reason is None or response.status >= 400:
            return super().classify_error(response, **context)
        error = ccxt.OperationRejected
        return Classification(kind=ResponseKind.REFUSED, text=text, error=error)


def _reason(data: Any) -> Any:
    """Why a request was refused; None where it was not."""
    if not isinstance(data, dict):
        return None
    return data.get("failure_reason") if data.get("success") is False else data.get("error")


def result(answer: Any, call: CancelRequest) -> Any:
    """The order's element of the answer to a cancel, which is that to a batch of one."""
    results = answer.get("results") if isinstance(answer, dict) else None
    return answer if results is None else find_order(results, call, FIELDS)


def shown(answer: Any, call: CancelRequest) -> Any:
    """The order in the answer to a query."""
    return answer.get("order", answer) if isinstance(answer, dict) else answer


def is_acknowledgement(answer: Any, call: CancelRequest) -> bool:
    """Coinbase has queued the cancel."""
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
