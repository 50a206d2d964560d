"""hyperliquid: perpetual and spot orders of a wallet, trigger orders among them.

By https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api: ``POST /exchange`` takes
signed actions and answers a cancel with "success" or an error for each order (exchange-endpoint),
one sentence for orders that never were and that have ended (error-responses); ``POST /info`` tells
of any wallet without a signature (info-endpoint). Not documented, but seen by others: an order's
status is that of its last change of state, and a fill of a part is none
(https://github.com/hyperliquid-dex/hyperliquid-python-sdk/issues/141); the history has each state
(https://github.com/ccxt/ccxt/pull/27930). What is said when it is overloaded, and the size of a
canceled order, is not known: here a page, and what was left or, by a switch, nothing.
A signature is compared with ccxt's own, which is deterministic.
"""

from __future__ import annotations

from typing import Any, ClassVar

import ccxt

from venues.models.book import ModelOrder, number
from venues.models.model import HTML, Model, route
from venues.models.server import Call, Refused

COINS = {0: "BTC", 10001: "@1"}
"""The coin of each asset number; spot begins at 10000."""
RECENT = 2000

TOKENS = [
    {"name": "USDC", "szDecimals": 8, "weiDecimals": 8, "index": 0},
    {"name": "UBTC", "szDecimals": 5, "weiDecimals": 10, "index": 1, "fullName": "Unit Bitcoin"},
]
SPOT_META = {"universe": [{"name": "@1", "index": 1, "tokens": [1, 0]}], "tokens": TOKENS}
SPOT_CONTEXTS = [{"coin": "PURR/USDC"}, {"coin": "@1", "midPx": "30000.0", "markPx": "30000.0"}]
PERP_META = {"universe": [{"name": "BTC", "szDecimals": 5, "maxLeverage": 40}]}
PERP_CONTEXTS = [{"markPx": "30000.0", "midPx": "30000.0"}]

MISSING = "Order was never placed, already canceled, or filled."


def ok(kind: str, *statuses: Any) -> dict[str, Any]:
    response = {"type": kind, "data": {"statuses": list(statuses)}} if statuses else {"type": kind}
    return {"status": "ok", "response": response}


def error(text: str) -> Refused:
    return Refused({"status": "err", "response": text})


class Hyperliquid(Model):
    IDS = ("hyperliquid",)
    CREDENTIALS: ClassVar = {
        "privateKey": "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "walletAddress": "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    }
    OPTIONS: ClassVar = {"fetchMarkets": {"types": ["spot", "swap"]}}
    SECRET_PARAMS: ClassVar = frozenset({"signature", "user"})
    MARKETS: ClassVar = {"BTC/USDC:USDC": "0", "BTC/USDC": "@1"}
    TRIGGERS: ClassVar = {"BTC/USDC:USDC": {"triggerPrice": 31000}}
    CLIENT_ID = "0x0000000000000000000000000000000a"
    FINAL = True
    ERRORS: ClassVar = {
        "busy": "ExchangeNotAvailable",
        "rate_limit": "RateLimitExceeded",
        "clock": "ExchangeError",
        "cancel_unknown": "OrderNotFound",
        "cancel_filled": "OrderNotFound",
        "cancel_canceled": "OrderNotFound",
        "fetch_unknown": "OrderNotFound",
        "bad_key": "InvalidOrder",
    }

    def __init__(self) -> None:
        super().__init__()
        self.canceled_size_is_zero = False
        self._signer = ccxt.hyperliquid(dict(self.CREDENTIALS))

    def new_id(self, number: int) -> str:
        return str(77738000 + number)

    def target(self, call: Call) -> str:
        """Name the type of an action or a question, too."""
        kind = call.params["type" if call.path == "/info" else "action"]
        return f"{super().target(call)} {kind if isinstance(kind, str) else kind['type']}"

    def check_key(self, call: Call) -> None:
        """Compare the signature; the builder's fee is signed in another way, and not looked at."""
        action = call.params.get("action")
        if action is None or action["type"] == "approveBuilderFee":
            return
        vault = (call.params.get("vaultAddress") or "").removeprefix("0x") or None
        if self._signer.sign_l1_action(action, call.params["nonce"], vault) != call.params.get(
            "signature"
        ):
            raise self.unauthorized()

    def unauthorized(self) -> Refused:
        return error(f"User or API Wallet 0x{'0' * 40} does not exist.")

    def busy(self) -> Refused:
        return Refused(HTML, 503)

    def rate_limited(self) -> Refused:
        text = (
            "Too many cumulative requests sent (10001 > 10000) for cumulative volume traded $0.00."
        )
        return error(text)

    def clock_refused(self) -> Refused:
        return error("Invalid nonce: duplicate nonce")

    @route("public", "POST /info spotMeta")
    def spot_meta(self, _: Call) -> Any:
        return SPOT_META

    @route("public", "POST /info spotMetaAndAssetCtxs")
    def spot_contexts(self, _: Call) -> Any:
        return [SPOT_META, SPOT_CONTEXTS]

    @route("public", "POST /info metaAndAssetCtxs")
    def perp_contexts(self, _: Call) -> Any:
        return [PERP_META, PERP_CONTEXTS]

    @route("public", "POST /info perpDexs")
    def dexes(self, _: Call) -> Any:
        return [None]

    @route("public", "POST /info userAbstraction")
    def abstraction(self, _: Call) -> Any:
        return '"default"'

    @route("private", "POST /exchange approveBuilderFee", "POST /exchange setReferrer")
    def accept(self, _: Call) -> Any:
        return ok("default")

    @route("create", "POST /exchange order")
    def create(self, call: Call) -> Any:
        return ok("order", *(self._place(wish) for wish in call.params["action"]["orders"]))

    @route("cancel", "POST /exchange cancel")
    def cancel_orders(self, call: Call) -> Any:
        items = [(item["a"], str(item["o"]), "") for item in call.params["action"]["cancels"]]
        return ok("cancel", *(self._cancel(call, *item) for item in items))

    @route("cancel", "POST /exchange cancelByCloid")
    def cancel_by_client_ids(self, call: Call) -> Any:
        items = [(item["asset"], "", item["cloid"]) for item in call.params["action"]["cancels"]]
        return ok("cancel", *(self._cancel(call, *item) for item in items))

    @route("query", "POST /info orderStatus")
    def order_status(self, call: Call) -> Any:
        name = str(call.params["oid"])
        of_client = name.startswith("0x")
        order = self.find(call, client_id=name) if of_client else self.find(call, name)
        if order is None or not self._is_user(call):
            return {"status": "unknownOid"}
        return {"status": "order", "order": self._states(order)[-1]}

    @route("query", "POST /info openOrders", "POST /info frontendOpenOrders")
    def open_orders(self, call: Call) -> Any:
        found = reversed(self.orders(call) if self._is_user(call) else [])
        return [self._order(order) for order in found if order.is_live]

    @route("query", "POST /info historicalOrders")
    def historical_orders(self, call: Call) -> Any:
        found = self.orders(call) if self._is_user(call) else []
        states = [state for order in found for state in self._states(order)]
        return sorted(states, key=lambda state: -state["statusTimestamp"])[:RECENT]

    def _is_user(self, call: Call) -> bool:
        return str(call.params["user"]).lower() == self.CREDENTIALS["walletAddress"].lower()

    def _place(self, wish: dict[str, Any]) -> Any:
        trigger = wish["t"].get("trigger")
        is_market = trigger["isMarket"] if trigger else wish["t"]["limit"]["tif"] == "Ioc"
        order = self.book.place(
            COINS[wish["a"]],
            "buy" if wish["b"] else "sell",
            wish["s"],
            wish["p"],
            type="market" if is_market else "limit",
            client_id=wish.get("c", ""),
            trigger_price=trigger["triggerPx"] if trigger else None,
            info={"tpsl": trigger["tpsl"] if trigger else ""},
        )
        if trigger:
            return "waitingForTrigger"
        ids: dict[str, Any] = {"oid": int(order.id)}
        if order.client_id:
            ids["cloid"] = order.client_id
        if order.is_live:
            return {"resting": ids}
        return {"filled": {**ids, "totalSz": number(order.filled), "avgPx": number(order.price)}}

    def _cancel(self, call: Call, asset: int, order_id: str, client_id: str) -> Any:
        found = self.find(call, order_id, client_id)
        if found is None or found.market != COINS.get(asset):
            return {"error": MISSING}
        return "success" if self.cancel(call, found)[0] == "open" else {"error": MISSING}

    def _states(self, order: ModelOrder) -> list[dict[str, Any]]:
        """Write what the order was when it came to be in each of its states."""
        log = [v for v in self.book.log(order.id) if v.updated <= order.updated]
        first = {version.state: version for version in reversed(log)}
        return [
            {"order": self._order(v), "status": v.state, "statusTimestamp": v.updated}
            for v in reversed(first.values())
        ]

    def _order(self, order: ModelOrder) -> dict[str, Any]:
        kind = order.type.capitalize()
        if order.is_trigger:
            kind = f"{'Take Profit' if order.info['tpsl'] == 'tp' else 'Stop'} {kind}"
        gone = order.state == "canceled" and self.canceled_size_is_zero
        return {
            "coin": order.market,
            "side": "B" if order.side == "buy" else "A",
            "limitPx": number(order.price),
            "sz": "0.0" if gone else number(order.remaining),
            "origSz": number(order.amount),
            "oid": int(order.id),
            "cloid": order.client_id or None,
            "timestamp": order.created,
            "triggerCondition": "N/A",
            "isTrigger": order.is_trigger,
            "triggerPx": number(order.trigger_price, "0.0"),
            "children": [],
            "isPositionTpsl": False,
            "reduceOnly": False,
            "orderType": kind,
            "tif": None if order.is_trigger else "Gtc",
        }
