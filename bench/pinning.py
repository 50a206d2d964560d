"""One core for one process; a file of its own, for processes whose start is measured."""

from __future__ import annotations

import os


def stay_on(core: int) -> None:
    """Keep this process on one core, where the system can; -1 is any."""
    if core >= 0 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
