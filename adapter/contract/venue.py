"""`Venue`: the functions that all endpoints of one venue share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import ccxt

from adapter.contract.messages import (
    CLASSIC,
    ApiRequest,
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    SignedRequest,
)

if TYPE_CHECKING:
    from adapter.contract.endpoint import CancelEndpoint

Order = dict[str, Any]
Errors = Mapping[str, type[ccxt.BaseError]]


@attrs.frozen(kw_only=True)
class Market:
    """The market of a symbol. ``derived`` means: from the symbol alone, without loaded markets."""

    id: str
    structure: Mapping[str, Any] = attrs.field(repr=False)
    """ccxt's market structure. In a derived one, unknown fields are None."""
    derived: bool = False


@attrs.frozen(kw_only=True)
class MarketRoute:
    """The market type and account that ccxt's rules select for a call, or why none is served."""

    market: Market | None = None
    market_type: str = ""
    """``"linear"``, ``"inverse"``, ``"option"``, ``"margin"`` or ``"spot"``."""
    account: str = CLASSIC
    unserved_reason: str | None = None
    """Why no plugin may handle it, or None."""
    note: str | None = None
    """What may be unexpected about it, or None. `adapter.explain` shows it."""


@attrs.frozen(kw_only=True)
class Credentials:
    """An API key and the function that signs a payload with its secret. The repr shows neither."""

    api_key: str = attrs.field(repr=False)
    sign: Callable[[str], str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True, eq=False)
class Venue:
    """What all endpoints of one venue share. The functions are pure. It equals only itself."""

    name: str
    exchanges: frozenset[str]
    """The ids of the ccxt exchanges that it serves."""
    route: Callable[[Any, str, Mapping[str, Any], str | None], MarketRoute]
    """``(exchange, symbol, params, default account)``. It does no I/O and loads no markets."""
    attach_warnings: Callable[[Any], tuple[str, ...]]
    """``(exchange)``: the warnings to log when the adapter is attached."""
    routing_params: frozenset[str]
    """The params that select the route. They are not sent."""
    build_request: Callable[[str, CancelRequest, CancelEndpoint], ApiRequest]
    """``(HTTP method, cancel request, endpoint)``: the request, before it is signed."""
    build_url: Callable[[Any, str, str], str]
    """``(exchange, api, path)``: the URL without its query."""
    make_signer: Callable[[str], Callable[[str], str]]
    """``(secret)``: the function that signs a payload. The secret is parsed once, here."""
    sign: Callable[[Any, ApiRequest, Credentials], SignedRequest]
    """``(exchange, request, credentials)``: the request as it is sent."""
    error_classes: Callable[[Any], Errors]
    """``(exchange)``: the error class of each code and message, the same for all endpoints."""
    classify: Callable[
        [Response | NoResponse, CancelRequest, CancelEndpoint, Errors, bool], Classification
    ]
    """``(response, cancel request, endpoint, error classes, whether it answers a query)``"""
    parse_order: Callable[[Any, Mapping[str, Any], CancelEndpoint, Market, bool], Order]
    """``(exchange, answer, endpoint, market, whether it answers a query)``: the unified order."""
    parse_server_time: Callable[[Response], int | None]
    """The exchange's time in a response, in ms since the epoch; None where it has none."""
    order_id_param: str
    """The request parameter that carries the order id; callers may give it in params, too."""
    recv_window_param: str | None = None
    """The request parameter for how long a request is valid, in ms; None without one."""
    max_recv_window: int = 0
    """The largest value of that parameter, in ms."""
    reserved_params: frozenset[str] = frozenset()
    """Params that the adapter sets itself. The caller's are not sent."""
    optional_params: frozenset[str] = frozenset()
    """Params that are sent only to endpoints that have them in ``extra_params``."""
    used_weight_header: str = ""
    """The header with the request weight used in the current minute, in lower case."""
    route_cache_key: Callable[[Any, str], Any] = lambda _exchange, _symbol: None
    """``(exchange, symbol)``: all that ``route`` depends on where params are empty. While it stays
    equal, the route of that symbol is cached. None: the route is not cached."""
    stated_accounts: Callable[[Any, Mapping[str, Any]], Mapping[str, str]] = lambda *_: {}
    """``(exchange, options)``: by setting, the account that the setting states."""
    account_options: Callable[[str], Mapping[str, Any]] = lambda _: {}
    """``(account)``: the options that select this account for all of ccxt's methods."""
    explain_auth_error: Callable[[Response], tuple[str, str] | None] = lambda _: None
    """``(response)``: what a refusal of a key or an account means, and what the user does about it.
    None where it is no such refusal."""
