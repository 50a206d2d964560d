"""Hosts and ports at which a connection fares well or badly."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from integration.unreachable import closed_port, full_backlog

from .raw_server import Line, Talk

__all__ = ["closed_port", "full_backlog", "serving"]


@contextlib.contextmanager
def serving(serve: Callable[[Talk], object]) -> Iterator[str]:
    """A `Line`."""
    with Line(serve) as line:
        yield f"127.0.0.1:{line.port}"
