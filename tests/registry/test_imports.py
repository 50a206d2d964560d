"""What ``import adapter`` and a cancel import, and what they leave alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def in_a_new_python(code: str, cwd: Path) -> Any:
    """What ``code`` prints as JSON."""
    done = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-c", code], cwd=cwd, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


@pytest.mark.long
def test_import_adapter_is_light(tmp_path: Path) -> None:
    """Neither products nor transports, the simulator, aiohttp or rich are loaded with the face."""
    code = (
        "import json, sys, ccxt; before = {*sys.modules}; import adapter;"
        "adapter.attach, adapter.plugins, adapter.Event;"
        "print(json.dumps(sorted({*sys.modules} - before)))"
    )
    loaded = in_a_new_python(code, tmp_path)
    heavy = ("aiohttp", "cryptography", "pytest", "requests", "rich")
    ours = tuple(f"adapter.{name}" for name in ("binance", "cli", "simulator", "testing"))

    assert "adapter.registry.discovery" in loaded
    assert [] == [name for name in loaded if name.split(".")[0] in heavy]
    assert [] == [name for name in loaded if name.startswith((*ours, "adapter.transports."))]


@pytest.mark.long
def test_a_sync_exchange_brings_no_aiohttp(tmp_path: Path) -> None:
    """`attach` loads the transport of the exchange's own mode, and products only of its venue."""
    code = (
        "import json, sys, ccxt; before = {*sys.modules}; import adapter;"
        "adapter.attach(ccxt.kraken());"
        "none = [m for m in sys.modules if 'adapter.venues.binance' in m];"
        "adapter.attach(ccxt.binance());"
        "print(json.dumps([none, sorted({*sys.modules} - before)]))"
    )
    before, loaded = in_a_new_python(code, tmp_path)

    assert [] == before
    assert {"adapter.venues.binance.usdm", "adapter.transports.session"} <= {*loaded}
    assert {"adapter.transports.session_async", "aiohttp", "rich", "pytest"}.isdisjoint(loaded)
