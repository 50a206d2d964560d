"""A server for any exchange, and sync and async."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from venues.anywhere import AnyHost, any_host


@pytest.fixture(scope="module")
def host() -> Iterator[AnyHost]:
    with any_host() as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)
