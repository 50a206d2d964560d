"""Both colours, a simulator, no proxies of the environment's, and short pauses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from guest.host import Host

import adapter.cancel
from adapter.simulator import Simulator

PAUSE = 0.002


@pytest.fixture(params=["sync", "async"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    host = Host(request.param)
    yield host
    host.close()


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as sim:
        yield sim


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long the adapter pauses between tries is not the subject here."""
    monkeypatch.setattr(adapter.cancel, "PAUSES", (PAUSE,))
    monkeypatch.setattr(adapter.cancel, "FIRST_LOOK", PAUSE)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test names its own proxies."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
