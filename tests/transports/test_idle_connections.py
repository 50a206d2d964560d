"""A connection is used again as long as it can be, and not once more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Line, Talk

from adapter.contract.messages import NoResponse, Response

from .answers import BODY, HEAD, OK, WHOLE
from .senders import PATH, Way

FIRST = WHOLE.replace(b"7}", b"1}")
CLOSING = HEAD + b"Connection: close\r\n\r\n" + BODY
OLD = b"HTTP/1.0 200 OK\r\n" + WHOLE.partition(b"\r\n")[2]
OLD_BUT_KEPT = OLD.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n")


def always(answer: bytes) -> Callable[[Talk], object]:
    def serve(talk: Talk) -> None:
        while True:
            talk.listen()
            talk.say(answer)

    return serve


@pytest.mark.parametrize(
    ("answer", "connections"), [(WHOLE, 1), (OLD_BUT_KEPT, 1), (CLOSING, 5), (OLD, 5)]
)
def test_a_connection_serves_many_requests(way: Way, answer: bytes, connections: int) -> None:
    """Five in a row over one, or over as many as the server wants to have closed."""
    with Line(always(answer)) as line:
        exchange = way.exchange()
        replies = [way.send(exchange, line.url + PATH) for _ in range(5)]
        idle = way.idle(exchange)
        way.host.close_exchanges()

    assert ["DELETE"] * 5 == [heard.partition(" ")[0] for heard in line.heard]
    assert [200] * 5 == [reply.status for reply in replies if isinstance(reply, Response)]
    assert connections == line.connections
    assert (1 if connections == 1 else 0) == idle


def test_a_connection_that_the_server_closed_is_not_used(way: Way) -> None:
    """It is noticed: the request goes out once, on a new connection."""
    closed = threading.Event()

    def serve(talk: Talk) -> None:
        talk.listen()
        talk.say(WHOLE)
        if line.connections == 1:
            talk.close()
            closed.set()
        else:
            talk.listen()

    with Line(serve) as line:
        exchange = way.exchange()
        way.send(exchange, line.url + PATH)
        assert closed.wait(PATIENCE)
        way.look(exchange)
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()

    assert isinstance(reply, Response)
    assert (2, 2) == (len(line.heard), line.connections)


@pytest.mark.parametrize("way", ["connector"], indirect=True)
@pytest.mark.parametrize("end", ["closed", "reset", "another answer"])
def test_the_event_loop_need_not_have_heard_of_the_end(way: Way, end: str) -> None:
    """It stood still while the server closed the connection, or said something on it."""
    asked, over = threading.Event(), threading.Event()

    def serve(talk: Talk) -> None:
        talk.hurry()
        talk.listen()
        talk.say(WHOLE)
        if line.connections == 1:
            assert asked.wait(PATIENCE)
            if end == "another answer":
                talk.say(FIRST)
            else:
                talk.reset() if end == "reset" else None
                talk.close()
            over.set()
        talk.listen()

    with Line(serve) as line:
        exchange = way.exchange()
        send = way.sending(exchange, line.url + PATH)

        async def twice() -> Any:
            await send()
            asked.set()
            assert over.wait(PATIENCE)
            return await send()

        reply = way.host.done(twice)
        way.host.close_exchanges()

    assert BODY.decode() == reply.body
    assert (2, 2) == (len(line.heard), line.connections)


@pytest.mark.parametrize("end", ["closed", "reset"])
def test_a_connection_that_dies_over_a_request_is_not_believed(way: Way, end: str) -> None:
    """The bytes had left: they may have been read, and they are not sent again."""

    def serve(talk: Talk) -> None:
        talk.listen()
        talk.say(WHOLE)
        talk.listen()
        if end == "reset":
            talk.reset()

    with Line(serve) as line:
        exchange = way.exchange()
        way.send(exchange, line.url + PATH)
        reply = way.send(exchange, line.url + PATH)
        assert (0, 0) == (way.idle(exchange), way.taken(exchange))

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert (2, 1) == (len(line.heard), line.connections)


SURPLUS = {
    "another answer": WHOLE,
    "half of another answer": WHOLE[:30],
    "a byte": b"H",
    "the end of a chunk": b"0\r\n\r\n",
}
UNNOTICED = ("half of another answer", "a byte")
"""What aiohttp's parser keeps to itself, where it reads. With the rest of it lost, it can make an
answer unreadable, which is safe, and it can make none."""


def assert_noticed(way: Way, line: Line, reply: Response | NoResponse, surplus: str) -> None:
    """The reply is the second request's own, from a new connection."""
    if isinstance(reply, NoResponse):
        assert reply.may_have_been_sent
        assert way.name == "aiohttp"
        assert surplus in UNNOTICED
        return
    assert BODY.decode() == reply.body
    assert 2 == len(line.heard)
    assert 2 == line.connections or (way.name == "aiohttp" and surplus in UNNOTICED)


@pytest.mark.parametrize("surplus", SURPLUS)
def test_what_comes_glued_to_an_answer_is_no_answer(way: Way, surplus: str) -> None:
    """Nobody asked for it: the next request has its own answer, on a new connection.

    The whole of requests throws it away and goes on with the old one. aiohttp reads no answer where
    what follows it is no HTTP, which is safe.
    """

    def serve(talk: Talk) -> None:
        talk.listen()
        talk.say(FIRST + SURPLUS[surplus] if line.connections == 1 else WHOLE)
        talk.listen()
        talk.say(WHOLE)

    with Line(serve) as line:
        exchange = way.exchange()
        first = way.send(exchange, line.url + PATH)
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()

    if way.is_sync or surplus != "the end of a chunk":
        assert isinstance(first, Response)
        assert '{"orderId":1}' == first.body
    if way.name == "requests":
        assert isinstance(reply, Response)
        assert (BODY.decode(), 1) == (reply.body, line.connections)
    else:
        assert_noticed(way, line, reply, surplus)


@pytest.mark.parametrize("surplus", SURPLUS)
def test_what_comes_on_an_idle_connection_is_no_answer(way: Way, surplus: str) -> None:
    """A server that says something unasked is not believed, and its connection is not used."""
    asked, said = threading.Event(), threading.Event()

    def serve(talk: Talk) -> None:
        talk.hurry()
        talk.listen()
        if line.connections == 1:
            talk.say(FIRST)
            assert asked.wait(PATIENCE)
            talk.say(SURPLUS[surplus].replace(b"7}", b"8}"))
            said.set()
            talk.listen()
        talk.say(WHOLE)
        talk.listen()

    with Line(serve) as line:
        exchange = way.exchange()
        way.send(exchange, line.url + PATH)
        asked.set()
        assert said.wait(PATIENCE)
        if surplus not in UNNOTICED:
            way.look(exchange)
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()

    assert_noticed(way, line, reply, surplus)


def test_the_pieces_of_a_second_answer_are_not_joined(way: Way) -> None:
    """Half of it came glued to the first one, and half of it comes after the second request."""

    def serve(talk: Talk) -> None:
        talk.listen()
        if line.connections == 1:
            talk.say(FIRST + OK[:9])
            talk.listen()
            talk.say(WHOLE[9:])
        else:
            talk.say(WHOLE)
        talk.listen()

    with Line(serve) as line:
        exchange = way.exchange()
        way.send(exchange, line.url + PATH)
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()

    if way.name == "requests":  # it goes on with the old connection, and cannot read that
        assert isinstance(reply, NoResponse)
        assert reply.may_have_been_sent
    else:
        assert_noticed(way, line, reply, "half of another answer")
