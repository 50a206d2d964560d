"""The models are tried by plain ccxt in the long run, and one of them by default."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The rows' own tests, which run on the models, notice most of what is wrong with one."""
    for item in items:
        if item.path.parent == HERE and "okx" not in item.nodeid.lower():
            item.add_marker("long")
