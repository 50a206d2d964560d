"""What tests of every directory may want."""

from __future__ import annotations

import pytest
from guest.no_time import in_no_time

import adapter.attaching
import adapter.testing.suite
from adapter.attachment import Attachment


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any exchange object the adapter's pauses take no time, and no call ends for being slow."""
    hang = adapter.attaching._hang

    def hung(exchange: object, state: Attachment) -> None:
        hang(exchange, state)
        in_no_time(exchange)

    monkeypatch.setattr(adapter.attaching, "_hang", hung)
    monkeypatch.delitem(adapter.testing.suite.SOON, "deadline")
