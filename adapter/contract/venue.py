"""What all endpoints of one venue share."""

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
    """The market that a symbol names, and whether it was derived without loaded markets."""

    id: str
    structure: Mapping[str, Any] = attrs.field(repr=False)
    """ccxt's market structure; what a derived one cannot know is None in it."""
    derived: bool = False


@attrs.frozen(kw_only=True)
class MarketRoute:
    """Where ccxt's rules send a call: a kind of market and an account, or nowhere that we serve."""

    market: Market | None = None
    market_type: str = ""
    """``"linear"``, ``"inverse"``, ``"option"``, ``"margin"`` or ``"spot"``."""
    account: str = CLASSIC
    unserved_reason: str | None = None
    """Why no plugin may take it, or None."""
    note: str | None = None
    """What may surprise about it, or None; shown by `adapter.explain`."""


@attrs.frozen(kw_only=True)
class Credentials:
    """An API key and the function that signs with its secret. Neither is in the repr."""

    api_key: str = attrs.field(repr=False)
    sign: Callable[[str], str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True, eq=False)
class Venue:
    """What all products of one venue share; its functions are pure. It equals only itself."""

    name: str
    exchanges: frozenset[str]
    """The ids of the ccxt exchanges that it serves."""
    route: Callable[[Any, str, Mapping[str, Any], str | None], MarketRoute]
    """``(exchange, symbol, params, default account)``; no I/O, no markets loaded."""
    attach_warnings: Callable[[Any], tuple[str, ...]]
    """``(exchange)``: what to warn of when the adapter is attached."""
    routing_params: frozenset[str]
    """Names in params that choose the way and never reach the wire."""
    build_request: Callable[[str, CancelRequest, CancelEndpoint], ApiRequest]
    """``(HTTP method, call, product)``"""
    build_url: Callable[[Any, str, str], str]
    """``(exchange, api, path)``: the URL without its query."""
    make_signer: Callable[[str], Callable[[str], str]]
    """``(secret)``: parses it once and returns the function that signs a payload."""
    sign: Callable[[Any, ApiRequest, Credentials], SignedRequest]
    """``(exchange, request, keys)``"""
    error_classes: Callable[[Any], Errors]
    """``(exchange)``: the error class of each code and message, the same for every product."""
    classify: Callable[
        [Response | NoResponse, CancelRequest, CancelEndpoint, Errors, bool], Classification
    ]
    """``(reply, call, product, errors, whether a query was asked)``"""
    parse_order: Callable[[Any, Mapping[str, Any], CancelEndpoint, Market, bool], Order]
    """``(exchange, answer, product, market, whether a query was asked)``: the unified order."""
    parse_server_time: Callable[[Response], int | None]
    """The exchange's time in an answer, in ms; None where it does not say."""
    used_weight_header: str = ""
    """The header that says what weight is used of the current minute, in lower case."""
    route_cache_key: Callable[[Any, str], Any] = lambda _exchange, _symbol: None
    """``(exchange, symbol)``: what ``destination`` goes by where params are empty. As long as it is
    equal, the destination of that symbol is, too. None: ask it each time."""
    stated_accounts: Callable[[Any, Mapping[str, Any]], Mapping[str, str]] = lambda *_: {}
    """``(exchange, options)``: the account that each place states which is read for it."""
    account_options: Callable[[str], Mapping[str, Any]] = lambda _: {}
    """``(account)``: the options that make it the account of all of ccxt's methods."""
    explain_auth_error: Callable[[Response], tuple[str, str] | None] = lambda _: None
    """What an answer that refuses a key or an account means, and what its user does about it."""
