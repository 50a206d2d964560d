"""What is installed here, in which version."""

from __future__ import annotations

import importlib.metadata
import platform
import ssl
import sys
from pathlib import Path

from adapter.settings import DISTRIBUTION

DISTRIBUTIONS = (
    *(DISTRIBUTION, "ccxt", "aiohttp", "attrs", "cryptography"),
    *("httptools", "requests", "rich", "urllib3"),
)


def versions() -> dict[str, str | None]:
    """By name; None is what is not installed."""
    return {
        **{name: _version(name) for name in DISTRIBUTIONS},
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "platform": platform.platform(),
        "TLS": ssl.OPENSSL_VERSION,
        "adapter at": str(Path(__file__).parent.parent),
        "Python at": sys.executable,
    }


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
