"""Whom a client trusts when nobody tells it: here, our authority as well.

Every client is measured with its own defaults. Those name certifi's file, or the system's, which is
``SSL_CERT_FILE``; both are ours while we measure.
"""

from __future__ import annotations

import contextlib


def by_default(file: str) -> None:
    """Have certifi name this file. Before anything imports requests, which asks only once."""
    with contextlib.suppress(ModuleNotFoundError):  # a client that does without certifi
        import certifi

        certifi.where = lambda: file
