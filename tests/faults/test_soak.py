"""A small soak, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
@pytest.mark.skipif(not (ROOT / "bench").is_dir(), reason="bench/ is in the source tree only")
def test_none_lost_none_false_and_nothing_grows() -> None:
    """500 cancels, 32 at a time, 5 % of each of a fair set of faults."""
    command = [sys.executable, "-W", "error", "-m", "bench.soak", "--cancels", "500"]
    soak = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # ours

    assert (0, "") == (soak.returncode, soak.stderr), soak.stdout + soak.stderr
