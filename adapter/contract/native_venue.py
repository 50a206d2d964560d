"""`NativeVenue`: how the calls of a venue that ccxt's own methods serve are routed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import ccxt

from adapter.contract.base_venue import BaseVenue
from adapter.contract.messages import CLASSIC, Market, MarketRoute

ANY_MARKET = "any"
"""The market type of all orders of a venue."""
TRIGGER_PARAMS = ("trigger", "stop", "conditional")
"""ccxt's words for the book of trigger orders, and what bots send instead."""
TRAILING_PARAM = "trailing"
"""ccxt's word for a trigger order whose price follows the market."""


@attrs.define(eq=False)
class NativeVenue(BaseVenue):
    """Routes every call of the exchanges that a row names: ccxt finds the market."""

    exchanges: frozenset[str]
    order_id_pattern: str
    order_id_rule: str
    client_id_pattern: str
    client_id_rule: str
    is_client_id_hex: bool
    trigger_param: str | None
    query_params: frozenset[str]
    several_params: frozenset[str]
    unserved_params: frozenset[str]
    unserved: Callable[[Any], str | None]
    name = "ccxt"

    @property
    def routing_params(self) -> frozenset[str]:  # type: ignore[override]  # a value of the row
        """What selects the book: a query has it, too."""
        return self.query_params.union(TRIGGER_PARAMS)

    def parse_order_id(self, value: object) -> str | None:
        """As ccxt gave it: an id may stand in a path, so nothing that a URL reads is in it."""
        return _matching(self.order_id_pattern, value)

    def parse_client_id(self, value: object) -> str | None:
        """By the venue's rule."""
        client_id = _matching(self.client_id_pattern, value)
        return client_id.lower() if self.is_client_id_hex and client_id else client_id

    def route(
        self, exchange: Any, symbol: str, params: Mapping[str, Any], *, account: str | None
    ) -> MarketRoute:
        """The market is not looked up: ccxt does it, by markets that it loads."""
        market = Market(id=symbol, structure={"symbol": symbol})
        return attrs.evolve(self.route_all(exchange, params, account=account), market=market)

    def route_all(
        self,
        exchange: Any,
        params: Mapping[str, Any],
        *,
        account: str | None,  # noqa: ARG002  # it has no accounts
    ) -> MarketRoute:
        """`route`, for all markets."""
        if (reason := self.unserved(exchange)) is not None:
            return MarketRoute(unserved_reason=reason)
        if word := next((word for word in self.unserved_params if params.get(word)), None):
            return MarketRoute(unserved_reason=f"params[{word!r}] is for another kind of orders")
        if word := next((word for word in self.several_params if params.get(word)), None):
            raise ccxt.BadRequest(
                f"{exchange.id} cancelOrder(): params[{word!r}] may cancel several orders at once:"
                " pass the id of one, or ids to cancelOrders()"
            )
        given = {name: value for name, value in params.items() if name in self.query_params}
        if self.trigger_param is not None and any(params.get(word) for word in TRIGGER_PARAMS):
            given[self.trigger_param] = True
        return MarketRoute(market_type=ANY_MARKET, account=CLASSIC, params=given)

    def market_of_id(self, exchange: Any, market_id: str, market_type: str) -> Market | None:  # noqa: ARG002  # as there
        """Its orders name their markets by unified symbols."""
        return Market(id=market_id, structure={"symbol": market_id})

    def route_cache_key(self, exchange: Any, symbol: str) -> Any:  # noqa: ARG002  # it is all there
        """The route of a symbol does not change."""
        return ()

    def attach_warnings(self, exchange: Any) -> tuple[str, ...]:
        """Why the exchange is left to ccxt, if it is."""
        reason = self.unserved(exchange)
        return () if reason is None else (f"ccxt's cancel_order handles every call: {reason}",)


def _matching(pattern: str, value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and re.fullmatch(pattern, value) else None
