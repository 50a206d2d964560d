"""What is read at one look is what whole parsers of HTTP read, byte for byte."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from integration.server import PATIENCE

from adapter.transports import fast, http1, usual
from adapter.transports.host import Answer

from .answers import ANSWERS, BODY, BROKEN, CUT, HEAD, OK, WHOLE


class UnusualError(Exception):
    """The answer was left to another parser."""


def leave(*_: Any) -> Answer:
    raise UnusualError


at_one_look = usual.reader(leave)


def read(reader: Callable[..., Answer], data: bytes) -> Answer:
    """What ``reader`` makes of an answer after which the connection stays open."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        return reader(ours, "DELETE", time.monotonic() + PATIENCE, b"")


def shown(answer: Answer) -> tuple[Any, ...]:
    fields = [(name, value.strip()) for name, value in answer.headers]
    return answer.status, answer.reason, fields, answer.text, answer.keep


NAMES = ("Content-Length", "content-length", "Connection", "X-Is", "Date", "Vary", "Trailer")
UNUSUAL = ("Transfer-Encoding", "Content-Encoding", "Upgrade")
VALUES = ("13", "0", "5", "013", " 13 ", "+13", "1_3", "13, 13", "", "close", "keep-alive")
OTHERS = ("Keep-Alive", "chunked", "gzip", "identity", "h2c", "a\tb", "\u00e9", "here: there")

fields = st.tuples(st.sampled_from((*NAMES * 3, *UNUSUAL)), st.sampled_from((*VALUES * 2, *OTHERS)))
heads = st.tuples(
    st.sampled_from(["HTTP/1.1"] * 8 + ["HTTP/1.0", "HTTP/2", "http/1.1"]),
    st.sampled_from(
        ["200 OK"] * 8 + ["400 Bad Request", "204 No", "304 Not", "100 C", "600 Odd", "200"]
    ),
    st.lists(fields, max_size=5),
    st.sampled_from([BODY] * 4 + [b"", b"12345", b"\xff" * 13, WHOLE]),
)


def written(head: tuple[str, str, list[tuple[str, str]], bytes], framed: bool) -> bytes:
    version, status, said, body = head
    frame = [("Content-Length", str(len(body)))] if framed else []
    lines = "".join(f"{name}: {value}\r\n" for name, value in [*frame, *said])
    return f"{version} {status}\r\n{lines}\r\n".encode("latin-1") + body


@given(head=heads, framed=st.booleans())
def test_an_answer_is_read_as_by_whole_parsers_or_left_to_them(head: Any, framed: bool) -> None:
    """Whatever the one look takes, both others take it, for the same."""
    data = written(head, framed)
    try:
        answer = read(at_one_look, data)
    except UnusualError:
        return

    assert answer.keep
    assert [shown(answer)] * 2 == [shown(read(reader, data)) for reader in (http1.read, fast.read)]


USUAL = {
    "a length": WHOLE,
    "an error": WHOLE.replace(b"200 OK", b"400 Bad Request"),
    "a connection that is kept": HEAD + b"Connection: keep-alive\r\n\r\n" + BODY,
    "headers that are repeated": HEAD + b"Vary: a\r\nVary: b\r\n\r\n" + BODY,
    "no body": OK + b"Content-Length: 0\r\n\r\n",
    "99 headers": OK + b"X: y\r\n" * 98 + HEAD[len(OK) :] + b"\r\n" + BODY,
}


@pytest.mark.parametrize("kind", USUAL)
def test_a_usual_answer_is_read_at_one_look(kind: str) -> None:
    """The usual answers to a cancel, and answers close to them."""
    answer = read(at_one_look, USUAL[kind])

    assert shown(answer) == shown(read(http1.read, USUAL[kind]))


NOT_USUAL = {
    **{f"cut off {where}": data for where, data in CUT.items()},
    **BROKEN,
    "more than the answer": WHOLE + b"H",
    "the last on its connection": HEAD + b"Connection: close\r\n\r\n" + BODY,
    "two words on the connection": HEAD + b"Connection: keep-alive\r\n" * 2 + b"\r\n" + BODY,
    "100 headers": OK + b"X: y\r\n" * 99 + HEAD[len(OK) :] + b"\r\n" + BODY,
    "a body that is too long for one look": OK + b"Content-Length: 100000\r\n\r\n" + b"b" * 100_000,
    **{kind: ANSWERS[kind].data for kind in ANSWERS if "gzip" in kind or "chunk" in kind},
}


@pytest.mark.parametrize("kind", NOT_USUAL)
def test_any_other_answer_is_left_to_a_whole_parser(kind: str) -> None:
    """With all that has come of it."""
    left: list[bytes] = []

    def rest(_: object, __: object, ___: object, begun: bytes) -> Answer:
        left.append(begun)
        raise UnusualError

    with pytest.raises(UnusualError):
        read(usual.reader(rest), NOT_USUAL[kind][:60_000])

    assert [NOT_USUAL[kind][: len(left[0])]] == left
