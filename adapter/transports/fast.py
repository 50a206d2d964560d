"""Reads an answer with llhttp, which the extra ``fast`` brings.

https://github.com/MagicStack/httptools
"""

from __future__ import annotations

import http
import socket

import attrs
import httptools

from adapter.transports.http1 import Answer, text_of, wait

CHUNK = 65536
FRAMING = ("content-length", "transfer-encoding")


class BrokenAnswerError(OSError):
    """What came is no HTTP answer, or not the whole of one."""


@attrs.define
class Parts:
    """What has come of an answer so far. The methods that begin with ``on_`` are the parser's."""

    parser: httptools.HttpResponseParser = attrs.field(init=False)
    reason: str = ""
    headers: list[tuple[str, str]] = attrs.field(factory=list)
    body: list[bytes] = attrs.field(factory=list)
    answer: Answer | None = None

    def __attrs_post_init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)

    def on_message_begin(self) -> None:
        """An answer, after a 1xx or none."""
        self.reason, self.headers, self.body = "", [], []

    def on_status(self, status: bytes) -> None:
        """A part of the reason."""
        self.reason += status.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self.body.append(body)

    def on_message_complete(self) -> None:
        """The end, where the answer itself says where that is; what may follow is nobody's."""
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
            except httptools.HttpParserError as e:
                if self.answer is None:
                    raise BrokenAnswerError(type(e).__name__) from None
        elif self.headers and not any(name.lower() in FRAMING for name, _ in self.headers):
            self.answer = self.made(keep=False)
        else:
            raise BrokenAnswerError("the connection ended before the answer did")


def read(connected: socket.socket, method: str, ends: float) -> Answer:  # noqa: ARG001
    """The answer to a request that was sent, as `adapter.transports.http1.read` gives it."""
    parts = Parts()
    try:
        while parts.answer is None:
            wait(connected, ends)
            parts.feed(connected.recv(CHUNK))
        return parts.answer
    finally:
        del parts.parser  # it holds the parts: none of it is left to the garbage collector
