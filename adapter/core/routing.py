"""Which product takes a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import ccxt

from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import Route
from adapter.contract.venue import Market, MarketRoute, Venue
from adapter.errors import PluginError
from adapter.registry.config import Policy


@attrs.frozen(kw_only=True)
class ActiveEndpoint:
    """One product that is in use, and how."""

    plugin: str
    distribution: str
    """Name and version."""
    product: CancelEndpoint
    policy: Policy


@attrs.frozen(kw_only=True)
class RouteMatch:
    """The way that one call takes: a choice and the market, or ccxt's own method and why."""

    destination: MarketRoute
    choice: ActiveEndpoint | None = None
    reason: str | None = None

    @property
    def market(self) -> Market:
        """The market, which a way with a choice always has."""
        if self.destination.market is None:
            raise LookupError(self.reason)
        return self.destination.market


def match_route(
    exchange: Any,
    symbol: object,
    params: Mapping[str, Any],
    choices: Iterable[ActiveEndpoint],
    account: str | None,
) -> RouteMatch:
    """Find the choice that takes a call. No I/O; no markets are loaded.

    Raises ``ccxt.ArgumentsRequired`` and ``ccxt.BadSymbol`` for a symbol that cannot be one.
    """
    wanted = _symbol(exchange, symbol)
    refused = []
    for own in _by_venue(tuple(choices)):
        found = _way(exchange, wanted, params, own, account)
        if found.choice is not None:
            return found
        refused.append(found)
    return refused[0]


MOST = 1000
"""Symbols whose ways are kept; options come and go by thousands."""


@attrs.frozen
class CachedRoute:
    """The way that was found for a symbol, and why."""

    choices: tuple[ActiveEndpoint, ...]
    account: str | None
    grounds: Any
    """The venue's; never None."""
    way: RouteMatch

    def holds(self, choices: tuple[ActiveEndpoint, ...], account: str | None, grounds: Any) -> bool:
        """Whether it would be found again."""
        same = choices is self.choices and account == self.account
        return same and bool(grounds == self.grounds)


@attrs.define
class RouteCache:
    """Finds ways, and keeps those of symbols without params."""

    kept: dict[str, CachedRoute] = attrs.field(factory=dict)

    def __deepcopy__(self, memo: object) -> RouteCache:
        """Grounds may be of the original alone."""
        return RouteCache()

    def way(
        self,
        exchange: Any,
        symbol: object,
        params: Mapping[str, Any],
        choices: tuple[ActiveEndpoint, ...],
        account: str | None,
    ) -> RouteMatch:
        """As `match_route` finds it, without looking for it again while it holds. Raises what that does."""
        if params or not isinstance(symbol, str) or not symbol:
            return match_route(exchange, symbol, params, choices, account)
        venue, kept = choices[0].product.venue, self.kept.get(symbol)
        grounds = venue.grounds(exchange, symbol)
        if kept is not None and kept.holds(choices, account, grounds):
            return kept.way
        found = match_route(exchange, symbol, params, choices, account)
        if grounds is not None and all(choice.product.venue is venue for choice in choices):
            if len(self.kept) >= MOST:
                self.kept.clear()
            self.kept[symbol] = CachedRoute(choices, account, grounds, found)
        return found


def _by_venue(choices: tuple[ActiveEndpoint, ...]) -> list[tuple[ActiveEndpoint, ...]]:
    """Each venue reads symbols and params for its own products only."""
    venues: dict[Venue, list[ActiveEndpoint]] = {}
    for choice in choices:
        venues.setdefault(choice.product.venue, []).append(choice)
    return [tuple(own) for own in venues.values()]


def _way(
    exchange: Any,
    symbol: str,
    params: Mapping[str, Any],
    choices: tuple[ActiveEndpoint, ...],
    account: str | None,
) -> RouteMatch:
    destination = choices[0].product.venue.destination(exchange, symbol, params, account)
    if destination.native is not None:
        return RouteMatch(destination=destination, reason=destination.native)
    for choice in choices:
        if serves(choice.product, destination):
            note = destination.note
            return RouteMatch(destination=destination, choice=_noted(choice, note), reason=note)
    what = f"{destination.kind} orders of the {destination.account} account"
    reason = _joined(f"no plugin in use serves {what}", destination.note)
    return RouteMatch(destination=destination, reason=reason)


def _noted(choice: ActiveEndpoint, note: str | None) -> ActiveEndpoint:
    """The choice, whose product mentions the note where it does not find the order."""
    if note is None:
        return choice
    product = attrs.evolve(choice.product, hint=_joined(note, choice.product.hint))
    return attrs.evolve(choice, product=product)


def _joined(*texts: str | None) -> str:
    return "; ".join(filter(None, texts))


def serves(product: CancelEndpoint, destination: MarketRoute) -> bool:
    """Whether the product serves that kind of market in that account."""
    return product.kind == destination.kind and destination.account in product.accounts


def rank(choices: Iterable[ActiveEndpoint]) -> tuple[ActiveEndpoint, ...]:
    """The choices by priority, highest first.

    Raises `PluginError` where two of equal priority claim the same route.
    """
    order = sorted(choices, key=lambda choice: -choice.policy.priority)
    for i, one in enumerate(order):
        for other in order[i + 1 :]:
            if _collide(one, other):
                raise PluginError(
                    f"{_named(one)} and {_named(other)} claim the same route"
                    f" ({one.product.kind}) with equal priority {one.policy.priority}:"
                    f" {_remedy(one, other)}"
                )
    return tuple(order)


def _collide(one: ActiveEndpoint, other: ActiveEndpoint) -> bool:
    a, b = one.product, other.product
    same_route = a.kind == b.kind and a.accounts & b.accounts
    return bool(same_route) and one.policy.priority == other.policy.priority


def _remedy(one: ActiveEndpoint, other: ActiveEndpoint) -> str:
    if one.plugin == other.plugin:
        return "they share one name, so uninstall one of the two"
    higher = one.policy.priority + 1
    return (
        f"in your plugins.toml, write priority = {higher} or enabled = false under"
        f" [{one.plugin}] or [{other.plugin}]"
    )


def _named(choice: ActiveEndpoint) -> str:
    return f"plugin {choice.plugin} of {choice.distribution}"


def _symbol(exchange: Any, symbol: object) -> str:
    if symbol is None or symbol == "":
        raise ccxt.ArgumentsRequired(f"{exchange.id} cancelOrder() requires a symbol argument")
    if not isinstance(symbol, str):
        raise ccxt.BadSymbol(
            f"{exchange.id} cancelOrder() wants the symbol as a str such as 'BTC/USDT:USDT';"
            f" got {type(symbol).__name__}"
        )
    return symbol


def describe_route(exchange: Any, match_route: RouteMatch) -> Route:
    """The way as `adapter.explain` shows it."""
    market = match_route.destination.market
    market_id = market.id if market else None
    if match_route.choice is None:
        return Route(market_id=market_id, reason=match_route.reason)
    product = match_route.choice.product
    return Route(
        plugin=match_route.choice.plugin,
        distribution=match_route.choice.distribution,
        method="DELETE",
        url=product.venue.url(exchange, product.api, product.path),
        market_id=market_id,
        client_id=product.client_id,
        reason=match_route.reason,
    )
