"""A connection is used again as long as it can be, and not once more."""

from __future__ import annotations

import threading
from collections.abc import Callable

import aiohttp
import pytest
from integration.host import Host
from integration.server import PATIENCE
from outcomes.raw_server import Peer, RawServer

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports import session_async
from adapter.transports.transport import AsyncTransport

from .answers import BODY, HEAD, OK, WHOLE
from .senders import PATH, Sender

FIRST = WHOLE.replace(b"7}", b"1}")
CLOSING = HEAD + b"Connection: close\r\n\r\n" + BODY
OLD = b"HTTP/1.0 200 OK\r\n" + WHOLE.partition(b"\r\n")[2]
OLD_BUT_KEPT = OLD.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n")


def always(answer: bytes) -> Callable[[Peer], object]:
    def serve(peer: Peer) -> None:
        while True:
            peer.listen()
            peer.say(answer)

    return serve


@pytest.mark.parametrize(
    ("answer", "connections"), [(WHOLE, 1), (OLD_BUT_KEPT, 1), (CLOSING, 5), (OLD, 5)]
)
def test_a_connection_serves_many_requests(sender: Sender, answer: bytes, connections: int) -> None:
    """Five in a row over one, or over as many as the server closes."""
    with RawServer(always(answer)) as server:
        exchange = sender.exchange()
        replies = [sender.send(exchange, server.url + PATH) for _ in range(5)]
        idle = sender.idle(exchange)
        sender.host.close_exchanges()

    assert ["DELETE"] * 5 == [received.partition(" ")[0] for received in server.received]
    assert [200] * 5 == [reply.status for reply in replies if isinstance(reply, Response)]
    assert connections == server.connections
    assert (1 if connections == 1 else 0) == idle


def test_a_connection_that_the_server_closed_is_not_used(sender: Sender) -> None:
    """It is noticed: the request goes out once, on a new connection."""
    closed = threading.Event()

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(WHOLE)
        if server.connections == 1:
            peer.close()
            closed.set()
        else:
            peer.listen()

    with RawServer(serve) as server:
        exchange = sender.exchange()
        sender.send(exchange, server.url + PATH)
        assert closed.wait(PATIENCE)
        sender.look(exchange)
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    assert isinstance(reply, Response)
    assert (2, 2) == (len(server.received), server.connections)


@pytest.mark.parametrize("end", ["closed", "reset"])
def test_a_connection_that_dies_over_a_request_is_not_believed(sender: Sender, end: str) -> None:
    """The bytes had left: they may have been read, and they are not sent again."""

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(WHOLE)
        peer.listen()
        if end == "reset":
            peer.reset()

    with RawServer(serve) as server:
        exchange = sender.exchange()
        sender.send(exchange, server.url + PATH)
        reply = sender.send(exchange, server.url + PATH)
        assert (0, 0) == (sender.idle(exchange), sender.taken(exchange))

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert (2, 1) == (len(server.received), server.connections)


def test_what_aiohttp_sends_a_second_time_is_not_believed(loop: Host) -> None:
    """A session of the user's own may do so; the first may have been executed."""

    async def opened() -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    def serve(peer: Peer) -> None:
        peer.listen()
        if server.connections == 2:
            peer.say(WHOLE)
            peer.listen()

    transport = AsyncTransport(session_async.Sender())
    with RawServer(serve) as server:
        session = loop.run(opened())
        exchange = loop.exchange({"session": session})
        signed = SignedRequest(method="DELETE", url=server.url + PATH, headers={})
        reply = loop.done(lambda: transport.send(exchange, signed, PATIENCE))
        loop.run(session.close())

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert "twice" in reply.reason
    assert (2, 2) == (len(server.received), server.connections)


SURPLUS = {
    "another answer": WHOLE,
    "half of another answer": WHOLE[:30],
    "a byte": b"H",
    "the end of a chunk": b"0\r\n\r\n",
}
UNNOTICED = ("half of another answer", "a byte")
"""What aiohttp's parser keeps to itself, where it reads. With the rest of it lost, it can make an
answer unreadable, which is safe, and it can make none."""


def assert_noticed(
    sender: Sender, server: RawServer, reply: Response | NoResponse, surplus: str
) -> None:
    """The reply is the second request's own, from a new connection, or there is none."""
    if isinstance(reply, NoResponse):
        assert reply.may_have_been_sent
        assert sender.name == "aiohttp"
        return
    assert BODY.decode() == reply.body
    assert 2 == len(server.received)
    assert 2 == server.connections or (sender.name == "aiohttp" and surplus in UNNOTICED)


@pytest.mark.parametrize("surplus", SURPLUS)
def test_what_comes_glued_to_an_answer_is_no_answer(sender: Sender, surplus: str) -> None:
    """Nobody asked for it: the next request has its own answer, on a new connection.

    urllib3 throws it away and goes on with the old one. aiohttp reads no answer where
    what follows it is no HTTP, which is safe.
    """

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(FIRST + SURPLUS[surplus] if server.connections == 1 else WHOLE)
        peer.listen()
        peer.say(WHOLE)

    with RawServer(serve) as server:
        exchange = sender.exchange()
        first = sender.send(exchange, server.url + PATH)
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    if sender.name != "aiohttp" or surplus != "the end of a chunk":
        assert isinstance(first, Response)
        assert '{"orderId":1}' == first.body
    if sender.is_urllib3:
        assert isinstance(reply, Response)
        assert (BODY.decode(), 1) == (reply.body, server.connections)
    else:
        assert_noticed(sender, server, reply, surplus)


@pytest.mark.parametrize("surplus", SURPLUS)
def test_what_comes_on_an_idle_connection_is_no_answer(sender: Sender, surplus: str) -> None:
    """Bytes that a server sends unasked are no answer, and its connection is not used."""
    asked, said = threading.Event(), threading.Event()

    def serve(peer: Peer) -> None:
        peer.hurry()
        peer.listen()
        if server.connections == 1:
            peer.say(FIRST)
            assert asked.wait(PATIENCE)
            peer.say(SURPLUS[surplus].replace(b"7}", b"8}"))
            said.set()
            peer.listen()
        peer.say(WHOLE)
        peer.listen()

    with RawServer(serve) as server:
        exchange = sender.exchange()
        sender.send(exchange, server.url + PATH)
        asked.set()
        assert said.wait(PATIENCE)
        if surplus not in UNNOTICED:
            sender.look(exchange)
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    assert_noticed(sender, server, reply, surplus)


def test_the_pieces_of_a_second_answer_are_not_joined(sender: Sender) -> None:
    """Half of it came glued to the first one, and half of it comes after the second request."""

    def serve(peer: Peer) -> None:
        peer.listen()
        if server.connections == 1:
            peer.say(FIRST + OK[:9])
            peer.listen()
            peer.say(WHOLE[9:])
        else:
            peer.say(WHOLE)
        peer.listen()

    with RawServer(serve) as server:
        exchange = sender.exchange()
        sender.send(exchange, server.url + PATH)
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    if sender.is_urllib3:  # it goes on with the old connection, and cannot read that
        assert isinstance(reply, NoResponse)
        assert reply.may_have_been_sent
    else:
        assert_noticed(sender, server, reply, "half of another answer")
