"""The settings that most tests use."""

from __future__ import annotations

from typing import Any

import attrs

from adapter.core.policy import Policy
from adapter.registry.config import DEFAULTS, Settings, read, shipped_file

SHIPPED = Settings(read(shipped_file())).policy(DEFAULTS)


def shipped_policy(**changes: Any) -> Policy:
    """The defaults of the shipped plugins.toml, but for these settings."""
    return attrs.evolve(SHIPPED, **changes)
