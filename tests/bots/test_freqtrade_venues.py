"""freqtrade is moved from venue to venue by its configuration alone: each cancel ends the same."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import attrs
import ccxt
import pytest
from venues.models.bybit import Bybit
from venues.models.gate import Gate
from venues.models.kraken import Kraken
from venues.models.model import Model
from venues.models.okx import Okx

from .conftest import NewWorld
from .world import RUN, World, freqtrade_exchange

pytest.importorskip("freqtrade", reason="freqtrade is not in this environment")

STARTS = (["okx"], ["binance"], ["okx"], ["bybit", "gate", "kraken"])
"""Where the bot trades after each start; in the last with three exchange objects."""
FAULTS = (None, None, "fill_before", "drop_after", "fill_before", None, None, None)
"""What happens to the cancels: five of orders, three of stop-losses."""
MODEL_FAULTS = {"fill_before": "fill_before", "drop_after": "lost_after"}
"""The same in the words of the models."""
CANCELED, FILLED = ("canceled", "canceled"), ("OrderGone", "filled")
TRAIL = [CANCELED, CANCELED, FILLED, CANCELED, FILLED]
"""How each cancel ends, and how the book has its order."""
STOPS_TRAIL = [CANCELED, CANCELED, ("OrderGone", "canceled")]
RESULTS: dict[str, Any] = {
    "cancel_order": ("canceled", 0.01, 0),
    "with_result": ("canceled", 0.01, 0),
    "lost": "InvalidOrderException",
    "dropped": ("canceled", 0.01, 0),
    "lost_with_result": ("closed", 0.01, 0.01),
}
"""What freqtrade gets: status, amount and what is filled, or its exception."""
STOPS_RESULTS: dict[str, Any] = {
    "stop": ("open", 0.01, 0),
    "stop_canceled": ("canceled", 0.01, 0),
    "stop_with_result": ("canceled", 0.01, 0),
    "stop_twice": "InvalidOrderException",
}


@attrs.frozen
class Stay:
    """What came of the calls at a venue in one trading mode."""

    venue: str
    mode: str
    trail: list[tuple[str, str]]
    results: dict[str, Any]

    @property
    def has_stops(self) -> bool:
        """freqtrade puts no stop-loss on Bybit's spot market."""
        return (self.venue, self.mode) != ("bybit", "spot")


@attrs.frozen
class Venue:
    """A venue that freqtrade can be led to: a model, or the simulator of Binance."""

    name: str
    world: World
    model: Model | None

    @property
    def modes(self) -> tuple[str, ...]:
        """A venue with one market has no futures."""
        return ("spot",) if self.model and len(self.model.MARKETS) == 1 else ("futures", "spot")

    @property
    def parts(self) -> dict[str, Any]:
        """The calls in each mode, with the section of freqtrade's configuration."""
        config = self.world.config
        if self.model is not None:
            urls = self.model.connect(getattr(ccxt, self.name)()).urls["api"]
            options = {**self.model.OPTIONS}
            config = {**self.model.CREDENTIALS, "urls": {"api": urls}, "options": options}
        exchange = freqtrade_exchange(self.name, config)
        return {f"{self.name} {mode}": {"mode": mode, "exchange": exchange} for mode in self.modes}

    def play(self) -> None:
        """Let the cancels of each mode have the faults."""
        faults = FAULTS * len(self.modes)
        if self.model is None:
            self.world.sim.faults.play(*faults, on="DELETE")
            return
        for number, fault in enumerate(faults):
            if fault is not None:
                self.model.fault(MODEL_FAULTS[fault], after=number)

    def state(self, order_id: str) -> str:
        """How the book has an order."""
        if self.model is not None:
            return self.model.book[order_id].state
        orders = self.world.sim.book.orders()
        return next(order.status for order in orders if str(order.order_id) == order_id).lower()


def start(world: World, venues: list[Venue]) -> Iterator[Stay]:
    """Run freqtrade once, with one part after the other."""
    parts = {name: part for venue in venues for name, part in venue.parts.items()}
    for venue in venues:
        venue.play()
    world.trail_file.unlink(missing_ok=True)
    results = world.results("freqtrade_calls.py", PARTS=json.dumps(parts))
    outcomes = iter(world.outcomes(None))
    for venue in venues:
        for mode in venue.modes:
            found = results[f"{venue.name} {mode}"]
            cancels = len(TRAIL) + (len(STOPS_TRAIL) if "stop" in found else 0)
            settled = itertools.islice(outcomes, cancels)
            trail = [(end, venue.state(order_id)) for order_id, end in settled]
            yield Stay(venue.name, mode, trail, found)
    assert [] == [*outcomes]


@pytest.fixture(scope="module")
def journey(new_world: NewWorld) -> list[Stay]:
    """One bot, started by ``ccxt-adapter run`` with one configuration after the other."""
    world = new_world(RUN)
    with ExitStack() as stack:
        models = {m.IDS[0]: stack.enter_context(m()) for m in (Okx, Bybit, Gate, Kraken)}
        starts = [[Venue(name, world, models.get(name)) for name in names] for names in STARTS]
        return [stay for venues in starts for stay in start(world, venues)]


def test_the_trail_is_the_same_on_each_venue(journey: list[Stay]) -> None:
    """Every cancel ends as its order did, at whatever venue; back at a venue, as before."""
    assert 11 == len(journey)
    for stay in journey:
        expected = [*TRAIL, *(STOPS_TRAIL if stay.has_stops else [])]
        assert (stay.venue, stay.mode, expected) == (stay.venue, stay.mode, stay.trail)


def test_freqtrade_gets_the_same_on_each_venue(journey: list[Stay]) -> None:
    """Canceled, filled, or the exception that it knows; a lost answer is none."""
    for stay in journey:
        expected = {**RESULTS, **(STOPS_RESULTS if stay.has_stops else {})}
        shown = {name: summary(result) for name, result in stay.results.items()}
        assert (stay.venue, stay.mode, expected) == (stay.venue, stay.mode, shown)


def summary(result: dict[str, Any]) -> Any:
    if "class" in result:
        return result["class"]
    filled = result["filled"] or 0  # ccxt does not read it of OKX's stop-losses
    return result["status"], result["amount"], filled


def test_an_answer_of_the_adapter_says_so(journey: list[Stay]) -> None:
    """Its own key tells an outcome, on each venue."""
    assert {"canceled"} == {stay.results["cancel_order"]["outcome"] for stay in journey}
    assert {"canceled"} == {stay.results["dropped"]["outcome"] for stay in journey}
