"""kucoin: spot orders of high-frequency and of classic accounts, stop orders, and futures.

By https://www.kucoin.com/docs-new/rest/: a cancel only sends the request
(spot-trading/orders/cancel-order-by-orderld); an order has ended once it is not active, and a
canceled one has ``cancelExist``. Futures have a host of their own, here the path ``/futures``, and
there one path serves orders and stop orders. ``DELETE …/orders`` cancels all orders; whether
``…/orders/`` does, which ccxt sends for an empty id, is not documented: here it does.
A batch of futures cancels has a code for each (futures-trading/orders/batch-cancel-orders).
Not documented either: that a refused one of them has the code of a single one, what a query of an
unknown order gets, and that a stop order is forgotten once it is canceled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

import attrs

from venues.models.book import ModelOrder, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

HF = "/api/v1/hf/orders"
CLASSIC = "/api/v1/orders"
STOP = "/api/v1/stop-order"
FUTURES = "/futures/api/v1"

SYMBOL = {
    "symbol": "BTC-USDT",
    "baseCurrency": "BTC",
    "quoteCurrency": "USDT",
    "baseMinSize": "0.00001",
    "baseIncrement": "0.00000001",
    "quoteIncrement": "0.000001",
    "priceIncrement": "0.1",
    "isMarginEnabled": True,
    "enableTrading": True,
}
CONTRACT = {
    "symbol": "XBTUSDTM",
    "baseCurrency": "XBT",
    "quoteCurrency": "USDT",
    "settleCurrency": "USDT",
    "nextFundingRateTime": 1000,
    "isInverse": False,
    "multiplier": 0.001,
    "lotSize": 1,
    "tickSize": 0.1,
    "maxOrderQty": 1000000,
    "maxPrice": 1000000.0,
    "status": "Open",
}

E = TypeVar("E")


def ok(data: Any) -> dict[str, Any]:
    return {"code": "200000", "data": data}


def error(code: str, message: str, status: int = 200) -> Refused:
    return Refused({"code": code, "msg": message}, status)


class Kucoin(Model):
    IDS: ClassVar = ("kucoin",)
    KEY_HEADER = "KC-API-KEY"
    MARKETS: ClassVar = {"BTC/USDT": "BTC-USDT", "BTC/USDT:USDT": "XBTUSDTM"}
    TRIGGERS: ClassVar = {
        "BTC/USDT": {"triggerPrice": 31000},
        "BTC/USDT:USDT": {"triggerPrice": 31000},
    }
    TRIGGER_BOOKS = frozenset({"BTC/USDT"})
    KEEPS_TRIGGERS = False
    TELLS_SUCCESSORS = False
    ERRORS: ClassVar = {
        "busy": "ExchangeNotAvailable",
        "rate_limit": "RateLimitExceeded",
        "clock": "InvalidNonce",
        "timed_out": "ExchangeNotAvailable",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "OrderNotFound",
        "cancel_canceled": "OrderNotFound",
        "bad_key": "AuthenticationError",
    }

    hf = True
    """Whether the account is of the high-frequency kind, which ccxt asks for when it loads."""

    def connect(self, exchange: E) -> E:
        ccxt: Any = super().connect(exchange)
        urls = {
            name: f"{self.url}/futures" if name.startswith("futures") else url
            for name, url in ccxt.urls["api"].items()
        }
        ccxt.urls = {**ccxt.urls, "api": urls}
        return exchange

    def new_id(self, number: int) -> str:
        return f"67{number:022x}"

    def unauthorized(self) -> Refused:
        return error("400003", "KC-API-KEY not exists", 401)

    def busy(self) -> Refused:
        return error("503", "Service Unavailable", 503)

    def rate_limited(self) -> Refused:
        return error("429000", "Too many requests. System-level rate limit exceeded.", 429)

    def clock_refused(self) -> Refused:
        return error("400002", "KC-API-TIMESTAMP Invalid", 401)

    def timed_out(self) -> Refused:
        """Return the code for a failure inside of the venue, which tells no outcome."""
        return error("500000", "Internal Server Error", 500)

    @route("public", "GET /api/v2/symbols")
    def symbols(self, _: Call) -> Any:
        return ok([SYMBOL])

    @route("public", f"GET {FUTURES}/contracts/active")
    def contracts(self, _: Call) -> Any:
        return ok([CONTRACT])

    @route(
        "public",
        "GET /api/v3/currencies",
        "GET /api/v1/market/allTickers",
        "GET /api/v3/margin/symbols",
        "GET /api/v1/isolated/symbols",
    )
    def nothing(self, _: Call) -> Any:
        return ok(None)

    @route("private", "GET /api/ua/v1/account/mode")
    def account_mode(self, _: Call) -> Any:
        return ok({"selfAccountMode": "CLASSIC"})

    @route("private", "GET /api/v1/hf/accounts/opened")
    def account_kind(self, _: Call) -> Any:
        return ok(self.hf)

    @route("create", f"POST {HF}", f"POST {CLASSIC}", f"POST {STOP}", f"POST {FUTURES}/orders")
    def create(self, call: Call) -> Any:
        params = call.params
        order = self.book.place(
            params["symbol"],
            params["side"],
            params["size"],
            params.get("price"),
            type=params["type"],
            client_id=params["clientOid"],
            trigger_price=params.get("stopPrice"),
            info={"stop": params.get("stop", "entry")},
        )
        return ok({"orderId": order.id, "clientOid": order.client_id})

    @route("cancel", f"DELETE {HF}/{{id}}")
    def cancel_hf(self, call: Call) -> Any:
        return ok({"orderId": self._cancel(call).id})

    @route(
        "cancel",
        f"DELETE {HF}/client-order/{{clientOid}}",
        f"DELETE {FUTURES}/orders/client-order/{{clientOid}}",
    )
    def cancel_telling_client_id(self, call: Call) -> Any:
        return ok({"clientOid": self._cancel(call).client_id})

    @route(
        "cancel",
        f"DELETE {CLASSIC}/{{id}}",
        f"DELETE {STOP}/{{id}}",
        f"DELETE {FUTURES}/orders/{{id}}",
    )
    def cancel_order(self, call: Call) -> Any:
        return ok({"cancelledOrderIds": [self._cancel(call).id]})

    @route(
        "cancel",
        "DELETE /api/v1/order/client-order/{clientOid}",
        f"DELETE {STOP}/cancelOrderByClientOid",
    )
    def cancel_by_client_id(self, call: Call) -> Any:
        order = self._cancel(call)
        return ok({"cancelledOrderId": order.id, "clientOid": order.client_id})

    @route("cancel", f"DELETE {FUTURES}/orders/multi-cancel")
    def cancel_several(self, call: Call) -> Any:
        """Cancel by order ids, or by client ids without any."""
        items = [{"id": order_id} for order_id in call.params.get("orderIdsList", ())]
        items = items or call.params["clientOidsList"]
        return ok([self._cancel_item(attrs.evolve(call, params=item)) for item in items])

    def _cancel_item(self, call: Call) -> dict[str, Any]:
        ids = {"orderId": call.params.get("id"), "clientOid": call.params.get("clientOid")}
        try:
            self._cancel(call)
        except Refused as refused:
            return {**ids, **refused.answer.body}
        return {**ids, "code": "200", "msg": "success"}

    @route(
        "cancel_all",
        f"DELETE {HF}/?(?:cancelAll)?",
        f"DELETE {CLASSIC}/?",
        f"DELETE {STOP}/(?:cancel)?",
        f"DELETE {FUTURES}/orders/?",
        f"DELETE {FUTURES}/stopOrders",
    )
    def cancel_all(self, call: Call) -> Any:
        """Cancel what is open on the market, or on all: an empty id comes here."""
        is_stop = call.path.startswith(STOP) or call.path.endswith("stopOrders")
        found = [o for o in self._listed(call) if o.is_trigger == is_stop and o.state == "open"]
        ids = [self.book.cancel(order.id, self.cancel_lag).id for order in found]
        return ok("success" if call.path.startswith(HF) else {"cancelledOrderIds": ids})

    @route(
        "query",
        f"GET {HF}/{{id}}",
        f"GET {HF}/client-order/{{clientOid}}",
        f"GET {STOP}/{{id}}",
        f"GET {STOP}/queryOrderByClientOid",
    )
    def order(self, call: Call) -> Any:
        """Return one order, a list of it for a stop order's client id, or null."""
        found = self._find(call)
        written = None if found is None else self._order(call, found)
        return ok([written] if written and call.path.endswith("ByClientOid") else written)

    @route("query", f"GET {CLASSIC}/{{id}}", "GET /api/v1/order/client-order/{clientOid}")
    def classic_order(self, call: Call) -> Any:
        found = self._find(call)
        if found is None:
            raise error("400100", "order not exist.")
        return ok(self._order(call, found))

    @route("query", f"GET {FUTURES}/orders/{{id}}", f"GET {FUTURES}/orders/byClientOid")
    def futures_order(self, call: Call) -> Any:
        found = self._find(call)
        if found is None:
            raise error("100001", "error.getOrder.orderNotExist")
        return ok(self._order(call, found))

    @route("query", f"GET {HF}/active")
    def hf_active(self, call: Call) -> Any:
        return ok([self._order(call, order) for order in self._listed(call) if order.is_live])

    @route("query", f"GET {HF}/done")
    def hf_done(self, call: Call) -> Any:
        return self._page(call, (order for order in self._listed(call) if not order.is_live))

    @route("query", f"GET {CLASSIC}", f"GET {FUTURES}/orders")
    def orders_by_status(self, call: Call) -> Any:
        is_active = call.params["status"] == "active"
        found = (order for order in self._listed(call) if order.is_live == is_active)
        return self._page(call, (order for order in found if not order.is_trigger))

    @route("query", f"GET {STOP}", f"GET {FUTURES}/stopOrders")
    def stop_orders(self, call: Call) -> Any:
        found = (order for order in self._listed(call) if order.is_live)
        return self._page(call, (order for order in found if order.is_trigger))

    def _listed(self, call: Call) -> list[ModelOrder]:
        """Return what the path's book has, the newest first."""
        is_futures, is_stop = call.path.startswith(FUTURES), call.path.startswith(STOP)
        market = call.params.get("symbol")
        return [
            order
            for order in reversed(self.orders(call))
            if (order.market == CONTRACT["symbol"]) == is_futures
            and (is_futures or order.is_trigger == is_stop)
            and (not is_stop or order.state in ("open", "canceling", "triggered"))
            and market in (None, order.market)
        ]

    def _find(self, call: Call) -> ModelOrder | None:
        params = call.params
        for order in self._listed(call):
            if (
                order.id == params["id"]
                if "id" in params
                else order.client_id == params["clientOid"]
            ):
                return order
        return None

    def _cancel(self, call: Call) -> ModelOrder:
        order = self._find(call)
        was, order = self.cancel(call, order) if order else ("unknown", None)
        if order is None or was != "open":
            if call.path.startswith(FUTURES):
                raise error("100004", "The order cannot be canceled.")
            raise error("400100", "Order not exist or not allow to be cancelled")
        return order

    def _page(self, call: Call, orders: Iterable[ModelOrder]) -> dict[str, Any]:
        items = [self._order(call, order) for order in orders]
        return ok({"currentPage": 1, "totalNum": len(items), "items": items})

    def _order(self, call: Call, order: ModelOrder) -> dict[str, Any]:
        written: dict[str, Any] = {
            "id": order.id,
            "clientOid": order.client_id,
            "symbol": order.market,
            "type": order.type,
            "side": order.side,
            "price": number(order.price, "0"),
            "timeInForce": "GTC",
            "createdAt": order.created,
        }
        if call.path.startswith(FUTURES):
            return written | self._futures(order)
        if order.is_trigger:
            return {
                **written,
                "size": number(order.amount),
                "status": "NEW" if order.is_live else "TRIGGERED",
                "stop": order.info["stop"],
                "stopPrice": number(order.trigger_price),
            }
        return {
            **written,
            "size": number(order.amount),
            "dealSize": number(order.filled),
            "dealFunds": number(order.filled * (order.price or 0)),
            "cancelExist": order.state == "canceled",
            "tradeType": "TRADE",
            "active" if call.path.startswith(HF) else "isActive": order.is_live,
        }

    def _futures(self, order: ModelOrder) -> dict[str, Any]:
        return {
            "size": int(order.amount),
            "filledSize": int(order.filled),
            "filledValue": number(order.filled * (order.price or 0) / 1000),
            "stop": order.info["stop"] if order.is_trigger else "",
            "stopPrice": number(order.trigger_price) or None,
            "stopTriggered": order.state == "triggered",
            "isActive": order.is_live,
            "cancelExist": order.state == "canceled",
            "updatedAt": order.updated,
            "status": "open" if order.is_live else "done",
        }


class KucoinFutures(Kucoin):
    IDS: ClassVar = ("kucoinfutures",)
    MARKETS: ClassVar = {"BTC/USDT:USDT": "XBTUSDTM"}
    TRIGGERS: ClassVar = {"BTC/USDT:USDT": {"triggerPrice": 31000}}
    ERRORS: ClassVar = {
        **Kucoin.ERRORS,
        "cancel_unknown": "BadRequest",
        "cancel_filled": "BadRequest",
        "cancel_canceled": "BadRequest",
        "fetch_unknown": "OrderNotFound",
    }
