"""A running simulator and an environment with its keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapter.cli.keys import API_KEY, SECRET
from adapter.simulator import Simulator


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


@pytest.fixture
def keys(environment: pytest.MonkeyPatch, sim: Simulator) -> None:
    environment.setenv(API_KEY, sim.api_key)
    environment.setenv(SECRET, sim.secret)


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], Any]:
    """The JSON document on stdout."""
    return lambda: json.loads(capsys.readouterr().out)
