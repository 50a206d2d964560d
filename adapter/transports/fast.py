"""Reads an answer with llhttp, which the extra ``fast`` brings.

https://github.com/MagicStack/httptools
"""

from __future__ import annotations

import http
import socket

import attrs
import httptools

from adapter.transports.host import Answer
from adapter.transports.http1 import text_of, wait

CHUNK = 65536
MOST_HEADERS, LONGEST_HEAD = 100, 65536
"""What an answer may have, in headers and in their characters; more is none of an exchange's."""
FRAMING = ("content-length", "transfer-encoding")


class BrokenAnswerError(OSError):
    """What came is no HTTP answer, or not the whole of one."""


@attrs.define
class Parts:
    """What has come of an answer so far. The methods that begin with ``on_`` are the parser's."""

    parser: httptools.HttpResponseParser = attrs.field(init=False)
    reason: str = ""
    headers: list[tuple[str, str]] = attrs.field(factory=list)
    length: int = 0
    """Characters of the headers."""
    headed: bool = False
    """Whether the headers are all there."""
    body: list[bytes] = attrs.field(factory=list)
    answer: Answer | None = None

    def __attrs_post_init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)

    def on_message_begin(self) -> None:
        """An answer, after a 1xx or none; a second one is nobody's."""
        self._spoil()
        self.reason, self.headers, self.body, self.headed = "", [], [], False

    def on_status(self, status: bytes) -> None:
        """A part of the reason."""
        self.reason += status.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header. Raises `BrokenAnswerError` for one too many."""
        self.length += len(name) + len(value)
        if len(self.headers) == MOST_HEADERS or self.length > LONGEST_HEAD:
            raise BrokenAnswerError("the headers are too many or too long")
        self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """All of them."""
        self.headed = True

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self.body.append(body)

    def on_message_complete(self) -> None:
        """The end, where the answer itself says where that is."""
        self.headed = False
        if self.answer is None and self.parser.get_status_code() >= http.HTTPStatus.OK:
            self.answer = self.made(keep=self.parser.should_keep_alive())

    def made(self, *, keep: bool) -> Answer:
        """The answer as it is now."""
        return Answer(
            status=self.parser.get_status_code(),
            reason=self.reason,
            headers=self.headers,
            text=text_of(b"".join(self.body), self.headers),
            keep=keep,
        )

    def feed(self, data: bytes) -> None:
        """More of it; nothing is its end. Raises `BrokenAnswerError`."""
        if data:
            try:
                self.parser.feed_data(data)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as e:
                if self.answer is None:
                    raise BrokenAnswerError(type(e).__name__) from None
                self._spoil()
        elif self.headed and not any(name.lower() in FRAMING for name, _ in self.headers):
            self.answer = self.made(keep=False)
        else:
            raise BrokenAnswerError("the connection ended before the answer did")

    def _spoil(self) -> None:
        """Let nobody use a connection on which more came than the answer."""
        if self.answer is not None:
            self.answer = attrs.evolve(self.answer, keep=False)


def read(
    connected: socket.socket,
    method: str,  # noqa: ARG001  # every reader is told; llhttp need not know
    ends: float,
    begun: bytes = b"",
) -> Answer:
    """The answer to a request that was sent, as `adapter.transports.http1.read` gives it."""
    parts = Parts()
    try:
        if begun:
            parts.feed(begun)
        while parts.answer is None:
            wait(connected, ends)
            parts.feed(connected.recv(CHUNK))
        return parts.answer
    finally:
        del parts.parser  # it holds the parts: none of it is left to the garbage collector
