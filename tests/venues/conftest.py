"""A server for any exchange, and sync and async; and which venues are tried by default."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from venues.anywhere import AnyHost, any_host
from venues.models.model import Model

HERE = Path(__file__).parent
MODELS = HERE / "models"
OF_VENUES = (
    *("test_native.py", "test_native_batch.py", "test_native_secrets.py"),
    *("test_native_triggers.py", "test_native_venues.py"),
)
DEFAULT = ("okx", "gate", "htx")
"""An acknowledgement, a final answer, and refusals in a success; the golden cases are of all."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The other venues, and their models by plain ccxt, are of the long run."""
    for item in items:
        directory = item.path.parent
        is_of_model = directory == MODELS
        if is_of_model or (directory == HERE and item.path.name in OF_VENUES):
            name = item.nodeid.lower()
            if not any(venue in name for venue in DEFAULT[: 1 if is_of_model else None]):
                item.add_marker("long")


@pytest.fixture(scope="module")
def host() -> Iterator[AnyHost]:
    with any_host() as server:
        yield server


@pytest.fixture
def model(case: tuple[type[Model], str]) -> Iterator[Model]:
    with case[0]() as model:
        yield model


@pytest.fixture
def symbol(case: tuple[type[Model], str]) -> str:
    return case[1]


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)
