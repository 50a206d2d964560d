"""What the numbers are measured on, and which core belongs to whom."""

from __future__ import annotations

import importlib.util
import os
import platform
import ssl
from pathlib import Path


def cores() -> tuple[int, int]:
    """The core of the clients and that of the servers; -1 is any, where there is only one."""
    free = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (free[0], free[1]) if len(free) > 1 else (-1, -1)


def facts() -> dict[str, str]:
    """The machine, as text."""
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
