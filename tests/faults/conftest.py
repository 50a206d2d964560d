"""Prints at the end of a run how the schedules ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .tally import TALLY, lines


@pytest.fixture(autouse=True)
def _told(request: pytest.FixtureRequest) -> Iterator[None]:
    """How often the outcome was unknown, among others; from any of xdist's workers."""
    TALLY.clear()
    yield
    request.node.user_properties += [("told", line) for line in lines()]
