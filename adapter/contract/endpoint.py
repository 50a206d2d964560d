"""`CancelEndpoint`: one order endpoint of a venue, as data. A plugin is one such value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from attrs.validators import instance_of, is_callable, optional

from adapter.contract.messages import CLASSIC, CancelRequest
from adapter.contract.venue import Venue

API_VERSION = 1
"""The version of this contract; see docs/plugins.md. Each endpoint names its version."""


@attrs.frozen(kw_only=True)
class CancelEndpoint:
    """One order endpoint, as data. An ``adapter.plugins`` entry point names such a value."""

    api_version: int = attrs.field(validator=instance_of(int))
    """The version of this contract that it was written for: `API_VERSION` at that time."""
    venue: Venue = attrs.field(validator=instance_of(Venue))
    api: str = attrs.field(validator=instance_of(str))
    """The key of ``exchange.urls["api"]``: ccxt's name for a host and its root path."""
    root: str = attrs.field(validator=instance_of(str))
    """The root path on the exchange's host, such as ``"/papi/v1"``. For messages only."""
    path: str = attrs.field(validator=instance_of(str))
    """The path below the root, such as ``"um/order"``."""
    method: str = attrs.field(validator=instance_of(str))
    """The HTTP method of the cancel."""
    query_method: str = attrs.field(default="GET", validator=instance_of(str))
    """The HTTP method of the query of an order."""
    market_type: str = attrs.field(validator=instance_of(str))
    """The market type that it serves; see `MarketRoute`."""
    accounts: frozenset[str] = attrs.field(
        default=frozenset({CLASSIC}), validator=instance_of(frozenset)
    )
    weight: int = attrs.field(default=1, validator=instance_of(int))
    """The request weight of one cancel."""
    query_weight: int = attrs.field(default=1, validator=instance_of(int))
    """The request weight of one query of an order."""
    weight_limit: int | None = attrs.field(default=None, validator=optional(instance_of(int)))
    """The request weight per minute that the host allows; None where it is not documented."""
    time_api: str | None = attrs.field(default=None, validator=optional(instance_of(str)))
    """The key of ``exchange.urls["api"]`` of the host's ``time`` endpoint; None without one."""
    client_id_param: str = attrs.field(validator=instance_of(str))
    """The request parameter that carries the order's client id."""
    response_client_id_field: str = attrs.field(default="clientOrderId", validator=instance_of(str))
    """The field of a cancel's response that carries the order's client id."""
    extra_params: frozenset[str] = attrs.field(
        default=frozenset(), validator=instance_of(frozenset)
    )
    """Optional parameters that this endpoint accepts and some others do not."""
    rate_limit_codes: frozenset[int] = attrs.field(
        default=frozenset(), validator=instance_of(frozenset)
    )
    """Error codes that mean "too many requests" at this endpoint and something else at others."""
    ambiguous_5xx: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether a cancel may have been executed after any HTTP 5xx, whatever its body says."""
    extract_order: Callable[[Any, CancelRequest], Any] | None = attrs.field(
        default=None, validator=optional(is_callable())
    )
    """``(parsed JSON, cancel request)``: the order, where a response contains more than the order.
    It accepts any JSON value, and returns one that it does not recognise unchanged."""
    not_found_hint: str = attrs.field(default="", validator=instance_of(str))
    """Added to the message of `OrderGone` where neither cancel nor query finds the order."""

    @property
    def request_line(self) -> str:
        """Method and path of the cancel, such as ``"POST /v1/cancel"``. For messages."""
        return f"{self.method} {self.root}/{self.path}"
