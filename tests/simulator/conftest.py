"""A running simulator with a stopped clock, and a raw client of it."""

from collections.abc import Iterator

import pytest

from adapter.simulator import Simulator
from adapter.simulator.exchange import Exchange

from .exchanges import made
from .wire import Clock, Wire


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sim(clock: Clock) -> Iterator[Simulator]:
    with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def wire(sim: Simulator) -> Iterator[Wire]:
    with Wire(sim) as client:
        yield client


@pytest.fixture
def exchange(clock: Clock) -> Exchange:
    return made(clock)
