"""Each of the seven senders, and proof that it was used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests.adapters
from integration.host import Host
from pytest_mock import MockerFixture

from adapter.transports import aiohttp
from adapter.transports import requests as over_requests

from .certificate_authority import Authority
from .fallback import BY_LIBRARY
from .senders import ASYNC, SENDERS, SYNC, Sender


def gone(name: str, mocker: MockerFixture) -> Iterator[Sender]:
    """A direct sender must not have fallen back to the library, unless the test expects it."""
    spies = [mocker.spy(module, "by_library") for module in (over_requests, aiohttp)]
    sender = SENDERS[name]()
    yield sender
    sender.host.close()
    exchanges = [call.args[0] for spy in spies for call in spy.call_args_list]
    detours = sum(any(exchange is one for one in sender.made) for exchange in exchanges)
    assert detours == sender.detours or not sender.short


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest, mocker: MockerFixture) -> Iterator[Sender]:
    """Each of the seven."""
    yield from gone(request.param, mocker)


@pytest.fixture(params=SYNC)
def sync_sender(request: pytest.FixtureRequest, mocker: MockerFixture) -> Iterator[Sender]:
    """Each of those over requests."""
    yield from gone(request.param, mocker)


@pytest.fixture(params=ASYNC)
def async_sender(request: pytest.FixtureRequest, mocker: MockerFixture) -> Iterator[Sender]:
    """Each of those over aiohttp."""
    yield from gone(request.param, mocker)


@pytest.fixture
def authority(tmp_path: Path, mocker: MockerFixture) -> Authority:
    """Trusted by sync exchanges; an async one needs a setting."""
    authority = Authority(tmp_path)
    mocker.patch.object(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(authority.file))
    return authority


@pytest.fixture(params=["sync", "async"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    host = Host(request.param)
    yield host
    host.close()


@pytest.fixture
def sync() -> Iterator[Host]:
    host = Host("sync")
    yield host
    host.close()


@pytest.fixture
def loop() -> Iterator[Host]:
    host = Host("async")
    yield host
    host.close()


@pytest.fixture
def library(mocker: MockerFixture) -> None:
    """The whole libraries send nothing, and report that they would have."""
    for module in (over_requests, aiohttp):
        mocker.patch.object(module, "by_library", return_value=BY_LIBRARY)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test names its own proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
