"""Sync, async and pro, a simulator, and nothing installed before a test or after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import adapter
from adapter.integration.event_log import ENVIRONMENT as LOG
from adapter.registry.config import ENVIRONMENT as PLUGINS
from adapter.simulator import Simulator

from .bot import Bot


@pytest.fixture(params=["sync", "async", "pro"])
def bot(request: pytest.FixtureRequest) -> Iterator[Bot]:
    bot = Bot(request.param)
    yield bot
    bot.close()


@pytest.fixture
def sync() -> Iterator[Bot]:
    bot = Bot("sync")
    yield bot
    bot.close()


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as sim:
        yield sim


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv(PLUGINS, raising=False)
    monkeypatch.delenv(LOG, raising=False)
    yield
    adapter.uninstall()
