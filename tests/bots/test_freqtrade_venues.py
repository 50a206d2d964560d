"""freqtrade is moved from venue to venue by its configuration alone: each cancel ends the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import attrs
import ccxt
import pytest
from venues.models import MODELS
from venues.models.model import Model

from .conftest import NewWorld
from .world import RUN, World, freqtrade_exchange

pytest.importorskip("freqtrade", reason="freqtrade is not in this environment")

VENUES = ("okx", "binance", "okx", "bybit", "gate", "kraken")
"""Where it trades, one after the other."""
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


def ccxt_config(model: Model) -> dict[str, Any]:
    """What leads an exchange object of ccxt's to the model."""
    urls = model.connect(getattr(ccxt, model.IDS[0])()).urls["api"]
    return {**model.CREDENTIALS, "urls": {"api": urls}, "options": {**model.OPTIONS}}


def at_binance(world: World) -> Iterator[Stay]:
    """Both modes at the simulator."""
    modes = ("futures", "spot")
    world.sim.faults.play(*FAULTS * len(modes), on="DELETE")

    def state(order_id: str) -> str:
        (found,) = (o.status for o in world.sim.book.orders() if str(o.order_id) == order_id)
        return found.lower()

    yield from stays(world, "binance", world.config, modes, state)


def at_a_model(world: World, model: Model) -> Iterator[Stay]:
    """The same at a model, which may have no futures."""
    modes = ("futures", "spot") if len(model.MARKETS) > 1 else ("spot",)
    for number, fault in enumerate(FAULTS * len(modes)):
        if fault is not None:
            model.fault(MODEL_FAULTS[fault], after=number)
    config = ccxt_config(model)
    yield from stays(
        world, model.IDS[0], config, modes, lambda order_id: model.book[order_id].state
    )


def stays(
    world: World,
    name: str,
    config: dict[str, Any],
    modes: tuple[str, ...],
    state: Callable[[str], str],
) -> Iterator[Stay]:
    """Run freqtrade once; ``state`` is that of an order in the venue's book."""
    exchange = freqtrade_exchange(name, config)
    parts = {mode: {"mode": mode, "exchange": exchange} for mode in modes}
    world.trail_file.unlink(missing_ok=True)
    results = world.results("freqtrade_calls.py", PARTS=json.dumps(parts))
    trail = [(end, state(order_id)) for order_id, end in world.outcomes(None)]
    for mode in modes:
        yield Stay(name, mode, trail[: len(FAULTS)], results[mode])
        del trail[: len(FAULTS)]
    assert [] == trail


@pytest.fixture(scope="module")
def journey(new_world: NewWorld) -> list[Stay]:
    """One bot, started by ``ccxt-adapter run`` with one configuration after the other."""
    world = new_world(RUN)
    found: list[Stay] = []
    with ExitStack() as stack:
        models = {model.IDS[0]: stack.enter_context(model()) for model in MODELS}
        for venue in VENUES:
            at_venue = at_a_model(world, models[venue]) if venue in models else at_binance(world)
            found += at_venue
    return found


def test_the_trail_is_the_same_on_each_venue(journey: list[Stay]) -> None:
    """Every cancel ends as its order did, at whatever venue; back at a venue, as before."""
    assert {*VENUES} == {stay.venue for stay in journey}
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
