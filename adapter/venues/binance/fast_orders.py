"""Parses simple answers without ccxt's parser, which takes longer than signing does.

A simple answer is a limit or market order without a fill, with no fields except those listed here.
Most cancels get one. ccxt parses all other answers. It parses every answer if its parser gives
another result for one of the `SAMPLES`.
"""

from __future__ import annotations

import datetime
import functools
import logging
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType, NoneType
from typing import Any

from adapter.contract.messages import Order

STATUSES = {
    "NEW": "open",
    "ACCEPTED": "open",
    "FILLED": "closed",
    "CANCELED": "canceled",
    "CANCELLED": "canceled",
    "EXPIRED": "expired",
    "EXPIRED_IN_MATCH": "expired",
    "REJECTED": "rejected",
}
"""ccxt's unified status by Binance's."""
AMOUNTS = ("price", "avgPrice", "origQty", "quantity", "stopPrice", "fee")
COSTS = ("cummulativeQuoteQty", "cumQuote", "cumBase")
NUMBERS = (*AMOUNTS, *COSTS)
STRINGS = ("side", "timeInForce", "clientOrderId", "quoteAsset")
TIMES = ("time", "createTime", "workingTime", "transactTime", "updateTime")
OTHERS = (
    *("orderId", "symbol", "status", "type", "executedQty", "reduceOnly"),
    # fields that ccxt does not read
    *("createDate", "origClientOrderId", "pair", "cumQty", "positionSide", "origType"),
    *("closePosition", "workingType", "priceProtect", "priceMatch", "selfTradePreventionMode"),
    *("goodTillDate", "activatePrice", "priceRate", "source", "priceScale", "quantityScale"),
    *("optionSide", "mmp", "postOnly", "icebergQty", "isWorking", "accountId"),
    *("preventedMatchId", "preventedQuantity", "orderListId", "origQuoteOrderQty", "isIsolated"),
)
FIELDS = frozenset({*NUMBERS, *STRINGS, *TIMES, *OTHERS})

PARSERS = frozenset({"parse_order", "safe_order", "safe_market", "parse_number", "iso8601"})
MARKETS: tuple[Mapping[str, Any], ...] = tuple(
    {"symbol": None, "inverse": inverse, "contractSize": 1.0, "type": "swap"}
    for inverse in (False, True)
)

DAY = 86_400
"""Seconds."""
EPOCH = datetime.date(1970, 1, 1)
YEAR_10000 = 253_402_300_800_000
"""ms since the epoch; `datetime` has no later dates."""

_equal_parsers: dict[tuple[Any, ...], bool] = {}
"""By class and its parsers: whether they give the same result for the samples."""

log = logging.getLogger("adapter")

_AMOUNT = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?")
_ZERO = re.compile(r"0(\.0{1,40})?")

_COMMON = {
    "orderId": 7,
    "symbol": "BTCUSDT",
    "status": "CANCELED",
    "side": "BUY",
    "origQty": "2.50",
}
SAMPLES: tuple[Mapping[str, Any], ...] = tuple(
    MappingProxyType({**_COMMON, "executedQty": "0.00", **more})
    for more in (
        {"type": "LIMIT", "price": "9.10", "timeInForce": "GTC", "updateTime": 1571110484038},
        {"type": "MARKET", "avgPrice": "0.000", "cumQuote": "0", "reduceOnly": True},
        {"status": "FILLED", "timeInForce": "GTX", "time": 1, "updateTime": 2, "stopPrice": "3"},
        {"status": "ACCEPTED", "fee": "0", "quoteAsset": "USDT", "createTime": 1571110484038},
        {"price": "1", "cumBase": "0", "positionSide": "BOTH", "clientOrderId": "mine"},
        {"price": "1", "transactTime": 3, "updateTime": 2, "status": "FILLED"},
        {"price": "1", "workingTime": 1, "transactTime": 3, "orderListId": -1},
        {"price": "1", "cummulativeQuoteQty": "0.0000", "stopPrice": "0.00", "clientOrderId": ""},
    )
)


def fast_order(answer: Mapping[str, Any], market: Mapping[str, Any]) -> Order | None:
    """The order as ccxt's ``binance.parse_order`` makes it; None where only that can make it."""
    if not FIELDS.issuperset(answer) or not _is_unfilled_order(answer.get):
        return None
    number = _read_numbers(answer.get)
    if number is None:
        return None
    get, status = answer.get, STATUSES[answer["status"]]
    is_closed, is_market = status == "closed", get("type") == "MARKET"
    created = next(filter(None, map(get, TIMES)), None)
    trigger, average = number.get("stopPrice") or None, number.get("avgPrice") or None
    price = number.get("price") or (average if is_market else None)
    amount = number.get("origQty", number.get("quantity")) or (0.0 if is_closed else None)
    time_in_force = get("timeInForce") or ("IOC" if is_market and trigger is None else None)
    fee = None
    if "fee" in number:
        fee = {"currency": get("quoteAsset") or None, "cost": number["fee"], "rate": None}
    return {
        "info": answer,
        "id": str(answer["orderId"]),
        "clientOrderId": get("clientOrderId") or None,
        "timestamp": created,
        "datetime": None if created is None else datetime_of(created),
        "lastTradeTimestamp": (get("updateTime") or get("transactTime")) if is_closed else None,
        "lastUpdateTimestamp": get("transactTime") or get("updateTime"),
        "symbol": market["symbol"],
        "type": "market" if is_market else get("type") and "limit",
        "timeInForce": "PO" if time_in_force == "GTX" else time_in_force,
        "postOnly": time_in_force in ("PO", "GTX"),
        "reduceOnly": get("reduceOnly"),
        "side": (get("side") or "").lower() or None,
        "price": price,
        "triggerPrice": trigger,
        "takeProfitPrice": None,
        "amount": amount,
        "cost": _cost(number, market, price is not None or average is not None),
        "average": average,
        "filled": 0.0,
        "remaining": amount,
        "status": status,
        "fee": fee,
        "trades": [],
        "fees": [] if fee is None else [dict(fee)],
        "stopPrice": trigger,
        "stopLossPrice": None,
    }


def _read_numbers(get: Callable[[str], Any]) -> dict[str, float] | None:
    """The amounts; None where a field has a value of another type."""
    numbers = {}
    for name in NUMBERS:
        if (amount := get(name)) is not None:
            if type(amount) is not str or _AMOUNT.fullmatch(amount) is None:
                return None
            numbers[name] = float(amount)
    for name in STRINGS:
        if (word := get(name)) is not None and type(word) is not str:
            return None
    for name in TIMES:
        if (ms := get(name)) is not None and not (type(ms) is int and 0 < ms < YEAR_10000):
            return None
    return numbers


def _is_unfilled_order(get: Callable[[str], Any]) -> bool:
    """A limit or market order without a fill, by the fields that all orders have."""
    order_id, filled, status = get("orderId"), get("executedQty"), get("status")
    if type(order_id) is not int and (type(order_id) is not str or order_id == ""):
        return False
    if type(filled) is not str or type(status) is not str or status not in STATUSES:
        return False
    reduce_only = get("reduceOnly")
    if get("type") not in (None, "LIMIT", "MARKET") or type(reduce_only) not in (bool, NoneType):
        return False
    return _ZERO.fullmatch(filled) is not None


def _cost(number: Mapping[str, float], market: Mapping[str, Any], priced: bool) -> float | None:
    """What was filled cost: nothing, where a price is known."""
    stated = number.get("cummulativeQuoteQty", number.get("cumQuote"))
    if market["inverse"] is True:
        stated = number.get("cumBase", stated)
    return (0.0 if priced else None) if stated is None else stated


def datetime_of(ms: int) -> str:
    """The same text as ``ccxt.Exchange.iso8601``, for ms since the epoch."""
    seconds, ms = divmod(ms, 1000)
    days, seconds = divmod(seconds, DAY)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{_date(days)}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}Z"


@functools.lru_cache(maxsize=16)
def _date(days: int) -> str:
    return (EPOCH + datetime.timedelta(days)).isoformat()


def is_ccxt_parser(exchange: Any) -> bool:
    """Whether the exchange object's parser gives the same results for the `SAMPLES`."""
    cls = type(exchange)
    if exchange.number is not float or not vars(exchange).keys().isdisjoint(PARSERS):
        return False
    parsers = (cls, cls.parse_order, cls.safe_order, cls.iso8601)
    if parsers not in _equal_parsers:
        _equal_parsers[parsers] = _parses_samples_equally(exchange)
    return _equal_parsers[parsers]


def _parses_samples_equally(exchange: Any) -> bool:
    for market in MARKETS:
        for sample in SAMPLES:
            try:
                parsed = exchange.parse_order(dict(sample), market)
            except Exception:
                log.exception("%s.parse_order failed for a sample order", exchange.id)
                return False
            if {**parsed, "symbol": None} != fast_order(sample, market):
                return False
    return True
