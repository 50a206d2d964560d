"""The plugins of `plugins`, installed as distributions of three authors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from registry.site import Site

from adapter.registry.config import ENVIRONMENT

PLUGINS = {
    "coinbase_spot": {"coinbase.spot": "ENDPOINT"},
}
"""By module, which is a distribution of its own: the plugins, and what each names in it."""


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    site = Site(tmp_path / "site", monkeypatch)
    for module, plugins in PLUGINS.items():
        source = Path(__file__).parent / "plugins" / f"{module}.py"
        site.install(
            f"their-{module}".replace("_", "-"),
            plugins={name: f"{module}:{value}" for name, value in plugins.items()},
            files={source.name: source.read_text(encoding="utf-8")},
        )
    yield
    site.close()
