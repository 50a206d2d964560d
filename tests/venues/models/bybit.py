"""bybit: spot and linear orders of a unified account.

By https://bybit-exchange.github.io/docs/v5/: a cancel is acknowledged and asynchronous
(order/cancel-order); a batch has its codes in a list of their own, and a refused order may have no
id there (order/batch-cancel); order/open-order shows open orders and, by id, the last 500 others
since the server was started; order/order-list shows fully canceled ones for 24 hours; words are
those of enum#orderstatus and codes those of error. What a cancel of a pending one gets is not
documented: it is taken for one that is too late.

Without an ``orderFilter``, a query shows orders of all kinds, and a cancel of spot finds active
orders alone. A trigger order that is triggered becomes New: that it keeps its id, and is then an
active order, is not documented.
"""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from venues.models.book import ModelOrder, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

KEPT_MS = 24 * 3600 * 1000
RECENT = 500
PAGE = 20
"""Orders that a list has where no ``limit`` is sent."""

CODES = {
    "spot": {
        "unknown": (170213, "Order does not exist."),
        "filled": (170139, "Order has been filled."),
        "canceled": (170142, "Order has been canceled"),
        "canceling": (170143, "Cannot be found on order book"),
    },
    "linear": {
        "unknown": (110001, "order not exists or too late to cancel"),
        "filled": (110008, "Order has been finished or canceled"),
        "canceled": (110010, "The order has been cancelled"),
        "canceling": (110001, "order not exists or too late to cancel"),
    },
}

STATES = {"open": "New", "canceling": "New", "filled": "Filled", "rejected": "Rejected"}
TRIGGER_STATES = {"open": "Untriggered", "canceling": "Untriggered"}

INSTRUMENTS = {
    "spot": {
        "symbol": "BTCUSDT",
        "baseCoin": "BTC",
        "quoteCoin": "USDT",
        "status": "Trading",
        "lotSizeFilter": {"basePrecision": "0.000001", "minOrderQty": "0.000048"},
        "priceFilter": {"tickSize": "0.01"},
    },
    "linear": {
        "symbol": "BTCUSDT",
        "contractType": "LinearPerpetual",
        "status": "Trading",
        "baseCoin": "BTC",
        "quoteCoin": "USDT",
        "settleCoin": "USDT",
        "lotSizeFilter": {"qtyStep": "0.001", "minOrderQty": "0.001"},
        "priceFilter": {"tickSize": "0.10"},
    },
}


class Bybit(Model):
    IDS = ("bybit", "bybiteu", "bybitid")
    KEY_HEADER = "X-BAPI-API-KEY"
    OPTIONS: ClassVar = {"fetchMarkets": {"types": ["spot", "linear"]}}
    MARKETS: ClassVar = {"BTC/USDT": "BTCUSDT", "BTC/USDT:USDT": "BTCUSDT"}
    TRIGGERS: ClassVar = {
        "BTC/USDT": {"triggerPrice": 31000},
        "BTC/USDT:USDT": {"triggerPrice": 31000, "triggerDirection": "ascending"},
    }
    TRIGGER_BOOKS = frozenset({"BTC/USDT"})
    CANCEL_BY = "orderLinkId"
    TRADES_AS_ITSELF = True
    TELLS_TRIGGERED = False
    TELLS_SUCCESSORS = False
    FETCH_BY = None
    FETCH_PARAMS: ClassVar = {"acknowledged": True}
    ERRORS: ClassVar = {
        "busy": "ExchangeError",
        "rate_limit": "RateLimitExceeded",
        "clock": "InvalidNonce",
        "timed_out": "ExchangeError",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "InvalidOrder",
        "cancel_canceled": "InvalidOrder",
        "fetch_unknown": "OrderNotFound",
        "bad_key": "AuthenticationError",
    }

    def __init__(self) -> None:
        super().__init__()
        self._started = 0

    def restart(self) -> None:
        """Let the realtime query forget every order that has ended."""
        self._started = self.now()

    def new_id(self, number: int) -> str:
        return f"{number:08x}-0000-4000-8000-000000000000"

    def unauthorized(self) -> Refused:
        return self._error(10003, "API key is invalid.")

    def busy(self) -> Refused:
        return self._error(10016, "System error. Please try again later.")

    def rate_limited(self) -> Refused:
        return self._error(10006, "Too many visits. Exceeded the API Rate Limit.")

    def clock_refused(self) -> Refused:
        text = "invalid request, please check your server timestamp or recv_window param."
        return self._error(10002, text)

    def timed_out(self) -> Refused:
        return self._error(10000, "Server Timeout")

    @route("public", "GET /v5/market/instruments-info")
    def instruments(self, call: Call) -> Any:
        category = call.params["category"]
        has_any = category in INSTRUMENTS and "status" not in call.params
        listed = [INSTRUMENTS[category]] if has_any else []
        return self._ok({"category": category, "list": listed})

    @route("public", "GET /v5/market/time")
    def time(self, _: Call) -> Any:
        return self._ok({})

    @route("private", "GET /v5/asset/coin/query-info")
    def coins(self, _: Call) -> Any:
        return self._ok({"rows": []})

    @route("private", "GET /v5/user/query-api")
    def key(self, _: Call) -> Any:
        return self._ok({"unified": 0, "uta": 1})

    @route("private", "GET /v5/account/info")
    def account(self, _: Call) -> Any:
        return self._ok({"unifiedMarginStatus": 6})

    @route(
        "private",
        "POST /v5/position/switch-mode",
        "POST /v5/position/set-leverage",
        "POST /v5/account/set-margin-mode",
    )
    def settings(self, _: Call) -> Any:
        return self._ok({})

    @route("create", "POST /v5/order/create")
    def create(self, call: Call) -> Any:
        params = call.params
        return self._ack(
            self.book.place(
                params["symbol"],
                params["side"].lower(),
                params["qty"],
                params.get("price"),
                type=params["orderType"].lower(),
                client_id=params.get("orderLinkId", ""),
                trigger_price=params.get("triggerPrice"),
                info={
                    "category": params["category"],
                    "orderFilter": params.get("orderFilter", "StopOrder"),
                },
            )
        )

    @route("cancel", "POST /v5/order/cancel")
    def cancel_order(self, call: Call) -> Any:
        was, order = self._cancel(call)
        if order is None or was != "open":
            raise self._error(*self._refusal(call, was))
        return self._ack(order)

    @route("cancel", "POST /v5/order/cancel-batch")
    def cancel_batch(self, call: Call) -> Any:
        orders, codes = [], []
        for item in call.params["request"]:
            was, order = self._cancel(
                attrs.evolve(call, params={**item, "category": call.params["category"]})
            )
            code, text = (0, "OK") if was == "open" else self._refusal(call, was)
            ids = {"orderId": "", "orderLinkId": item.get("orderLinkId", "")}
            if order is not None and was == "open":
                ids = {"orderId": order.id, "orderLinkId": order.client_id}
            orders.append({"category": call.params["category"], "symbol": item["symbol"], **ids})
            codes.append({"code": code, "msg": text})
        return {**self._ok({"list": orders}), "retExtInfo": {"list": codes}}

    def _refusal(self, call: Call, was: str) -> tuple[int, str]:
        codes = CODES["spot" if call.params["category"] == "spot" else "linear"]
        return codes.get(was, codes["unknown"])

    def _cancel(self, call: Call) -> tuple[str, ModelOrder | None]:
        category = call.params["category"]
        order = self._find(call, category)
        if order is not None and category == "spot":
            wanted = call.params.get("orderFilter", "Order")
            order = order if self._kind(order) == wanted else None
        return self.cancel(call, order) if order else ("unknown", None)

    @route("query", "GET /v5/order/realtime")
    def realtime(self, call: Call) -> Any:
        listed = self._listed(call)
        if "orderId" not in call.params and "orderLinkId" not in call.params:
            return self._page(call, [order for order in listed if order.is_live])
        recent = [order for order in listed if not order.is_live and order.ended > self._started]
        return self._page(call, [o for o in listed if o.is_live or o in recent[:RECENT]])

    @route("query", "GET /v5/order/history")
    def history(self, call: Call) -> Any:
        kept = [
            order
            for order in self._listed(call)
            if not order.is_live and (order.filled or self.now() < order.ended + KEPT_MS)
        ]
        state = call.params.get("orderStatus")
        return self._page(call, [o for o in kept if state in (None, self._state(o))])

    @staticmethod
    def _kind(order: ModelOrder) -> str:
        return str(order.info["orderFilter"]) if order.is_trigger else "Order"

    def _find(self, call: Call, category: str) -> ModelOrder | None:
        params = call.params
        order = self.find(call, params.get("orderId") or "", params.get("orderLinkId") or "")
        if order is None or order.info["category"] != category or order.market != params["symbol"]:
            return None
        return order

    def _listed(self, call: Call) -> list[ModelOrder]:
        """Return the newest first; the order id has priority over the client's."""
        params = call.params
        listed = [o for o in self.orders(call) if o.info["category"] == params["category"]]
        if "orderId" in params:
            listed = [order for order in listed if order.id == params["orderId"]]
        elif "orderLinkId" in params:
            listed = [order for order in listed if order.client_id == params["orderLinkId"]]
        if "orderFilter" in params:
            listed = [order for order in listed if self._kind(order) == params["orderFilter"]]
        return listed[::-1]

    def _ok(self, result: dict[str, Any]) -> dict[str, Any]:
        return {"retCode": 0, "retMsg": "OK", "result": result, "time": self.now()}

    def _error(self, code: int, text: str) -> Refused:
        return Refused({"retCode": code, "retMsg": text, "result": {}, "time": self.now()})

    def _ack(self, order: ModelOrder) -> dict[str, Any]:
        return self._ok({"orderId": order.id, "orderLinkId": order.client_id})

    def _page(self, call: Call, orders: list[ModelOrder]) -> dict[str, Any]:
        listed = [self._order(order) for order in orders[: int(call.params.get("limit", PAGE))]]
        return self._ok({"category": call.params["category"], "list": listed})

    def _state(self, order: ModelOrder) -> str:
        if order.is_trigger:
            return TRIGGER_STATES.get(order.state, "Deactivated")
        if order.is_live and order.filled:
            return "PartiallyFilled"
        if order.filled and order.state == "canceled" and order.info.get("category") == "spot":
            return "PartiallyFilledCanceled"
        return STATES.get(order.state, "Cancelled")

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        """Write an order; no quantity is left once it has ended.

        By one field that spot has not, ccxt tells the markets apart that have the same id.
        """
        of_contracts = {} if order.info.get("category") == "spot" else {"tpslMode": ""}
        return {
            **of_contracts,
            "orderId": order.id,
            "orderLinkId": order.client_id,
            "symbol": order.market,
            "side": order.side.capitalize(),
            "orderType": order.type.capitalize(),
            "price": number(order.price),
            "qty": number(order.amount),
            "cumExecQty": number(order.filled),
            "cumExecValue": number(order.filled * (order.price or 0)),
            "leavesQty": number(order.remaining) if order.is_live else "0",
            "avgPrice": number(order.price) if order.filled else "",
            "triggerPrice": number(order.trigger_price),
            "orderStatus": self._state(order),
            "createdTime": str(order.created),
            "updatedTime": str(order.updated),
        }
