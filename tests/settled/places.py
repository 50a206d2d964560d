"""Hosts and ports at which a connection fares well or badly."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

from .line import Line, Talk


@contextlib.contextmanager
def closed_port() -> Iterator[str]:
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def full_backlog() -> Iterator[str]:
    """Nobody answers there: more wait to be accepted than may."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = listener.getsockname()[1]
        for _ in range(4):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def serving(serve: Callable[[Talk], object]) -> Iterator[str]:
    """A `Line`."""
    with Line(serve) as line:
        yield f"127.0.0.1:{line.port}"
