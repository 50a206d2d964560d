"""The speed bench from end to end, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(
    not (ROOT / "bench").is_dir(), reason="bench/ is in the source tree only"
)


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench", *arguments]
    wide = {**os.environ, "COLUMNS": "160"}
    return subprocess.run(  # noqa: S603  # our own program
        command, cwd=ROOT, env=wide, capture_output=True, text=True, check=False
    )


def test_a_quick_run_of_one_row_measures_and_writes(tmp_path: Path) -> None:
    """20 cancels at once, of ccxt and of the adapter, each accepted by the simulator before."""
    done = bench("--quick", "--only", "limited-burst", "--output", str(tmp_path / "out"))

    assert 0 == done.returncode, done.stderr
    found: dict[str, Any] = json.loads((tmp_path / "out" / "speed.json").read_text())
    [row] = found["rows"]
    assert [20, 20] == [entry["cancels"] for entry in row["entries"]]
    assert [True, True] == [shown["accepted"] for shown in found["clients"].values()]
    assert [True, True] == [shown["verifies"] for shown in found["clients"].values()]
    assert "A quick run" in (tmp_path / "out" / "speed.md").read_text()
    assert "at least 150x" in done.stdout


def test_a_row_that_starts_processes_measures_them(tmp_path: Path) -> None:
    """Imports and memory, with no client's process beside."""
    done = bench("--quick", "--only", "footprint", "--output", str(tmp_path))

    assert 0 == done.returncode, done.stderr
    [row] = json.loads((tmp_path / "speed.json").read_text())["rows"]
    assert all(entry["measures"] for entry in row["entries"])


def test_the_help_names_every_row() -> None:
    """A newcomer sees what there is to choose from."""
    done = bench("--help")

    assert "usage: python -m bench" in done.stdout
    assert "round-trip" in done.stdout
