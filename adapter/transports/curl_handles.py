"""Reused handles of libcurl. A request is sent once: libcurl's own second try is refused.

https://curl.se/libcurl/c/libcurl-easy.html
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import attrs
import pycurl
from urllib3.util import wait_for_read

from adapter.contract.messages import NoResponse
from adapter.transports.curl_options import Route, are_unchanged, options, to_header_lines
from adapter.transports.exchange_io import (
    PreparedRequest,
    RawResponse,
    Result,
    unread,
)
from adapter.transports.plain import is_plain_url

OS_ERRORS = (pycurl.E_COULDNT_CONNECT, pycurl.E_SEND_ERROR, pycurl.E_RECV_ERROR)


@attrs.define(eq=False)
class Received:
    """What one transfer has received; libcurl calls its methods."""

    head: list[bytes] = attrs.field(factory=list)
    body: list[bytes] = attrs.field(factory=list)
    is_sent: bool = False
    """Whether the request may have been sent."""
    is_refused: bool = False
    """Whether libcurl was prevented from sending again."""
    is_incomplete: bool = False
    """Whether libcurl has taken for a response what is none, and keeps the connection."""

    def clear(self) -> None:
        """Prepare for the next transfer."""
        self.head.clear()
        self.body.clear()
        self.is_sent = self.is_refused = self.is_incomplete = False

    def before_connecting(self, *_: object) -> int:
        """Called with a new socket. After a reused connection broke, libcurl would send again."""
        self.is_refused = self.is_sent
        return int(pycurl.SOCKOPT_ERROR if self.is_refused else pycurl.SOCKOPT_OK)

    def before_sending(self, *_: object) -> int:
        """Called when a connection is open."""
        self.is_refused, self.is_sent = self.is_sent, True
        return int(pycurl.PREREQFUNC_ABORT if self.is_refused else pycurl.PREREQFUNC_OK)

    def result(self) -> Result:
        """The response, if it is complete."""
        text = b"".join(self.head).decode("latin-1")
        # a proxy's and interim responses come before it, trailers after it
        head, end, _ = text[text.rfind("\nHTTP/") + 1 :].partition("\r\n\r\n")
        line, *lines = head.split("\r\n")
        _, status, reason = (*line.split(" ", 2), "", "")[:3]
        if not end or len(status) != 3 or status < "200":
            self.is_incomplete = True
            return NoResponse(may_have_been_sent=True, reason="the response is not complete")
        return RawResponse(
            status=int(status),
            reason=reason,
            headers=[(name, value) for line in lines for name, _, value in [line.partition(":")]],
            text=b"".join(self.body).decode("utf-8", errors="replace"),
        )


class Handle:
    """A libcurl handle with its connection, reused for one route by one thread at a time."""

    def __init__(self, route: Route, more: Mapping[int, Any], headers: Mapping[str, str]) -> None:
        self.route = route
        self.home: object = None
        self.is_connected = False
        self.received = Received()
        self.curl, share = pycurl.Curl(), pycurl.CurlShare()
        # its own cache, in asyncio too: which connection a request gets is known before it is sent
        share.setopt(pycurl.SH_SHARE, pycurl.LOCK_DATA_CONNECT)
        self._headers = headers
        self._last: tuple[str, dict[str, str]] | None = None
        callbacks: dict[int, Any] = {
            pycurl.SHARE: share,
            pycurl.HEADERFUNCTION: self.received.head.append,
            pycurl.WRITEFUNCTION: self.received.body.append,
            pycurl.SOCKOPTFUNCTION: self.received.before_connecting,
            pycurl.PREREQFUNCTION: self.received.before_sending,
        }
        for option, value in {**options(route), **callbacks, **more}.items():
            self.curl.setopt(option, value)

    def prepare(self, request: PreparedRequest, seconds: float) -> None:
        """Set the request, and the seconds that it may take once it is performed."""
        if self._last != (request.method, request.headers):
            self.curl.setopt(pycurl.CUSTOMREQUEST, request.method)
            self.curl.setopt(pycurl.HTTPHEADER, to_header_lines(request, self._headers))
            self._last = request.method, dict(request.headers)
        self.curl.setopt(pycurl.URL, request.url)
        self.curl.setopt(pycurl.TIMEOUT_MS, max(int(seconds * 1000), 1))
        self.received.clear()
        self.is_connected = self.has_connection()
        self.curl.setopt(pycurl.FRESH_CONNECT, not self.is_connected)

    def failure(self, error: Exception) -> NoResponse:
        """What came up, without libcurl's message, which may quote the URL.

        Raises what is no error of libcurl's where the request was not sent.
        """
        if not isinstance(error, pycurl.error):
            if not self.received.is_sent:
                raise error
            return unread(error)
        code: int = error.args[0]
        if self.received.is_refused:
            return NoResponse(
                may_have_been_sent=True, reason="the connection broke without a response"
            )
        errno = self.curl.getinfo(pycurl.OS_ERRNO) if code in OS_ERRORS else 0
        return NoResponse(
            may_have_been_sent=self.received.is_sent,
            reason=f"libcurl {code}: {pycurl.easy_strerror(code)}",
            cause=OSError(errno, os.strerror(errno)) if errno else None,
        )

    def is_resolving(self) -> bool:
        """Whether a thread of libcurl's may still look up the name: closing waits for it."""
        return not (self.received.is_sent or self.curl.getinfo(pycurl.NAMELOOKUP_TIME))

    def has_connection(self) -> bool:
        """Whether there is a connection on which nothing has come since, be it its end.

        libcurl would send on it, and take for the response what came before the request. Under TLS
        it reads ahead: that a server answered twice at once is not seen here.
        """
        connection: Any = self.curl.getinfo(pycurl.ACTIVESOCKET)
        return connection >= 0 and not wait_for_read(connection, timeout=0.0)

    def abandon(self) -> None:
        """In a forked process: close it, and do not end the parent's TLS session with it."""
        connection = self.curl.getinfo(pycurl.ACTIVESOCKET)
        if connection >= 0:
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, connection)
            os.close(null)
        self.curl.close()


@attrs.define(eq=False)
class Handles:
    """The idle handles of one exchange object."""

    options: Mapping[int, Any]
    """Options of libcurl for each of them."""
    headers: Mapping[str, str] = attrs.field(factory=dict)
    """Headers that are sent where the exchange has none."""
    plain_headers: dict[str, str] | None = attrs.field(default=None, repr=False)
    """The last ones that `can_take` has found unchanged: those of the next request, mostly."""
    idle: defaultdict[Route, list[Handle]] = attrs.field(factory=lambda: defaultdict(list))

    def __attrs_post_init__(self) -> None:
        _all.add(self)

    def __deepcopy__(self, memo: object) -> Handles:
        """A copy of an exchange object has connections of its own."""
        return Handles(self.options, self.headers)

    def can_take(self, request: PreparedRequest) -> bool:
        """Whether libcurl sends the request as it is."""
        if request.body is not None or not is_plain_url(request.url):
            return False
        if request.headers != self.plain_headers:
            if not are_unchanged(request.headers):
                return False
            self.plain_headers = dict(request.headers)
        return True

    def take(self, route: Route, request: PreparedRequest, seconds: float) -> Handle:
        """A handle that is prepared for the request."""
        try:
            handle = self.idle[route].pop()
        except IndexError:
            handle = Handle(route, self.options, self.headers)
        handle.home = self.idle
        handle.prepare(request, seconds)
        if not handle.is_connected:
            self._close_dead()
        return handle

    def put(self, handle: Handle) -> None:
        """Keep it, unless its connection is of no use or a name server holds it up."""
        if handle.is_resolving():
            threading.Thread(target=handle.curl.close, daemon=True).start()
        elif handle.received.is_incomplete or handle.home is not self.idle:  # closed meanwhile
            handle.curl.close()
        else:
            self.idle[handle.route].append(handle)

    def _close_dead(self) -> None:
        """Close those whose connection has ended: they may not be taken again."""
        for handles in [*self.idle.values()]:
            for _ in range(len(handles)):
                try:
                    handle = handles.pop(0)
                except IndexError:
                    break  # another thread has taken them
                if handle.has_connection():
                    handles.append(handle)
                else:
                    handle.curl.close()

    def close(self) -> None:
        """Close the idle ones, with their connections."""
        for handle in self._remove():
            handle.curl.close()

    def abandon(self) -> None:
        """Forget them in a forked process, which must not use them."""
        for handle in self._remove():
            handle.abandon()

    def _remove(self) -> list[Handle]:
        idle, self.idle = self.idle, defaultdict(list)
        return [handle for handles in idle.values() for handle in handles]


_all: weakref.WeakSet[Handles] = weakref.WeakSet()


def _abandon_all() -> None:
    for handles in [*_all]:
        handles.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
