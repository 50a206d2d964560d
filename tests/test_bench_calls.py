"""The count of the adapter's function calls in one cancel."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench.calls import profile_cancel


def test_the_calls_of_one_cancel_are_counted() -> None:
    """Some, nested at least once and never deeper than there are calls; the same every time."""
    profile = profile_cancel()

    assert 1 < profile.max_depth < profile.calls < 2000
    assert profile.calls == profile_cancel().calls
