"""What is recorded of ccxt's own methods, by venue, and how a change is named."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import ccxt
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench.venues import FILE, changes, observed

RECORDED = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.skipif(
    RECORDED["ccxt"] != ccxt.__version__,
    reason="another ccxt than that of the record: python -m bench.venues says what has changed",
)
@pytest.mark.long
def test_the_record_is_what_ccxt_does() -> None:
    """With the ccxt that it names; if not, the record is written again."""
    assert [] == changes(RECORDED["venues"], observed()["venues"])


def test_a_change_names_its_venue() -> None:
    """With what was and what is."""
    was = {"okx": {"BTC/USDT": {"cancel_order": "POST /a", "fetch_order": "open"}}, "zaif": "x"}
    found = {"okx": {"BTC/USDT": {"cancel_order": "POST /b", "fetch_order": "open"}}, "new": "y"}

    assert [
        "new\n    was  nothing\n    is   y",
        "okx: BTC/USDT: cancel_order\n    was  POST /a\n    is   POST /b",
        "zaif\n    was  x\n    is   nothing",
    ] == changes(was, found)
