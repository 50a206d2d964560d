"""The order that one call is for: a client id may come to mean another one while the call lasts."""

from __future__ import annotations

import attrs

from adapter.contract.messages import CancelRequest, Classification, Order
from adapter.core.start_time import StartTime


@attrs.define
class Target:
    """The order that one call is for, and when the call began by the exchange's clock."""

    call: CancelRequest
    """With the id that requests go by: the order id, once that is known for sure."""
    is_client_id_unique: bool
    """Whether this user never gives two orders one client id."""
    start_time: StartTime = attrs.field(factory=StartTime)

    @property
    def is_by_order_id(self) -> bool:
        """Whether the cancel can reach no other order: an order id is never used again."""
        return self.call.client_order_id is None or self.is_client_id_unique

    def is_surely(self, found: Classification) -> bool:
        """Whether the order that a query shows was there before the call began."""
        is_by_order_id = self.call.order_id is not None or self.is_by_order_id
        return is_by_order_id or self.start_time.is_after(found.created)

    def is_newer(self, found: Classification) -> bool:
        """Whether the order that a query shows was surely made since the call began."""
        return not self.is_surely(found) and self.start_time.is_before(found.created)

    def is_another(self, order: Order) -> bool:
        """Whether a query by the order id shows an order that does not bear the client id.

        Then queries go by the client id from now on.
        """
        client_order_id = self.call.client_order_id
        if self.call.order_id is None or client_order_id is None:
            return False
        if order.get("clientOrderId") in (None, client_order_id):
            return False
        self.call = attrs.evolve(self.call, order_id=None)
        return True

    def take_order_id(self, order: Order) -> None:
        """Go by the id of this order, which surely is the one, where there is a client id yet."""
        if self.call.client_order_id is not None and order["id"] is not None:
            self.call = attrs.evolve(self.call, order_id=order["id"], client_order_id=None)
