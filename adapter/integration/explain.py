"""Shows which endpoint a cancel would use, without sending anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from adapter.contract.messages import Route
from adapter.core.routing import describe_route, match_route
from adapter.engine.state import STATE, ExchangeState
from adapter.engine.user_code import describe_overrides
from adapter.integration.attach import check_exchange, foreign_spellings, unserved_reason
from adapter.integration.instances import INSTANCES, UNSERVED
from adapter.integration.methods import ONE
from adapter.integration.patching import is_adapters


def explain(exchange: Any, symbol: str, params: Mapping[str, Any] | None = None) -> Route:
    """The `Route` that a cancel with this symbol and these params would take.

    It sends nothing, signs nothing and loads no markets. Raises what the call itself would raise
    for an invalid symbol, ``ccxt.NotSupported`` where the exchange object has no host, and
    ``TypeError`` for anything but an exchange object.
    """
    check_exchange(exchange, "explain")
    state: ExchangeState | None = vars(exchange).get(STATE) or INSTANCES.state_of(exchange)
    if state is None and exchange in UNSERVED:
        return Route(reason=unserved_reason(exchange))
    if state is None:
        return Route(reason="nothing is attached to this exchange object, or no plugin serves it")
    match = match_route(
        exchange, symbol, params or {}, state.config.endpoints, state.config.account
    )
    route = describe_route(exchange, match)
    if match.active is not None:
        endpoint = match.active.endpoint
        names = state.user_code.overrides(exchange, endpoint)
        route = _with_reason(route, describe_overrides(names, endpoint))
    foreign = foreign_spellings(exchange)
    return _with_reason(route, _describe_override(exchange, foreign)) if foreign else route


def _with_reason(route: Route, reason: str | None) -> Route:
    """The route with one more reason."""
    return attrs.evolve(route, reason="; ".join(filter(None, (route.reason, reason))) or None)


def _describe_override(exchange: Any, foreign: tuple[str, ...]) -> str | None:
    """Which code is called before the adapter, if any. ``foreign`` is `foreign_spellings`."""
    on_object = [name for name in foreign if name in vars(exchange)]
    defining = next(c for c in type(exchange).__mro__ if ONE.name in vars(c))
    if on_object:
        first = f"{on_object[0]} of this exchange object"
    elif not is_adapters(vars(defining)[ONE.name]):
        first = f"{ONE.name} of the class {defining.__qualname__}"
    else:
        return None
    return f"{first} is called first, and the adapter handles the calls that it passes on"
