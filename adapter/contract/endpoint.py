"""One order endpoint of a venue, as data: what a plugin is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from attrs.validators import instance_of, is_callable, optional

from adapter.contract.messages import CLASSIC, CancelRequest
from adapter.contract.venue import Venue

API_VERSION = 1
"""The version of this contract, which docs/plugins.md states. A product says which one it means."""


@attrs.frozen(kw_only=True)
class CancelEndpoint:
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
    market_type: str = attrs.field(validator=instance_of(str))
    """The kind of market it serves; see `MarketRoute`."""
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
    client_id_param: str = attrs.field(validator=instance_of(str))
    """The name under which the order's client id travels in a request."""
    response_client_id_field: str = attrs.field(default="clientOrderId", validator=instance_of(str))
    """The field of a cancel's answer that carries the order's own client id."""
    extra_params: frozenset[str] = attrs.field(
        default=frozenset(), validator=instance_of(frozenset)
    )
    """Optional parameters that only some endpoints have, and this one does."""
    rate_limit_codes: frozenset[int] = attrs.field(
        default=frozenset(), validator=instance_of(frozenset)
    )
    """Error codes that mean "too many requests" on this product and something else elsewhere."""
    ambiguous_5xx: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether an HTTP 5xx always leaves open if a cancel was executed, whatever it says."""
    extract_order: Callable[[Any, CancelRequest], Any] | None = attrs.field(
        default=None, validator=optional(is_callable())
    )
    """``(JSON of an answer, call)``: the order, where an answer holds more than it; else what was
    given, be it a dict, a list, a number or None."""
    not_found_hint: str = attrs.field(default="", validator=instance_of(str))
    """What to add to the message where neither cancel nor query knows the order."""

    @property
    def request_line(self) -> str:
        """The request line on the exchange's own host, without the host; for people."""
        return f"DELETE {self.root}/{self.path}"
