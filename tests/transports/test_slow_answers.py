"""One deadline for all of an answer, also for a server that sends a little all the time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from outcomes.raw_server import Peer, RawServer

from adapter.contract.messages import NoResponse

from .answers import BODY, CHUNKED, EARLY, HEAD, OK
from .senders import PATH, Sender, wait_for_workers

SOON = 0.4
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
"""What is sent at once, and what byte by byte."""


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Ends the pauses."""
    event = threading.Event()
    yield event
    event.set()


def left(sender: Sender, exchange: object, server: RawServer, *, alone: bool = False) -> NoResponse:
    """``alone`` where the library may go on by itself, with a connection that nobody else gets."""
    reply = sender.send(exchange, server.url + PATH, timeout=SOON)
    if not alone:
        wait_for_workers()
        assert (0, 0) == (sender.idle(exchange), sender.taken(exchange))
    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    return reply


@pytest.mark.parametrize("what", SLOW)
def test_a_server_that_trickles_is_left_at_the_deadline(
    sender: Sender, what: str, over: threading.Event
) -> None:
    """Each byte comes in time, but not all of them do: only a few are waited for."""
    at_once, slowly = SLOW[what]
    said = 0

    def serve(peer: Peer) -> None:
        nonlocal said
        peer.listen()
        peer.say(at_once)
        for i in range(len(slowly)):
            peer.say(slowly[i : i + 1])
            said += 1
            over.wait(PAUSE)

    with RawServer(serve) as server:
        left(sender, sender.exchange(), server, alone=sender.name == "thread")

    assert said < len(slowly) / 10


@pytest.mark.one_in(2)
def test_interim_answers_do_not_put_the_deadline_off(sender: Sender, over: threading.Event) -> None:
    """Each of them is whole."""

    def serve(peer: Peer) -> None:
        peer.listen()
        while not over.is_set():
            peer.say(EARLY)
            over.wait(PAUSE)

    with RawServer(serve) as server:
        left(sender, sender.exchange(), server)


@pytest.mark.parametrize("what", ["nothing", "half of the headers", "the headers", "half of it"])
def test_a_server_that_falls_silent_is_left_at_the_deadline(sender: Sender, what: str) -> None:
    """The connection stays open, and nothing more comes."""
    parts = {
        "nothing": b"",
        "half of the headers": HEAD[:-9],
        "the headers": HEAD + b"\r\n",
        "half of it": HEAD + b"\r\n" + BODY[:4],
    }

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(parts[what])
        peer.listen()

    with RawServer(serve) as server:
        left(sender, sender.exchange(), server)


@pytest.mark.one_in(2)
def test_the_next_request_has_a_deadline_of_its_own(sender: Sender) -> None:
    """What one request spent of its time is not missing for the next one on the same connection."""

    def serve(peer: Peer) -> None:
        while True:
            peer.listen()
            peer.say(HEAD + b"\r\n" + BODY)

    with RawServer(serve) as server:
        exchange = sender.exchange()
        for timeout in (5.0, 60.0):
            assert not isinstance(
                sender.send(exchange, server.url + PATH, timeout=timeout), NoResponse
            )
        sender.host.close_exchanges()

    assert 1 == server.connections


@pytest.mark.one_in(2)
def test_a_shorter_deadline_holds_on_a_kept_connection(
    sender: Sender, over: threading.Event
) -> None:
    """What was set on it for the request before is not what this one may last."""

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(HEAD + b"\r\n" + BODY)
        peer.listen()
        over.wait(5 * SOON)
        peer.say(HEAD + b"\r\n" + BODY)

    with RawServer(serve) as server:
        exchange = sender.exchange()
        first = sender.send(exchange, server.url + PATH, timeout=6 * SOON)
        second = sender.send(exchange, server.url + PATH, timeout=SOON)
        over.set()
        sender.host.close_exchanges()

    assert not isinstance(first, NoResponse)
    assert isinstance(second, NoResponse)
    assert second.may_have_been_sent
