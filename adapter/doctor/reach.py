"""The way to a host, step by step: its name, a connection, TLS."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import attrs

Made = TypeVar("Made")


@attrs.frozen(kw_only=True)
class Step:
    """One step of the way, how long it took, and why it failed, if it did."""

    name: str
    ms: float | None = None
    """None where it was not taken."""
    problem: str | None = None


@attrs.frozen(kw_only=True)
class End:
    """Where a connection leads."""

    host: str
    port: int
    tls: Callable[[], ssl.SSLContext] | None = None
    """Makes the context; None for a connection without TLS."""


def reached(end: End, patience: float) -> tuple[Step, ...]:
    """Go there, as far as it goes, and hang up. Each step may take ``patience`` seconds."""
    named, addresses = _timed("DNS", lambda: _looked_up(end, patience))
    if addresses is None:
        return (named,)
    joined, connected = _timed("TCP", lambda: _connected(addresses, patience))
    if connected is None:
        return named, joined
    with connected:
        if end.tls is None:
            return named, joined
        make = end.tls
        secured, wrapped = _timed("TLS", lambda: make().wrap_socket(connected, **_to(end)))
        if wrapped is not None:
            wrapped.close()
    return named, joined, secured


def _to(end: End) -> dict[str, Any]:
    return {"server_hostname": end.host}


def _timed(name: str, work: Callable[[], Made]) -> tuple[Step, Made | None]:
    began = time.perf_counter()
    made, problem = None, None
    try:
        made = work()
    except (OSError, UnicodeError) as e:
        problem = plain(e)
    ms = round((time.perf_counter() - began) * 1000, 1)
    return Step(name=name, ms=ms, problem=problem), made


def _looked_up(end: End, patience: float) -> list[Any]:
    """The addresses of a host; the system's own look-up knows no time-out."""
    answer: queue.Queue[Any] = queue.Queue()

    def look_up() -> None:
        try:
            answer.put(socket.getaddrinfo(end.host, end.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as e:
            answer.put(e)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answer.get(timeout=patience)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return list(found)


def _connected(addresses: list[Any], patience: float) -> socket.socket:
    """A connection to the first address that takes one; all of them share the time."""
    ends, failed = time.monotonic() + patience, OSError("no address")
    for family, kind, protocol, _, address in addresses:
        connected = socket.socket(family, kind, protocol)
        try:
            connected.settimeout(max(ends - time.monotonic(), 0.001))
            connected.connect(address)
            connected.settimeout(patience)
        except OSError as e:
            connected.close()
            failed = e
        else:
            return connected
    raise failed


def plain(error: Exception) -> str:
    """What went wrong, for people."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no TLS is spoken there ({error.reason})"
    if isinstance(error, socket.gaierror):
        return f"the name cannot be looked up ({error.strerror})"
    if isinstance(error, UnicodeError):
        return "this is no name of a host"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there (connection refused)"
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
