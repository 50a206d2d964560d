"""An attached exchange at the simulator, which cancels several orders in one call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
from outcomes.simulated import BY_NAME, KINDS, Kind
from outcomes.simulated import Trader as OneByOne

from adapter.simulator import Order

__all__ = ["BY_NAME", "KINDS", "Kind", "Trader"]

KEPT = 60.0
"""Seconds for which a fault of the host lasts that no call outlasts."""


@attrs.define
class Trader(OneByOne):
    """The same, for several orders."""

    def place_many(self, count: int) -> list[Order]:
        """As many orders."""
        return [self.place(client_order_id=f"mine-{number}") for number in range(count)]

    def cancel_many(self, orders: Iterable[Order | int | None], **params: Any) -> Any:
        """What ``cancel_orders`` gives for these orders or ids."""
        ids = [str(o.order_id) if isinstance(o, Order) else o for o in orders]
        return self.call("cancel_orders", ids, **params)

    def cancel_by_client_ids(self, orders: Iterable[Order], **params: Any) -> Any:
        """The same by their client ids."""
        names = [order.client_order_id for order in orders]
        return self.call("cancel_orders_with_client_order_ids", names, **params)

    def call(self, method: str, *arguments: Any, **params: Any) -> Any:
        """What a method of the exchange object gives for the kind's symbol."""
        asked = {**self.kind.params, **params}
        return self.host.done(
            lambda: getattr(self.exchange, method)(*arguments, self.kind.unified, asked)
        )

    @property
    def flights(self) -> dict[Any, Any]:
        """The cancels that are under way."""
        flights: dict[Any, Any] = vars(self.exchange)["_adapter"].single_flight.flights
        return flights


def outcomes(orders: Iterable[dict[str, Any]]) -> list[str]:
    """The outcome of each."""
    return [order["outcome"] for order in orders]
