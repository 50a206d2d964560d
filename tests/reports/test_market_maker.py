"""Row 6: who cancels by client id just after placing ends with the position that the book has."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from integration.host import Host

import adapter
from adapter.simulator import Order

from .answers import closed, for_seconds, in_turn, lost, served
from .test_client_ids import SKEWS, has_a_clock, said_of_the_book
from .world import Kind, World, kinds

ROUNDS = 200
NAMES = 3
"""So few names that each is used again and again."""
BETWEEN = 30.0
"""Seconds between two rounds, in which the host's limit recovers."""
DECIDED = 0.05
"""Seconds for which an order must have been there for a clock in ms to decide."""


@attrs.frozen
class Round:
    """One order, and what happens to it while it is placed and cancelled."""

    world: World
    order: Order
    newer: list[Order] = attrs.field(factory=list)

    def nothing(self) -> None:
        """The cancel takes, and is answered."""
        self.world.deletes = served

    def filled_before(self) -> None:
        """The order has traded when the cancel comes."""
        self.world.deletes = served
        self.world.end(self.order, "FILLED")

    def filled_in_part(self) -> None:
        """Half of it has, and the answer is lost."""
        self.world.deletes = in_turn(lost)
        self.world.exchange.book.fill(self.order, 1)

    def filled_before_and_lost(self) -> None:
        """The order has traded when the cancel comes, and the answer is lost."""
        self.world.deletes = in_turn(lost)
        self.world.end(self.order, "FILLED")

    def lost_and_took(self) -> None:
        """The answer is lost."""
        self.world.deletes = in_turn(lost)

    def lost_and_did_not_take(self) -> None:
        """The cancel is."""
        self.world.deletes = in_turn(closed)

    def burst(self) -> None:
        """Cancels are lost for a while."""
        self.world.deletes = for_seconds(0.3, closed)

    def filled_meanwhile(self) -> None:
        """The cancel is lost, and soon after it the order trades."""
        self.world.deletes = in_turn(closed)
        self.world.later(0.01, lambda: self.world.end(self.order, "FILLED"))

    def reused(self) -> None:
        """The cancel is lost, the order trades, and another one takes its name."""
        self.world.deletes = for_seconds(0.3, closed)
        self.world.later(0.02, self._reuse)

    def reused_at_once(self) -> None:
        """The same, before the first look."""
        self.world.deletes = in_turn(closed)
        self.world.meanwhile = self._reuse

    def _reuse(self) -> None:
        if self.world.exchange.book.now(self.order).is_open:
            self.world.end(self.order, "FILLED")
            self.newer.append(self.world.place(self.order.client_order_id, age=0))


HAPPENS: tuple[Callable[[Round], None], ...] = (
    Round.nothing,
    Round.filled_before,
    Round.filled_in_part,
    Round.filled_before_and_lost,
    Round.lost_and_took,
    Round.lost_and_did_not_take,
    Round.burst,
    Round.filled_meanwhile,
    Round.reused,
    Round.reused_at_once,
)
NAME_IS_USED_AGAIN = (Round.reused, Round.reused_at_once)
SENT_AGAIN = (Round.lost_and_did_not_take, Round.burst, Round.filled_meanwhile)
"""Where the cancel must be sent again, for which the order's age must be sure."""


def filled(world: World, result: Any, order: Order) -> Decimal:
    """What the market maker takes for traded; where the order does not show it, it queries."""
    shown = result if isinstance(result, dict) else getattr(result, "order", None)
    final = isinstance(result, dict | adapter.OrderGone)
    if final and shown is not None and shown["id"] == str(order.order_id):
        return Decimal(str(shown["filled"]))
    return world.exchange.book.now(order).executed


@pytest.mark.long
@kinds
def test_a_market_maker_ends_with_the_position_of_the_book(host: Host, kind: Kind) -> None:
    """200 orders cancelled by name 0 to 1 s after they were placed, by clocks off by up to 1 s.

    What is reported of an order is true, a newer order with its name is never cancelled,
    and nothing stays unknown but what no clock decides.
    """
    dice = random.Random(kind.name)  # noqa: S311  # no secret
    position, traded = Decimal(0), Decimal(0)
    with World(host, kind) as world:
        for n in range(ROUNDS):
            world.forget()
            world.state.io.clock.now += BETWEEN
            world.meanwhile = lambda: None
            world.set_skew(dice.choice(SKEWS))
            age = round(dice.random(), 3)
            this = Round(world, world.place(f"mm{n % NAMES}", age=age))
            happens = dice.choice(HAPPENS)
            happens(this)
            world.note()
            result = world.cancel(this.order, by_client_id=True)

            about = f"{n} {happens.__name__} after {age} s: {result!r}"
            said_of_the_book(world, result)
            assert all("NEW" == world.book(other) for other in this.newer), about
            if isinstance(result, adapter.CancelUnknown):
                is_decided = has_a_clock(kind) and age >= DECIDED
                excused = happens in SENT_AGAIN and not is_decided
                assert excused or happens in NAME_IS_USED_AGAIN, about
            position += filled(world, result, this.order)
            traded += world.exchange.book.now(this.order).executed
            for other in world.exchange.book.open_orders():
                world.exchange.book.cancel(other)

    assert traded == position
