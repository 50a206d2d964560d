"""`CancelEndpoint`: one order endpoint of a venue, as data. A plugin is one such value."""

from __future__ import annotations

from typing import Any

import attrs
from attrs.validators import deep_iterable, instance_of, optional

from adapter.contract.api import BatchCancel, OpenOrders, OrderApi, OrderFields
from adapter.contract.messages import CLASSIC
from adapter.contract.venue import Venue

API_VERSION = 1
"""The version of this contract; see docs/contract.md. Each endpoint names its version."""


def _of(field: str, name: str) -> Any:
    """The default that another field has; the validator of that one reports a wrong value."""
    return attrs.Factory(lambda self: getattr(getattr(self, field), name, None), takes_self=True)


@attrs.frozen(kw_only=True)
class CancelEndpoint(OrderApi):
    """One order endpoint, as data. An ``adapter.plugins`` entry point names such a value."""

    api_version: int = attrs.field(validator=instance_of(int))
    """The version of this contract that it was written for: `API_VERSION` at that time."""
    venue: Venue = attrs.field(validator=instance_of(Venue))  # type: ignore[type-abstract]  # or a subclass
    root: str = attrs.field(validator=instance_of(str))
    """The root path on the exchange's host, such as ``"/papi/v1"``. For messages only."""
    market_type: str = attrs.field(validator=instance_of(str))
    """The market type that it serves; see `MarketRoute`."""
    accounts: frozenset[str] = attrs.field(
        default=frozenset({CLASSIC}), validator=instance_of(frozenset)
    )
    """The accounts that it serves: `CLASSIC`, `PORTFOLIO_MARGIN` or both."""
    conditional: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether it serves conditional orders, and no others."""
    weight_limit: int | None = attrs.field(default=None, validator=optional(instance_of(int)))
    """The request weight per minute that the host allows; None where it is not documented."""
    used_weight_header: str = attrs.field(
        default=_of("venue", "used_weight_header"), validator=instance_of(str)
    )
    """The header with the request weight used in the current minute, in lower case."""
    not_found_hint: str = attrs.field(default="", validator=instance_of(str))
    """Added to the message of `OrderGone` where neither cancel nor query finds the order."""
    conditional_hint: str = attrs.field(default="", validator=instance_of(str))
    """Added likewise where nothing has shown that the order is not a conditional one."""
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

    batch_cancel: BatchCancel | None = attrs.field(
        default=None, validator=optional(instance_of(BatchCancel))
    )
    """The request that cancels several orders; None where each is cancelled by its own."""
    open_orders: OpenOrders | None = attrs.field(
        default=None, validator=optional(instance_of(OpenOrders))
    )
    """The request that lists the open orders; None where ccxt's method cancels all of them."""

    @property
    def request_line(self) -> str:
        """Method and path of the cancel, such as ``"POST /v1/cancel"``. For messages."""
        return f"{self.method} {self.root}/{self.path}"
