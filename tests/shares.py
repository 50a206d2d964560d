"""How many examples hypothesis makes, as a share of the profile's."""

from __future__ import annotations

from hypothesis import settings


def one_in(share: int) -> settings:
    """For a property of which one example costs as much as so many of others."""
    return settings(max_examples=max(1, settings().max_examples // share))
