"""What the numbers were measured on, which core belongs to whom, and who else was at work."""

from __future__ import annotations

import os
import platform
import ssl
import time
from pathlib import Path

import attrs

from bench import worker

OURS = ("ccxt", "ccxt-adapter", "requests", "urllib3", "aiohttp", "cryptography")
FAST = ("httptools",)


@attrs.frozen
class Cores:
    """A core for the client, one for the server, and one for the proxy; -1 is any."""

    client: int
    server: int
    proxy: int


def cores() -> Cores:
    """Separate cores where there are two, three where there are three."""
    free = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(free) < 2:
        return Cores(-1, -1, -1)
    return Cores(free[0], free[1], free[min(2, len(free) - 1)])


def facts(used: Cores) -> dict[str, str]:
    """The machine, in words."""
    return {
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "openssl": ssl.OPENSSL_VERSION,
        "pinned": "client and server on separate cores" if used.client >= 0 else "no",
    }


def processor() -> str:
    """Its model, as the system names it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Of what runs in this environment."""
    return worker.versions((*OURS, *FAST))


@attrs.frozen
class Watch:
    """Tells how busy everybody else was; begun before our processes, asked when they have ended."""

    began: float = attrs.field(factory=time.monotonic)
    everybody: float | None = attrs.field(factory=lambda: _everybodys_work())
    we: float = attrs.field(factory=lambda: _our_work())

    def others(self) -> float | None:
        """The share of all cores that was not ours and not idle; None where nobody tells."""
        now = _everybodys_work()
        if now is None or self.everybody is None:
            return None
        whole = (time.monotonic() - self.began) * (os.cpu_count() or 1)
        theirs = now - self.everybody - (_our_work() - self.we)
        return round(max(theirs, 0.0) / whole, 3)


def _everybodys_work() -> float | None:
    """Seconds that the cores have worked, for anybody; stolen time is somebody's too."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return None
    user, nice, system, _, _, *interrupts = map(int, stat.read_text().split("\n")[0].split()[1:9])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def _our_work() -> float:
    """Seconds of this process and of its children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
