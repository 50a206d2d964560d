"""Hundreds of schedules over real sockets in each mode: what is reported agrees with the book."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import ccxt
import ccxt.async_support
import pytest
from hypothesis import Phase, Verbosity, given, settings
from hypothesis import strategies as st

from .ended import Ended
from .schedules import Schedule, schedules
from .sockets import Place
from .tally import count
from .truth import falsehoods

AT_ONCE = 16
BATCHES = max(2, settings().max_examples // 500)
"""The model plays the others."""
PACE = 0.1
"""Times are a tenth of the model's."""

batches = st.lists(schedules(PACE), min_size=AT_ONCE, max_size=AT_ONCE)
thorough = settings(
    max_examples=BATCHES, phases=[Phase.generate], print_blob=False, verbosity=Verbosity.quiet
)


@pytest.fixture(scope="module")
def places() -> Iterator[list[Place]]:
    """Sixteen simulators, each with a sync exchange object at it."""
    with ExitStack() as stack:
        exchanges = [ccxt.binance() for _ in range(AT_ONCE)]
        yield [stack.enter_context(Place(exchange)) for exchange in exchanges]
        for exchange in exchanges:
            exchange.session.close()


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all batches, because sessions belong to theirs."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def async_places(runner: asyncio.Runner) -> Iterator[list[Place]]:
    """Sixteen simulators, each with an async exchange object at it."""
    with ExitStack() as stack:
        places = [stack.enter_context(Place(ccxt.async_support.binance())) for _ in range(AT_ONCE)]
        yield places
        runner.run(_closed(places))


async def _closed(places: list[Place]) -> None:
    for place in places:
        await place.exchange.close()


@thorough
@given(batches)
def test_sync(places: list[Place], batch: list[Schedule]) -> None:
    """Sixteen schedules at a time, each in a thread of its own."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tries = [place.prepared(schedule) for place, schedule in zip(places, batch, strict=True)]
        _check("over sockets, sync", list(pool.map(lambda one: one.sync(), tries)))


@thorough
@given(batches)
def test_async(runner: asyncio.Runner, async_places: list[Place], batch: list[Schedule]) -> None:
    """Sixteen schedules at a time, in one event loop."""

    async def played() -> list[Ended]:
        tries = [place.prepared(s) for place, s in zip(async_places, batch, strict=True)]
        return list(await asyncio.gather(*[one.asynchronous() for one in tries]))

    _check("over sockets, async", runner.run(played()))


def _check(what: str, calls: list[Ended]) -> None:
    for ended in calls:
        count(what, ended)
    problems = ["\n".join([*false, str(e)]) for e in calls if (false := falsehoods(e))]
    assert not problems, "\n\n".join(problems)
