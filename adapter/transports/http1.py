"""One request and its answer over a connection that stands, and nothing lasts beyond its time."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import urllib3

from adapter.transports.host import Answer, Fields, Outgoing

FAILURES = (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError)
"""What `asked` raises where an answer does not come whole, or not in time."""
OWN = frozenset({"host", "content-length", "transfer-encoding"})
"""Headers that are made here."""
NEAR = 0.001
"""Seconds by which a time-out may be off: to set it anew costs a call of the system."""

Read = Callable[[socket.socket, str, float, bytes], Answer]
"""``(connected socket, HTTP method, monotonic second by which the answer must be there, what has
come of it)``"""


def is_plain(headers: Mapping[str, str]) -> bool:
    """Whether these are headers that can be written down as they are, none of them twice."""
    try:
        text = "".join((*headers, *headers.values()))
    except TypeError:  # None, bytes or numbers among them
        return False
    names = set(map(str.lower, headers))
    once = len(names) == len(headers) and OWN.isdisjoint(names)
    return once and text.isascii() and text.isprintable()


@attrs.define
class Writer:
    """Writes requests; the headers of one are mostly those of the one before."""

    defaults: Mapping[str, str] = attrs.field(factory=dict)
    """Headers that go out where they are not given."""
    written: tuple[dict[str, str] | None, str | None] = attrs.field(
        default=(None, None), repr=False
    )
    """The last headers, and their lines; one value, so that threads do not mix them up."""

    def request(self, sent: Outgoing, root: str, host: str) -> bytes | None:
        """The bytes of a request; None where its headers are not `is_plain`.

        ``root`` is its URL up to the path, ``host`` what the header of that name says.
        """
        before, lines = self.written
        if before != sent.headers:
            lines = self._lines(sent.headers) if is_plain(sent.headers) else None
            self.written = dict(sent.headers), lines
        if lines is None:
            return None
        target = sent.url[len(root) :]
        body = b"" if sent.body is None else sent.body.encode()
        length = "" if sent.method == "GET" else f"Content-Length: {len(body)}\r\n"
        head = f"{sent.method} {target} HTTP/1.1\r\nHost: {host}\r\n{length}{lines}\r\n"
        return head.encode("ascii") + body

    def _lines(self, headers: Mapping[str, str]) -> str:
        named = {name.lower() for name in headers}
        added = {name: value for name, value in self.defaults.items() if name.lower() not in named}
        return "".join([f"{name}: {value}\r\n" for name, value in (added | {**headers}).items()])


def wait(connected: socket.socket, ends: float) -> None:
    """Let the socket's next step last until then. Raises ``TimeoutError`` when that is over."""
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("the whole answer did not come in time")
    before = connected.gettimeout()
    if not before or abs(before - left) > NEAR:
        connected.settimeout(left)


class Timed(io.RawIOBase):
    """What a socket says until a point in time, by the monotonic clock; then ``TimeoutError``.

    ``begun`` is what it has said already.
    """

    def __init__(self, connected: socket.socket, ends: float, begun: bytes = b"") -> None:
        self._socket = connected
        self._ends = ends
        self._begun = begun
        self.ended = False
        """Whether the other side has said all."""
        self.enough = False
        """Whether no more is wanted of it."""
        self.surplus = b""
        """What came beyond the answer."""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there, or wait for it."""
        if self.enough:
            return 0
        if self._begun:
            size = min(len(buffer), len(self._begun))
            buffer[:size], self._begun = self._begun[:size], self._begun[size:]
            return size
        wait(self._socket, self._ends)
        size = self._socket.recv_into(buffer)
        self.ended = not size
        return size

    def makefile(self, *_: object) -> io.BufferedReader:
        """As ``http.client`` asks of a socket."""
        return Reader(self)


class Reader(io.BufferedReader):
    """Leaves with its `Timed` what nobody has read of it."""

    raw: Timed

    def close(self) -> None:
        """Close it, as ``http.client`` does at the end of an answer."""
        if not self.closed:
            self.raw.enough = True
            self.raw.surplus = self.peek()
        super().close()


def read(connected: socket.socket, method: str, ends: float, begun: bytes = b"") -> Answer:
    """The answer to a request that was sent, by the standard library's parser."""
    timed: Any = Timed(connected, ends, begun)
    with http.client.HTTPResponse(timed, method=method) as response:
        _begin(response, timed)
        headers = response.headers.items()
        text = text_of(_body(response), headers)
    return Answer(
        status=response.status,
        reason=response.reason,
        headers=headers,
        text=text,
        keep=not (response.will_close or timed.surplus or timed.ended),
    )


def _begin(response: Any, timed: Timed) -> None:
    """Read the head. The standard library takes one that is cut off or contradicts itself."""
    response.begin()
    while response.status < http.HTTPStatus.OK:
        if response.status == http.HTTPStatus.SWITCHING_PROTOCOLS:
            raise http.client.HTTPException("from here on it is not HTTP")
        response.headers = None
        response.begin()
    if timed.ended:
        raise http.client.HTTPException("the connection ended before the headers did")
    lengths = set(response.headers.get_all("content-length", ()))
    if len(lengths) > 1 or (lengths and response.length is None):
        raise http.client.HTTPException("the headers do not say where the body ends")


def _body(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read()
    except (ValueError, OverflowError, MemoryError) as e:
        raise http.client.HTTPException("the body has an impossible length") from e


def text_of(body: bytes, headers: Fields) -> str:
    """A body as text. Raises ``urllib3.exceptions.DecodeError``."""
    encoding = ",".join(v.strip() for name, v in headers if name.lower() == "content-encoding")
    if encoding:
        packed = {"content-encoding": encoding}
        body = urllib3.HTTPResponse(io.BytesIO(body), headers=packed).data
    return body.decode("utf-8", errors="replace")
