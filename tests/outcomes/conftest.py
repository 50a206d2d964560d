"""Sync and async, a simulator, and no proxies of the environment's."""

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
def async_host() -> Iterator[Host]:
    host = Host("async")
    yield host
    host.close()


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(clock=Ahead()) as sim:
        yield sim


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test names its own proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
