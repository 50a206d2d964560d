"""How bots that cannot be installed here call ``cancel_order``, and what they make of it.

Each has the shape of one bot's own code: the arguments that it gives, the fields that it reads and
what it catches. It returns what the bot believes of the order afterwards.
"""

from __future__ import annotations

from typing import Any

import ccxt

SYMBOL = "BTC/USDT:USDT"
CANCELED, GONE = "canceled", "already gone"


async def passivbot(exchange: Any, order_id: str, _client_id: str) -> str:
    """``symbol=`` by name; an id in the answer is a cancel, and ``-2011`` in an error no error."""
    try:
        executed = await exchange.cancel_order(order_id, symbol=SYMBOL)
    except ccxt.BaseError as e:
        if '"code":-2011' in str(e):
            return GONE
        raise
    return CANCELED if "id" in executed and executed["id"] is not None else "not canceled"


async def octobot(exchange: Any, order_id: str, _client_id: str) -> str:
    """``symbol=`` and ``params=``; the answer is thrown away, and the order asked for.

    As in OctoBot-Trading 2.5.13, ``exchanges/connectors/ccxt/ccxt_connector.py``.
    """
    kwargs: dict[str, Any] = {}
    try:
        await exchange.cancel_order(order_id, symbol=SYMBOL, params=kwargs)
    except ccxt.OrderNotFound as e:
        return GONE if "Unknown order sent" in str(e) else "not found"
    found = await exchange.fetch_order(order_id, SYMBOL)
    return CANCELED if found["status"] in ("canceled", "expired", "closed") else "pending cancel"


def autotrader(exchange: Any, order_id: str, _client_id: str) -> str:
    """All by name; a `NetworkError` is tried once more, and what is not raised is a cancel."""
    for is_last in (False, True):
        try:
            exchange.cancel_order(id=order_id, symbol=SYMBOL, params={})
        except ccxt.NetworkError:
            if is_last:
                raise
        except ccxt.ExchangeError:
            return GONE
        else:
            break
    return CANCELED


def pyjuque(exchange: Any, _order_id: str, client_id: str) -> str:
    """``cancelOrder`` with the client id as both arguments; the raw answer is read."""
    try:
        result = exchange.cancelOrder(client_id, SYMBOL, {"origClientOrderId": client_id})
    except ccxt.ExchangeError:
        return GONE
    return CANCELED if result["info"]["status"] == "CANCELED" else "not canceled"


def without_an_id(exchange: Any, _order_id: str, client_id: str) -> str:
    """None for the id, the client id in the params; ccxt's status is read."""
    try:
        order = exchange.cancel_order(None, SYMBOL, {"clientOrderId": client_id})
    except ccxt.OrderNotFound:
        return GONE
    return CANCELED if order["status"] in ("closed", "canceled") else "not canceled"


def with_an_empty_id(exchange: Any, _order_id: str, client_id: str) -> str:
    """The same with an empty id, and Binance's own name for the client id."""
    try:
        order = exchange.cancel_order("", SYMBOL, {"origClientOrderId": client_id})
    except ccxt.OrderNotFound:
        return GONE
    return CANCELED if order["clientOrderId"] == client_id else "another one"


def for_many_venues(exchange: Any, order_id: str, client_id: str) -> str:
    """Both ids, and a param of another venue."""
    params = {"clientOrderId": client_id, "acknowledged": True}
    try:
        order = exchange.cancel_order(order_id, SYMBOL, params)
    except ccxt.OrderNotFound:
        return GONE
    return CANCELED if order["status"] == "canceled" else "not canceled"


def bt_ccxt_store(exchange: Any, order_id: str, _client_id: str) -> str:
    """A stop, with ``type`` and ``stop`` in the params; an id in the answer is a cancel."""
    try:
        order = exchange.cancel_order(order_id, SYMBOL, {"type": "STOP", "stop": True})
    except ccxt.OrderNotFound:
        return GONE
    return CANCELED if order["id"] is not None else "not canceled"


CALLERS = (
    passivbot,
    octobot,
    autotrader,
    pyjuque,
    without_an_id,
    with_an_empty_id,
    for_many_venues,
)
