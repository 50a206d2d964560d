"""Sync and async, and a simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.host import Host
from integration.instant import Ahead

from adapter.simulator import Simulator


@pytest.fixture(params=["sync", "async"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    host = Host(request.param)
    yield host
    host.close()


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(clock=Ahead()) as sim:
        yield sim
