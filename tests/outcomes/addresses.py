"""Hosts and ports at which a connection fares well or badly."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from integration.unreachable import closed_port, full_backlog

from .raw_server import Peer, RawServer

__all__ = ["closed_port", "full_backlog", "serving"]


@contextlib.contextmanager
def serving(serve: Callable[[Peer], object]) -> Iterator[str]:
    """A `Line`."""
    with RawServer(serve) as server:
        yield f"127.0.0.1:{server.port}"
