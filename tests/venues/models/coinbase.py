"""coinbase: spot orders of Advanced Trade, stop-limit orders among them.

By https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/cancel-order: a
cancel is initiated, with success or a ``failure_reason`` for each id. The reason that an order gets
is not documented: here UNKNOWN_CANCEL_ORDER is also that of one canceled before, and
DUPLICATE_CANCEL_REQUEST that of a pending one. A pending cancel shows as CANCEL_QUEUED and
``pending_cancel`` (…/orders/get-order); its ``trigger_status`` stands beside ``filled_size``, so a
stop-limit order that was triggered trades under its own id. Keys sign a JSON web token, whose
subject is looked at.
"""

from __future__ import annotations

import base64
import json
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from venues.models.book import ModelOrder, iso, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

API = "/api/v3/brokerage"
HISTORICAL = f"{API}/orders/historical"

PRODUCT = {
    "product_id": "BTC-USD",
    "base_currency_id": "BTC",
    "quote_currency_id": "USD",
    "base_increment": "0.00000001",
    "quote_increment": "0.01",
    "price_increment": "0.01",
    "base_min_size": "0.00000001",
    "product_type": "SPOT",
    "status": "online",
    "trading_disabled": False,
}

STATES = {"canceling": "CANCEL_QUEUED", "canceled": "CANCELLED"}
REASONS = {"filled": "ORDER_IS_FULLY_FILLED", "canceling": "DUPLICATE_CANCEL_REQUEST"}


def private_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return pem.decode()


def error(code: str, text: str, status: int) -> Refused:
    return Refused({"errors": [{"id": code, "message": text}]}, status)


class Coinbase(Model):
    IDS = ("coinbase",)
    KEY_HEADER = "Authorization"
    CREDENTIALS: ClassVar = {
        "apiKey": "organizations/model/apiKeys/model-key",
        "secret": private_key(),
    }
    MARKETS: ClassVar = {"BTC/USD": "BTC-USD"}
    TRIGGERS: ClassVar = {"BTC/USD": {"triggerPrice": 31000}}
    CREATE_BY = "client_order_id"
    CANCEL_BY = None
    FETCH_BY = None
    TRADES_AS_ITSELF = True
    ERRORS: ClassVar = {
        "busy": "ExchangeError",
        "rate_limit": "RateLimitExceeded",
        "clock": "AuthenticationError",
        "timed_out": "ExchangeError",
        "cancel_unknown": "BadRequest",
        "cancel_filled": "BadRequest",
        "cancel_canceled": "BadRequest",
        "fetch_unknown": "ExchangeError",
        "bad_key": "AuthenticationError",
    }

    def new_id(self, number: int) -> str:
        return f"{number:08x}-0000-4000-8000-000000000000"

    def check_key(self, call: Call) -> None:
        token = call.headers.get(self.KEY_HEADER, "").removeprefix("Bearer ").split(".")
        if len(token) != 3:
            raise self.unauthorized()
        claims = json.loads(base64.urlsafe_b64decode(token[1] + "=="))
        if claims["sub"] != self.CREDENTIALS["apiKey"]:
            raise self.unauthorized()

    def unauthorized(self) -> Refused:
        return error("authentication_error", "invalid api key", 401)

    def busy(self) -> Refused:
        body = {"error": "UNAVAILABLE", "error_details": "", "message": "Service unavailable"}
        return Refused(body, 503)

    def rate_limited(self) -> Refused:
        return error("rate_limit_exceeded", "Too many requests", 429)

    def clock_refused(self) -> Refused:
        return error("authentication_error", "request timestamp expired", 401)

    def timed_out(self) -> Refused:
        return error("internal_server_error", "Internal server error", 500)

    @route("public", "GET /v2/currencies", "GET /v2/currencies/crypto", "GET /v2/exchange-rates")
    def nothing(self, _: Call) -> Any:
        return {"data": []}

    @route("public", f"GET {API}/market/products", f"GET {API}/products")
    def products(self, call: Call) -> Any:
        return {"products": [] if call.params.get("product_type") == "FUTURE" else [PRODUCT]}

    @route("public", f"GET {API}/time")
    def time(self, _: Call) -> Any:
        return {"iso": iso(self.now()), "epochMillis": str(self.now())}

    @route("private", f"GET {API}/transaction_summary")
    def fees(self, _: Call) -> Any:
        return {"fee_tier": {"taker_fee_rate": "0.006", "maker_fee_rate": "0.004"}}

    @route("create", f"POST {API}/orders")
    def create(self, call: Call) -> Any:
        ((kind, settings),) = call.params["order_configuration"].items()
        order = self.book.place(
            call.params["product_id"],
            call.params["side"].lower(),
            settings["base_size"],
            settings.get("limit_price"),
            type="market" if kind.startswith("market") else "limit",
            client_id=call.params["client_order_id"],
            trigger_price=settings.get("stop_price"),
            info={kind: settings},
        )
        ids = {"order_id": order.id, "client_order_id": order.client_id}
        success = {**ids, "product_id": order.market, "side": order.side.upper()}
        return {"success": True, "order_id": order.id, "success_response": success}

    @route("cancel", f"POST {API}/orders/batch_cancel")
    def cancel_orders(self, call: Call) -> Any:
        return {"results": [self._cancel(call, order_id) for order_id in call.params["order_ids"]]}

    @route("query", f"GET {HISTORICAL}/(?!batch$){{order_id}}")
    def order(self, call: Call) -> Any:
        order = self.find(call, call.params["order_id"])
        if order is None:
            text = "order with this orderID was not found"
            raise Refused({"error": "unknown", "error_details": text, "message": text}, 404)
        return {"order": self._order(order)}

    @route("query", f"GET {HISTORICAL}/batch")
    def orders_by_status(self, call: Call) -> Any:
        market = call.params.get("product_id")
        listed = [
            self._order(order)
            for order in reversed(self.orders(call))
            if market in (None, order.market)
        ]
        wanted = call.params.get("order_status")
        found = [order for order in listed if wanted in (None, order["status"])]
        return {"orders": found, "has_next": False, "cursor": ""}

    def _cancel(self, call: Call, order_id: str | None) -> dict[str, Any]:
        found = self.find(call, order_id) if order_id else None
        was = self.cancel(call, found)[0] if found else "unknown"
        reason = REASONS.get(was, "UNKNOWN_CANCEL_ORDER")
        return {
            "success": was == "open",
            "failure_reason": "UNKNOWN_CANCEL_FAILURE_REASON" if was == "open" else reason,
            "order_id": order_id,
        }

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        (kind,) = order.info
        triggered = "INVALID_ORDER_TYPE"
        if order.trigger_price is not None:
            triggered = "STOP_TRIGGERED" if order.is_active else "STOP_PENDING"
        return {
            "order_id": order.id,
            "client_order_id": order.client_id,
            "product_id": order.market,
            "order_configuration": dict(order.info),
            "side": order.side.upper(),
            "status": STATES.get(order.state, order.state.upper()),
            "pending_cancel": order.state == "canceling",
            "time_in_force": "GOOD_UNTIL_CANCELLED",
            "created_time": iso(order.created),
            "filled_size": number(order.filled),
            "average_filled_price": number(order.price if order.filled else None, "0"),
            "filled_value": number(order.filled * (order.price or 0)),
            "total_fees": "0",
            "order_type": "STOP_LIMIT" if kind.startswith("stop") else order.type.upper(),
            "trigger_status": triggered,
            "product_type": "SPOT",
            "settled": not order.is_live,
            "reject_reason": "REJECT_REASON_UNSPECIFIED",
            "cancel_message": "User requested cancel" if order.state == "canceled" else "",
        }
