"""The arguments of a cancel, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ccxt

from adapter.contract.base_venue import BaseVenue
from adapter.contract.endpoint import Endpoint
from adapter.contract.ids import int_of
from adapter.contract.messages import CancelRequest
from adapter.core.policy import Policy

LONGEST = 86_400
"""Seconds of a deadline that nobody means."""
OURS = ("deadline", "confirm")
"""Params of the adapter, which are never sent."""
NOT_BY_CLIENT_ID = "orders cannot be cancelled by client id here"
ELSEWHERE = ("acknowledged",)
"""Parameters of other venues that mean nothing here."""


def parse_arguments(
    ids: tuple[str | None, str | None],
    name: str,
    params: Mapping[str, Any],
    market_id: str,
    endpoint: Endpoint,
    policy: Policy,
    route_params: Mapping[str, Any],
) -> CancelRequest:
    """The checked call, with the settings for what ``params`` leaves open. It is not changed.

    ``ids`` are those of `identity`, ``name`` is the exchange's, for messages, and ``route_params``
    is `MarketRoute.params`. Raises ``ccxt.BadRequest`` for an argument that cannot be right.
    """
    order_id, client_order_id = ids
    if not params:
        return CancelRequest(
            market_id=market_id,
            order_id=order_id,
            client_order_id=client_order_id,
            route_params=route_params,
            recv_window=policy.recv_window,
            deadline=policy.deadline,
            confirm=policy.confirm,
        )
    return CancelRequest(
        market_id=market_id,
        order_id=order_id,
        client_order_id=client_order_id,
        params=_for_the_wire(name, params, market_id, endpoint),
        route_params=route_params,
        recv_window=_recv_window(name, params, endpoint.venue, policy.recv_window),
        deadline=_deadline(name, params.get("deadline"), policy.deadline),
        confirm=_confirm(name, params.get("confirm"), policy.confirm),
    )


def _for_the_wire(
    name: str, params: Mapping[str, Any], market_id: str, endpoint: Endpoint
) -> dict[str, Any]:
    venue = endpoint.venue
    word = venue.market_id_param
    if params.get(word, market_id) != market_id:
        raise ccxt.BadRequest(
            f"{name} cancelOrder() was called for {market_id}, but params[{word!r}] is"
            f" {_shown(params[word])}: leave it out of params"
        )
    kept_back = {
        *venue.client_id_params,
        *endpoint.order_id_params,
        venue.recv_window_param,
        *OURS,
        *ELSEWHERE,
        *venue.reserved_params,
        *venue.routing_params,
        *(venue.optional_params - endpoint.extra_params),
    }
    return {k: v for k, v in params.items() if k not in kept_back and v is not None}


def _recv_window(
    name: str, params: Mapping[str, Any], venue: BaseVenue, default: int | None
) -> int | None:
    value = params.get(venue.recv_window_param) if venue.recv_window_param else None
    if _absent(value):
        return default
    number = int_of(value)
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
    name: str, id: object, params: Mapping[str, Any], market_id: str, endpoint: Endpoint
) -> tuple[str | None, str | None]:
    """``(order id, client id)`` of the order that is meant; at least one of them is not None.

    A client id in params wins over the order id, as in ccxt: it is what is sent, and then an order
    id that cannot be one is left out. Where the endpoint takes no client id, it goes by the order
    id. Empty means absent, as in ccxt.

    Raises ``ccxt.ArgumentsRequired`` without any id, ``ccxt.BadRequest`` for one that cannot be.
    """
    if not params and not _absent(id):
        return _order_id(name, id, market_id, endpoint), None
    venue, given = endpoint.venue, [params.get(name) for name in endpoint.order_id_params]
    order_id = next((value for value in given if not _absent(value)), id)
    words = venue.client_id_params if endpoint.takes_client_id(market_id) else ()
    for word in words:
        if not _absent(params.get(word)):
            client_order_id = _client_order_id(name, word, params[word], venue)
            # bots that pass a client id in both places mean it by both
            is_one = _absent(order_id) or str(order_id) == client_order_id
            return None if is_one else venue.parse_order_id(order_id), client_order_id
    if _absent(order_id):
        how = _how(market_id, endpoint)
        raise ccxt.ArgumentsRequired(f"{name} cancelOrder() needs the order's id: {how}")
    return _order_id(name, order_id, market_id, endpoint), None


def _how(market_id: str, endpoint: Endpoint) -> str:
    if not endpoint.takes_client_id(market_id):
        return f"pass it first; {NOT_BY_CLIENT_ID}"
    return "pass it first, or its client id as params={'clientOrderId': '…'}"


def _absent(value: object) -> bool:
    return value is None or value == ""


def _order_id(name: str, value: object, market_id: str, endpoint: Endpoint) -> str:
    order_id = endpoint.venue.parse_order_id(value)
    if order_id is not None:
        return order_id
    raise ccxt.BadRequest(
        f"{name} cancelOrder() takes the order id as {endpoint.venue.order_id_rule}; got"
        f" {_shown(value)}. {_hint(value, market_id, endpoint)}"
    )


def _hint(value: object, market_id: str, endpoint: Endpoint) -> str:
    if not endpoint.takes_client_id(market_id):
        return f"Pass order['id'] as ccxt gave it to you: {NOT_BY_CLIENT_ID}."
    if isinstance(value, float):
        return "A float cannot hold every order id: keep it as the int or str that ccxt gave you."
    if isinstance(value, str):
        return f"If it is a client id, pass it as params={{'clientOrderId': {_quoted(value)}}}."
    return "Pass order['id'] as ccxt gave it to you."


def _client_order_id(name: str, word: str, value: object, venue: BaseVenue) -> str:
    client_order_id = venue.parse_client_id(value)
    if client_order_id is not None:
        return client_order_id
    raise ccxt.BadRequest(
        f"{name} cancelOrder() takes params[{word!r}] as {venue.client_id_rule}; got"
        f" {_shown(value)}. Pass order['clientOrderId'] as ccxt gave it to you."
    )


def _shown(value: object) -> str:
    return f"{_quoted(value)} ({type(value).__name__})"


def _quoted(value: object) -> str:
    # Python refuses to write out an int of thousands of digits.
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else hex(value)
    return text if len(text) <= 80 else text[:79] + "…"
