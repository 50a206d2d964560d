"""The arguments of a cancel, checked before anything is sent."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import Any

import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import CancelRequest
from adapter.contract.venue import Venue
from adapter.core.policy import Policy

MAX_ID = 2**63 - 1
MAX_CLIENT_ID = 64

CLIENT_IDS = (
    "origClientOrderId",
    "clientOrderId",
    "newClientStrategyId",
    "clientAlgoId",
    # what the same thing is called on other venues, as bots that switch between them send it
    "clOrdId",
    "orderLinkId",
    "clientOid",
    "cloid",
    "client_oid",
    "cl_ord_id",
    "clOrdID",
    "clientOrderID",
    "client_order_id",
    "client-order-id",
    "client_id",
    "clientId",
)
LONGEST = 86_400
"""Seconds of a deadline that nobody means."""
OURS = ("deadline", "confirm")
"""Params of the adapter, which are never sent."""
ELSEWHERE = ("acknowledged",)
"""Parameters of other venues that mean nothing here."""


def parse_arguments(
    name: str,
    id: object,
    params: Mapping[str, Any],
    market_id: str,
    endpoint: CancelEndpoint,
    policy: Policy,
) -> CancelRequest:
    """The checked call, with the settings for what ``params`` leaves open. It is not changed.

    ``name`` is the exchange's, for messages.

    Raises ``ccxt.ArgumentsRequired`` without any id, ``ccxt.BadRequest`` for an argument that
    cannot be right.
    """
    order_id, client_order_id = identity(name, id, params, endpoint.venue.order_id_param)
    if not params:
        return CancelRequest(
            market_id=market_id,
            order_id=order_id,
            client_order_id=client_order_id,
            recv_window=policy.recv_window,
            deadline=policy.deadline,
            confirm=policy.confirm,
        )
    return CancelRequest(
        market_id=market_id,
        order_id=order_id,
        client_order_id=client_order_id,
        params=_for_the_wire(name, params, market_id, endpoint),
        recv_window=_recv_window(name, params, endpoint.venue, policy.recv_window),
        deadline=_deadline(name, params.get("deadline"), policy.deadline),
        confirm=_confirm(name, params.get("confirm"), policy.confirm),
    )


def _for_the_wire(
    name: str, params: Mapping[str, Any], market_id: str, endpoint: CancelEndpoint
) -> dict[str, Any]:
    if params.get("symbol", market_id) != market_id:
        raise ccxt.BadRequest(
            f"{name} cancelOrder() was called for {market_id}, but params['symbol'] is"
            f" {_shown(params['symbol'])}: leave it out of params"
        )
    venue = endpoint.venue
    kept_back = {
        *CLIENT_IDS,
        venue.order_id_param,
        venue.recv_window_param,
        *OURS,
        *ELSEWHERE,
        *venue.reserved_params,
        *venue.routing_params,
        *(venue.optional_params - endpoint.extra_params),
    }
    return {k: v for k, v in params.items() if k not in kept_back and v is not None}


def _recv_window(
    name: str, params: Mapping[str, Any], venue: Venue, default: int | None
) -> int | None:
    value = params.get(venue.recv_window_param) if venue.recv_window_param else None
    if _absent(value):
        return default
    number = _number(value)
    if number is not None and number >= 1:
        return min(number, venue.max_recv_window)
    raise ccxt.BadRequest(
        f"{name} cancelOrder() takes params[{venue.recv_window_param!r}] in ms, from 1 to"
        f" {venue.max_recv_window}; got {_shown(value)}"
    )


def _deadline(name: str, value: object, default: float) -> float:
    if value is None:
        return default
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < LONGEST:
        return float(value)
    raise ccxt.BadRequest(
        f"{name} cancelOrder() takes params['deadline'] in seconds for the whole call, above 0 and"
        f" below a day; got {_shown(value)}"
    )


def _confirm(name: str, value: object, default: bool) -> bool:
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    raise ccxt.BadRequest(
        f"{name} cancelOrder() takes params['confirm'] as True (wait until the order is final) or"
        f" False; got {_shown(value)}"
    )


def identity(
    name: str, id: object, params: Mapping[str, Any], order_id_param: str
) -> tuple[str | None, str | None]:
    """``(order id, client id)`` of the order that is meant; at least one of them is not None.

    A client id in params wins over the order id, as in ccxt: it is what is sent, and then an order
    id that cannot be one is left out. Empty means absent, as in ccxt.

    Raises ``ccxt.ArgumentsRequired`` without any id, ``ccxt.BadRequest`` for one that cannot be.
    """
    order_id = params.get(order_id_param)
    if _absent(order_id):
        order_id = id
    for word in CLIENT_IDS if params else ():
        if not _absent(params.get(word)):
            client_order_id = _client_order_id(name, word, params[word])
            # bots that pass a client id in both places mean it by both
            number = _number(order_id) if str(order_id) != client_order_id else None
            return str(number) if _can_be_order_id(number) else None, client_order_id
    if _absent(order_id):
        raise ccxt.ArgumentsRequired(
            f"{name} cancelOrder() needs the order's id: pass it first, or its client id as"
            " params={'clientOrderId': '…'}"
        )
    return _order_id(name, order_id), None


def _absent(value: object) -> bool:
    return value is None or value == ""


def _order_id(name: str, value: object) -> str:
    number = _number(value)
    if _can_be_order_id(number):
        return str(number)
    raise ccxt.BadRequest(
        f"{name} cancelOrder() takes the order id as an int or a string of digits, from 1 to"
        f" {MAX_ID}; got {_shown(value)}. {_hint(value)}"
    )


def _can_be_order_id(number: int | None) -> bool:
    return number is not None and 1 <= number <= MAX_ID


def _number(value: object) -> int | None:
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 40 else None
    return int(value) if isinstance(value, numbers.Integral) and _is_int(value) else None


def _hint(value: object) -> str:
    if isinstance(value, float):
        return "A float cannot hold every order id: keep it as the int or str that ccxt gave you."
    if isinstance(value, str):
        return f"If it is a client id, pass it as params={{'clientOrderId': {_quoted(value)}}}."
    return "Pass order['id'] as ccxt gave it to you."


def _client_order_id(name: str, word: str, value: object) -> str:
    number = None if isinstance(value, str) else _number(value)
    if number is not None and abs(number) <= MAX_ID:
        value = str(number)
    if (
        isinstance(value, str)
        and len(value) <= MAX_CLIENT_ID
        and all("!" <= c <= "~" for c in value)
    ):
        return value
    raise ccxt.BadRequest(
        f"{name} cancelOrder() takes params[{word!r}] as a str of 1 to {MAX_CLIENT_ID} visible"
        f" ASCII characters, or an int; got {_shown(value)}. Pass order['clientOrderId'] as ccxt"
        " gave it to you."
    )


def _is_int(value: object) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _shown(value: object) -> str:
    return f"{_quoted(value)} ({type(value).__name__})"


def _quoted(value: object) -> str:
    # Python refuses to write out an int of thousands of digits.
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else hex(value)
    return text if len(text) <= 80 else text[:79] + "…"
