"""What a plugin is: a frozen value for one order endpoint, and one for the venue it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import ccxt
from attrs.validators import instance_of, is_callable, optional

from adapter.call import CLASSIC, Call, NoReply, Reply, Request, Signed, Verdict

API_VERSION = 1
"""The version of this contract, which docs/plugins.md states. A product says which one it means."""

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
class Destination:
    """Where ccxt's rules send a call: a kind of market and an account, or nowhere that we serve."""

    market: Market | None = None
    kind: str = ""
    """``"linear"``, ``"inverse"``, ``"option"``, ``"margin"`` or ``"spot"``."""
    account: str = CLASSIC
    native: str | None = None
    """Why no plugin may take it, or None."""
    note: str | None = None
    """What may surprise about it, or None; shown by `adapter.explain`."""


@attrs.frozen(kw_only=True)
class Keys:
    """An API key and the function that signs with its secret. Neither is in the repr."""

    api_key: str = attrs.field(repr=False)
    sign: Callable[[str], str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True, eq=False)
class Venue:
    """What all products of one venue share; its functions are pure. It equals only itself."""

    name: str
    exchanges: frozenset[str]
    """The ids of the ccxt exchanges that it serves."""
    destination: Callable[[Any, str, Mapping[str, Any], str | None], Destination]
    """``(exchange, symbol, params, default account)``; no I/O, no markets loaded."""
    remarks: Callable[[Any], tuple[str, ...]]
    """``(exchange)``: what to warn of when the adapter is attached."""
    routing: frozenset[str]
    """Names in params that choose the way and never reach the wire."""
    request: Callable[[str, Call, Product], Request]
    """``(HTTP method, call, product)``"""
    url: Callable[[Any, str, str], str]
    """``(exchange, api, path)``: the URL without its query."""
    signer: Callable[[str], Callable[[str], str]]
    """``(secret)``: parses it once and returns the function that signs a payload."""
    signed: Callable[[Any, Request, Keys], Signed]
    """``(exchange, request, keys)``"""
    errors: Callable[[Any], Errors]
    """``(exchange)``: the error class of each code and message, the same for every product."""
    verdict: Callable[[Reply | NoReply, Call, Product, Errors, bool], Verdict]
    """``(reply, call, product, errors, whether a query was asked)``"""
    order: Callable[[Any, Mapping[str, Any], Product, Market, bool], Order]
    """``(exchange, answer, product, market, whether a query was asked)``: the unified order."""
    server_time: Callable[[Reply], int | None]
    """The exchange's time in an answer, in ms; None where it does not say."""
    used_weight: str = ""
    """The header that says what weight is used of the current minute, in lower case."""
    grounds: Callable[[Any, str], Any] = lambda _exchange, _symbol: None
    """``(exchange, symbol)``: what ``destination`` goes by where params are empty. As long as it is
    equal, the destination of that symbol is, too. None: ask it each time."""
    stated_accounts: Callable[[Any, Mapping[str, Any]], Mapping[str, str]] = lambda *_: {}
    """``(exchange, options)``: the account that each place states which is read for it."""
    account_options: Callable[[str], Mapping[str, Any]] = lambda _: {}
    """``(account)``: the options that make it the account of all of ccxt's methods."""
    advice: Callable[[Reply], tuple[str, str] | None] = lambda _: None
    """What an answer that refuses a key or an account means, and what its user does about it."""


@attrs.frozen(kw_only=True)
class Product:
    """One order endpoint, as data. This is what an ``adapter.plugins`` entry point names."""

    api_version: int = attrs.field(validator=instance_of(int))
    """The version of this contract it was written for: `API_VERSION` on that day."""
    venue: Venue = attrs.field(validator=instance_of(Venue))
    api: str = attrs.field(validator=instance_of(str))
    """The key of ``exchange.urls["api"]``, ccxt's name for a host and its root path."""
    root: str = attrs.field(validator=instance_of(str))
    """That root path as the exchange's own host has it, such as ``"/papi/v1"``; for people."""
    path: str = attrs.field(validator=instance_of(str))
    """Below that root, such as ``"um/order"``."""
    kind: str = attrs.field(validator=instance_of(str))
    """The kind of market it serves; see `Destination`."""
    accounts: frozenset[str] = attrs.field(
        default=frozenset({CLASSIC}), validator=instance_of(frozenset)
    )
    weight: int = attrs.field(default=1, validator=instance_of(int))
    """Request weight of one cancel."""
    query_weight: int = attrs.field(default=1, validator=instance_of(int))
    """Request weight of one query of an order."""
    weight_limit: int | None = attrs.field(default=None, validator=optional(instance_of(int)))
    """What the host takes in a minute, of all that share it; None where nobody says."""
    time_api: str | None = attrs.field(default=None, validator=optional(instance_of(str)))
    """The key of ``exchange.urls["api"]`` that has the host's ``time`` page, if there is one."""
    client_id: str = attrs.field(validator=instance_of(str))
    """The name under which the order's client id travels in a request."""
    own_client_id: str = attrs.field(default="clientOrderId", validator=instance_of(str))
    """The field of a cancel's answer that carries the order's own client id."""
    params: frozenset[str] = attrs.field(default=frozenset(), validator=instance_of(frozenset))
    """Optional parameters that only some endpoints have, and this one does."""
    limit_codes: frozenset[int] = attrs.field(default=frozenset(), validator=instance_of(frozenset))
    """Error codes that mean "too many requests" on this product and something else elsewhere."""
    doubtful_5xx: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether an HTTP 5xx always leaves open if a cancel was executed, whatever it says."""
    order_in: Callable[[Any, Call], Any] | None = attrs.field(
        default=None, validator=optional(is_callable())
    )
    """``(JSON of an answer, call)``: the order, where an answer holds more than it; else what was
    given, be it a dict, a list, a number or None."""
    hint: str = attrs.field(default="", validator=instance_of(str))
    """What to add to the message where neither cancel nor query knows the order."""

    @property
    def endpoint(self) -> str:
        """The request line on the exchange's own host, without the host; for people."""
        return f"DELETE {self.root}/{self.path}"
