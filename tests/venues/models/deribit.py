"""deribit: spot and perpetual orders, trigger orders among them.

By https://docs.deribit.com/: the matching engine itself answers a cancel with the order
(#private-cancel), whose sample shows a canceled trigger order as untriggered still; the history
has orders with fills of the last 30 minutes, if not asked for more
(#private-get_order_history_by_instrument); codes are those of #rpc-error-codes. Which of 11008,
10010 and 11044 a late cancel gets is not documented: others have seen the last.
"""

from __future__ import annotations

from typing import Any, ClassVar

from venues.models.book import ModelOrder
from venues.models.model import Model, route
from venues.models.server import Call, Refused

API = "/api/v2"
PRIVATE = f"{API}/private"

TOKEN = "model-token"
LISTED_MS = 30 * 60 * 1000

SPOT = {
    "instrument_name": "BTC_USDC",
    "kind": "spot",
    "base_currency": "BTC",
    "counter_currency": "USDC",
    "quote_currency": "USDC",
    "is_active": True,
    "contract_size": 0.0001,
    "min_trade_amount": 0.0001,
    "tick_size": 1,
}
PERPETUAL = {
    "instrument_name": "BTC-PERPETUAL",
    "kind": "future",
    "settlement_period": "perpetual",
    "base_currency": "BTC",
    "counter_currency": "USD",
    "quote_currency": "USD",
    "settlement_currency": "BTC",
    "is_active": True,
    "contract_size": 10,
    "min_trade_amount": 10,
    "tick_size": 0.5,
}

CODES = {
    10000: "authorization_required",
    10004: "order_not_found",
    10010: "already_closed",
    10028: "too_many_requests",
    11008: "already_filled",
    11044: "not_open_order",
    11051: "system_maintenance",
    13004: "invalid_credentials",
    13009: "unauthorized",
    13028: "temporarily_unavailable",
}

STATES = {"canceled": "cancelled"}


def ok(result: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "result": result, "testnet": False}


def error(code: int) -> Refused:
    text = CODES[code]
    body = {"jsonrpc": "2.0", "error": {"code": code, "message": text}, "testnet": False}
    return Refused(body, 400)


class Deribit(Model):
    IDS = ("deribit",)
    KEY_HEADER = "Authorization"
    SECRET_PARAMS: ClassVar = frozenset({"client_secret"})
    MARKETS: ClassVar = {"BTC/USDC": "BTC_USDC", "BTC/USD:BTC": "BTC-PERPETUAL"}
    TRIGGERS: ClassVar = {"BTC/USD:BTC": {"stopLossPrice": 31000}}
    CREATE_BY = "label"
    CANCEL_BY = None
    FETCH_BY = None
    FINAL = True
    ERRORS: ClassVar = {
        "busy": "OnMaintenance",
        "rate_limit": "DDoSProtection",
        "clock": "AuthenticationError",
        "timed_out": "ExchangeError",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "InvalidOrder",
        "cancel_canceled": "InvalidOrder",
        "fetch_unknown": "OrderNotFound",
        "bad_key": "AuthenticationError",
    }

    def __init__(self) -> None:
        super().__init__()
        self.late_codes = {"filled": 11044, "canceled": 11044}
        """The code for a cancel that comes too late, by the state of the order."""

    def new_id(self, number: int) -> str:
        return f"BTC-{10**10 + number}"

    def check_key(self, call: Call) -> None:
        """Take the signature of a key, or a token of public/auth."""
        given = call.headers.get(self.KEY_HEADER, "")
        signed = given.startswith(f"deri-hmac-sha256 id={self.CREDENTIALS['apiKey']},")
        if not signed and given != f"Bearer {TOKEN}":
            raise self.unauthorized()

    def unauthorized(self) -> Refused:
        return error(13004)

    def busy(self) -> Refused:
        return error(11051)

    def rate_limited(self) -> Refused:
        return error(10028)

    def clock_refused(self) -> Refused:
        return error(13009)

    def timed_out(self) -> Refused:
        return error(13028)

    @route("public", f"GET {API}/public/auth")
    def auth(self, call: Call) -> Any:
        names = {"client_id": "apiKey", "client_secret": "secret"}
        if any(call.params.get(n) != self.CREDENTIALS[key] for n, key in names.items()):
            raise error(13004)
        return ok({"access_token": TOKEN, "expires_in": 900, "token_type": "bearer"})

    @route("public", f"GET {API}/public/get_currencies")
    def currencies(self, _: Call) -> Any:
        return ok([])

    @route("public", f"GET {API}/public/get_instruments")
    def instruments(self, _: Call) -> Any:
        return ok([SPOT, PERPETUAL])

    @route("public", f"GET {API}/public/get_time")
    def time(self, _: Call) -> Any:
        return ok(self.now())

    @route("create", f"GET {PRIVATE}/(?P<side>buy|sell)")
    def create(self, call: Call) -> Any:
        params = call.params
        order = self.book.place(
            params["instrument_name"],
            params["side"],
            params["amount"],
            params.get("price"),
            type="market" if params["type"].endswith("market") else "limit",
            client_id=params.get("label", ""),
            trigger_price=params.get("trigger_price"),
            info={"order_type": params["type"]},
        )
        return ok({"order": self._order(order), "trades": []})

    @route("cancel", f"GET {PRIVATE}/cancel")
    def cancel_order(self, call: Call) -> Any:
        was, order = self.cancel(call, self._find(call))
        if was != "open":
            raise error(self.late_codes.get(was, 11044))
        written = self._order(order)
        return ok({**written, "order_state": "untriggered"} if order.is_trigger else written)

    @route("cancel", f"GET {PRIVATE}/cancel_by_label")
    def cancel_by_label(self, call: Call) -> Any:
        named = [o for o in self.orders(call) if o.client_id == call.params["label"]]
        return ok(sum(self.cancel(call, order)[0] == "open" for order in named))

    @route("cancel_all", f"GET {PRIVATE}/cancel_all")
    def cancel_all(self, call: Call) -> Any:
        return ok(sum(self.cancel(call, order)[0] == "open" for order in self.orders(call)))

    @route("query", f"GET {PRIVATE}/get_order_state")
    def order_state(self, call: Call) -> Any:
        return ok(self._order(self._find(call)))

    @route("query", f"GET {PRIVATE}/get_order_state_by_label")
    def order_states_by_label(self, call: Call) -> Any:
        named = [o for o in self._listed(call) if o.client_id == call.params["label"]]
        return ok([self._order(order) for order in named])

    @route(
        "query",
        f"GET {PRIVATE}/get_open_orders_by_instrument",
        f"GET {PRIVATE}/get_open_orders_by_currency",
    )
    def open_orders(self, call: Call) -> Any:
        return ok([self._order(order) for order in self._listed(call) if order.is_live])

    @route(
        "query",
        f"GET {PRIVATE}/get_order_history_by_instrument",
        f"GET {PRIVATE}/get_order_history_by_currency",
    )
    def history(self, call: Call) -> Any:
        unfilled = call.params.get("include_unfilled", "false").lower() == "true"
        return ok(
            [
                self._order(order)
                for order in self._listed(call)
                if not order.is_live
                and (order.filled or unfilled)
                and self.now() < order.ended + LISTED_MS
            ]
        )

    def _find(self, call: Call) -> ModelOrder:
        order = self.find(call, call.params["order_id"])
        if order is None:
            raise error(10004)
        return order

    def _listed(self, call: Call) -> list[ModelOrder]:
        market = call.params.get("instrument_name")
        return [o for o in reversed(self.orders(call)) if market in (None, o.market)]

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        state = STATES.get(order.state, order.state)
        price = None if order.price is None else float(order.price)
        written = {
            "order_id": order.id,
            "order_state": "untriggered" if order.is_trigger and order.is_live else state,
            "order_type": order.info["order_type"],
            "instrument_name": order.market,
            "direction": order.side,
            "price": "market_price" if price is None else price,
            "amount": float(order.amount),
            "filled_amount": float(order.filled),
            "average_price": price if order.filled else 0,
            "label": order.client_id,
            "time_in_force": "good_til_cancelled",
            "post_only": False,
            "replaced": False,
            "api": True,
            "creation_timestamp": order.created,
            "last_update_timestamp": order.updated,
        }
        if order.trigger_price is not None:
            written["trigger"] = "last_price"
            written["trigger_price"] = float(order.trigger_price)
            written["triggered"] = order.state == "triggered"
        parent = next((o for o in self.book.orders() if o.child_id == order.id), None)
        if parent is not None:
            written["order_type"] = order.type
            written["trigger_order_id"] = parent.id
        if order.state == "canceled":
            written["cancel_reason"] = "user_request"
        return written
