"""Every parity test runs for each product and each mode that it names."""

from __future__ import annotations

import pytest

from .cases import CASES, Case
from .wire import MODES


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def product(request: pytest.FixtureRequest) -> Case:
    case: Case = request.param
    return case


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    word: str = request.param
    return word


@pytest.fixture(params=[True, False], ids=["markets", "no markets"])
def markets(request: pytest.FixtureRequest) -> bool:
    loaded: bool = request.param
    return loaded
