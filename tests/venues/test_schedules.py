"""Schedules of faults over sockets on each venue: what is told agrees with the model's book."""

from __future__ import annotations

import pytest
from hypothesis import Phase, Verbosity, given, settings
from hypothesis import strategies as st

from venues.models import MODELS
from venues.models.bitget import Bitget
from venues.models.krakenfutures import KrakenFutures
from venues.models.model import Model
from venues.models.okx import Okx
from venues.play import played
from venues.schedules import Schedule, schedules

AT_ONCE = 6
BATCHES = 2 if settings().max_examples <= 200 else 8

thorough = settings(
    max_examples=BATCHES, phases=[Phase.generate], print_blob=False, verbosity=Verbosity.quiet
)


FOUND: tuple[tuple[type[Model], Schedule, str], ...] = (
    (
        Bitget,
        Schedule(
            "BTC/USDT",
            (("lost_after", "cancel", {}), ("rate_limit", "query", {"times": 1})),
            deadline=3.0,
        ),
        "a limit that names no time does not end a call that is in doubt",
    ),
    (
        KrakenFutures,
        Schedule(
            "BTC/USD:USD",
            (("lost_before", "cancel", {}), ("query_lag", "query", {"times": 4, "lag": 0.4})),
            age=0.0,
        ),
        "an order that was placed is not canceled, though ccxt's list of those has it",
    ),
    (
        Okx,
        Schedule("BTC/USDT:USDT", is_trigger=True, events=(("trigger", 0.0),)),
        "a trigger order that was triggered has filled nothing, though ccxt says so",
    ),
    (
        Bitget,
        Schedule(
            "BTC/USDT",
            (("cancel_before", "cancel", {"times": 1}), ("html", "query", {"seconds": 1.5})),
            deadline=3.0,
            is_trigger=True,
        ),
        "a refusal that says nothing is looked into until the end of the call",
    ),
)
"""Schedules that once gave something false or doubtful, and what is true of them."""


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(("model", "schedule", "fact"), FOUND, ids=[fact for *_, fact in FOUND])
def test_it_is_not_told_again(model: type[Model], schedule: Schedule, fact: str, mode: str) -> None:
    """What hypothesis found once stays found."""
    false = played(model, mode, [schedule])
    assert not false, "\n".join([fact, *false])


@pytest.mark.long
@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.IDS[0])
def test_what_is_told_is_true_of_the_book(model: type[Model], mode: str) -> None:
    """Bursts, lags, several calls at once, by either id: no report is false."""

    @thorough
    @given(st.lists(schedules(model), min_size=AT_ONCE, max_size=AT_ONCE))
    def play(batch: list[Schedule]) -> None:
        false = played(model, mode, batch)
        assert not false, "\n\n".join(false)

    play()
