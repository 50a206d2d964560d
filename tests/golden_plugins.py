"""The folders of golden cases, and the plugins that they are for."""

from __future__ import annotations

import importlib
from pathlib import Path

from adapter.contract.endpoint import Endpoint

GOLDEN = Path(__file__).parent / "golden"


def endpoint(plugin: str) -> Endpoint:
    """The endpoint of a plugin of ours."""
    found = importlib.import_module(f"adapter.venues.{plugin}").ENDPOINT
    assert isinstance(found, Endpoint)
    return found
