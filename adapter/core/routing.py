"""Which product takes a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import attrs
import ccxt

from adapter.contract.base_venue import BaseVenue
from adapter.contract.endpoint import CancelEndpoint, Endpoint
from adapter.contract.messages import Market, MarketRoute, Route
from adapter.contract.native_venue import ANY_MARKET
from adapter.core.policy import Policy
from adapter.errors import PluginError


@attrs.frozen(kw_only=True)
class ActiveEndpoint:
    """One product that is in use, and how."""

    plugin: str
    distribution: str
    """Name and version."""
    endpoint: Endpoint
    policy: Policy

    @property
    def http(self) -> CancelEndpoint:
        """The same, where the adapter sends its requests by itself."""
        return cast(CancelEndpoint, self.endpoint)


@attrs.frozen(kw_only=True)
class RouteMatch:
    """What takes one call: an endpoint and the market, or ccxt's method and the reason."""

    market_route: MarketRoute
    active: ActiveEndpoint | None = None
    reason: str | None = None
    sibling: ActiveEndpoint | None = None
    """The endpoint of the conditional orders of the same market and account, if one is in use and
    ``active`` is that of the others."""

    @property
    def market(self) -> Market:
        """The market, which a match with an endpoint always has."""
        if self.market_route.market is None:
            raise LookupError(self.reason)
        return self.market_route.market


def match_route(
    exchange: Any,
    symbol: object,
    params: Mapping[str, Any],
    endpoints: Iterable[ActiveEndpoint],
    account: str | None,
) -> RouteMatch:
    """Find the choice that takes a call. No I/O; no markets are loaded.

    Raises ``ccxt.ArgumentsRequired`` and ``ccxt.BadSymbol`` for a symbol that cannot be one.
    """
    wanted = _check_symbol(exchange, symbol)
    refused = []
    for of_venue in _by_venue(tuple(endpoints)):
        venue = of_venue[0].endpoint.venue
        found = _match(venue.route(exchange, wanted, params, account=account), of_venue)
        if found.active is not None:
            return found
        refused.append(found)
    return refused[0]


def match_all(
    exchange: Any,
    params: Mapping[str, Any],
    endpoints: Iterable[ActiveEndpoint],
    account: str | None,
) -> RouteMatch:
    """As `match_route`, for a call without a symbol. The match has no market."""
    refused = []
    for of_venue in _by_venue(tuple(endpoints)):
        destination = of_venue[0].endpoint.venue.route_all(exchange, params, account=account)
        found = _match(destination, of_venue)
        if found.active is not None:
            return found
        refused.append(found)
    return refused[0]


MAX_CACHED_SYMBOLS = 1000
"""Symbols in the cache; options are listed and expire by the thousand."""


@attrs.frozen
class CachedRoute:
    """The match of a symbol, and what it depends on."""

    endpoints: tuple[ActiveEndpoint, ...]
    account: str | None
    venues: tuple[BaseVenue, ...]
    keys: tuple[Any, ...]
    """The `BaseVenue.route_cache_key` of each; none is None."""
    match: RouteMatch

    def is_valid(
        self,
        exchange: Any,
        symbol: str,
        endpoints: tuple[ActiveEndpoint, ...],
        account: str | None,
    ) -> bool:
        """Whether it would be found again."""
        if endpoints is not self.endpoints or account != self.account:
            return False
        for venue, key in zip(self.venues, self.keys, strict=True):
            if venue.route_cache_key(exchange, symbol) != key:
                return False
        return True


@attrs.define
class RouteCache:
    """Matches calls, and caches the matches of symbols without params."""

    entries: dict[str, CachedRoute] = attrs.field(factory=dict)

    def __deepcopy__(self, memo: object) -> RouteCache:
        """The keys may be of the original alone."""
        return RouteCache()

    def match(
        self,
        exchange: Any,
        symbol: object,
        params: Mapping[str, Any],
        endpoints: tuple[ActiveEndpoint, ...],
        account: str | None,
    ) -> RouteMatch:
        """As `match_route`, without computing it again while it is valid. Raises what that does."""
        if params or not isinstance(symbol, str) or not symbol:
            return match_route(exchange, symbol, params, endpoints, account)
        kept = self.entries.get(symbol)
        if kept is not None and kept.is_valid(exchange, symbol, endpoints, account):
            return kept.match
        found = match_route(exchange, symbol, params, endpoints, account)
        venues = tuple(dict.fromkeys(active.endpoint.venue for active in endpoints))
        keys = tuple(venue.route_cache_key(exchange, symbol) for venue in venues)
        if None not in keys:
            if len(self.entries) >= MAX_CACHED_SYMBOLS:
                self.entries.clear()
            self.entries[symbol] = CachedRoute(endpoints, account, venues, keys, found)
        return found


def _by_venue(endpoints: tuple[ActiveEndpoint, ...]) -> list[tuple[ActiveEndpoint, ...]]:
    """Each venue reads symbols and params for its own products only."""
    venues: dict[BaseVenue, list[ActiveEndpoint]] = {}
    for active in endpoints:
        venues.setdefault(active.endpoint.venue, []).append(active)
    return [tuple(of_venue) for of_venue in venues.values()]


def _match(destination: MarketRoute, endpoints: tuple[ActiveEndpoint, ...]) -> RouteMatch:
    if destination.unserved_reason is not None:
        return RouteMatch(market_route=destination, reason=destination.unserved_reason)
    for active in endpoints:
        if serves(active.endpoint, destination):
            note = destination.note
            return RouteMatch(
                market_route=destination,
                active=_with_note(active, note),
                reason=note,
                sibling=_sibling(destination, endpoints),
            )
    kind = "conditional " if destination.conditional else ""
    what = f"{kind}{destination.market_type} orders of the {destination.account} account"
    reason = _join(f"no plugin in use serves {what}", destination.note)
    return RouteMatch(market_route=destination, reason=reason)


def _sibling(
    destination: MarketRoute, endpoints: tuple[ActiveEndpoint, ...]
) -> ActiveEndpoint | None:
    if destination.conditional:
        return None
    if of_both := next((a for a in endpoints if a.endpoint.conditional_params), None):
        is_meant = of_both.endpoint.conditional_params.keys() <= destination.params.keys()
        return None if is_meant else of_both
    conditional = attrs.evolve(destination, conditional=True)
    return next((a for a in endpoints if serves(a.endpoint, conditional)), None)


def _with_note(active: ActiveEndpoint, note: str | None) -> ActiveEndpoint:
    """The choice, whose product mentions the note where it does not find the order."""
    if note is None:
        return active
    endpoint = attrs.evolve(
        active.endpoint, not_found_hint=_join(note, active.endpoint.not_found_hint)
    )
    return attrs.evolve(active, endpoint=endpoint)


def _join(*texts: str | None) -> str:
    return "; ".join(filter(None, texts))


def serves(endpoint: Endpoint, destination: MarketRoute) -> bool:
    """Whether the product serves that kind of market in that account."""
    return (
        endpoint.market_type == destination.market_type
        and destination.account in endpoint.accounts
        and endpoint.conditional == destination.conditional
    )


def rank(endpoints: Iterable[ActiveEndpoint]) -> tuple[ActiveEndpoint, ...]:
    """The choices by priority, highest first; of equal ones, those of one market type come first.

    Raises `PluginError` where two of equal priority claim the same route.
    """
    order = sorted(
        endpoints,
        key=lambda active: (-active.policy.priority, active.endpoint.market_type == ANY_MARKET),
    )
    for i, one in enumerate(order):
        for other in order[i + 1 :]:
            if _conflict(one, other):
                raise PluginError(
                    f"{_describe(one)} and {_describe(other)} claim the same route"
                    f" ({one.endpoint.market_type}) with equal priority {one.policy.priority}:"
                    f" {_remedy(one, other)}"
                )
    return tuple(order)


def _conflict(one: ActiveEndpoint, other: ActiveEndpoint) -> bool:
    a, b = one.endpoint, other.endpoint
    same_route = a.market_type == b.market_type and a.conditional == b.conditional
    return (
        same_route
        and bool(a.accounts & b.accounts)
        and one.policy.priority == other.policy.priority
    )


def _remedy(one: ActiveEndpoint, other: ActiveEndpoint) -> str:
    if one.plugin == other.plugin:
        return "they share one name, so uninstall one of the two"
    higher = one.policy.priority + 1
    return (
        f"in your plugins.toml, write priority = {higher} or enabled = false under"
        f" [{one.plugin}] or [{other.plugin}]"
    )


def _describe(active: ActiveEndpoint) -> str:
    return f"plugin {active.plugin} of {active.distribution}"


def _check_symbol(exchange: Any, symbol: object) -> str:
    if symbol is None or symbol == "":
        raise ccxt.ArgumentsRequired(f"{exchange.id} cancelOrder() requires a symbol argument")
    if not isinstance(symbol, str):
        raise ccxt.BadSymbol(
            f"{exchange.id} cancelOrder(): the symbol must be a str such as 'BTC/USDT:USDT';"
            f" got {type(symbol).__name__}"
        )
    return symbol


def describe_route(exchange: Any, match_route: RouteMatch) -> Route:
    """The match as `adapter.explain` shows it."""
    market = match_route.market_route.market
    market_id = market.id if market else None
    if match_route.active is None:
        return Route(market_id=market_id, reason=match_route.reason)
    endpoint = match_route.active.endpoint
    return Route(
        plugin=match_route.active.plugin,
        distribution=match_route.active.distribution,
        method=endpoint.method,
        url=endpoint.url(exchange),
        market_id=market_id,
        client_id=endpoint.client_id_param,
        reason=_join(match_route.reason, endpoint.note) or None,
    )
