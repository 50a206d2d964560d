"""The plugins of `plugins`, installed as distributions of three authors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from registry.site import Site

from adapter.registry.config import ENVIRONMENT

PLUGINS = {
    "coinbase.spot": "coinbase_spot",
    "binance.usdm_algo": "binance_algo",
    "binance.pm_cm_conditional": "binance_conditional",
}


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    site = Site(tmp_path / "site", monkeypatch)
    for name, module in PLUGINS.items():
        source = Path(__file__).parent / "plugins" / f"{module}.py"
        site.install(
            f"their-{module}".replace("_", "-"),
            plugins={name: f"{module}:ENDPOINT"},
            files={f"{module}.py": source.read_text(encoding="utf-8")},
        )
    yield
    site.close()
