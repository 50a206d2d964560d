"""Every parity test runs for each product and each colour that it names."""

from __future__ import annotations

import pytest

from .cases import CASES, Case
from .wire import COLOURS


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def product(request: pytest.FixtureRequest) -> Case:
    case: Case = request.param
    return case


@pytest.fixture(params=COLOURS)
def colour(request: pytest.FixtureRequest) -> str:
    word: str = request.param
    return word


@pytest.fixture(params=[True, False], ids=["markets", "no markets"])
def markets(request: pytest.FixtureRequest) -> bool:
    loaded: bool = request.param
    return loaded
