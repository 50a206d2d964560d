"""One deadline for all of an answer: a server that says a little all the time is left, too."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from outcomes.raw_server import Line, Talk

from adapter.contract.messages import NoResponse

from .answers import BODY, CHUNKED, EARLY, HEAD, OK
from .senders import PATH, Way

SOON = 0.8
"""Seconds."""
PAUSE = 0.02
LONG = b"l" * 5000
SLOW: dict[str, tuple[bytes, bytes]] = {
    "the status line": (b"", b"HTTP/1.1 200 " + LONG),
    "a header": (OK + b"X-Is: ", LONG),
    "a body with a length": (OK + b"Content-Length: 5000\r\n\r\n", LONG),
    "a body without a length": (OK + b"\r\n", LONG),
    "a chunk": (CHUNKED + b"1388\r\n", LONG),
    "a chunk's extension": (CHUNKED + b"1;", LONG),
}
"""What is said at once, and what byte by byte."""
ENDLESS = ("the status line", "a header", "a chunk's extension")
"""Here the whole of requests has no time-out but that between two bytes."""


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Ends the pauses."""
    event = threading.Event()
    yield event
    event.set()


def left(way: Way, exchange: object, line: Line, *, alone: bool = False) -> NoResponse:
    """``alone`` where the library goes on by itself, with a connection that nobody else gets."""
    reply = way.send(exchange, line.url + PATH, timeout=SOON)
    assert (0, int(alone)) == (way.idle(exchange), way.taken(exchange))
    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    return reply


@pytest.mark.parametrize("what", SLOW)
def test_a_server_that_trickles_is_left_at_the_deadline(
    way: Way, what: str, over: threading.Event
) -> None:
    """Each byte comes in time, but not all of them do: only a few are waited for."""
    at_once, slowly = SLOW[what]
    said = 0

    def serve(talk: Talk) -> None:
        nonlocal said
        talk.listen()
        talk.say(at_once)
        for i in range(len(slowly)):
            talk.say(slowly[i : i + 1])
            said += 1
            over.wait(PAUSE)

    with Line(serve) as line:
        left(way, way.exchange(), line, alone=way.name == "requests" and what in ENDLESS)

    assert said < len(slowly) / 10


def test_interim_answers_do_not_put_the_deadline_off(way: Way, over: threading.Event) -> None:
    """Each of them is whole."""

    def serve(talk: Talk) -> None:
        talk.listen()
        while not over.is_set():
            talk.say(EARLY)
            over.wait(PAUSE)

    with Line(serve) as line:
        left(way, way.exchange(), line)


@pytest.mark.parametrize("what", ["nothing", "half of the headers", "the headers", "half of it"])
def test_a_server_that_falls_silent_is_left_at_the_deadline(way: Way, what: str) -> None:
    """The connection stays open, and nothing more comes."""
    told = {
        "nothing": b"",
        "half of the headers": HEAD[:-9],
        "the headers": HEAD + b"\r\n",
        "half of it": HEAD + b"\r\n" + BODY[:4],
    }

    def serve(talk: Talk) -> None:
        talk.listen()
        talk.say(told[what])
        talk.listen()

    with Line(serve) as line:
        left(way, way.exchange(), line)


def test_the_next_request_has_a_deadline_of_its_own(way: Way) -> None:
    """What one request spent of its time is not missing for the next one on the same connection."""

    def serve(talk: Talk) -> None:
        while True:
            talk.listen()
            talk.say(HEAD + b"\r\n" + BODY)

    with Line(serve) as line:
        exchange = way.exchange()
        for timeout in (5.0, 60.0):
            assert not isinstance(way.send(exchange, line.url + PATH, timeout=timeout), NoResponse)
        way.host.close_exchanges()

    assert 1 == line.connections


def test_a_shorter_deadline_holds_on_a_kept_connection(way: Way, over: threading.Event) -> None:
    """What was set on it for the request before is not what this one may last."""

    def serve(talk: Talk) -> None:
        talk.listen()
        talk.say(HEAD + b"\r\n" + BODY)
        talk.listen()
        over.wait(5 * SOON)
        talk.say(HEAD + b"\r\n" + BODY)

    with Line(serve) as line:
        exchange = way.exchange()
        first = way.send(exchange, line.url + PATH, timeout=6 * SOON)
        second = way.send(exchange, line.url + PATH, timeout=SOON)
        over.set()
        way.host.close_exchanges()

    assert not isinstance(first, NoResponse)
    assert isinstance(second, NoResponse)
    assert second.may_have_been_sent
