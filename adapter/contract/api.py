"""`OrderApi`: the requests and answers of one order endpoint, as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs
from attrs.validators import (
    deep_iterable,
    deep_mapping,
    ge,
    instance_of,
    is_callable,
    min_len,
    optional,
)

from adapter.contract.messages import CancelRequest

NO_ORDER: Final = object()
"""What a query's ``extract_order`` returns where the answer shows that there is no such order."""

Extract = Callable[[Any, CancelRequest], Any]
"""``(parsed JSON, cancel request)``: the order, where an answer contains more than the order. It
accepts any JSON value, and returns one that it does not recognise unchanged."""

_text = instance_of(str)
texts = deep_mapping(_text, _text, instance_of(dict))


@attrs.frozen(kw_only=True)
class OrderFields:
    """The fields of an order in an answer."""

    order_id: str = attrs.field(validator=_text)
    client_id: str = attrs.field(validator=_text)
    status: str = attrs.field(default="status", validator=_text)
    statuses: Mapping[str, str] = attrs.field(hash=False, validator=texts)
    """The unified status of each status. One that is not listed is passed on in lower case."""
    created: tuple[str, ...] = attrs.field(
        default=(), validator=deep_iterable(_text, instance_of(tuple))
    )
    """The fields that may have the creation time, the first one counts: ms since the epoch, or a
    text by ISO 8601 with its offset, such as ``"2023-01-16T23:37:23.947030Z"``."""
    market: str = attrs.field(default="", validator=_text)
    """The field with the market id, where the id of an order is enough to find it in any market."""
    successor: str = attrs.field(default="", validator=_text)
    """The id of the order that a conditional one has become."""


@attrs.frozen(kw_only=True)
class OrderQuery:
    """A request that shows one order. What is None is as in the cancel."""

    method: str = attrs.field(default="GET", validator=_text)
    api: str | None = attrs.field(default=None, validator=optional(_text))
    path: str | None = attrs.field(default=None, validator=optional(_text))
    weight: int = attrs.field(default=1, validator=instance_of(int))
    order_id_param: str | None = attrs.field(default=None, validator=optional(_text))
    client_id_param: str | None = attrs.field(default=None, validator=optional(_text))
    params: Mapping[str, Any] = attrs.field(factory=dict, hash=False, validator=instance_of(dict))
    """The parameters that it always has."""
    extract_order: Extract | None = attrs.field(default=None, validator=optional(is_callable()))


def json_numbers(ids: Iterable[str]) -> str:
    """Ids of digits as a JSON list of numbers, without spaces: ``[1,2]``."""
    return f"[{','.join(ids)}]"


def jsontexts(ids: Iterable[str]) -> str:
    """Ids as a JSON list of texts, without spaces: ``["a","b"]``."""
    return json.dumps(list(ids), separators=(",", ":"))


@attrs.frozen(kw_only=True)
class BatchCancel:
    """A request that cancels several orders of one market. What is None is as in the cancel.

    Its answer is a list with an answer to each cancel, in the order of the request.
    """

    method: str | None = attrs.field(default=None, validator=optional(_text))
    api: str | None = attrs.field(default=None, validator=optional(_text))
    path: str = attrs.field(validator=_text)
    size: int = attrs.field(validator=[instance_of(int), ge(2)])
    """How many orders one request may have."""
    weight: int = attrs.field(default=1, validator=instance_of(int))
    order_ids_param: str = attrs.field(validator=_text)
    """The request parameter that carries order ids. One request has ids of one kind."""
    client_ids_param: str = attrs.field(validator=_text)
    write_order_ids: Callable[[Sequence[str]], Any] = attrs.field(
        default=json_numbers, validator=is_callable()
    )
    """The value of that parameter."""
    write_client_ids: Callable[[Sequence[str]], Any] = attrs.field(
        default=jsontexts, validator=is_callable()
    )
    ambiguous_codes: frozenset[int] = attrs.field(
        default=frozenset(), validator=instance_of(frozenset)
    )
    """Error codes of the whole request after which some of the orders may have been cancelled."""


@attrs.frozen(kw_only=True)
class OpenOrders:
    """A request that lists the open orders of one market. What is None is as in the cancel.

    Its answer is a list of orders.
    """

    method: str = attrs.field(default="GET", validator=_text)
    api: str | None = attrs.field(default=None, validator=optional(_text))
    path: str = attrs.field(validator=_text)
    weight: int = attrs.field(default=1, validator=instance_of(int))
    weight_of_all: int | None = attrs.field(default=None, validator=optional(instance_of(int)))
    """The request weight without a market, for the orders of all; None if it must have one."""
    market_id_field: str = attrs.field(default="symbol", validator=_text)
    """The field of an order with its market id."""
    cancel_path: str | None = attrs.field(default=None, validator=optional(_text))
    """The path of ccxt's request that cancels all. If its method is the user's, ccxt is called."""


@attrs.frozen(kw_only=True)
class OrderApi:
    """How orders of one kind are cancelled and queried. `CancelEndpoint` adds which orders."""

    api: str = attrs.field(validator=_text)
    """ccxt's name for a host and its root path, as its implicit methods begin with it. Where ccxt
    nests its APIs, the levels are divided by a slash, such as ``"v3/private"``."""
    path: str = attrs.field(validator=_text)
    """The path below the root as ccxt has it, such as ``"um/order"``, or ``"orders/{id}"`` where
    the parameter of that name is a part of the path."""
    method: str = attrs.field(validator=_text)
    """The HTTP method of the cancel."""
    weight: int = attrs.field(default=1, validator=instance_of(int))
    """The request weight of one cancel."""
    queries: tuple[OrderQuery, ...] = attrs.field(
        default=(OrderQuery(),),
        validator=[deep_iterable(instance_of(OrderQuery), instance_of(tuple)), min_len(1)],
    )
    """The queries of an order; each one is made if the one before does not find it."""
    order_id_param: str = attrs.field(validator=_text)
    """The request parameter that carries the order id; callers may give it in params, too."""
    client_id_param: str | None = attrs.field(validator=optional(_text))
    """The request parameter that carries the order's client id; None where orders cannot be
    cancelled by it."""
    fields: OrderFields = attrs.field(validator=instance_of(OrderFields))
    """The fields of an order in an answer."""
    response_client_id_field: str = attrs.field(validator=_text)
    """The field of a cancel's response that carries the order's client id."""
    time_api: str | None = attrs.field(default=None, validator=optional(_text))
    """The key of ``exchange.urls["api"]`` of the host's time endpoint; None without one."""
    rate_limit_codes: frozenset[int] = attrs.field(
        default=frozenset(), validator=instance_of(frozenset)
    )
    """Error codes that mean "too many requests" at this endpoint and something else at others."""
    ambiguous_5xx: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether a cancel may have been executed after any HTTP 5xx, whatever its body says."""
    extract_order: Extract | None = attrs.field(default=None, validator=optional(is_callable()))
    """Takes the order from an answer to the cancel or to a query that has none of its own."""
    is_acknowledgement: Callable[[Any, CancelRequest], bool] | None = attrs.field(
        default=None, validator=optional(is_callable())
    )
    """``(parsed JSON, cancel request)``: whether a successful answer to the cancel says that it was
    accepted, and does not show the order. Then the order is queried until its status is final. It
    accepts any JSON value. An answer that has the id of another order is never an acknowledgement.
    """
