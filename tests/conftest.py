"""What tests of every directory may want.

``HYPOTHESIS_PROFILE`` is ``default`` (the same few schedules on every run), ``ci`` (the same many,
also where ``CI`` is set) or ``explore`` (as many new ones).
"""

from __future__ import annotations

import os

import pytest
from guest.no_time import in_no_time
from hypothesis import HealthCheck, settings

import adapter.attaching
import adapter.testing.suite
from adapter.attachment import Attachment

COMMON = settings(
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("default", COMMON, derandomize=True, max_examples=500)
settings.register_profile("ci", COMMON, derandomize=True, max_examples=10_000)
settings.register_profile("explore", COMMON, max_examples=10_000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default")
)


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any exchange object the adapter's pauses take no time, and no call ends for being slow."""
    hang = adapter.attaching._hang

    def hung(exchange: object, state: Attachment) -> None:
        hang(exchange, state)
        in_no_time(exchange)

    monkeypatch.setattr(adapter.attaching, "_hang", hung)
    monkeypatch.delitem(adapter.testing.suite.SOON, "deadline")
