"""Each of the senders, and proof that it was used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests.adapters
from integration.host import Host
from pytest_mock import MockerFixture

from adapter.transports import session, session_async

from .certificate_authority import Authority
from .senders import ASYNC, SENDERS, SYNC, Sender


def gone(name: str, mocker: MockerFixture) -> Iterator[Sender]:
    """A sender that sends as it says, which is proven."""
    own = mocker.spy(session, "_send_with_session")
    left = [mocker.spy(module.Sender, "perform") for module in (session, session_async)]
    sender = SENDERS[name]()
    yield sender
    sender.host.close()
    exchanges = [call.args[0].exchange for call in own.call_args_list]
    if sender.name == "libcurl":
        exchanges = [call.args[1] for spy in left for call in spy.call_args_list]
    detours = any(one is each for each in exchanges for one in sender.made)
    assert detours == sender.detours or not sender.is_plain


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest, mocker: MockerFixture) -> Iterator[Sender]:
    """Each of them."""
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


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test names its own proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
