"""The modules that the adapter's extra ``fast`` brings, as its own metadata names them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import sys

NAME = re.compile(r"[\w-]+")


def modules() -> list[str]:
    """All of them, here or not."""
    wanted = importlib.metadata.requires("ccxt-adapter") or []
    of_extra = [line for line in wanted if re.search(r"extra == ['\"]fast['\"]", line)]
    return [name[0] for line in of_extra if (name := NAME.match(line))]


def missing() -> list[str]:
    """Those that are not installed."""
    return [name for name in modules() if importlib.util.find_spec(name) is None]


def loaded() -> list[str]:
    """Those that something has imported."""
    return [name for name in modules() if sys.modules.get(name) is not None]


def hide() -> None:
    """Let it look as if none were installed."""
    sys.modules.update(dict.fromkeys(modules()))  # type: ignore[arg-type]  # None hides a module
