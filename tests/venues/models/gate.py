"""gate: spot and USDT futures orders, and price-triggered orders of both.

By https://www.gate.com/docs/developers/apiv4/en/: the answer to a cancel is the order, final
(#cancel-single-order); a client id, in ``text``, finds a spot order while it is open and a futures
order for 60 s more; a canceled futures order without fills is gone after 10 minutes
(#query-single-order-details-2). A batch of spot orders has a label for each
(#cancel-batch-orders-by-specified-id-list). ``DELETE …/orders`` cancels all orders; whether
``…/orders/`` does, which ccxt sends for an empty id, is not documented: here it does.
A futures trigger order that has ended gets AUTO_ORDER_NOT_FOUND, which is not documented either:
others have seen it on gate's testnet.
"""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from venues.models.book import ModelOrder, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

SPOT = "/api/v4/spot"
FUTURES = "/api/v4/futures/{settle}"

KEPT_MS = 10 * 60 * 1000
CLIENT_ID_KEPT_MS = 60 * 1000

PAIR = {
    "id": "BTC_USDT",
    "base": "BTC",
    "quote": "USDT",
    "fee": "0.2",
    "min_base_amount": "0.0001",
    "amount_precision": 6,
    "precision": 1,
    "trade_status": "tradable",
}
CONTRACT = {
    "name": "BTC_USDT",
    "quanto_multiplier": "0.0001",
    "order_price_round": "0.1",
    "order_size_min": 1,
    "order_price_deviate": "0.5",
    "mark_price": "30000",
}

STATES = {
    "open": ("open", "open"),
    "filled": ("closed", "filled"),
    "canceled": ("cancelled", "cancelled"),
}
"""``status`` on spot and ``finish_as`` of each state."""
TRIGGER_STATES = {
    "open": ("open", ""),
    "triggered": ("finish", "succeeded"),
    "canceled": ("cancelled", "cancelled"),
    "expired": ("expired", "expired"),
}
"""``status`` on spot and ``finish_as`` on futures."""


def error(label: str, message: str, status: int = 400) -> Refused:
    return Refused({"label": label, "message": message}, status)


class Gate(Model):
    IDS = ("gate", "gateeu")
    KEY_HEADER = "KEY"
    MARKETS: ClassVar = {"BTC/USDT": "BTC_USDT", "BTC/USDT:USDT": "BTC_USDT"}
    TRIGGERS: ClassVar = {
        "BTC/USDT": {"triggerPrice": 31000},
        "BTC/USDT:USDT": {"triggerPrice": 31000},
    }
    TRIGGER_BOOKS = frozenset({"BTC/USDT", "BTC/USDT:USDT"})
    CLIENT_ID = "t-model1"
    CANCEL_BY = "id"
    FINAL = True
    ERRORS: ClassVar = {
        "busy": "ExchangeNotAvailable",
        "rate_limit": "RateLimitExceeded",
        "clock": "AuthenticationError",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "InvalidOrder",
        "cancel_canceled": "InvalidOrder",
        "fetch_unknown": "OrderNotFound",
        "bad_key": "AuthenticationError",
    }

    def is_visible(self, order: ModelOrder) -> bool:
        if order.info["family"] == "spot" or order.is_trigger or order.state != "canceled":
            return True
        return bool(order.filled) or self.now() < order.ended + KEPT_MS

    def unauthorized(self) -> Refused:
        return error("INVALID_KEY", "Invalid key provided", 401)

    def busy(self) -> Refused:
        return error("TOO_BUSY", "System is busy, please try again later", 503)

    def rate_limited(self) -> Refused:
        return error("TOO_MANY_REQUESTS", "Request Rate limit Exceeded", 429)

    def clock_refused(self) -> Refused:
        return error("REQUEST_EXPIRED", "gap between request Timestamp and now exceeds 60", 403)

    @route("private", "GET /api/v4/account/detail")
    def account(self, _: Call) -> Any:
        return {"user_id": 1, "key": {"mode": 1}}

    @route("public", f"GET {SPOT}/currency_pairs")
    def pairs(self, _: Call) -> Any:
        return [PAIR]

    @route("public", f"GET {FUTURES}/contracts")
    def contracts(self, call: Call) -> Any:
        return [CONTRACT] if call.params["settle"] == "usdt" else []

    @route(
        "public",
        f"GET {SPOT}/currencies",
        "GET /api/v4/margin/currency_pairs",
        "GET /api/v4/delivery/{settle}/contracts",
        "GET /api/v4/options/underlyings",
    )
    def nothing(self, _: Call) -> Any:
        return []

    @route("private", "GET /api/v4/wallet/fee")
    def fees(self, _: Call) -> Any:
        return {"maker_fee": "0.002", "taker_fee": "0.002"}

    @route("private", f"POST {FUTURES}/positions/{{contract}}/leverage")
    def set_leverage(self, call: Call) -> Any:
        return {"contract": call.params["contract"], "leverage": call.params["leverage"]}

    @route("create", f"POST {SPOT}/orders")
    def create_spot(self, call: Call) -> Any:
        order = self.book.place(
            call.params["currency_pair"],
            call.params["side"],
            call.params["amount"],
            call.params.get("price"),
            type=call.params["type"],
            client_id=call.params.get("text", ""),
            info={"family": "spot"},
        )
        return self._order(order)

    @route("create", f"POST {FUTURES}/orders")
    def create_futures(self, call: Call) -> Any:
        return self._order(self._place_futures(call.params))

    @route("create", f"POST {SPOT}/price_orders")
    def create_spot_trigger(self, call: Call) -> Any:
        put, trigger = call.params["put"], call.params["trigger"]
        order = self.book.place(
            call.params["market"],
            put["side"],
            put["amount"],
            put["price"],
            client_id=trigger.get("text", ""),
            trigger_price=trigger["price"],
            info={"family": "spot"},
        )
        return {"id": int(order.id)}

    @route("create", f"POST {FUTURES}/price_orders")
    def create_futures_trigger(self, call: Call) -> Any:
        initial, trigger = call.params["initial"], call.params["trigger"]
        return {"id": int(self._place_futures(initial, trigger["price"]).id)}

    @route("cancel", f"DELETE {SPOT}/orders/{{id}}", f"DELETE {FUTURES}/orders/{{id}}")
    def cancel_order(self, call: Call) -> Any:
        was, order = self.cancel(call, self._find(call))
        if was == "open":
            return self._order(order)
        if order.info["family"] == "futures":
            raise error("ORDER_FINISHED", "order finished")
        if was == "filled":
            raise error("ORDER_CLOSED", "Order is closed")
        raise error("ORDER_CANCELLED", "Order is already cancelled")

    @route("cancel", f"POST {SPOT}/cancel_batch_orders")
    def cancel_batch(self, call: Call) -> Any:
        return [self._cancel_item(attrs.evolve(call, params=item)) for item in call.body]

    def _cancel_item(self, call: Call) -> dict[str, Any]:
        item = {"label": "", "message": "", **call.params, "succeeded": True}
        try:
            self.cancel_order(call)
        except Refused as refused:
            return {**item, **refused.answer.body, "succeeded": False}
        return item

    @route("cancel", f"DELETE {SPOT}/price_orders/{{id}}", f"DELETE {FUTURES}/price_orders/{{id}}")
    def cancel_trigger(self, call: Call) -> Any:
        was, order = self.cancel(call, self._find(call, is_trigger=True))
        if was != "open":
            raise self._not_found(call, is_trigger=True)
        return self._trigger(order)

    @route("cancel_all", f"DELETE {SPOT}/orders/?", f"DELETE {FUTURES}/orders/?")
    def cancel_all(self, call: Call) -> Any:
        """Cancel what is open on the market, or on all, or one side: an empty id comes here."""
        side = call.params.get("side")
        found = [o for o in self._listed(call, is_trigger=False) if o.is_live]
        found = [order for order in found if side in (None, order.side)]
        return [self._order(self.book.cancel(order.id)) for order in found]

    @route("query", f"GET {SPOT}/orders/{{id}}", f"GET {FUTURES}/orders/{{id}}")
    def order(self, call: Call) -> Any:
        return self._order(self._find(call))

    @route("query", f"GET {SPOT}/price_orders/{{id}}", f"GET {FUTURES}/price_orders/{{id}}")
    def trigger_order(self, call: Call) -> Any:
        return self._trigger(self._find(call, is_trigger=True))

    @route("query", f"GET {SPOT}/open_orders")
    def open_orders(self, call: Call) -> Any:
        found = [self._order(o) for o in self._listed(call, is_trigger=False) if o.is_live]
        return [{"currency_pair": "BTC_USDT", "total": len(found), "orders": found}]

    @route("query", f"GET {SPOT}/orders", f"GET {FUTURES}/orders")
    def orders_by_status(self, call: Call) -> Any:
        is_open = call.params["status"] == "open"
        found = self._listed(call, is_trigger=False)
        return [self._order(order) for order in found if order.is_live == is_open]

    @route("query", f"GET {SPOT}/price_orders", f"GET {FUTURES}/price_orders")
    def triggers_by_status(self, call: Call) -> Any:
        is_open = call.params["status"] == "open"
        found = self._listed(call, is_trigger=True)
        return [self._trigger(order) for order in found if order.is_live == is_open]

    def _place_futures(self, params: dict[str, Any], trigger_price: Any = None) -> ModelOrder:
        size = str(params["size"])
        return self.book.place(
            params["contract"],
            "sell" if size.startswith("-") else "buy",
            size.removeprefix("-"),
            params["price"],
            type="market" if params["price"] == "0" else "limit",
            client_id=params.get("text", ""),
            trigger_price=trigger_price,
            info={"family": "futures"},
        )

    def _family(self, call: Call) -> str:
        return "futures" if "settle" in call.params else "spot"

    def _not_found(self, call: Call, *, is_trigger: bool) -> Refused:
        if is_trigger and self._family(call) == "futures":
            return error("AUTO_ORDER_NOT_FOUND", "auto order not found")
        return error("ORDER_NOT_FOUND", "Order not found", 404)

    def _find(self, call: Call, *, is_trigger: bool = False) -> ModelOrder:
        name = call.params["id"]
        of_client = name.startswith("t-")
        order = self.find(call, client_id=name) if of_client else self.find(call, name)
        market = call.params.get("currency_pair") or call.params.get("contract")
        if (
            order is None
            or order.info["family"] != self._family(call)
            or order.is_trigger != is_trigger
            or (market or order.market) != order.market
            or (of_client and not self._is_known_by_client_id(order))
        ):
            raise self._not_found(call, is_trigger=is_trigger)
        return order

    def _is_known_by_client_id(self, order: ModelOrder) -> bool:
        if order.is_live or order.info["family"] == "spot":
            return order.is_live
        return self.now() < order.ended + CLIENT_ID_KEPT_MS

    def _listed(self, call: Call, *, is_trigger: bool) -> list[ModelOrder]:
        p = call.params
        market = p.get("currency_pair") or p.get("contract") or p.get("market")
        return [
            order
            for order in reversed(self.orders(call))
            if order.info["family"] == self._family(call)
            and order.is_trigger == is_trigger
            and (market or order.market) == order.market
        ]

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        return self._spot(order) if order.info["family"] == "spot" else self._futures(order)

    def _spot(self, order: ModelOrder) -> dict[str, Any]:
        state, reason = STATES[order.state]
        return {
            "id": order.id,
            "text": order.client_id or "apiv4",
            "create_time_ms": order.created,
            "update_time_ms": order.updated,
            "status": state,
            "currency_pair": order.market,
            "type": order.type,
            "account": "spot",
            "side": order.side,
            "amount": number(order.amount),
            "price": number(order.price, "0"),
            "left": number(order.remaining),
            "filled_total": number(order.filled * (order.price or 0)),
            "avg_deal_price": number(order.price if order.filled else None, "0"),
            "finish_as": reason,
        }

    def _futures(self, order: ModelOrder) -> dict[str, Any]:
        """Write an order; a sell has negative sizes, and only an ended one has ``finish_as``."""
        sign = -1 if order.side == "sell" else 1
        written = {
            "id": int(order.id),
            "text": order.client_id or "api",
            "create_time": order.created / 1000,
            "contract": order.market,
            "size": number(sign * order.amount),
            "left": number(sign * order.remaining),
            "price": number(order.price, "0"),
            "fill_price": number(order.price if order.filled else None, "0"),
            "tif": "gtc" if order.type == "limit" else "ioc",
            "status": "open" if order.is_live else "finished",
        }
        if not order.is_live:
            written["finish_time"] = order.ended / 1000
            written["finish_as"] = STATES[order.state][1]
        return written

    def _trigger(self, order: ModelOrder) -> dict[str, Any]:
        state, reason = TRIGGER_STATES[order.state]
        written = {"id": int(order.id), "trigger": {"price": number(order.trigger_price)}}
        if order.info["family"] == "spot":
            put = {"type": order.type, "side": order.side, "account": "normal"}
            return {
                **written,
                "market": order.market,
                "put": {**put, "price": number(order.price, "0"), "amount": number(order.amount)},
                "status": state,
                "ctime": order.created // 1000,
                "fired_order_id": int(order.child_id or 0),
            }
        size = int(-order.amount if order.side == "sell" else order.amount)
        written |= {
            "initial": {"contract": order.market, "size": size, "price": number(order.price, "0")},
            "status": "open" if order.is_live else "finished",
            "create_time": order.created // 1000,
            "trade_id": int(order.child_id or 0),
        }
        return written if order.is_live else {**written, "finish_as": reason}
