"""Venues that do other than the real ones."""

from __future__ import annotations

import copy
from typing import Any, TypeVar

from adapter.contract.base_venue import BaseVenue

AnyVenue = TypeVar("AnyVenue", bound=BaseVenue)


def altered(venue: AnyVenue, **changes: Any) -> AnyVenue:
    """A venue like this one, with other methods and values."""
    changed = copy.copy(venue)
    for name, value in changes.items():
        assert hasattr(venue, name), f"a BaseVenue has no {name}"
        setattr(changed, name, value)
    return changed
