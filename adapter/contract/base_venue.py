"""`BaseVenue`: how calls are routed and ids are read on one venue."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any

from adapter.contract.ids import (
    CLIENT_ID_PARAMS,
    MAX_CLIENT_ID,
    MAX_ID,
    parse_number_id,
    parse_visible_id,
)
from adapter.contract.messages import Errors, Market, MarketRoute


class BaseVenue(abc.ABC):
    """What all endpoints of one venue share. `Venue` adds its requests and answers.

    The methods are pure: no I/O, no clock but the exchange object's, no state. A venue equals only
    itself.
    """

    name: str
    exchanges: frozenset[str]
    """The ids of the ccxt exchanges that it serves."""
    market_id_param: str = ""
    """The request parameter of a market id; ``""`` where no request has one."""
    order_id_rule: str = f"an int or a string of digits, from 1 to {MAX_ID}"
    """What `parse_order_id` accepts, for messages."""
    client_id_rule: str = f"a str of 1 to {MAX_CLIENT_ID} visible ASCII characters, or an int"
    """What `parse_client_id` accepts, for messages."""
    client_id_params: tuple[str, ...] = CLIENT_ID_PARAMS
    """The params that callers may give a client id in; the first one that is there counts."""
    client_id_list_params: tuple[str, ...] = ("clientOrderIds",)
    """The params in which callers may give a list of client ids; the first that is there counts."""
    routing_params: frozenset[str] = frozenset()
    """The params that select the route. They are not sent."""
    reserved_params: frozenset[str] = frozenset()
    """Params that the adapter sets itself. The caller's are not sent."""
    optional_params: frozenset[str] = frozenset()
    """Params that are sent only to endpoints that have them in ``extra_params``."""
    recv_window_param: str | None = None
    """The request parameter for how long a request is valid, in ms; None without one."""
    max_recv_window: int = 0
    """The largest value of that parameter, in ms."""

    @abc.abstractmethod
    def route(
        self, exchange: Any, symbol: str, params: Mapping[str, Any], *, account: str | None
    ) -> MarketRoute:
        """The market, the market type and the account, by ccxt's rules, or why none is served.

        It loads no markets. ``account`` is the default one. Raises ``ccxt.BadSymbol`` as
        ``exchange.market`` does.
        """

    def route_all(
        self,
        exchange: Any,  # noqa: ARG002  # a default
        params: Mapping[str, Any],  # noqa: ARG002  # a default
        *,
        account: str | None,  # noqa: ARG002  # a default
    ) -> MarketRoute:
        """`route` without a symbol, for the orders of all markets; it has no market."""
        return MarketRoute(unserved_reason="a symbol is needed")

    def market_of_id(
        self,
        exchange: Any,  # noqa: ARG002  # a default
        market_id: str,  # noqa: ARG002  # a default
        market_type: str,  # noqa: ARG002  # a default
    ) -> Market | None:
        """The market of an id in an answer, without loading markets; None where none is known."""
        return None

    def route_cache_key(self, exchange: Any, symbol: str) -> Any:  # noqa: ARG002  # a default
        """All that `route` depends on where params are empty; None where it cannot be cached.

        A route is cached while this is equal.
        """
        return None

    def attach_warnings(self, exchange: Any) -> tuple[str, ...]:  # noqa: ARG002  # a default
        """The warnings to log when the adapter is attached."""
        return ()

    def stated_accounts(
        self,
        exchange: Any,  # noqa: ARG002  # a default
        options: Mapping[str, Any],  # noqa: ARG002  # a default
    ) -> Mapping[str, str]:
        """The account that each setting of the exchange object states, by the setting's name."""
        return {}

    def account_options(self, account: str) -> Mapping[str, Any]:  # noqa: ARG002  # a default
        """The options that select this account for all of ccxt's methods."""
        return {}

    def parse_order_id(self, value: object) -> str | None:
        """The text of an order id; None where the value cannot be one."""
        return parse_number_id(value)

    def parse_client_id(self, value: object) -> str | None:
        """The text of a client id; None where the value cannot be one."""
        return parse_visible_id(value)

    def error_classes(self, exchange: Any) -> Errors:  # noqa: ARG002  # a default
        """The error class of each code and message, the same for all endpoints."""
        return {}
