"""An attached exchange at the simulator, its order, and all events of a cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import ccxt
from integration.host import Host
from integration.instant import Ticking, in_no_time
from simulator.wire import KINDS, Clock, Kind

from adapter.core.events import Event
from adapter.simulator import Order, Simulator

__all__ = ["BY_NAME", "DOUBTS_5XX", "KINDS", "Clock", "Kind", "Trader"]

MINUTE = 60_000
DOUBTS_5XX = ("spot", "margin")
"""Where a cancel may have been executed after any HTTP 5xx."""
BY_NAME = {kind.name: kind for kind in KINDS}


@attrs.define
class Trader:
    """One exchange object of one mode at one simulator, and the events of its cancels.

    The pauses of the adapter move the simulator's clock and the exchange object's, and nothing
    else.
    """

    host: Host
    sim: Simulator
    kind: Kind = BY_NAME["usdm"]
    config: Mapping[str, Any] = attrs.field(factory=dict)
    events: list[Event] = attrs.field(factory=list)
    exchange: Any = None

    def __attrs_post_init__(self) -> None:
        attached = self.host.attached(self.config, on_event=self.events.append)
        clock: Any = self.sim.book.clock
        self.exchange = self.sim.connect(in_no_time(attached, clock.skip))
        self.exchange.milliseconds = Ticking(clock)

    def place(self, *, age: int = MINUTE, **named: Any) -> Order:
        """An order that has been in the book for so many ms."""
        clock = self.sim.book.clock
        self.sim.book.clock = lambda: clock() - age
        try:
            return self.sim.place(self.kind.name, self.kind.symbol, **named)
        finally:
            self.sim.book.clock = clock

    def cancel(self, order: Order, *, by_client_id: bool = False, **params: Any) -> Any:
        """What ``cancel_order`` gives for this order."""
        name = {"clientOrderId": order.client_order_id} if by_client_id else {}
        number = None if by_client_id else order.order_id
        return self.host.cancel(
            self.exchange, number, self.kind.unified, {**self.kind.params, **params, **name}
        )

    def tried(self, order: Order, **params: Any) -> Any:
        """The same, or ccxt's error."""
        try:
            return self.cancel(order, **params)
        except ccxt.BaseError as e:
            return e

    def book(self, order: Order) -> str:
        """The order's status in the book."""
        return self.sim.book.now(order).status

    @property
    def asked(self) -> str:
        """``D`` for each cancel, ``q`` for each query and ``t`` for each look at the clock."""
        return "".join(
            {"DELETE": "D"}.get(r.method, "t" if r.path.endswith("/time") else "q")
            for r in self.sim.requests
        )

    def pass_by(self, seconds: float) -> None:
        """Let time pass for the adapter and for the exchange."""
        clock = vars(self.exchange)["_adapter"].io.clock
        clock.now += seconds
        clock.skipped(seconds)

    def events_named(self, what: str) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.events if event.what == what]
