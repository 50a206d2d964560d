"""`Endpoint`: what a plugin serves, as data. `CancelEndpoint` is one order endpoint of a venue."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any

import attrs
from attrs.validators import deep_iterable, instance_of, optional

from adapter.contract.api import BatchCancel, OpenOrders, OrderApi, OrderFields, texts
from adapter.contract.base_venue import BaseVenue
from adapter.contract.messages import CLASSIC
from adapter.contract.venue import Venue

API_VERSION = 1
"""The version of this contract; see docs/contract.md. Each endpoint names its version."""


def _of(field: str, name: str) -> Any:
    """The default that another field has; the validator of that one reports a wrong value."""
    return attrs.Factory(lambda self: getattr(getattr(self, field), name, None), takes_self=True)


@attrs.frozen(kw_only=True, slots=False)
class Endpoint(abc.ABC):
    """What an ``adapter.plugins`` entry point names: `CancelEndpoint`, or a `NativeEndpoint`."""

    api_version: int = attrs.field(validator=instance_of(int))
    """The version of this contract that it was written for: `API_VERSION` at that time."""
    venue: BaseVenue = attrs.field(validator=instance_of(BaseVenue))  # type: ignore[type-abstract]  # or a subclass
    market_type: str = attrs.field(validator=instance_of(str))
    """The market type that it serves; see `MarketRoute`."""
    accounts: frozenset[str] = attrs.field(
        default=frozenset({CLASSIC}), validator=instance_of(frozenset)
    )
    """The accounts that it serves: `CLASSIC`, `PORTFOLIO_MARGIN` or both."""
    conditional: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether it serves conditional orders, and no others."""
    not_found_hint: str = attrs.field(default="", validator=instance_of(str))
    """Added to the message of `OrderGone` where neither cancel nor query finds the order."""
    conditional_hint: str = attrs.field(default="", validator=instance_of(str))
    """Added likewise where nothing has shown that the order is not a conditional one."""
    method: str = attrs.field(validator=instance_of(str))
    """The HTTP method of the cancel, or ccxt's method."""
    client_id_param: str | None = attrs.field(validator=optional(instance_of(str)))
    """The request parameter that carries the order's client id; None where orders cannot be
    cancelled by it."""
    ends: Mapping[str, str] = attrs.field(factory=dict, hash=False, validator=texts)
    """By unified status: other ends of an order than closed, canceled, expired and rejected, and
    the word for each in messages, such as ``{"triggered": "triggered"}``."""
    extra_params: frozenset[str] = attrs.field(
        default=frozenset(), validator=instance_of(frozenset)
    )
    """The parameters that this endpoint accepts and some others do not. Of
    `BaseVenue.optional_params`, only these are sent."""
    batch_cancel: BatchCancel | None = attrs.field(
        default=None, validator=optional(instance_of(BatchCancel))
    )
    """The request that cancels several orders; None where each is cancelled by its own."""
    open_orders: OpenOrders | None = attrs.field(
        default=None, validator=optional(instance_of(OpenOrders))
    )
    """The request that lists the open orders; None where ccxt's method cancels all of them."""

    @property
    def order_id_params(self) -> tuple[str, ...]:
        """The params in which callers may give the order id; the first one that is there counts."""
        return ()

    @property
    @abc.abstractmethod
    def query_requests(self) -> int:
        """How many requests a query may take."""

    @property
    def market_field(self) -> str:
        """As `OrderFields.market`."""
        return ""

    @property
    def conditional_params(self) -> Mapping[str, Any]:
        """The params that select the conditional orders, where one endpoint serves all."""
        return {}

    @property
    def note(self) -> str | None:
        """What `adapter.explain` says of it, if anything."""
        return None

    @property
    @abc.abstractmethod
    def request_line(self) -> str:
        """What cancels, for messages."""

    def takes_client_id(self, market_id: str) -> bool:  # noqa: ARG002  # a default
        """Whether orders of the market can be cancelled by client id."""
        return self.client_id_param is not None

    def can_list(self, *, all_markets: bool) -> bool:
        """Whether the open orders can be listed, of one market or of all."""
        listing = self.open_orders
        return listing is not None and (not all_markets or listing.weight_of_all is not None)

    def url(self, exchange: Any) -> str | None:  # noqa: ARG002  # a default
        """The URL of the cancel without its query; None where ccxt makes it."""
        return None


@attrs.frozen(kw_only=True, cache_hash=True)  # each cancel looks something up by it
class CancelEndpoint(OrderApi, Endpoint):
    """One order endpoint, as data."""

    venue: Venue = attrs.field(validator=instance_of(Venue))  # type: ignore[type-abstract]  # or a subclass
    root: str = attrs.field(validator=instance_of(str))
    """The root path on the exchange's host, such as ``"/papi/v1"``. For messages only."""
    weight_limit: int | None = attrs.field(default=None, validator=optional(instance_of(int)))
    """The request weight per minute that the host allows; None where it is not documented."""
    used_weight_header: str = attrs.field(
        default=_of("venue", "used_weight_header"), validator=instance_of(str)
    )
    """The header with the request weight used in the current minute, in lower case."""
    order_id_param: str = attrs.field(
        default=_of("venue", "order_id_param"), validator=instance_of(str)
    )
    older_order_id_params: tuple[str, ...] = attrs.field(
        default=(), validator=deep_iterable(instance_of(str), instance_of(tuple))
    )
    """Other params in which callers may give the order id, as an older endpoint names it."""
    fields: OrderFields = attrs.field(
        default=_of("venue", "fields"), validator=instance_of(OrderFields)
    )
    response_client_id_field: str = attrs.field(
        default=_of("fields", "client_id"), validator=instance_of(str)
    )

    @property
    def order_id_params(self) -> tuple[str, ...]:
        """As the request has it, and as older ones had."""
        return (self.order_id_param, *self.older_order_id_params)

    @property
    def query_requests(self) -> int:
        """One for each query."""
        return len(self.queries)

    @property
    def market_field(self) -> str:
        """That of its orders."""
        return self.fields.market

    @property
    def request_line(self) -> str:
        """Method and path of the cancel, such as ``"POST /v1/cancel"``. For messages."""
        return f"{self.method} {self.root}/{self.path}"

    def url(self, exchange: Any) -> str:
        """The URL of the cancel without its query."""
        return self.venue.build_url(exchange, self.api, self.path)
