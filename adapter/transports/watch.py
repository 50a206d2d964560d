"""Connections of urllib3's that end with the request's time, whatever they wait for.

urllib3 bounds each read by itself. A name that is looked up for ever, and headers that arrive byte
by byte, take longer than that.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import Any

import attrs
import requests
import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from adapter.transports.worker import run_with_deadline

LATE = 0.3
"""Seconds after its time at which a request is ended: urllib3's own errors tell more."""
TICK = 0.25
"""Seconds between two looks at the requests in progress."""
NAME = "adapter-watchdog"


@attrs.define(eq=False)
class Watch:
    """A request in progress in the current thread; a context manager."""

    ends: float
    """In seconds of ``time.monotonic()``."""
    connection: Any = None
    """The connection that it was sent over."""
    outer: Watch | None = None
    """The one of the request from whose hook this one is sent."""

    def __enter__(self) -> Watch:
        """Begin."""
        self.outer, CURRENT.watch = CURRENT.watch, self
        IN_PROGRESS.add(self)
        _start_watchdog()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        IN_PROGRESS.discard(self)
        CURRENT.watch = self.outer


class Current(threading.local):
    """The innermost watch of each thread."""

    watch: Watch | None = None


class WatchedConnection:
    """What is added to a class of connections. Without a watch in its thread it changes nothing."""

    def connect(self) -> None:
        """Connect in another thread, for a limited time; what connects too late is closed."""
        connect, watch = super().connect, CURRENT.watch  # type: ignore[misc]
        if watch is None:
            connect()
            return
        is_late = threading.Event()

        def connect_in_time() -> None:
            connect()
            if is_late.is_set():
                self.close()  # type: ignore[attr-defined]

        try:
            run_with_deadline(connect_in_time, watch.ends + LATE)
        except BaseException:
            is_late.set()
            raise

    def request(self, *arguments: Any, **named: Any) -> None:
        """Send; from here on the watchdog may end it."""
        if CURRENT.watch is not None:
            CURRENT.watch.connection = self
        super().request(*arguments, **named)  # type: ignore[misc]


class Connection(WatchedConnection, HTTPConnection):
    """A connection without TLS."""


class SecureConnection(WatchedConnection, HTTPSConnection):
    """A connection with TLS."""


class Pool(HTTPConnectionPool):
    """A pool of such connections."""

    ConnectionCls = Connection


class SecurePool(HTTPSConnectionPool):
    """A pool of such connections."""

    ConnectionCls = SecureConnection


CURRENT = Current()
IN_PROGRESS: set[Watch] = set()
POOLS = {"http": Pool, "https": SecurePool}
CONNECTIONS = {HTTPConnection: Connection, HTTPSConnection: SecureConnection}
if hasattr(os, "register_at_fork"):
    # a child process must not end the requests of its parent
    os.register_at_fork(after_in_child=IN_PROGRESS.clear)


def watch_session(session: Any) -> None:
    """Let the pools that the session makes from now on have watched connections."""
    for adapter in session.adapters.values():
        manager = getattr(adapter, "poolmanager", None)
        if type(adapter) is requests.adapters.HTTPAdapter and type(manager) is urllib3.PoolManager:
            manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, **POOLS}


def is_watched(pool: Any) -> bool:
    """Whether all connections of the pool are watched. One that has none yet will have such."""
    if issubclass(pool.ConnectionCls, WatchedConnection):
        return True
    if pool.ConnectionCls not in CONNECTIONS or pool.num_connections:
        return False
    pool.ConnectionCls = CONNECTIONS[pool.ConnectionCls]
    return True


_watchdog: threading.Thread | None = None


def _start_watchdog() -> None:
    """Start the thread, where this process has none yet."""
    global _watchdog
    if _watchdog is None or not _watchdog.is_alive():
        _watchdog = threading.Thread(target=_watch, name=NAME, daemon=True)
        with contextlib.suppress(RuntimeError):  # the interpreter ends, and gives no thread
            _watchdog.start()


def _watch() -> None:
    while True:
        time.sleep(TICK)
        now = time.monotonic()
        for watch in [*IN_PROGRESS]:
            connected = getattr(watch.connection, "sock", None)
            if connected is not None and now > watch.ends + LATE:
                with contextlib.suppress(OSError):  # it has ended by itself
                    socket.socket.shutdown(connected, socket.SHUT_RDWR)
