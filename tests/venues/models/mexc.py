"""mexc: spot and swap orders, and trigger orders of swap.

By https://www.mexc.com/api-docs/spot-v3/spot-account-trade and
https://www.mexc.com/api-docs/futures/account-and-trading-endpoints: spot answers a cancel with the
order, swap with a code for each id of a list (2040 for an unknown one, 2041 for one that has
ended), and a planned order with nothing. Whether a cancel is then executed is said of none: a
pending one shows the order as it is. That swap refuses a query, and the cancel of a planned order,
with 2040 too is not documented, and neither is the status that goes with spot's codes.
"""

from __future__ import annotations

from typing import Any, ClassVar

from venues.models.book import ModelOrder, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

SPOT = "/api/v3"
SWAP = "/api/v1/private"

LISTED_MS = 24 * 3600 * 1000

SPOT_SYMBOL = {
    "symbol": "BTCUSDT",
    "status": "1",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "baseAssetPrecision": 8,
    "quoteAssetPrecision": 2,
    "baseSizePrecision": "0.000001",
    "isSpotTradingAllowed": True,
    "isMarginTradingAllowed": False,
}
CONTRACT = {
    "symbol": "BTC_USDT",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "settleCoin": "USDT",
    "contractSize": 0.0001,
    "volUnit": 1,
    "priceUnit": 0.1,
    "minVol": 1,
    "state": 0,
}

UNKNOWN = (2040, "order not exist")
ENDED = (2041, "order state cannot be cancelled")

SWAP_STATES = {"filled": 3, "canceled": 4}
TRIGGER_STATES = {"canceled": 2, "triggered": 3}
SIDES = {"1": "buy", "2": "buy", "3": "sell", "4": "sell"}
"""Open long, close short, open short, close long."""


def error(code: int, text: str, status: int = 400) -> Refused:
    """Return an error in the words of both families: it may befall a request of either."""
    body = {"success": False, "code": code, "msg": text, "message": text}
    return Refused(body, status)


def ok(data: Any = None) -> dict[str, Any]:
    answer = {"success": True, "code": 0}
    return answer if data is None else {**answer, "data": data}


class Mexc(Model):
    IDS = ("mexc",)
    MARKETS: ClassVar = {"BTC/USDT": "BTCUSDT", "BTC/USDT:USDT": "BTC_USDT"}
    TRIGGERS: ClassVar = {"BTC/USDT:USDT": {"triggerPrice": 31000}}
    TRIGGER_BOOKS = frozenset({"BTC/USDT:USDT"})
    SECRET_PARAMS: ClassVar = frozenset({"signature"})
    FETCH_BY = None
    KEEPS_TRIGGERS = False  # ccxt has no query for them
    TELLS_TRIGGERED = False
    TELLS_SUCCESSORS = False
    ERRORS: ClassVar = {
        "busy": "ExchangeNotAvailable",
        "rate_limit": "RateLimitExceeded",
        "clock": "InvalidNonce",
        "timed_out": "RequestTimeout",
        "cancel_unknown": "BadRequest",
        "cancel_filled": "BadRequest",
        "cancel_canceled": "BadRequest",
        "fetch_unknown": "ExchangeError",
        "bad_key": "BadRequest",
    }

    def cancel_by(self, symbol: str) -> str | None:
        """For spot alone ccxt can."""
        return self.CANCEL_BY if symbol == "BTC/USDT" else None

    def check_key(self, call: Call) -> None:
        header = "X-MEXC-APIKEY" if call.path.startswith(SPOT) else "ApiKey"
        if call.headers.get(header) != self.CREDENTIALS["apiKey"]:
            raise self.unauthorized()

    def unauthorized(self) -> Refused:
        return error(10072, "invalid access key")

    def busy(self) -> Refused:
        return error(503, "service not available, please try again", 503)

    def rate_limited(self) -> Refused:
        return error(429, "Too Many Requests", 429)

    def clock_refused(self) -> Refused:
        return error(700003, "Timestamp for this request is outside of the recvWindow.")

    def timed_out(self) -> Refused:
        return error(504, "Gateway Time-out", 504)

    @route("public", f"GET {SPOT}/exchangeInfo")
    def exchange_info(self, _: Call) -> Any:
        return {"symbols": [SPOT_SYMBOL]}

    @route("public", "GET /api/v1/contract/detail")
    def contracts(self, _: Call) -> Any:
        return ok([CONTRACT])

    @route("private", f"GET {SPOT}/capital/config/getall")
    def coins(self, _: Call) -> Any:
        return []

    @route("create", f"POST {SPOT}/order")
    def create_spot(self, call: Call) -> Any:
        params = call.params
        order = self.book.place(
            params["symbol"],
            params["side"].lower(),
            params["quantity"],
            params.get("price"),
            type=params["type"].lower(),
            client_id=params.get("newClientOrderId", ""),
            info={"family": "spot"},
        )
        return {**self._brief(order), "orderListId": -1, "transactTime": order.created}

    @route("cancel", f"DELETE {SPOT}/order")
    def cancel_spot(self, call: Call) -> Any:
        found = self._find_spot(call)
        was, order = self.cancel(call, found) if found else ("unknown", None)
        if order is None or was != "open":
            raise error(-2011, "Unknown order sent.")
        answer = {**self._spot(order), "origClientOrderId": order.client_id}
        return {**answer, "clientOrderId": call.params.get("newClientOrderId", "cancel1")}

    @route("query", f"GET {SPOT}/order")
    def spot_order(self, call: Call) -> Any:
        order = self._find_spot(call)
        if order is None:
            raise error(-2013, "Order does not exist.")
        return self._spot(order)

    @route("query", f"GET {SPOT}/openOrders")
    def spot_open_orders(self, call: Call) -> Any:
        return [self._spot(order) for order in self._listed(call, "spot") if order.is_live]

    @route("query", f"GET {SPOT}/allOrders")
    def all_spot_orders(self, call: Call) -> Any:
        since = int(call.params.get("startTime", self.now() - LISTED_MS))
        return [self._spot(o) for o in self._listed(call, "spot") if o.created >= since]

    @route("create", f"POST {SWAP}/order/create", f"POST {SWAP}/order/submit")
    def create_swap(self, call: Call) -> Any:
        order = self._place_swap(call.params)
        return ok({"orderId": order.id, "ts": order.created})

    @route("create", f"POST {SWAP}/planorder/place")
    def create_trigger(self, call: Call) -> Any:
        return ok(self._place_swap(call.params).id)

    @route("cancel", f"POST {SWAP}/order/cancel")
    def cancel_swap(self, call: Call) -> Any:
        return ok([self._cancel_item(call, str(order_id)) for order_id in call.body])

    @route("cancel", f"POST {SWAP}/order/cancel_with_external")
    def cancel_by_client_id(self, call: Call) -> Any:
        was = self._cancel(call, self._find(call, "swap", client_id=call.params["externalOid"]))
        if was != "open":
            raise error(*(UNKNOWN if was == "unknown" else ENDED), 200)
        return ok({"symbol": call.params["symbol"], "externalOid": call.params["externalOid"]})

    @route("cancel", f"POST {SWAP}/planorder/cancel")
    def cancel_triggers(self, call: Call) -> Any:
        for item in call.body:
            was = self._cancel(call, self._find(call, "trigger", str(item["orderId"])))
            if was != "open":
                raise error(*(UNKNOWN if was == "unknown" else ENDED), 200)
        return ok()

    @route("query", f"GET {SWAP}/order/get/{{id}}")
    def swap_order(self, call: Call) -> Any:
        return self._found(self._find(call, "swap", call.params["id"]))

    @route("query", f"GET {SWAP}/order/external/{{symbol}}/{{client_id}}")
    def swap_order_by_client_id(self, call: Call) -> Any:
        return self._found(self._find(call, "swap", client_id=call.params["client_id"]))

    @route(
        "query",
        f"GET {SWAP}/order/list/open_orders",
        f"GET {SWAP}/order/list/open_orders/{{symbol}}",
    )
    def swap_open_orders(self, call: Call) -> Any:
        return ok([self._swap(order) for order in self._listed(call, "swap") if order.is_live])

    @route("query", f"GET {SWAP}/order/list/history_orders")
    def swap_history(self, call: Call) -> Any:
        orders = [self._swap(o) for o in self._listed(call, "swap") if not o.is_live]
        return ok(self._of_states(call, orders))

    @route("query", f"GET {SWAP}/planorder/list/orders")
    def triggers(self, call: Call) -> Any:
        orders = [self._trigger(order) for order in self._listed(call, "trigger")]
        return ok(self._of_states(call, orders))

    def _place_swap(self, params: dict[str, Any]) -> ModelOrder:
        is_market = str(params.get("orderType", params.get("type"))) in ("5", "6")
        return self.book.place(
            params["symbol"],
            SIDES[str(params["side"])],
            params["vol"],
            params.get("price"),
            type="market" if is_market else "limit",
            client_id=params.get("externalOid", ""),
            trigger_price=params.get("triggerPrice"),
            info={"family": "swap"},
        )

    def _cancel_item(self, call: Call, order_id: str) -> dict[str, Any]:
        was = self._cancel(call, self._find(call, "swap", order_id))
        code, text = (0, "success") if was == "open" else UNKNOWN if was == "unknown" else ENDED
        return {"orderId": order_id, "errorCode": code, "errorMsg": text}

    def _cancel(self, call: Call, order: ModelOrder | None) -> str:
        """Cancel an order and return the state that it was in."""
        return "unknown" if order is None else self.cancel(call, order)[0]

    def _find(
        self, call: Call, family: str, order_id: str = "", client_id: str = ""
    ) -> ModelOrder | None:
        order = self.find(call, order_id, client_id)
        return order if order and self._family(order) == family else None

    def _family(self, order: ModelOrder) -> str:
        return "trigger" if order.is_trigger else str(order.info["family"])

    def _find_spot(self, call: Call) -> ModelOrder | None:
        params = call.params
        client_id = params.get("origClientOrderId", "")
        return self._find(call, "spot", params.get("orderId", ""), client_id)

    def _found(self, order: ModelOrder | None) -> Any:
        if order is None:
            raise error(*UNKNOWN, 200)
        return ok(self._swap(order))

    def _listed(self, call: Call, family: str) -> list[ModelOrder]:
        found = [o for o in reversed(self.orders(call)) if self._family(o) == family]
        return [o for o in found if call.params.get("symbol", o.market) == o.market]

    def _of_states(self, call: Call, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
        wanted = str(call.params.get("states", ""))
        return [o for o in orders if not wanted or str(o["state"]) in wanted.split(",")]

    def _brief(self, order: ModelOrder) -> dict[str, Any]:
        return {
            "symbol": order.market,
            "orderId": order.id,
            "price": number(order.price, "0"),
            "origQty": number(order.amount),
            "type": order.type.upper(),
            "side": order.side.upper(),
        }

    def _spot(self, order: ModelOrder) -> dict[str, Any]:
        state = {"open": "NEW", "canceling": "NEW"}.get(order.state, order.state.upper())
        if order.filled and order.state != "filled":
            state = "PARTIALLY_FILLED" if order.is_live else "PARTIALLY_CANCELED"
        return {
            **self._brief(order),
            "orderListId": -1,
            "clientOrderId": order.client_id or None,
            "executedQty": number(order.filled),
            "cummulativeQuoteQty": number(order.filled * (order.price or 0)),
            "status": state,
            "timeInForce": None,
            "time": order.created,
            "updateTime": order.updated,
        }

    def _swap(self, order: ModelOrder) -> dict[str, Any]:
        return {
            "orderId": order.id,
            "symbol": order.market,
            "price": float(order.price or 0),
            "vol": float(order.amount),
            "side": 1 if order.side == "buy" else 3,
            "category": 1,
            "orderType": 1 if order.type == "limit" else 5,
            "dealAvgPrice": float(order.price or 0) if order.filled else 0,
            "dealVol": float(order.filled),
            "state": SWAP_STATES.get(order.state, 2),
            "externalOid": order.client_id,
            "errorCode": 0,
            "createTime": order.created,
            "updateTime": order.updated,
        }

    def _trigger(self, order: ModelOrder) -> dict[str, Any]:
        written = {
            "id": order.id,
            "symbol": order.market,
            "side": 1 if order.side == "buy" else 3,
            "triggerPrice": float(order.trigger_price or 0),
            "price": float(order.price or 0),
            "vol": float(order.amount),
            "state": TRIGGER_STATES.get(order.state, 1),
            "orderType": 1 if order.type == "limit" else 5,
            "errorCode": 0,
            "createTime": order.created,
            "updateTime": order.updated,
        }
        return {**written, "orderId": order.child_id} if order.child_id else written
