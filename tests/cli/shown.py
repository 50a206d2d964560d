"""What the tests of ``ccxt-adapter cancel`` read in its output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SYMBOL, OPTION = "BTC/USDT:USDT", "ETH/USDT:USDT-270326-3000-P"
FIELDS = [
    *("id", "clientOrderId", "symbol", "status", "outcome", "filled", "average", "remaining"),
    *("state", "successor", "error", "message", "handled_by", "advice", "retry_after", "exit"),
    "order",
]

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


def lines(text: str) -> dict[str, str]:
    """Names and values of a table whose names end where two blanks do."""
    pairs = [line.split("  ", 1) for line in text.splitlines() if "  " in line]
    return {name: value.strip() for name, value in pairs}
