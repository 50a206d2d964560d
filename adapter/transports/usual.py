"""Reads an answer of the usual shape at one look; any other is left to a whole parser of HTTP.

Usual is HTTP/1.1 in ASCII, a body of a stated length that is not packed, and a connection that
stays open: what an exchange says to a cancel. It is strict, so that nothing is read in two ways.

https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping

import attrs

from adapter.transports.host import Answer, Fields
from adapter.transports.http1 import Read, wait

CHUNK = 65536
"""Bytes that are looked at at once: the head must be in them."""
MOST_HEADERS = 99
"""As many as the standard library reads."""
KEEP = "keep-alive"
FRAMING = ("content-length", "connection")
UNUSUAL = frozenset({"transfer-encoding", "content-encoding", "trailer", "upgrade"})

_HEAD = re.compile(
    rb"HTTP/1\.1 (20[0-35-9]|30[0-35-9]|[45]\d\d) ([ -~]+)\r\n"
    rb"((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~]*\r\n)+)\r\n"
)
_LENGTH = re.compile(r"[0-9]{1,5}")


@attrs.define
class Head:
    """The head of an answer of the usual shape."""

    status: int
    reason: str
    fields: list[tuple[str, str]]
    lowered: dict[str, str]
    """By lower-case names, the last of each."""
    body: int
    """Where the body begins."""
    end: int
    """Where it ends."""

    @classmethod
    def of(cls, data: bytes) -> Head | None:
        """The head in what has come of an answer; None where it is another, or not yet whole."""
        found = _HEAD.match(data)
        if found is None:
            return None
        status, reason, lines = found.groups()
        split = [line.partition(":") for line in lines.decode("ascii").splitlines()]
        fields = [(name, value.strip()) for name, _, value in split]
        lowered = {name.lower(): value for name, value in fields}
        length = _length(fields, lowered)
        if length is None:
            return None
        body = found.end()
        return cls(int(status), reason.decode("ascii"), fields, lowered, body, body + length)

    def answer(self, data: bytes) -> Answer:
        """The answer, which is whole."""
        return Answer(
            status=self.status,
            reason=self.reason,
            headers=self.fields,
            text=data[self.body :].decode("utf-8", errors="replace"),
            keep=True,
            lowered=self.lowered if len(self.lowered) == len(self.fields) else None,
        )


def _length(fields: list[tuple[str, str]], said: Mapping[str, str]) -> int | None:
    """The bytes of the body, where nothing else says where it ends, nor that this is the last.

    ``said`` is the same by lower-case names.
    """
    if not UNUSUAL.isdisjoint(said) or said.get("connection", KEEP).lower() != KEEP:
        return None
    if len(said) < len(fields) and _are_repeated(fields):
        return None
    length = said.get("content-length", "")
    return int(length) if _LENGTH.fullmatch(length) and len(fields) <= MOST_HEADERS else None


def _are_repeated(fields: Fields) -> bool:
    names = [name.lower() for name, _ in fields]
    return any(names.count(name) > 1 for name in FRAMING)


def reader(rest: Read) -> Read:
    """A function that reads answers; ``rest`` reads those that are not of the usual shape."""

    def read(connected: socket.socket, method: str, ends: float, begun: bytes = b"") -> Answer:
        data = begun + _more(connected, ends)
        head = Head.of(data)
        while head is not None and len(data) < head.end:
            more = _more(connected, ends)
            data += more
            head = head if more else None
        if head is None or len(data) > head.end:
            return rest(connected, method, ends, data)
        return head.answer(data)

    return read


def _more(connected: socket.socket, ends: float) -> bytes:
    wait(connected, ends)
    return connected.recv(CHUNK)
