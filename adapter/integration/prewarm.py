"""Opens connections before a cancel needs them: a new one costs three round trips, not one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.core.routing import ActiveEndpoint, match_route
from adapter.engine.state import STATE, ExchangeState
from adapter.integration.attach import check_exchange
from adapter.integration.instances import INSTANCES

MAX_CONNECTIONS = 1000


def prewarm(exchange: Any, n: int = 1, *, symbols: Iterable[str] | None = None) -> Any:
    """Keep ``n`` connections open to each host that cancels are sent to.

    ``symbols`` are those whose orders will be cancelled; without them, the hosts of all plugins in
    use are meant. Connections that are already open count. Returns the number of open connections
    by host, as ``{"https://fapi.binance.com": 10}``; for an async exchange it returns an awaitable
    of that: ``await adapter.prewarm(exchange, 10)``. Each connection is opened by a ping, such as
    ``GET /fapi/v1/ping``, which weighs 1. A host that cannot be reached is logged and has 0. Idle
    connections are closed: aiohttp closes them after 15 s, and libcurl opens a new one after two
    minutes. An exchange whose cancels ccxt itself sends has no hosts here.

    Raises ``TypeError`` for anything but an exchange object, ``ValueError`` for one without the
    adapter and for an ``n`` outside of 1 to 1000, and what a cancel would raise for an invalid
    symbol.
    """
    check_exchange(exchange, "prewarm")
    state: ExchangeState | None = vars(exchange).get(STATE) or INSTANCES.state_of(exchange)
    if state is None:
        raise ValueError(
            "prewarm(): this exchange object has no adapter: call adapter.attach(exchange) first;"
            " an exchange that no plugin in use serves has no connections to open"
        )
    if type(n) is not int or not 1 <= n <= MAX_CONNECTIONS:
        raise ValueError(
            f"prewarm(): n must be a whole number from 1 to {MAX_CONNECTIONS}; got {n!r}"
        )
    endpoints = _endpoints(exchange, state, symbols)
    direct = all(active.policy.transport == "auto" for active in endpoints)
    return state.io.connect(exchange, list(_urls(exchange, endpoints)), n, direct=direct)


def _endpoints(
    exchange: Any, state: ExchangeState, symbols: Iterable[str] | None
) -> list[ActiveEndpoint]:
    config = state.config
    if symbols is None:
        return [*config.endpoints]
    names = [symbols] if isinstance(symbols, str) else symbols
    matches = [match_route(exchange, name, {}, config.endpoints, config.account) for name in names]
    return [match.active for match in matches if match.active is not None]


def _urls(exchange: Any, endpoints: Iterable[ActiveEndpoint]) -> Iterator[str]:
    for endpoint in (active.endpoint for active in endpoints):
        if not isinstance(endpoint, CancelEndpoint):
            continue  # ccxt's own session sends there
        try:
            yield endpoint.venue.build_url(exchange, endpoint.api, "ping")
        except ccxt.NotSupported:  # sandbox and demo mode lack some hosts
            continue
