"""`NativeEndpoint`: a venue that ccxt's own methods serve, as one row of values.

ccxt signs, sends and parses there. The row says what its answers are worth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import ccxt
from attrs.validators import (
    deep_iterable,
    deep_mapping,
    gt,
    instance_of,
    is_callable,
    min_len,
    optional,
)

from adapter.contract.endpoint import Endpoint
from adapter.contract.messages import NoResponse, Response, ResponseKind
from adapter.contract.native_batch import NativeBatch
from adapter.contract.native_venue import ANY_MARKET, NativeVenue

_text = instance_of(str)
_text_or_none: Any = optional(_text)
_texts = deep_iterable(_text, instance_of(tuple))
_words = deep_iterable(_text, instance_of(frozenset))


@attrs.frozen
class Meaning:
    """What an error code or text of a venue means."""

    kind: ResponseKind
    status: str | None = None
    """How the order had ended, where the venue says that."""
    error: type[ccxt.BaseError] | None = None
    """The class of the error where ccxt has a wrong one. None: as ccxt has it."""


FILLED = Meaning(ResponseKind.NOT_OPEN, "closed")
CANCELED = Meaning(ResponseKind.NOT_OPEN, "canceled")
NOT_FOUND = Meaning(ResponseKind.NOT_OPEN)
PENDING = Meaning(ResponseKind.ACKNOWLEDGED)
"""An earlier cancel is under way."""
ALIVE = Meaning(ResponseKind.REFUSED)
"""Refused, and the order is as it was."""
DISPUTED = Meaning(ResponseKind.DISPUTED)
"""Refused, perhaps since the order has ended."""
WRONG_KEY = Meaning(ResponseKind.REFUSED, error=ccxt.AuthenticationError)
NOT_PERMITTED = Meaning(ResponseKind.REFUSED, error=ccxt.PermissionDenied)
"""The key may not do that, or not from this address."""
TOO_MANY = Meaning(ResponseKind.RATE_LIMITED)
CLOCK = Meaning(ResponseKind.CLOCK_SKEW, error=ccxt.InvalidNonce)
BUSY = Meaning(ResponseKind.NOT_EXECUTED)
"""Not executed, by the venue's word."""
UNKNOWN = Meaning(ResponseKind.AMBIGUOUS)
"""The venue itself does not know whether it was executed."""

Meanings = Mapping[str, Meaning]
_meanings = deep_mapping(_text, instance_of(Meaning), instance_of(dict))


@attrs.frozen(kw_only=True)
class Look:
    """One of ccxt's methods that shows an order."""

    method: str = attrs.field(default="fetch_order", validator=_text)
    lists: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether it lists the orders of the market, and takes no id."""
    triggers: bool | None = attrs.field(default=None, validator=optional(instance_of(bool)))
    """Whether it shows trigger orders alone (True), all others (False) or both (None)."""
    by_order_id: bool = attrs.field(default=True, validator=instance_of(bool))
    order_id_param: str | None = attrs.field(default=None, validator=_text_or_none)
    """The param that narrows a list to an order id, where there is one."""
    client_id_param: str | None = attrs.field(default="clientOrderId", validator=_text_or_none)
    """The param that carries a client id. None: none does, and only in a list is it looked for."""
    params: Mapping[str, Any] = attrs.field(factory=dict, hash=False, validator=instance_of(dict))
    """The params that it always has."""
    renamed_params: Mapping[str, str] = attrs.field(
        factory=dict, hash=False, validator=deep_mapping(_text, _text, instance_of(dict))
    )
    """Those of `NativeEndpoint.query_params` that it takes by another name."""


def _served(_: Any) -> None:
    return None


ID = r"[^\s/?#,&%\\]{1,128}"
"""Any id but one that a path, a query or a list would change."""
ID_RULE = "an int, or a str of up to 128 characters that has no space and none of / ? # , & % \\"


@attrs.frozen(kw_only=True)
class NativeEndpoint(Endpoint):
    """One venue, as data: what the answers that ccxt passes on are worth."""

    exchanges: frozenset[str] = attrs.field(validator=_words)
    """The ids of the ccxt exchanges that it serves; empty: all that no other plugin serves."""
    is_verified: bool = attrs.field(default=True, validator=instance_of(bool))
    """Whether the row is made from the venue's documentation. Else no error of ccxt's proves that
    an order has ended, and nothing but a query that it was canceled."""
    market_type: str = ANY_MARKET
    method: str = attrs.field(default="cancelOrder", init=False)
    confirms: str = attrs.field(default="", validator=_text)
    """How the venue confirms a cancel, in a few words for people."""
    unserved: Callable[[Any], str | None] = attrs.field(default=_served, validator=is_callable())
    """``(exchange object)``: why its calls are left to ccxt; None where they are not."""

    order_id_pattern: str = attrs.field(default=ID, validator=_text)
    order_id_rule: str = attrs.field(default=ID_RULE, validator=_text)
    """The pattern in words, for messages."""
    client_id_pattern: str = attrs.field(default=ID, validator=_text)
    client_id_rule: str = attrs.field(default=ID_RULE, validator=_text)
    is_client_id_hex: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether it is a hexadecimal number, which the venue writes in lower case."""
    client_id_param: str | None = attrs.field(default="clientOrderId", validator=_text_or_none)
    """The param of ``cancel_order`` that carries a client id; ``"id"``: it takes the place of the
    order id; None where orders cannot be cancelled by it."""
    client_id_symbols: str = attrs.field(default=".+", validator=_text)
    """The pattern of the symbols whose orders can be cancelled by client id."""
    trigger_param: str | None = attrs.field(default="trigger", validator=_text_or_none)
    """The param that selects the book of trigger orders; None where there is one book."""
    is_out_of_reach: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] | None = attrs.field(
        default=None, validator=optional(is_callable())
    )
    """``(order, params that select a book)``: whether looks show an order that a cancel with these
    params does not reach, since it is in another book. None: looks show no such order."""
    query_params: frozenset[str] = attrs.field(default=frozenset(), validator=_words)
    """Params of the caller's that a look at the order needs as well."""
    several_params: frozenset[str] = attrs.field(default=frozenset(), validator=_words)
    """Params by which one cancel hits several orders. They are refused."""
    unserved_params: frozenset[str] = attrs.field(default=frozenset(), validator=_words)
    """Params of orders of another kind, such as TWAP orders: ccxt's method handles the call."""
    looks: tuple[Look, ...] = attrs.field(
        default=(Look(),),
        validator=[deep_iterable(instance_of(Look), instance_of(tuple)), min_len(1)],
    )
    """How the order is looked at; each look is made if the one before does not find it."""
    lists_all_markets: bool = attrs.field(default=True, validator=instance_of(bool))
    """Whether ccxt's ``fetch_open_orders`` without a symbol shows all that its
    ``cancel_all_orders`` cancels then. Else ccxt's method handles a call without a symbol."""
    list_params: frozenset[str] = attrs.field(default=frozenset(), validator=_words)
    """Params of the caller's that ccxt's ``fetch_open_orders`` reads, and no cancel does: those
    that name the kind of markets in a call without a symbol."""
    page_size: int | None = attrs.field(default=None, validator=optional([instance_of(int), gt(0)]))
    """How many orders ccxt's ``fetch_open_orders`` lists at least, if so many are open; None: all
    of them. After a list of so many, ``cancel_all_orders`` lists again what is left."""
    batch: NativeBatch | None = attrs.field(
        default=None, validator=optional(instance_of(NativeBatch))
    )
    """How several orders are cancelled by one request; None where each is by its own."""

    is_final: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether an answer to the cancel that shows the order as canceled is the venue's last word."""
    acknowledges: Callable[[Any], bool] | None = attrs.field(
        default=None, validator=optional(is_callable())
    )
    """``(parsed JSON)``: whether a success that does not echo the id says that the cancel was
    accepted. None: only an echo says that."""
    error_fields: tuple[str, ...] = attrs.field(default=(), validator=_texts)
    """Where an answer has its error codes, such as ``"data.0.sCode"``; the first that is there and
    no success counts."""
    successes: frozenset[str] = attrs.field(default=frozenset(), validator=_words)
    """What stands there in a success."""
    state_fields: tuple[str, ...] = attrs.field(default=(), validator=_texts)
    """Where an answer has a code that is an error only if ``codes`` has it."""
    codes: Meanings = attrs.field(factory=dict, hash=False, validator=_meanings)
    """What a code means. Of one that is not listed, the class of ccxt's error says it."""
    texts: Meanings = attrs.field(factory=dict, hash=False, validator=_meanings)
    """The same of a text within the answer, where a code is not enough. It comes first."""

    status_field: str = attrs.field(default="status", validator=_text)
    """The field of an order's ``info`` with its status; ``"a|b"``: b where a is not there."""
    statuses: Mapping[str, str] = attrs.field(
        factory=dict, hash=False, validator=deep_mapping(_text, _text, instance_of(dict))
    )
    """The unified status of those that ccxt translates wrongly or not at all, and of its own words
    for them that are none of its statuses."""
    filled_statuses: frozenset[str] = attrs.field(default=frozenset(), validator=_words)
    """Those that mean that all was filled, whatever the amounts are counted in."""
    fill_fields: tuple[str, str] | None = attrs.field(default=None)
    """The fields of ``info`` with what was filled and with what was ordered, both in one unit.
    Without them, nobody knows of a closed order whether it was filled."""
    triggered_field: str = attrs.field(default="", validator=_text)
    """The field of ``info`` that is true once a trigger order was triggered, where its status does
    not say that: such an order that was closed and not filled is then not canceled."""
    successor_field: str = attrs.field(default="", validator=_text)
    """The field of ``info`` with the id of the order that a trigger order has become; likewise."""
    venue: NativeVenue = attrs.field(init=False)

    @venue.default
    def _venue(self) -> NativeVenue:
        return NativeVenue(
            exchanges=self.exchanges,
            order_id_pattern=self.order_id_pattern,
            order_id_rule=self.order_id_rule,
            client_id_pattern=self.client_id_pattern,
            client_id_rule=self.client_id_rule,
            is_client_id_hex=self.is_client_id_hex,
            trigger_param=self.trigger_param,
            query_params=self.query_params,
            several_params=self.several_params,
            unserved_params=self.unserved_params,
            unserved=self.unserved,
        )

    @property
    def note(self) -> str:
        """What `adapter.explain` says of it."""
        if self.is_verified:
            return f"by ccxt's own methods: {self.confirms}"
        return (
            "unverified: ccxt's own methods cancel, and an order counts as canceled only where a"
            " query shows it"
        )

    @property
    def query_requests(self) -> int:
        """One for each look."""
        return len(self.looks)

    @property
    def conditional_params(self) -> Mapping[str, Any]:
        """ccxt's word, where trigger orders have a book of their own."""
        return {} if self.trigger_param is None else {self.trigger_param: True}

    def takes_client_id(self, market_id: str) -> bool:
        """Of orders of the symbols that the row names, if of any."""
        is_named = re.fullmatch(self.client_id_symbols, market_id) is not None
        return is_named and self.client_id_param is not None

    def can_list(self, *, all_markets: bool) -> bool:
        """By ccxt's method, where the row is made for the venue."""
        return self.is_verified and (self.lists_all_markets or not all_markets)

    @property
    def request_line(self) -> str:
        """ccxt's method."""
        return f"ccxt's {self.method}"


@attrs.frozen(kw_only=True)
class Reply:
    """What one of ccxt's methods returned or raised, and the response behind it."""

    returned: Any = attrs.field(default=None, repr=False)
    error: Exception | None = attrs.field(default=None, repr=False)
    response: Response | NoResponse
    is_repeated: bool = False
    """Whether the request may have been sent more than once."""
