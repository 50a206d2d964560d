"""bitget: spot and USDT futures orders of a classic account, and plan orders of both.

By https://www.bitget.com/api-doc/: a plan order is of another family (spot/plan/Cancel-Plan-Order,
contract/plan/Cancel-Plan-Order), which tells a failure inside of an answer with code 00000, and on
futures cancels all plan orders of the symbol where no id is given; a batch has a list of failures,
with a code for each (spot/trade/Batch-Cancel-Orders); a canceled spot order is known
by its client id for 2 hours (spot/trade/Cancel-Order); codes are those of spot/error-code/restapi.
Which of the codes for an order that is not there comes when is not documented: ``gone`` has them
for a cancel. Nor is it documented whether a cancel's answer is final: here it is not.
"""

from __future__ import annotations

from typing import Any, ClassVar

from venues.models.book import ModelOrder, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

SPOT = "/api/v2/spot/trade"
MIX = "/api/v2/mix/order"

CLIENT_ID_KEPT_MS = 2 * 3600 * 1000

GONE = {
    "40768": "Order does not exist",
    "43001": "The order does not exist",
    "40109": "The data of the order cannot be found, please confirm the order number",
    "45057": "The order does not exist!",
    "43004": "There is no order to cancel",
    "22001": "No order to cancel",
}
"""The codes for an order that is not there, was filled or canceled."""

STATES = {"open": "live", "canceling": "live", "expired": "cancelled", "canceled": "cancelled"}
PLAN_STATES = {**STATES, "triggered": "executed", "rejected": "fail_execute"}

SYMBOL = {
    "symbol": "BTCUSDT",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "minTradeAmount": "0",
    "pricePrecision": "2",
    "quantityPrecision": "6",
    "minTradeUSDT": "1",
    "status": "online",
}
CONTRACT = {
    "symbol": "BTCUSDT",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "supportMarginCoins": ["USDT"],
    "minTradeNum": "0.0001",
    "pricePlace": "1",
    "priceEndStep": "1",
    "volumePlace": "4",
    "sizeMultiplier": "0.0001",
    "symbolType": "perpetual",
    "symbolStatus": "normal",
}


def error(code: str, message: str, status: int = 400) -> Refused:
    return Refused({"code": code, "msg": message, "requestTime": 0, "data": None}, status)


class Bitget(Model):
    IDS = ("bitget",)
    KEY_HEADER = "ACCESS-KEY"
    MARKETS: ClassVar = {"BTC/USDT": "BTCUSDT", "BTC/USDT:USDT": "BTCUSDT"}
    TRIGGERS: ClassVar = {
        "BTC/USDT": {"triggerPrice": 31000},
        "BTC/USDT:USDT": {"triggerPrice": 31000},
    }
    TRIGGER_BOOKS = frozenset({"BTC/USDT", "BTC/USDT:USDT"})
    ERRORS: ClassVar = {
        "busy": "OnMaintenance",
        "rate_limit": "DDoSProtection",
        "clock": "InvalidNonce",
        "timed_out": "AuthenticationError",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "OrderNotFound",
        "cancel_canceled": "OrderNotFound",
        "fetch_unknown": "OrderNotFound",
        "bad_key": "AuthenticationError",
    }

    def __init__(self) -> None:
        super().__init__()
        self.gone = {"spot": "43001", "mix": "40768"}
        """The code, of those in ``GONE``, for a cancel of an order that is not open."""

    def unauthorized(self) -> Refused:
        return error("40006", "Invalid ACCESS_KEY")

    def busy(self) -> Refused:
        return error("40200", "Server upgrade, please try again later")

    def rate_limited(self) -> Refused:
        return error("429", "Too Many Requests", 429)

    def clock_refused(self) -> Refused:
        return error("40008", "Request timestamp expired")

    def timed_out(self) -> Refused:
        return error("40010", "Request timed out")

    @route("private", "GET /api/v3/account/settings")
    def settings(self, _: Call) -> Any:
        """Refuse what only a unified account has: ccxt asks for it once, and takes any error."""
        text = "You are in Classic Account mode, and the Unified Account API is not supported"
        raise error("40084", text)

    @route("public", "GET /api/v2/spot/public/symbols")
    def symbols(self, _: Call) -> Any:
        return self._ok([SYMBOL])

    @route("public", "GET /api/v2/mix/market/contracts")
    def contracts(self, call: Call) -> Any:
        return self._ok([CONTRACT] if call.params["productType"] == "USDT-FUTURES" else [])

    @route("public", "GET /api/v2/spot/public/coins", "GET /api/v2/margin/currencies")
    def nothing(self, _: Call) -> Any:
        return self._ok([])

    @route("create", f"POST {SPOT}/place-order", f"POST {MIX}/place-order")
    def create(self, call: Call) -> Any:
        return self._ok(self._ids(self._place(call, call.params.get("price"))))

    @route("create", f"POST {SPOT}/place-plan-order", f"POST {MIX}/place-plan-order")
    def create_plan(self, call: Call) -> Any:
        params = call.params
        return self._ok(
            self._ids(self._place(call, params.get("executePrice"), params["triggerPrice"]))
        )

    @route("cancel", f"POST {SPOT}/cancel-order", f"POST {MIX}/cancel-order")
    def cancel_order(self, call: Call) -> Any:
        order = self._find(call, call.params)
        was, order = self.cancel(call, order) if order else ("unknown", None)
        if order is None or was != "open":
            code = self.gone[self._family(call)]
            raise error(code, GONE[code])
        return self._ok(self._ids(order))

    @route("cancel", f"POST {SPOT}/batch-cancel-order", f"POST {MIX}/batch-cancel-orders")
    def cancel_batch(self, call: Call) -> Any:
        answer: dict[str, list[dict[str, str]]] = {"successList": [], "failureList": []}
        for item in call.params.get("orderList") or call.params["orderIdList"]:
            order = self._find(call, item)
            was, order = self.cancel(call, order) if order else ("unknown", None)
            if order is not None and was == "open":
                answer["successList"].append(self._ids(order))
            else:
                code = self.gone[self._family(call)]
                refused = {"errorMsg": GONE[code], "errorCode": code}
                answer["failureList"].append({"clientOid": "", **item, **refused})
        return self._ok(answer)

    @route("cancel", f"POST {SPOT}/cancel-plan-order")
    def cancel_spot_plan(self, call: Call) -> Any:
        order = self._find(call, call.params, is_trigger=True)
        if order is None:
            raise error("43025", "Plan order does not exist")
        was, _ = self.cancel(call, order)
        return self._ok({"result": "success" if was == "open" else "failure"})

    @route("cancel", f"POST {MIX}/cancel-plan-order")
    def cancel_mix_plans(self, call: Call) -> Any:
        """Cancel the plan orders of the list, or all of the symbol if the list has no id."""
        items = [i for i in call.params.get("orderIdList", ()) if any(i.values())]
        if not items:
            items = [self._ids(o) for o in self._listed(call, is_trigger=True) if o.is_live]
        answer: dict[str, list[dict[str, str]]] = {"successList": [], "failureList": []}
        for item in items:
            order = self._find(call, item, is_trigger=True)
            was, order = self.cancel(call, order) if order else ("unknown", None)
            if order is not None and was == "open":
                answer["successList"].append(self._ids(order))
            else:
                ids = {"orderId": item.get("orderId", ""), "clientOid": item.get("clientOid", "")}
                answer["failureList"].append({**ids, "errorMsg": "notExistend"})
        return self._ok(answer)

    @route("cancel_all", f"POST {SPOT}/cancel-symbol-order")
    def cancel_symbol(self, call: Call) -> Any:
        for order in self._listed(call):
            if order.state == "open":
                self.book.cancel(order.id, self.cancel_lag)
        return self._ok({"symbol": call.params["symbol"]})

    @route("query", f"GET {SPOT}/orderInfo")
    def spot_order(self, call: Call) -> Any:
        order = self._find(call, call.params)
        if order is not None and "orderId" not in call.params and not order.is_live:
            order = order if self.now() < order.ended + CLIENT_ID_KEPT_MS else None
        return self._ok([] if order is None else [self._order(order)])

    @route("query", f"GET {MIX}/detail")
    def mix_order(self, call: Call) -> Any:
        order = self._find(call, call.params)
        if order is None:
            raise error("40109", GONE["40109"])
        written = self._order(order)
        return self._ok({**written, "state": written.pop("status")})

    @route("query", f"GET {SPOT}/unfilled-orders", f"GET {MIX}/orders-pending")
    def pending(self, call: Call) -> Any:
        return self._orders(call, is_live=True)

    @route("query", f"GET {SPOT}/history-orders", f"GET {MIX}/orders-history")
    def history(self, call: Call) -> Any:
        return self._orders(call, is_live=False)

    @route("query", f"GET {SPOT}/current-plan-order", f"GET {MIX}/orders-plan-pending")
    def plans_pending(self, call: Call) -> Any:
        return self._plans(call, is_live=True)

    @route("query", f"GET {SPOT}/history-plan-order", f"GET {MIX}/orders-plan-history")
    def plans_history(self, call: Call) -> Any:
        return self._plans(call, is_live=False)

    def _orders(self, call: Call, *, is_live: bool) -> Any:
        found = [self._order(o) for o in self._listed(call) if o.is_live == is_live]
        return self._ok(found if self._family(call) == "spot" else {"entrustedList": found})

    def _plans(self, call: Call, *, is_live: bool) -> Any:
        listed = self._listed(call, is_trigger=True)
        found = [self._plan(order) for order in listed if order.is_live == is_live]
        name = "orderList" if self._family(call) == "spot" else "entrustedList"
        return self._ok({name: found})

    def _place(self, call: Call, price: Any, trigger_price: Any = None) -> ModelOrder:
        return self.book.place(
            call.params["symbol"],
            call.params["side"],
            call.params["size"],
            price,
            type=call.params["orderType"],
            client_id=call.params.get("clientOid", ""),
            trigger_price=trigger_price,
            info={"family": self._family(call)},
        )

    def _family(self, call: Call) -> str:
        return "spot" if call.path.startswith(SPOT) else "mix"

    def _find(
        self, call: Call, item: dict[str, Any], *, is_trigger: bool = False
    ) -> ModelOrder | None:
        """Return the order of an item; the order id prevails over the client's."""
        named = item.get("orderId") or item.get("clientOid")
        for order in self._listed(call, is_trigger=is_trigger):
            if named == (order.id if item.get("orderId") else order.client_id):
                return order
        return None

    def _listed(self, call: Call, *, is_trigger: bool = False) -> list[ModelOrder]:
        """Return the newest first."""
        return [
            order
            for order in reversed(self.orders(call))
            if order.info["family"] == self._family(call)
            and order.is_trigger == is_trigger
            and order.market == call.params.get("symbol", order.market)
        ]

    def _ok(self, data: Any) -> dict[str, Any]:
        return {"code": "00000", "msg": "success", "requestTime": self.now(), "data": data}

    def _ids(self, order: ModelOrder) -> dict[str, str]:
        return {"orderId": order.id, "clientOid": order.client_id}

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        state = STATES.get(order.state, order.state)
        if order.info["family"] == "mix":
            state = state.replace("cancelled", "canceled")
        return {
            **self._written(order),
            "price": number(order.price, "0"),
            "priceAvg": number(order.price if order.filled else None, "0"),
            "baseVolume": number(order.filled),
            "quoteVolume": number(order.filled * (order.price or 0)),
            "status": "partially_filled" if order.is_live and order.filled else state,
        }

    def _plan(self, order: ModelOrder) -> dict[str, Any]:
        is_spot = order.info["family"] == "spot"
        return {
            **self._written(order),
            "planType": "amount" if is_spot else "normal_plan",
            "executePrice": number(order.price),
            "executeOrderId": order.child_id,
            "triggerPrice": number(order.trigger_price),
            "status" if is_spot else "planStatus": PLAN_STATES[order.state],
        }

    def _written(self, order: ModelOrder) -> dict[str, Any]:
        written = {
            **self._ids(order),
            "symbol": order.market,
            "size": number(order.amount),
            "orderType": order.type,
            "side": order.side,
            "cTime": str(order.created),
            "uTime": str(order.updated),
        }
        is_spot = order.info["family"] == "spot"
        return written if is_spot else {**written, "posSide": "net", "posMode": "one_way_mode"}
