"""A request over a ``requests`` session, which ends with its time, whatever it waits for.

urllib3 bounds each read by itself. A name that is looked up for ever, and headers that arrive byte
by byte, take longer than that. A `WatchedConnection` connects in another thread, which is left; a
watchdog ends what is sent over it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import attrs
import ccxt
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from adapter.transports.exchange_io import PreparedRequest
from adapter.transports.worker import run_with_deadline

LATE = 0.3
"""Seconds after its time at which a request is left: urllib3's own errors tell more."""
TICK = 0.25
"""Seconds between two looks at the requests in progress."""


@attrs.define(eq=False)
class Attempt:
    """One request."""

    exchange: Any
    request: PreparedRequest
    proxies: dict[str, str] | None
    ends: float
    """In seconds of ``time.monotonic()``."""
    has_begun: bool = False
    """Whether a library has been called to send it."""
    connection: Any = None
    """The connection that it is sent over, where it is a `WatchedConnection`."""
    is_left: bool = False
    """Whether nobody waits for it any more."""

    @classmethod
    def of(cls, exchange: Any, request: PreparedRequest, timeout: float) -> Attempt:
        """Raises what ccxt raises for proxy settings that conflict. ``timeout`` is in seconds."""
        return cls(exchange, request, proxies_of(exchange, request), time.monotonic() + timeout)

    @property
    def timeout(self) -> urllib3.Timeout:
        """What is left of its time."""
        return urllib3.Timeout(total=max(self.ends - time.monotonic(), 0.001))

    @property
    def verify(self) -> Any:
        """As ccxt has it."""
        return self.exchange.verify and self.exchange.validateServerSsl

    @property
    def adapter(self) -> Any:
        """The one of the session that sends it."""
        return self.exchange.session.get_adapter(self.request.url)

    def leave(self) -> None:
        """End it: what connects is closed then, and what waits for a response gets an error."""
        self.is_left = True
        connected = getattr(self.connection, "sock", None)
        if connected is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(connected, socket.SHUT_RDWR)


class Current(threading.local):
    """What the thread is sending."""

    attempt: Attempt | None = None


CURRENT = Current()
IN_PROGRESS: set[Attempt] = set()
if hasattr(os, "register_at_fork"):
    # a child process must not end the requests of its parent
    os.register_at_fork(after_in_child=IN_PROGRESS.clear)


@contextlib.contextmanager
def in_progress(attempt: Attempt, *, is_watched: bool) -> Iterator[None]:
    """While a request is sent by this thread; the watchdog ends it when it ``is_watched``."""
    outer, CURRENT.attempt = CURRENT.attempt, attempt  # a hook may send another one
    if is_watched:
        IN_PROGRESS.add(attempt)
        _start_watchdog()
    try:
        yield
    except BaseException:
        attempt.leave()
        raise
    finally:
        IN_PROGRESS.discard(attempt)
        CURRENT.attempt = outer


class WatchedConnection:
    """What is added to a class of connections. Without an attempt it changes nothing."""

    def connect(self) -> None:
        """Connect in another thread, for a limited time; what connects too late is closed."""
        connect, attempt = super().connect, CURRENT.attempt  # type: ignore[misc]  # a mixin
        if attempt is None:
            connect()
            return

        def connect_in_time() -> None:
            connect()
            if attempt.is_left:
                self.close()  # type: ignore[attr-defined]  # a mixin

        run_with_deadline(connect_in_time, attempt.ends + LATE)
        attempt.connection = self

    def request(self, *arguments: Any, **named: Any) -> None:
        """Send; from here on the attempt can be ended."""
        if CURRENT.attempt is not None:
            CURRENT.attempt.connection = self
        super().request(*arguments, **named)  # type: ignore[misc]  # a mixin


class Connection(WatchedConnection, HTTPConnection):
    """A connection without TLS."""


class SecureConnection(WatchedConnection, HTTPSConnection):
    """A connection with TLS."""


WATCHED = {HTTPConnection: Connection, HTTPSConnection: SecureConnection}


def proxies_of(exchange: Any, request: PreparedRequest) -> dict[str, str] | None:
    """Those for requests. Raises what ccxt raises for settings that conflict."""
    proxies: dict[str, str] | None = None
    if request.http_proxy:
        proxies = {"http": request.http_proxy}
    elif request.https_proxy:
        proxies = {"https": request.https_proxy}
    elif request.socks_proxy:
        proxies = {"http": request.socks_proxy, "https": request.socks_proxy}
    if exchange.proxies is None:
        return proxies
    if proxies is not None or request.is_prefixed:
        raise ccxt.InvalidProxySettings(
            f"{exchange.id} you have conflicting proxy settings: use either .proxies or one of"
            " proxyUrl, httpProxy, httpsProxy and socksProxy"
        )
    own: dict[str, str] = exchange.proxies
    return own


_watchdog: threading.Thread | None = None


def _start_watchdog() -> None:
    """Start the thread, where this process has none yet."""
    global _watchdog
    if _watchdog is None or not _watchdog.is_alive():
        _watchdog = threading.Thread(target=_watch, name="adapter-watchdog", daemon=True)
        with contextlib.suppress(RuntimeError):  # the interpreter ends, and gives no thread
            _watchdog.start()


def _watch() -> None:
    while True:
        time.sleep(TICK)
        now = time.monotonic()
        for attempt in [*IN_PROGRESS]:
            if now > attempt.ends + LATE:
                attempt.leave()
