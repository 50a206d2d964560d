"""kraken: spot orders, trigger orders among them.

By https://docs.kraken.com/api-reference/trading/cancel-order: a cancel names one order by ``txid``
or ``cl_ord_id``, or each open one of a ``userref``, and its answer has how many it hit (``count``)
and, only then, that they are not yet canceled (``pending``). Errors are texts, those of
https://docs.kraken.com/api/docs/guides/spot-errors: one for orders that have ended and that never
were. That a query refuses an unknown id with the same text is not documented. An order that is
triggered has another type from then on: https://docs.kraken.com/api/docs/fix-api/er-fix/.
"""

from __future__ import annotations

from typing import Any, ClassVar

from venues.models.book import ModelOrder, number
from venues.models.model import Model, route
from venues.models.server import Call, Refused

PAIR = {
    "altname": "XBTUSDT",
    "wsname": "XBT/USDT",
    "base": "XXBT",
    "quote": "USDT",
    "pair_decimals": 1,
    "lot_decimals": 8,
    "ordermin": "0.00005",
    "status": "online",
}
ASSETS = {
    "XXBT": {"aclass": "currency", "altname": "XBT", "decimals": 10, "status": "enabled"},
    "USDT": {"aclass": "currency", "altname": "USDT", "decimals": 8, "status": "enabled"},
}

STATES = {"canceling": "open", "filled": "closed"}


def ok(result: Any) -> dict[str, Any]:
    return {"error": [], "result": result}


def error(text: str) -> Refused:
    return Refused({"error": [text]})


def unknown() -> Refused:
    return error("EOrder:Unknown order")


class Kraken(Model):
    IDS = ("kraken",)
    KEY_HEADER = "API-Key"
    CREDENTIALS: ClassVar = {"apiKey": "model-key", "secret": "bW9kZWwtc2VjcmV0"}
    MARKETS: ClassVar = {"BTC/USDT": "XBTUSDT"}
    TRIGGERS: ClassVar = {"BTC/USDT": {"stopLossPrice": 31000}}
    TRADES_AS_ITSELF = True
    FETCH_BY = None
    ERRORS: ClassVar = {
        "busy": "ExchangeNotAvailable",
        "rate_limit": "DDoSProtection",
        "clock": "InvalidNonce",
        "timed_out": "ExchangeError",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "OrderNotFound",
        "cancel_canceled": "OrderNotFound",
        "fetch_unknown": "InvalidOrder",
        "bad_key": "AuthenticationError",
    }

    def __init__(self) -> None:
        super().__init__()
        self.timeout_text = "EService:Timeout"
        """Another is "EGeneral:Internal error", which says as little of the outcome."""

    def new_id(self, number: int) -> str:
        return f"OMODEL-{number:05}-KRAKEN"

    def unauthorized(self) -> Refused:
        return error("EAPI:Invalid key")

    def busy(self) -> Refused:
        return error("EService:Unavailable")

    def rate_limited(self) -> Refused:
        return error("EAPI:Rate limit exceeded")

    def clock_refused(self) -> Refused:
        return error("EAPI:Invalid nonce")

    def timed_out(self) -> Refused:
        return error(self.timeout_text)

    @route("public", "GET /0/public/Assets")
    def assets(self, _: Call) -> Any:
        return ok(ASSETS)

    @route("public", "GET /0/public/AssetPairs")
    def pairs(self, _: Call) -> Any:
        return ok({"XBTUSDT": PAIR})

    @route("public", "GET /0/public/Time")
    def time(self, _: Call) -> Any:
        return ok({"unixtime": self.now() // 1000})

    @route("create", "POST /0/private/AddOrder")
    def create(self, call: Call) -> Any:
        params = call.params
        kind = params["ordertype"]
        is_trigger = kind not in ("limit", "market")
        order = self.book.place(
            params["pair"],
            params["type"],
            params["volume"],
            params.get("price2") if is_trigger else params.get("price"),
            type="market" if kind in ("market", "stop-loss", "take-profit") else "limit",
            client_id=params.get("cl_ord_id", ""),
            trigger_price=params["price"] if is_trigger else None,
            info={"ordertype": kind, "userref": params.get("userref")},
        )
        return ok({"descr": {"order": self._described(order)}, "txid": [order.id]})

    @route("cancel", "POST /0/private/CancelOrder")
    def cancel_order(self, call: Call) -> Any:
        outcomes = [self.cancel(call, order) for order in self._named(call)]
        canceled = [order for was, order in outcomes if was == "open"]
        if any(was == "canceling" for was, _ in outcomes) and not canceled:
            raise error("EOrder:Cancel pending")
        if not canceled:
            raise unknown()
        answer: dict[str, Any] = {"count": len(canceled)}
        if any(order.is_live for order in canceled):
            answer["pending"] = True
        return ok(answer)

    @route("query", "POST /0/private/QueryOrders")
    def query(self, call: Call) -> Any:
        ids = call.params["txid"].split(",")
        found = [order for order in self.orders(call) if order.id in ids]
        if not found:
            raise unknown()
        return ok({order.id: self._order(order) for order in found})

    @route("query", "POST /0/private/OpenOrders")
    def open_orders(self, call: Call) -> Any:
        found = [order for order in self._listed(call) if order.is_live]
        return ok({"open": {order.id: self._order(order) for order in found}})

    @route("query", "POST /0/private/ClosedOrders")
    def closed_orders(self, call: Call) -> Any:
        found = [order for order in self._listed(call) if not order.is_live]
        closed = {order.id: self._order(order) for order in found}
        return ok({"closed": closed, "count": len(closed)})

    def _named(self, call: Call) -> list[ModelOrder]:
        """Return the order of a cancel, or each open one with its user reference."""
        name = call.params.get("txid", "")
        if name.lstrip("-").isdigit():
            return [o for o in self.orders(call) if o.is_live and o.info["userref"] == name]
        order = self.find(call, name, call.params.get("cl_ord_id", ""))
        return [] if order is None else [order]

    def _listed(self, call: Call) -> list[ModelOrder]:
        params = call.params
        return [
            order
            for order in reversed(self.orders(call))
            if params.get("cl_ord_id", order.client_id) == order.client_id
            and params.get("userref", order.info["userref"]) == order.info["userref"]
        ]

    def _described(self, order: ModelOrder) -> str:
        price = f" {number(order.price)}" if order.type == "limit" else ""
        kind = f"{order.type}{price}"
        if order.is_trigger:
            words = "take profit" if "take" in order.info["ordertype"] else "stop loss"
            limit = f" -> {kind}" if order.type == "limit" else ""
            kind = f"{words} {number(order.trigger_price)}{limit}"
        return f"{order.side} {number(order.amount)} {order.market} @ {kind}"

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        price = number(order.price, "0")
        written = {
            "refid": None,
            "userref": int(order.info["userref"]) if order.info["userref"] else None,
            "status": STATES.get(order.state, order.state),
            "opentm": order.created / 1000,
            "starttm": 0,
            "expiretm": 0,
            "descr": {
                "pair": order.market,
                "type": order.side,
                "ordertype": order.info["ordertype"],
                "price": number(order.trigger_price) if order.is_trigger else price,
                "price2": price if order.is_trigger else "0",
                "leverage": "none",
                "order": self._described(order),
                "close": "",
            },
            "vol": number(order.amount),
            "vol_exec": number(order.filled),
            "cost": number(order.filled * (order.price or 0)),
            "fee": "0",
            "price": price if order.filled else "0",
            "stopprice": number(order.trigger_price, "0"),
            "limitprice": "0",
            "misc": "",
            "oflags": "fciq",
        }
        if order.client_id:
            written["cl_ord_id"] = order.client_id
        if not order.is_live:
            written["closetm"] = order.ended / 1000
            written["reason"] = "User requested" if order.state == "canceled" else None
        return written
