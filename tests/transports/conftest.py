"""Each of the five ways, and proof that it was taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from guest.host import Host
from pytest_mock import MockerFixture

from adapter.transports import aiohttp, requests

from .ways import WAYS, Way


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, mocker: MockerFixture) -> Iterator[Way]:
    """A short way must never have ended up at the whole library."""
    spies = [mocker.spy(module, "by_library") for module in (requests, aiohttp)]
    way = WAYS[request.param]()
    yield way
    way.host.close()
    if way.short:
        assert [0, 0] == [spy.call_count for spy in spies]


@pytest.fixture(params=["sync", "async"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    host = Host(request.param)
    yield host
    host.close()


@pytest.fixture
def whole(host: Host, mocker: MockerFixture) -> Any:
    """A spy on what sends by the whole library of the host's colour."""
    return mocker.spy(requests if host.is_sync else aiohttp, "by_library")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test names its own proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
