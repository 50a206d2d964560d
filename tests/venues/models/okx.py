"""okx: spot and swap orders, and trigger orders of the algo family.

By https://www.okx.com/docs-v5/en/: a cancel is acknowledged, not executed
(#order-book-trading-trade-post-cancel-order); canceled orders without fills are kept for 2 hours
(#order-book-trading-trade-get-order-history-last-7-days); codes are those of #error-code.
"""

from __future__ import annotations

from typing import Any, ClassVar

from venues.models.book import ModelOrder, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

KEPT_MS = 2 * 3600 * 1000

GONE = ("51400", "Cancellation failed as the order has been filled, canceled or does not exist.")
PENDING = ("51410", "Cancellation failed as the order is already under cancelling status.")

STATES = {"open": "live", "canceling": "live", "expired": "canceled"}
ALGO_STATES = {**STATES, "triggered": "effective"}

SPOT = {
    "instType": "SPOT",
    "instId": "BTC-USDT",
    "baseCcy": "BTC",
    "quoteCcy": "USDT",
    "tickSz": "0.1",
    "lotSz": "0.00000001",
    "minSz": "0.00001",
    "state": "live",
}
SWAP = {
    "instType": "SWAP",
    "instId": "BTC-USDT-SWAP",
    "uly": "BTC-USDT",
    "settleCcy": "USDT",
    "ctVal": "0.01",
    "ctType": "linear",
    "tickSz": "0.1",
    "lotSz": "0.01",
    "minSz": "0.01",
    "state": "live",
}


def ok(*data: Any) -> dict[str, Any]:
    return {"code": "0", "msg": "", "data": list(data)}


def error(code: str, message: str, status: int = 200) -> Refused:
    return Refused({"code": code, "msg": message, "data": []}, status)


class Okx(Model):
    IDS = ("okx", "okxus", "myokx")
    KEY_HEADER = "OK-ACCESS-KEY"
    OPTIONS: ClassVar = {"fetchMarkets": {"types": ["spot", "swap"]}}
    MARKETS: ClassVar = {"BTC/USDT": "BTC-USDT", "BTC/USDT:USDT": "BTC-USDT-SWAP"}
    TRIGGERS: ClassVar = {
        "BTC/USDT": {"triggerPrice": 31000},
        "BTC/USDT:USDT": {"triggerPrice": 31000},
    }
    TRIGGER_BOOKS = frozenset({"BTC/USDT", "BTC/USDT:USDT"})
    ERRORS: ClassVar = {
        "busy": "OnMaintenance",
        "rate_limit": "RateLimitExceeded",
        "clock": "InvalidNonce",
        "timed_out": "RequestTimeout",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "OrderNotFound",
        "cancel_canceled": "OrderNotFound",
        "fetch_unknown": "OrderNotFound",
        "bad_key": "AuthenticationError",
    }

    def is_visible(self, order: ModelOrder) -> bool:
        forgotten = order.state == "canceled" and not order.filled
        return not forgotten or self.now() < order.ended + KEPT_MS

    def unauthorized(self) -> Refused:
        return error("50111", "Invalid OK-ACCESS-KEY", 401)

    def busy(self) -> Refused:
        return error("50001", "Service temporarily unavailable. Please try again later.", 503)

    def rate_limited(self) -> Refused:
        return error("50011", "Too Many Requests", 429)

    def clock_refused(self) -> Refused:
        return error("50102", "Timestamp request expired", 401)

    def timed_out(self) -> Refused:
        text = (
            "API endpoint request timeout (does not mean that the request was successful or failed)"
        )
        return error("50004", text, 400)

    @route("public", "GET /api/v5/public/instruments")
    def instruments(self, call: Call) -> Any:
        return ok(*(m for m in (SPOT, SWAP) if m["instType"] == call.params["instType"]))

    @route("private", "GET /api/v5/asset/currencies")
    def currencies(self, _: Call) -> Any:
        return ok()

    @route("private", "GET /api/v5/account/config")
    def config(self, _: Call) -> Any:
        return ok({"uid": "1", "mainUid": "1", "acctLv": "2", "posMode": "net_mode", "type": "0"})

    @route("private", "POST /api/v5/account/set-leverage")
    def set_leverage(self, call: Call) -> Any:
        return ok({**call.params})

    @route("create", "POST /api/v5/trade/batch-orders", "POST /api/v5/trade/order")
    def create(self, call: Call) -> Any:
        return self._items(call, self._create)

    @route("create", "POST /api/v5/trade/order-algo")
    def create_algo(self, call: Call) -> Any:
        params = call.params
        if params["ordType"] == "conditional":
            order = self._place(params, params["slOrdPx"], params["slTriggerPx"])
        else:
            order = self._place(params, params["orderPx"], params["triggerPx"])
        return ok(self._algo_item(order))

    @route("cancel", "POST /api/v5/trade/cancel-order", "POST /api/v5/trade/cancel-batch-orders")
    def cancel_order(self, call: Call) -> Any:
        return self._items(call, self._cancel)

    @route("cancel", "POST /api/v5/trade/cancel-algos")
    def cancel_algos(self, call: Call) -> Any:
        return self._items(call, self._cancel_algo)

    @route("query", "GET /api/v5/trade/order")
    def order(self, call: Call) -> Any:
        found = self._find(call, call.params, "ordId", "clOrdId", is_trigger=False)
        if found is None:
            raise error("51603", "Order does not exist")
        return ok(self._order(found))

    @route("query", "GET /api/v5/trade/order-algo")
    def algo(self, call: Call) -> Any:
        found = self._find(call, call.params, "algoId", "algoClOrdId", is_trigger=True)
        if found is None:
            raise error("51603", "Order does not exist")
        return ok(self._algo(found))

    @route("query", "GET /api/v5/trade/orders-pending")
    def pending(self, call: Call) -> Any:
        return ok(*(self._order(o) for o in self._listed(call, is_trigger=False) if o.is_live))

    @route("query", "GET /api/v5/trade/orders-history")
    def history(self, call: Call) -> Any:
        ended = [self._order(o) for o in self._listed(call, is_trigger=False) if not o.is_live]
        return ok(*(o for o in ended if call.params.get("state", o["state"]) == o["state"]))

    @route("query", "GET /api/v5/trade/orders-algo-pending")
    def algos_pending(self, call: Call) -> Any:
        return ok(*(self._algo(o) for o in self._listed(call, is_trigger=True) if o.is_live))

    @route("query", "GET /api/v5/trade/orders-algo-history")
    def algos_history(self, call: Call) -> Any:
        ended = [self._algo(o) for o in self._listed(call, is_trigger=True) if not o.is_live]
        return ok(*(o for o in ended if call.params.get("state", o["state"]) == o["state"]))

    def _items(self, call: Call, act: Any) -> Any:
        """Return one data item for each order, under the code for all, some or none."""
        data = [act(call, item) for item in call.body or [call.params]]
        failed = sum(item["sCode"] != "0" for item in data)
        if not failed:
            return ok(*data)
        if failed < len(data):
            return {"code": "2", "msg": "Bulk operation partially succeeded.", "data": data}
        return {"code": "1", "msg": "All operations failed", "data": data}

    def _create(self, call: Call, item: dict[str, Any]) -> dict[str, str]:
        same = self.find(call, client_id=item.get("clOrdId", ""))
        if same is not None and same.is_live:
            return self._refused(item, "51016", "Client order ID already exists.")
        return self._item(self._place(item, item.get("px")))

    def _place(self, item: dict[str, Any], price: Any, trigger_price: Any = None) -> ModelOrder:
        return self.book.place(
            item["instId"],
            item["side"],
            item["sz"],
            price,
            type=item["ordType"],
            trigger_price=trigger_price,
            client_id=item.get("algoClOrdId" if trigger_price else "clOrdId", ""),
        )

    def _cancel(self, call: Call, item: dict[str, Any]) -> dict[str, str]:
        order = self._find(call, item, "ordId", "clOrdId", is_trigger=False)
        was, order = self.cancel(call, order) if order else ("unknown", None)
        if order is None or was != "open":
            return self._refused(item, *(PENDING if was == "canceling" else GONE))
        return self._item(order)

    def _cancel_algo(self, call: Call, item: dict[str, Any]) -> dict[str, str]:
        order = self._find(call, item, "algoId", "algoClOrdId", is_trigger=True)
        was, order = self.cancel(call, order) if order else ("unknown", None)
        if order is None or was != "open":
            code, message = GONE
            return {"algoId": item.get("algoId", ""), "sCode": code, "sMsg": message}
        return self._algo_item(order)

    def _refused(self, item: dict[str, Any], code: str, message: str) -> dict[str, str]:
        ids = {"ordId": item.get("ordId", ""), "clOrdId": item.get("clOrdId", "")}
        return {**ids, "sCode": code, "sMsg": message}

    def _item(self, order: ModelOrder) -> dict[str, str]:
        ids = {"ordId": order.id, "clOrdId": order.client_id}
        return {**ids, "ts": str(self.now()), "sCode": "0", "sMsg": ""}

    def _algo_item(self, order: ModelOrder) -> dict[str, str]:
        return {"algoId": order.id, "algoClOrdId": order.client_id, "sCode": "0", "sMsg": ""}

    def _find(
        self, call: Call, item: dict[str, Any], id: str, client_id: str, *, is_trigger: bool
    ) -> ModelOrder | None:
        order = self.find(call, item.get(id) or "", item.get(client_id) or "")
        if (
            order is None
            or order.is_trigger != is_trigger
            or order.market != item.get("instId", order.market)
        ):
            return None
        return order

    def _listed(self, call: Call, *, is_trigger: bool) -> list[ModelOrder]:
        market = call.params.get("instId")
        found = [o for o in self.orders(call) if o.is_trigger == is_trigger]
        return [o for o in reversed(found) if market in (None, o.market)]

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        state = STATES.get(order.state, order.state)
        filled = bool(order.filled)
        return {
            "instType": "SWAP" if order.market.endswith("SWAP") else "SPOT",
            "instId": order.market,
            "ordId": order.id,
            "clOrdId": order.client_id,
            "algoId": "",
            "px": number(order.price),
            "sz": number(order.amount),
            "ordType": order.type,
            "side": order.side,
            "accFillSz": number(order.filled),
            "avgPx": number(order.price) if filled else "",
            "fillTime": str(order.updated) if filled else "",
            "state": "partially_filled" if state == "live" and filled else state,
            "cTime": str(order.created),
            "uTime": str(order.updated),
        }

    def _algo(self, order: ModelOrder) -> dict[str, Any]:
        names = ("triggerPx", "ordPx")
        if order.type == "conditional":
            names = ("slTriggerPx", "slOrdPx")
        prices = number(order.trigger_price), number(order.price)
        return {
            **dict(zip(names, prices, strict=True)),
            "instType": "SWAP" if order.market.endswith("SWAP") else "SPOT",
            "instId": order.market,
            "algoId": order.id,
            "algoClOrdId": order.client_id,
            "ordId": order.child_id,
            "ordType": order.type,
            "sz": number(order.amount),
            "actualSz": "0",
            "side": order.side,
            "state": ALGO_STATES.get(order.state, order.state),
            "cTime": str(order.created),
            "uTime": str(order.updated),
        }
