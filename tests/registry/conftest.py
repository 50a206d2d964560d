"""An environment without the user's settings, and a directory to install plugins into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapter.registry.config import ENVIRONMENT

from .site import Site

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _no_file_of_the_developers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a user's plugins.toml and returns its path."""

    def written(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    place = Site(tmp_path / "site", monkeypatch)
    yield place
    place.close()
