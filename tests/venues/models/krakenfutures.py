"""krakenfutures: orders on perpetuals, trigger orders among them.

By https://docs.kraken.com/api/docs/futures-api/trading/: the answer to a cancel is final and has
one of three words (cancel-order); the status of orders is known while they are open and for 5 s
more (get-order-status); then only the history tells (history/get-order-events). Errors are words,
those of each page. That the cancel of a canceled order says notFound, and that an id which is none
is an invalidArgument, is not documented; what the status of a triggered order is, neither: it is
forgotten.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, ClassVar

from venues.models.book import ModelOrder, iso
from venues.models.model import Model, route
from venues.models.server import Call, Refused

API = "/derivatives/api/v3"
HISTORY = "/api/history/v2"

KEPT_MS = 5000

INSTRUMENT = {
    "symbol": "PF_XBTUSD",
    "type": "flexible_futures",
    "tickSize": 1,
    "contractSize": 1,
    "contractValueTradePrecision": 4,
    "tradeable": True,
}

STATES = {
    "open": "ENTERED_BOOK",
    "filled": "FULLY_EXECUTED",
    "canceled": "CANCELLED",
    "expired": "CANCELLED",
}
TRIGGER_STATES = {**STATES, "open": "TRIGGER_PLACED"}
REASONS = {"filled": "full_fill", "canceled": "cancelled_by_user", "expired": "expired"}

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class KrakenFutures(Model):
    IDS = ("krakenfutures",)
    KEY_HEADER = "APIKey"
    CREDENTIALS: ClassVar = {"apiKey": "model-key", "secret": "bW9kZWwtc2VjcmV0"}
    MARKETS: ClassVar = {"BTC/USD:USD": "PF_XBTUSD"}
    TRIGGERS: ClassVar = {"BTC/USD:USD": {"triggerPrice": 31000}}
    CANCEL_BY = None
    FETCH_BY = None
    UNPARSED = ("price",)
    FINAL = True
    ERRORS: ClassVar = {
        "busy": "ExchangeNotAvailable",
        "rate_limit": "RateLimitExceeded",
        "clock": "InvalidNonce",
        "timed_out": "ExchangeError",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "OrderNotFound",
        "cancel_canceled": "OrderNotFound",
        "fetch_unknown": "OrderNotFound",
        "bad_key": "AuthenticationError",
    }

    def new_id(self, number: int) -> str:
        return f"{number:08x}-0000-4000-8000-000000000000"

    def unauthorized(self) -> Refused:
        return self._error("authenticationError")

    def busy(self) -> Refused:
        return self._error("Unavailable")

    def rate_limited(self) -> Refused:
        return self._error("apiLimitExceeded")

    def clock_refused(self) -> Refused:
        return self._error("nonceBelowThreshold")

    def timed_out(self) -> Refused:
        return self._error("Server Error")

    @route("public", f"GET {API}/instruments")
    def instruments(self, _: Call) -> Any:
        return self._ok(instruments=[INSTRUMENT])

    @route("create", f"POST {API}/sendorder")
    def create(self, call: Call) -> Any:
        params = call.params
        order = self.book.place(
            params["symbol"],
            params["side"],
            params["size"],
            params.get("limitPrice"),
            type="market" if params["orderType"] == "mkt" else "limit",
            client_id=params.get("cliOrdId", ""),
            trigger_price=params.get("stopPrice"),
        )
        key = "orderTrigger" if order.is_trigger else "order"
        event = {"type": "PLACE", key: self._order(order), "reducedQuantity": None}
        return self._ok(
            sendStatus={
                "status": "placed",
                "order_id": order.id,
                "receivedTime": iso(order.created),
                "orderEvents": [event],
            }
        )

    @route("cancel", f"POST {API}/cancelorder")
    def cancel_order(self, call: Call) -> Any:
        order_id = call.params.get("order_id", "")
        if order_id and not UUID.fullmatch(order_id):
            raise self._error("invalidArgument: order_id")
        found = self.find(call, order_id, call.params.get("cliOrdId", ""))
        was, order = self.cancel(call, found) if found else ("unknown", None)
        if order is None or was != "open":
            word = "filled" if was == "filled" else "notFound"
            none = {"status": word, "receivedTime": iso(self.now()), "orderEvents": []}
            return self._ok(cancelStatus=none)
        key = "orderTrigger" if order.is_trigger else "order"
        status: dict[str, Any] = {
            "status": "cancelled",
            "order_id": order.id,
            "receivedTime": iso(order.ended),
            "orderEvents": [{"type": "CANCEL", "uid": order.id, key: self._order(order)}],
        }
        if order.client_id:
            status["cliOrdId"] = order.client_id
        return self._ok(cancelStatus=status)

    @route("query", f"GET {API}/orders/status", f"POST {API}/orders/status")
    def orders_status(self, call: Call) -> Any:
        order = self.find(call, call.params.get("orderIds", ""), call.params.get("cliOrdIds", ""))
        if order is None or not (order.is_live or self.now() < order.ended + KEPT_MS):
            return self._ok(orders=[])
        status = (TRIGGER_STATES if order.is_trigger else STATES).get(order.state)
        if status is None:
            return self._ok(orders=[])
        written = {**self._order(order), "type": "TRIGGER_ORDER" if order.is_trigger else "ORDER"}
        reason = REASONS[order.state].upper() if order.state in REASONS else None
        told = {"order": written, "status": status, "updateReason": reason, "error": None}
        return self._ok(orders=[told])

    @route("query", f"GET {API}/openorders")
    def open_orders(self, call: Call) -> Any:
        return self._ok(openOrders=[self._open(o) for o in self.orders(call) if o.is_live])

    @route("query", f"GET {HISTORY}/orders")
    def order_events(self, call: Call) -> Any:
        return self._events(call, "Order", is_trigger=False)

    @route("query", f"GET {HISTORY}/triggers")
    def trigger_events(self, call: Call) -> Any:
        return self._events(call, "OrderTrigger", is_trigger=True)

    def _events(self, call: Call, name: str, *, is_trigger: bool) -> Any:
        """Return what befell the orders, the newest first."""
        events: list[tuple[int, dict[str, Any]]] = []
        for order in self.orders(call):
            if order.is_trigger != is_trigger:
                continue
            versions = [v for v in self.book.log(order.id) if v.updated <= order.updated]
            placed = {"order": self._event_order(versions[0]), "reason": "new_user_order"}
            events.append((order.created, {f"{name}Placed": placed}))
            for old, new in pairwise(versions):
                written = {"order": self._event_order(new)}
                if new.state in ("canceled", "expired"):
                    ended = {f"{name}Cancelled": {**written, "reason": REASONS[new.state]}}
                    events.append((new.updated, ended))
                elif new.state == "triggered" and old.state != "triggered":
                    events.append((new.updated, {f"{name}Activated": written}))
                elif new.filled != old.filled:
                    changed = {"oldOrder": self._event_order(old), "newOrder": written["order"]}
                    reason = REASONS.get(new.state, "partial_fill")
                    events.append((new.updated, {f"{name}Updated": {**changed, "reason": reason}}))
        events.sort(key=lambda event: event[0])
        elements = [
            {"uid": self.new_id(n), "timestamp": at, "event": event}
            for n, (at, event) in reversed(list(enumerate(events)))
        ]
        return {"accountUid": self.new_id(0), "len": len(elements), "elements": elements}

    def _ok(self, **result: Any) -> dict[str, Any]:
        return {"result": "success", **result, "serverTime": iso(self.now())}

    def _error(self, word: str) -> Refused:
        return Refused({"result": "error", "error": word, "serverTime": iso(self.now())})

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        """Write an order; a trigger order has names of its own."""
        written: dict[str, Any] = {
            "type": "lmt" if order.type == "limit" else "ioc",
            "symbol": order.market,
            "side": order.side,
            "quantity": float(order.amount),
            "limitPrice": None if order.price is None else float(order.price),
            "reduceOnly": False,
            "timestamp": iso(order.created),
            "lastUpdateTimestamp": iso(order.updated),
        }
        client_id = order.client_id or None
        if order.trigger_price is None:
            ids = {"orderId": order.id, "cliOrdId": client_id, "filled": float(order.filled)}
            return ids | written
        options = {
            "triggerPrice": float(order.trigger_price),
            "triggerSide": "TRIGGER_ABOVE" if order.side == "buy" else "TRIGGER_BELOW",
            "triggerSignal": "LAST_PRICE",
        }
        ids = {"orderId": order.id, "uid": order.id, "clientId": client_id, "cliOrdId": client_id}
        return ids | written | options | {"priceTriggerOptions": options}

    def _open(self, order: ModelOrder) -> dict[str, Any]:
        written = {
            "order_id": order.id,
            "symbol": order.market,
            "side": order.side,
            "orderType": "stop" if order.is_trigger else "lmt",
            "limitPrice": None if order.price is None else float(order.price),
            "unfilledSize": float(order.remaining),
            "filledSize": float(order.filled),
            "status": "partiallyFilled" if order.filled else "untouched",
            "reduceOnly": False,
            "receivedTime": iso(order.created),
            "lastUpdateTime": iso(order.updated),
        }
        if order.client_id:
            written["cliOrdId"] = order.client_id
        if order.trigger_price is not None:
            written["stopPrice"] = float(order.trigger_price)
        return written

    def _event_order(self, order: ModelOrder) -> dict[str, Any]:
        """Write an order of the history, whose quantity is what is left."""
        written = {
            "uid": order.id,
            "accountUid": self.new_id(0),
            "tradeable": order.market,
            "direction": order.side.capitalize(),
            "quantity": str(order.remaining),
            "timestamp": str(order.created),
            "limitPrice": str(order.price or ""),
            "orderType": "Stop" if order.is_trigger else order.type.capitalize(),
            "clientId": order.client_id,
            "reduceOnly": False,
            "lastUpdateTimestamp": str(order.updated),
        }
        return written if order.is_trigger else {**written, "filled": str(order.filled)}
