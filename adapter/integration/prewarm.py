"""Opens connections before they are needed: a new one costs three round trips instead of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.core.routing import match_route
from adapter.engine.state import STATE, ExchangeState
from adapter.integration.instances import INSTANCES

MAX_CONNECTIONS = 1000


def prewarm(exchange: Any, n: int = 1, *, symbols: Iterable[str] | None = None) -> Any:
    """Let ``n`` connections stand to each host that cancels go to.

    ``symbols`` are those whose orders are to be cancelled; without them, each host of each plugin
    in use is meant. Connections that stand already count. Returns how many stand, as
    ``{"https://fapi.binance.com": 10}``; an async exchange's are awaited:
    ``await adapter.prewarm(exchange, 10)``. No request is sent. A host that cannot be reached is
    logged and has 0. Idle connections do not last: aiohttp itself drops them after 15 s.

    Raises ``ValueError`` for an exchange without the adapter and for an ``n`` that is not from 1 to
    1000, and what a cancel would raise for a symbol that cannot be one.
    """
    state: ExchangeState | None = vars(exchange).get(STATE) or INSTANCES.state_of(exchange)
    if state is None:
        raise ValueError(
            "prewarm() wants an exchange with the adapter: adapter.attach(exchange) comes first,"
            " and on an exchange that no plugin serves there is nothing to open"
        )
    if type(n) is not int or not 1 <= n <= MAX_CONNECTIONS:
        raise ValueError(f"prewarm() wants n from 1 to {MAX_CONNECTIONS}; got {n!r}")
    endpoints = _endpoints(exchange, state, symbols)
    return state.connect(exchange, list(_urls(exchange, endpoints)), n)


def _endpoints(
    exchange: Any, state: ExchangeState, symbols: Iterable[str] | None
) -> list[CancelEndpoint]:
    if symbols is None:
        return [active.endpoint for active in state.endpoints]
    wanted = [symbols] if isinstance(symbols, str) else symbols
    matches = [
        match_route(exchange, symbol, {}, state.endpoints, state.account) for symbol in wanted
    ]
    return [
        match_route.active.endpoint for match_route in matches if match_route.active is not None
    ]


def _urls(exchange: Any, endpoints: Iterable[CancelEndpoint]) -> Iterator[str]:
    for endpoint in endpoints:
        try:
            yield endpoint.venue.build_url(exchange, endpoint.api, endpoint.path)
        except ccxt.NotSupported:  # in sandbox and demo mode some hosts are missing
            continue
