"""A running simulator and an environment with its keys."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ccxt.base import exchange as base

from adapter.cli import main
from adapter.cli.keys import API_KEY, SECRET
from adapter.simulator import Simulator

Captured = pytest.CaptureFixture[str]
Doctor = Callable[..., dict[str, Any]]
Write = Callable[[str], str]


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Neither the keys nor the settings of whoever runs the tests."""
    for name in (API_KEY, SECRET, "ADAPTER_PLUGINS", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses in the queue of a sync exchange take no time."""
    without = SimpleNamespace(**{**vars(time), "sleep": lambda _: None})
    monkeypatch.setattr(base, "time", without)


@pytest.fixture
def keys(environment: pytest.MonkeyPatch, sim: Simulator) -> None:
    environment.setenv(API_KEY, sim.api_key)
    environment.setenv(SECRET, sim.secret)


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], Any]:
    """The JSON document on stdout."""
    return lambda: json.loads(capsys.readouterr().out)


@pytest.fixture
def doctor(printed: Callable[[], Any]) -> Doctor:
    """The JSON report of a host with that URL, whose exit code agrees with it."""

    def run(url: str, *arguments: str) -> dict[str, Any]:
        code = main(["doctor", *arguments, "--url", url, "--json"])
        found: dict[str, Any] = printed()
        assert found["well"] == (code == 0)
        return found

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a TOML file and returns its path."""

    def written(text: str) -> str:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written
