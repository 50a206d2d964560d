"""htx's USDT swaps with their trigger orders (v5), and its coin-margined swaps (v1).

By https://www.htx.com/en-us/opend/newApiPages/: a cancel only says that the request was taken
(v1 ?id=5d51a18b-77b6-11ed-9966-0242ac110003, v5 ?id=8cb89359-77b5-11ed-9966-1958947efe6); v1 lists
its refusals in ``errors`` under status ok, and takes ids with commas. How v5 refuses a cancel is
not documented: here its code is that of v1. Nor is what it shows of a pending cancel: here the
order is as before.
"""

from __future__ import annotations

from typing import Any

from venues.models.book import ModelOrder, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

V5 = "/v5"
V1 = "/swap-api/v1"
V3 = "/swap-api/v3"

CONTRACT = {"symbol": "BTC", "price_tick": 0.1, "contract_status": 1}
LINEAR = {**CONTRACT, "contract_code": "BTC-USDT", "contract_size": 0.001, "business_type": "swap"}
INVERSE = {**CONTRACT, "contract_code": "BTC-USD", "contract_size": 100.0}
FUTURE = {
    **INVERSE,
    "contract_code": "BTC991225",
    "contract_type": "quarter",
    "delivery_date": "20991225",
    "delivery_time": "4101868800000",
}

V5_STATES = {
    "open": ("new", "partially_filled"),
    "canceling": ("new", "partially_filled"),
    "filled": ("filled", "filled"),
    "canceled": ("canceled", "partially_canceled"),
}
V1_STATES = {"open": (3, 4), "canceling": (11, 11), "filled": (6, 6), "canceled": (7, 5)}
"""The state of an order without and with fills."""
ALGO_STATES = {
    "open": "active",
    "canceling": "active",
    "triggered": "effective",
    "canceled": "canceled",
}

CODES = {
    "unknown": (1061, "This order doesnt exist."),
    "canceling": (1062, "Cancelling, please be patient."),
    "filled": (1063, "Order is already executed."),
    "triggered": (1063, "Order is already executed."),
    "canceled": (1071, "Repeated withdraw."),
}
"""The code and the text of a refused cancel; the texts of 1062 and 1063 are not verified."""


class HtxSwaps(Model):
    @route("public", "GET /linear-swap-api/v1/swap_contract_info")
    def linear_swaps(self, _: Call) -> Any:
        return self._ok([LINEAR])

    @route("public", f"GET {V1}/swap_contract_info")
    def inverse_swaps(self, _: Call) -> Any:
        return self._ok([INVERSE])

    @route("public", "GET /api/v1/contract_contract_info")
    def futures(self, _: Call) -> Any:
        return self._ok([FUTURE])

    @route("create", f"POST {V5}/trade/order")
    def create_linear(self, call: Call) -> Any:
        return self._v5_ok(self._ids(self._place_swap(call, call.params["side"], "linear")))

    @route("create", f"POST {V5}/algo/order")
    def create_algo(self, call: Call) -> Any:
        order = self._place_swap(call, call.params["side"], "algo")
        return self._v5_ok([{"algo_id": order.id, "algo_client_order_id": order.client_id}])

    @route("cancel", f"POST {V5}/trade/cancel_order")
    def cancel_linear(self, call: Call) -> Any:
        params = call.params
        named = params.get("order_id"), params.get("client_order_id")
        was, order = self._cancel(call, "linear", *named)
        if order is None or was != "open":
            raise self._v5_error(*CODES[was])
        return self._v5_ok(self._ids(order))

    @route("cancel", f"POST {V5}/trade/cancel_batch_orders")
    def cancel_linear_orders(self, call: Call) -> Any:
        items = []
        for order_id in call.params["order_id"]:
            was, _ = self._cancel(call, "linear", order_id)
            code, text = (200, "Success") if was == "open" else CODES[was]
            ids = {"order_id": order_id, "client_order_id": order_id}
            items.append({"code": code, "message": text, **ids})
        return self._v5_ok(items)

    @route("cancel", f"POST {V5}/algo/cancel_orders")
    def cancel_algos(self, call: Call) -> Any:
        """Cancel each order of a list; a refusal is the code of its item."""
        items = []
        for item in call.body:
            names = ("algo_id", "algo_client_order_id")
            was, _ = self._cancel(call, "algo", *map(item.get, names))
            code, text = (200, "Success") if was == "open" else CODES[was]
            items.append({**{n: item.get(n) for n in names}, "code": code, "message": text})
        return self._v5_ok(items)

    @route("query", f"GET {V5}/trade/order")
    def linear_order(self, call: Call) -> Any:
        """Return an order, or an empty list."""
        params = call.params
        order = self._find(call, "linear", params.get("order_id"), params.get("client_order_id"))
        return self._v5_ok([] if order is None else self._linear(order))

    @route("query", f"GET {V5}/algo/order")
    def algo_order(self, call: Call) -> Any:
        params = call.params
        order = self._find(call, "algo", params.get("algo_id"), params.get("algo_client_order_id"))
        return self._v5_ok([] if order is None else [self._algo(order)])

    @route("query", f"GET {V5}/trade/order/opens")
    def linear_open_orders(self, call: Call) -> Any:
        return self._v5_ok([self._linear(o) for o in self._listed(call, "linear") if o.is_live])

    @route("query", f"GET {V5}/algo/order/opens")
    def algo_open_orders(self, call: Call) -> Any:
        return self._v5_ok([self._algo(o) for o in self._listed(call, "algo") if o.is_live])

    @route("query", f"GET {V5}/trade/order/history")
    def linear_history(self, call: Call) -> Any:
        found = [self._linear(o) for o in self._listed(call, "linear") if not o.is_live]
        states = call.params.get("states", "").split(",")
        return self._v5_ok([o for o in found if states == [""] or o["state"] in states])

    @route("query", f"GET {V5}/algo/order/history")
    def algo_history(self, call: Call) -> Any:
        found = [self._algo(o) for o in self._listed(call, "algo") if not o.is_live]
        return self._v5_ok([o for o in found if call.params.get("states") in (None, o["state"])])

    @route("create", f"POST {V1}/swap_order")
    def create_inverse(self, call: Call) -> Any:
        order = self._place_swap(call, call.params["direction"], "inverse")
        return self._ok({"order_id": int(order.id), "order_id_str": order.id})

    @route("cancel", f"POST {V1}/swap_cancel")
    def cancel_inverse(self, call: Call) -> Any:
        """Cancel up to ten orders; ids with commas between them are a list."""
        by = "id" if "order_id" in call.params else "client_id"
        named = call.params.get("order_id") or call.params.get("client_order_id")
        errors, successes = [], []
        for item in str(named).split(","):
            was, _ = self._cancel(call, "inverse", **{by: item})
            if was == "open":
                successes.append(item)
            else:
                code, text = CODES[was]
                errors.append({"order_id": item, "err_code": code, "err_msg": text})
        return self._ok({"errors": errors, "successes": ",".join(successes)})

    @route("query", f"POST {V1}/swap_order_info")
    def inverse_order(self, call: Call) -> Any:
        params = call.params
        order = self._find(call, "inverse", params.get("order_id"), params.get("client_order_id"))
        if order is None:
            raise self._v1_error(1017, "Order doesnt exist.")
        return self._ok([self._inverse(order)])

    @route("query", f"POST {V1}/swap_openorders")
    def inverse_open_orders(self, call: Call) -> Any:
        found = [self._inverse(o) for o in self._listed(call, "inverse") if o.is_live]
        return self._ok({"orders": found})

    @route("query", f"POST {V3}/swap_hisorders")
    def inverse_history(self, call: Call) -> Any:
        found = [self._inverse(o) for o in self._listed(call, "inverse") if not o.is_live]
        states = call.params["status"].split(",")
        return self._ok([o for o in found if states == ["0"] or str(o["status"]) in states])

    def _place_swap(self, call: Call, side: str, family: str) -> ModelOrder:
        params = call.params
        is_market = "market" in (params.get("type"), params.get("order_price_type"))
        client_id = params.get("client_order_id") or params.get("algo_client_order_id")
        return self.book.place(
            params["contract_code"],
            side,
            params["volume"],
            params.get("price"),
            type="market" if is_market else "limit",
            client_id=str(client_id or ""),
            trigger_price=params.get("trigger_price"),
            info={"family": family},
        )

    def _find(
        self, call: Call, family: str, id: Any = None, client_id: Any = None
    ) -> ModelOrder | None:
        """Return the order with the id or, without one, with the client id."""
        named = str(client_id if id is None else id)
        for order in self._listed(call, family):
            if named and named == (order.client_id if id is None else order.id):
                return order
        return None

    def _cancel(
        self, call: Call, family: str, id: Any = None, client_id: Any = None
    ) -> tuple[str, ModelOrder | None]:
        order = self._find(call, family, id, client_id)
        return ("unknown", None) if order is None else self.cancel(call, order)

    def _listed(self, call: Call, family: str) -> list[ModelOrder]:
        """Return the newest first."""
        params = call.params
        market = params.get("contract_code") or params.get("contract") or params.get("symbol")
        return [
            order
            for order in reversed(self.orders(call))
            if order.info["family"] == family and market in (None, order.market)
        ]

    def _ok(self, data: Any) -> dict[str, Any]:
        return {"status": "ok", "data": data, "ts": self.now()}

    def _v5_ok(self, data: Any) -> dict[str, Any]:
        return {"code": 200, "message": "Success", "data": data, "ts": self.now()}

    def _v1_error(self, code: int, text: str) -> Refused:
        return Refused({"status": "error", "err_code": code, "err_msg": text, "ts": self.now()})

    def _v5_error(self, code: int, text: str) -> Refused:
        return Refused({"code": code, "message": text, "data": None, "ts": self.now()})

    def _ids(self, order: ModelOrder) -> dict[str, str]:
        return {"order_id": order.id, "client_order_id": order.client_id or order.id}

    def _linear(self, order: ModelOrder) -> dict[str, Any]:
        return {
            **self._ids(order),
            "id": order.id,
            "contract_code": order.market,
            "side": order.side,
            "type": order.type,
            "price": number(order.price),
            "volume": number(order.amount),
            "trade_volume": number(order.filled),
            "trade_avg_price": number(order.price if order.filled else None, "0"),
            "state": V5_STATES[order.state][bool(order.filled)],
            "created_time": str(order.created),
            "updated_time": str(order.updated),
        }

    def _algo(self, order: ModelOrder) -> dict[str, Any]:
        return {
            "algo_id": order.id,
            "algo_client_order_id": order.client_id,
            "contract_code": order.market,
            "side": order.side,
            "type": "trigger",
            "price": number(order.price),
            "volume": number(order.amount),
            "trigger_price": number(order.trigger_price),
            "state": ALGO_STATES[order.state],
            "created_time": str(order.created),
            "updated_time": str(order.updated),
        }

    def _inverse(self, order: ModelOrder) -> dict[str, Any]:
        return {
            "order_id": int(order.id),
            "order_id_str": order.id,
            "client_order_id": int(order.client_id) if order.client_id else None,
            "contract_code": order.market,
            "direction": order.side,
            "order_price_type": order.type,
            "price": number(order.price),
            "volume": int(order.amount),
            "trade_volume": int(order.filled),
            "trade_avg_price": number(order.price) if order.filled else None,
            "status": V1_STATES[order.state][bool(order.filled)],
            "created_at": order.created,
        }
