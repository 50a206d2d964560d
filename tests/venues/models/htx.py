"""htx: spot orders; its swaps are in htx_swaps.

By https://www.htx.com/en-us/opend/newApiPages/: a cancel only says that the request was taken
(?id=7ec4e938-7773-11ed-9966-0242ac110003), and by client id answers with the state of the order; a
refusal has the order's state in ``order-state``, also in the list of those that a batch has refused
(?id=8cb89359-77b5-11ed-9966-195894d0de8); a canceled order without fills is not found 2
hours later (?id=7ec4e31c-7773-11ed-9966-0242ac110003).
"""

from __future__ import annotations

from typing import Any, ClassVar

from venues.models.book import ModelOrder, number
from venues.models.htx_swaps import V5, HtxSwaps
from venues.models.model import route
from venues.models.server import Call, Refused

SPOT = "/v1/order"

KEPT_MS = 2 * 3600 * 1000

SPOT_SYMBOL = {
    "base-currency": "btc",
    "quote-currency": "usdt",
    "symbol": "btcusdt",
    "price-precision": 2,
    "amount-precision": 6,
    "value-precision": 8,
    "min-order-value": 10,
    "state": "online",
}

FAULTS = {
    "busy": (("system-maintenance", "System is in maintenance!"), (1004, "System busy.")),
    "rate_limit": (
        ("rate-too-many-requests", "exceeded rate limit"),
        (1032, "Number of access exceeded limit."),
    ),
    "clock": (
        ("api-signature-not-valid", "Signature not valid: Invalid submission time"),
        (403, "Invalid submission time"),
    ),
    "timed_out": (("timeout", "Request Timeout"), (1030, "Abnormal service.")),
    "bad_key": (
        ("api-signature-not-valid", "Signature not valid: Incorrect Access key"),
        (403, "Incorrect Access key"),
    ),
}
"""What spot and what swaps say of each fault. The swaps' words are not verified; 403 is ccxt's."""

STATES = {
    "open": ("submitted", "partial-filled"),
    "canceling": ("canceling", "canceling"),
    "filled": ("filled", "filled"),
    "canceled": ("canceled", "partial-canceled"),
}
"""The state of an order without and with fills."""
ORDER_STATES = {"unknown": 0, "partly": 5, "filled": 6, "canceled": 7, "canceling": 10}
"""``order-state`` of a refusal on spot, and the answer to a cancel by client id."""


class Htx(HtxSwaps):
    IDS = ("htx",)
    SECRET_PARAMS = frozenset({"AccessKeyId", "Signature"})
    MARKETS: ClassVar = {"BTC/USDT": "btcusdt", "BTC/USDT:USDT": "BTC-USDT"}
    TRIGGERS: ClassVar = {"BTC/USDT:USDT": {"triggerPrice": 31000}}
    TRIGGER_BOOKS = frozenset({"BTC/USDT:USDT"})
    CLIENT_ID = "1001"
    TELLS_SUCCESSORS = False
    ERRORS: ClassVar = {
        "busy": "OnMaintenance",
        "rate_limit": "RateLimitExceeded",
        "clock": "AuthenticationError",
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

    def check_key(self, call: Call) -> None:
        if call.params.get("AccessKeyId") != self.CREDENTIALS["apiKey"]:
            raise self.refusal(call, "bad_key")

    def refusal(self, call: Call, fault: str) -> Refused:
        of_spot, of_swaps = FAULTS[fault]
        if call.path.startswith(V5):
            return self._v5_error(*of_swaps)
        if call.path.startswith("/swap-api/"):
            return self._v1_error(*of_swaps)
        return self._spot_error(*of_spot)

    @route("public", "GET /v1/common/symbols")
    def symbols(self, _: Call) -> Any:
        return self._ok([SPOT_SYMBOL])

    @route("public", "GET /v2/reference/currencies")
    def currencies(self, _: Call) -> Any:
        return self._v5_ok([])

    @route("private", "GET /v1/account/accounts")
    def accounts(self, _: Call) -> Any:
        return self._ok([{"id": 1, "type": "spot", "subtype": "", "state": "working"}])

    @route("create", f"POST {SPOT}/orders/place")
    def create_spot(self, call: Call) -> Any:
        params = call.params
        side, _, kind = params["type"].partition("-")
        order = self.book.place(
            params["symbol"],
            side,
            params["amount"],
            params.get("price"),
            type=kind.removeprefix("stop-"),
            client_id=params.get("client-order-id", ""),
            trigger_price=params.get("stop-price"),
            info={"family": "spot"},
        )
        return self._ok(order.id)

    @route("cancel", f"POST {SPOT}/orders/{{id}}/submitcancel")
    def cancel_spot(self, call: Call) -> Any:
        was, order = self._cancel(call, "spot", id=call.params["id"])
        if order is None:
            raise self._spot_error("base-record-invalid", "The record is not found.")
        if was != "open":
            raise self._spot_error(
                "order-orderstate-error",
                "Incorrect order state",
                {"order-state": self._order_state(was, order)},
            )
        return self._ok(order.id)

    @route("cancel", f"POST {SPOT}/orders/batchcancel")
    def cancel_spot_orders(self, call: Call) -> Any:
        success, failed = [], []
        for order_id in call.params["order-ids"]:
            was, order = self._cancel(call, "spot", id=order_id)
            if was == "open":
                success.append(order_id)
            elif order is None:
                error = {"err-code": "base-not-found", "err-msg": "The record is not found."}
                failed.append({"order-id": order_id, "client-order-id": "", **error})
            else:
                error = {"err-code": "order-orderstate-error", "err-msg": "Incorrect order state"}
                state = {"order-state": self._order_state(was, order)}
                failed.append({"order-id": order_id, "client-order-id": "", **error, **state})
        return self._ok({"success": success, "failed": failed})

    @route("cancel", f"POST {SPOT}/orders/submitCancelClientOrder")
    def cancel_spot_by_client_id(self, call: Call) -> Any:
        """Answer with the state of the order, ok whatever it is."""
        was, order = self._cancel(call, "spot", client_id=call.params["client-order-id"])
        return self._ok(self._order_state("canceling" if was == "open" else was, order))

    @route("query", f"GET {SPOT}/orders/{{id}}", f"GET {SPOT}/orders/getClientOrder")
    def spot_order(self, call: Call) -> Any:
        order = self._find(call, "spot", call.params.get("id"), call.params.get("clientOrderId"))
        if order is None:
            raise self._spot_error("base-record-invalid", "The record is not found.")
        return self._ok(self._spot(order))

    @route("query", f"GET {SPOT}/openOrders")
    def spot_open_orders(self, call: Call) -> Any:
        return self._ok([self._spot(o) for o in self._listed(call, "spot") if o.is_live])

    @route("query", f"GET {SPOT}/orders")
    def spot_orders(self, call: Call) -> Any:
        found = [self._spot(order) for order in self._listed(call, "spot")]
        return self._ok([o for o in found if o["state"] in call.params["states"].split(",")])

    def _order_state(self, was: str, order: ModelOrder | None) -> int:
        partly = was == "canceled" and order is not None and order.filled
        return ORDER_STATES["partly" if partly else was]

    def _spot_error(self, code: str, text: str, more: dict[str, int] | None = None) -> Refused:
        error = {"status": "error", "err-code": code, "err-msg": text, "data": None}
        return Refused({**error, **(more or {})})

    def _spot(self, order: ModelOrder) -> dict[str, Any]:
        kind = f"stop-{order.type}" if order.is_trigger else order.type
        return {
            "id": int(order.id),
            "client-order-id": order.client_id,
            "symbol": order.market,
            "account-id": 1,
            "type": f"{order.side}-{kind}",
            "amount": number(order.amount),
            "price": number(order.price, "0"),
            "stop-price": number(order.trigger_price) or None,
            "field-amount": number(order.filled),
            "field-cash-amount": number(order.filled * (order.price or 0)),
            "state": STATES[order.state][bool(order.filled)],
            "created-at": order.created,
            "canceled-at": order.ended if order.state == "canceled" else 0,
            "finished-at": order.ended,
        }
