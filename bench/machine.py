"""What the numbers are measured on, and which core belongs to whom."""

from __future__ import annotations

import datetime
import importlib.metadata
import importlib.util
import os
import platform
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any


def cores() -> tuple[int, int]:
    """The core of the clients and that of the servers; -1 is any, where there is only one."""
    free = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (free[0], free[1]) if len(free) > 1 else (-1, -1)


def facts() -> dict[str, str]:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "openssl": ssl.OPENSSL_VERSION,
        "pinned": "no" if cores()[0] < 0 else "client and server on separate cores",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "server": "uvloop" if importlib.util.find_spec("uvloop") else "asyncio",
    }


def measured_with(*distributions: str) -> dict[str, Any]:
    """The date, and the versions of Python and of those distributions that are installed."""
    python = {"python": platform.python_version()}
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {"date": date, "versions": {**python, **versions(*distributions)}}


def versions(*distributions: str) -> dict[str, str]:
    found = {}
    for name in filter(None, distributions):
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found
