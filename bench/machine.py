"""What the numbers are measured on, and which core belongs to whom."""

from __future__ import annotations

import importlib.util
import os
import platform
import ssl
from pathlib import Path
from typing import NamedTuple


class Cores(NamedTuple):
    """A core for each process; -1 is any."""

    client: int
    server: int
    proxy: int


def cores() -> Cores:
    """Separate cores where there are two, three where there are three."""
    free = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(free) < 2:
        return Cores(-1, -1, -1)
    return Cores(free[0], free[1], free[min(2, len(free) - 1)])


def facts() -> dict[str, str]:
    """The machine, in words."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "openssl": ssl.OPENSSL_VERSION,
        "pinned": "client and server on separate cores" if cores().client >= 0 else "no",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "server": "uvloop" if importlib.util.find_spec("uvloop") else "asyncio",
    }
