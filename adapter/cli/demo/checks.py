"""Places the smallest orders of one product, cancels them, and checks what was reported."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import attrs
import ccxt

import adapter
from adapter.cli.demo.samples import Sample
from adapter.cli.demo.shapes import Answer
from adapter.cli.output import message

NOT_LISTED = "not among the open orders"
FINAL = ("canceled", "closed", "expired", "rejected", NOT_LISTED)
LAG, PAUSE = 20.0, 0.5
"""Seconds by which queries may lag behind, and between two of them."""
DISTANCE = Decimal("0.6")
"""The price of an order, as a share of the way from the market to the lowest one allowed."""
LOWEST = Decimal("0.5")
"""The lowest price as a share of the market's, where no filter says it."""
ERRORS = (ccxt.BaseError, adapter.PluginError)


@attrs.define
class Placed:
    """An order that was sent, whether or not an answer came."""

    symbol: str
    params: dict[str, Any]
    """Those that select its account, and whether it is conditional."""
    client_id: str
    id: str | None = None
    last_seen: str = "not queried yet"
    """The status by the last query, or why there is none."""
    has_ended: bool = False

    def described(self) -> dict[str, Any]:
        """For a program."""
        return attrs.asdict(self, filter=lambda field, _: field.name != "has_ended")


@attrs.frozen
class Check:
    """One cancel of one order or of two."""

    name: str
    is_true: bool | None
    """None if no order could be placed."""
    text: str
    answers: tuple[Answer, ...] = ()


@attrs.frozen
class ProductChecks:
    """The checks of one product on one exchange object, which has the adapter attached."""

    exchange: Any
    product: Sample
    symbol: str
    recorded: list[Answer]
    """Filled in by the exchange object's session."""
    placed: list[Placed]
    """Every order is added before it is sent."""

    def run(self) -> Iterator[Check]:
        """Check each way to cancel. Raises what ccxt raises if there is no price."""
        self.exchange.load_markets()
        amount, price = smallest_order(
            self.exchange.market(self.symbol), self.exchange.fetch_ticker(self.symbol)
        )
        for conditional in (False, True) if self._has_conditional() else (False,):
            prefix = "conditional, " if conditional else ""
            for name, cancel, count in (
                ("by order id, twice", self._by_id_twice, 1),
                ("by client id", self._by_client_id, 1),
                ("two in one call", self._in_one_call, 2),
            ):
                self.recorded.clear()
                orders = [self._draft(conditional=conditional) for _ in range(count)]
                check = self._check(orders, amount, price, cancel)
                yield attrs.evolve(check, name=prefix + name, answers=tuple(self.recorded))
                if check.is_true is None:
                    break

    def _has_conditional(self) -> bool:
        params = {**self.product.params, "trigger": True}
        plugin = adapter.explain(self.exchange, self.symbol, params).plugin
        return plugin not in (None, self.product.plugin)

    def _draft(self, *, conditional: bool) -> Placed:
        params = {**self.product.params, **({"trigger": True} if conditional else {})}
        return Placed(self.symbol, params, f"demo-{secrets.token_hex(8)}")

    def _check(
        self, orders: list[Placed], amount: str, price: str, cancel: Callable[..., Any]
    ) -> Check:
        try:
            for order in orders:
                self._place(order, amount, price)
        except ccxt.BaseError as e:
            return Check("", None, f"not placed: {describe(e)}")
        try:
            reported = cancel(*orders)
        except ERRORS as e:
            return Check("", is_true=False, text=describe(e))
        wrong = [
            words
            for order, result in zip(orders, reported, strict=True)
            for words in self._wrong(order, result)
        ]
        return Check("", not wrong, "; ".join(wrong) or "canceled")

    def _place(self, order: Placed, amount: str, price: str) -> None:
        params = {**self.product.params, "clientOrderId": order.client_id}
        params["maxRetriesOnFailure"] = 0  # a refusal of the second send would hide the first
        if order.params.get("trigger"):
            params["takeProfitPrice"] = price
        self.placed.append(order)
        before = len(self.recorded)
        self.exchange.last_request_url = None  # ccxt sets it when it sends
        try:
            answer = self.exchange.create_order(self.symbol, "limit", "buy", amount, price, params)
        except BaseException:  # Ctrl-C, too
            is_refused = any(each.is_refusal for each in self.recorded[before:])
            order.has_ended = is_refused or self.exchange.last_request_url is None
            raise
        order.id = answer["id"]

    def _by_id_twice(self, order: Placed) -> list[Any]:
        self.exchange.cancel_order(order.id, order.symbol, order.params)
        try:
            return [self.exchange.cancel_order(order.id, order.symbol, order.params)]
        except adapter.OrderGone as e:
            return [e.order or {}]

    def _by_client_id(self, order: Placed) -> list[Any]:
        params = {**order.params, "clientOrderId": order.client_id}
        return [self.exchange.cancel_order(None, order.symbol, params)]

    def _in_one_call(self, *orders: Placed) -> Any:
        ids = [order.id for order in orders]
        return self.exchange.cancel_orders(ids, self.symbol, orders[0].params)

    def _wrong(self, order: Placed, result: dict[str, Any]) -> Iterator[str]:
        """What of the adapter's report is not true."""
        query(self.exchange, order)
        for name, expected in (
            ("id", order.id),
            ("clientOrderId", order.client_id),
            ("status", "canceled"),
        ):
            if expected != result.get(name):
                yield f"{name} is {result.get(name)!r} instead of {expected!r}"
        if order.last_seen not in ("canceled", NOT_LISTED):
            yield f"a query shows: {order.last_seen}"


def smallest_order(market: dict[str, Any], ticker: dict[str, Any]) -> tuple[str, str]:
    """Amount and price of the smallest order to buy, well below the market.

    Raises ``ccxt.ExchangeError`` if the ticker has no price, or none below it is allowed.
    https://developers.binance.com/docs/binance-spot-api-docs/filters
    """
    limits, filters = market["limits"], market["info"].get("filters", ())
    percent: dict[str, Any] = {}
    for each in filters:
        if each["filterType"] in ("PERCENT_PRICE", "PERCENT_PRICE_BY_SIDE"):
            percent = each
    share = percent.get("bidMultiplierDown") or percent.get("multiplierDown") or LOWEST
    # the last trade of an option may be days old
    now = _decimal(ticker["bid"] if market["option"] else ticker["last"])
    lowest = max(now * Decimal(share), _decimal(limits["price"]["min"]))
    tick, step = (_decimal(market["precision"][name]) for name in ("price", "amount"))
    price = ((now - DISTANCE * (now - lowest)) / tick).to_integral_value(ROUND_FLOOR) * tick
    if not lowest <= price < now:
        raise ccxt.ExchangeError(f"{market['symbol']} has no price, or none below it is allowed")
    amount = max(step, _decimal(limits["amount"]["min"]))
    if not market["inverse"]:
        worth = price * _decimal(market["contractSize"] or 1)
        amount = max(amount, _decimal(limits["cost"]["min"]) / worth)
    amount = (amount / step).to_integral_value(ROUND_CEILING) * step
    return f"{amount.normalize():f}", f"{price.normalize():f}"


def _decimal(value: float | None) -> Decimal:
    """The number that ccxt has parsed; 0 if there is none."""
    return Decimal(str(value or 0))


def query(exchange: Any, order: Placed) -> None:
    """Query an order by ccxt's own methods until it has ended, for as long as queries may lag."""
    ends = time.monotonic() + LAG
    while True:
        try:
            order.last_seen = _status(exchange, order)
        except ccxt.BaseError as e:
            order.last_seen = describe(e)
        order.has_ended = order.last_seen in FINAL
        if order.has_ended or time.monotonic() > ends:
            return
        time.sleep(PAUSE)


def _status(exchange: Any, order: Placed) -> str:
    if not order.params.get("trigger"):
        params = order.params if order.id else {**order.params, "clientOrderId": order.client_id}
        return str(exchange.fetch_order(order.id, order.symbol, params)["status"])
    # ccxt's fetch_order does not find a conditional order of Portfolio Margin
    for each in exchange.fetch_open_orders(order.symbol, params=order.params):
        if order.client_id == each["clientOrderId"] or (order.id and order.id == each["id"]):
            return str(each["status"])
    return NOT_LISTED if order.id else "not found"


def describe(error: Exception) -> str:
    """Class and message in one line."""
    return " ".join(f"{type(error).__name__}: {message(error)}".split())


def clean_up(exchange: Any, placed: list[Placed]) -> None:
    """Cancel every order that may be open. Those that still may be have not ``has_ended``."""
    for order in placed:
        if order.has_ended:
            continue
        params = {**order.params, "clientOrderId": order.client_id}
        try:
            order.id = exchange.cancel_order(order.id, order.symbol, params)["id"]
        except ERRORS as e:
            order.last_seen = describe(e)
            if getattr(e, "successor", None):  # a conditional order has become another one
                continue
        query(exchange, order)
