"""The settings that most tests use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from adapter.core.policy import Policy
from adapter.registry.config import DEFAULTS, Settings, read, shipped_file

SHIPPED = Settings(read(shipped_file())).policy(DEFAULTS)


def without_native(folder: Path) -> Path:
    """A plugins.toml by which nothing but Binance is served."""
    path = folder / "only-binance.toml"
    names = (name for name in read(shipped_file()) if name != DEFAULTS and "." not in name)
    path.write_text("".join(f"[{name}]\nenabled = false\n" for name in names), encoding="utf-8")
    return path


def shipped_policy(**changes: Any) -> Policy:
    """The defaults of the shipped plugins.toml, but for these settings."""
    return attrs.evolve(SHIPPED, **changes)
