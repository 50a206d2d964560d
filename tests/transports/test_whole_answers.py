"""A whole answer is read, whatever its frame and however it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from integration.host import Host
from integration.server import PATIENCE
from outcomes.raw_server import Peer, RawServer

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports import session
from adapter.transports.transport import Transport

from .answers import ANSWERS, BODY, WHOLE, Said
from .senders import PATH, Sender

NEVER_READ = ("103 before it", "many 1xx before it")
"""The standard library knows no interim answer but 100. This is safe: the order is queried."""


def at_once(peer: Peer, data: bytes) -> None:
    peer.say(data)


def byte_by_byte(peer: Peer, data: bytes) -> None:
    peer.hurry()
    for i in range(min(len(data), 2000)):
        peer.say(data[i : i + 1])
    peer.say(data[2000:])


def serving(said: Said, say: Callable[[Peer, bytes], None]) -> Callable[[Peer], object]:
    def serve(peer: Peer) -> None:
        while True:
            peer.listen()
            say(peer, said.data)
            if said.closes:
                return

    return serve


def names(reply: Response) -> dict[str, Any]:
    return {name.lower(): value for name, value in reply.headers.items()}


@pytest.mark.parametrize("say", [at_once, byte_by_byte])
@pytest.mark.parametrize("kind", ANSWERS)
def test_a_whole_answer_is_read(
    sender: Sender, kind: str, say: Callable[[Peer, bytes], None]
) -> None:
    """Status, body and headers; the connection is kept where its end is not the answer's."""
    said = ANSWERS[kind]
    with RawServer(serving(said, say)) as server:
        exchange = sender.exchange()
        reply = sender.send(exchange, server.url + PATH)
        idle, taken = sender.idle(exchange), sender.taken(exchange)
        sender.host.close_exchanges()

    assert 1 == len(server.received)
    assert 0 == taken
    # libcurl tells deflate without its frame by the first piece, which must have some bytes
    in_pieces = kind == "deflate without its frame" and say is byte_by_byte
    is_unread = in_pieces and "libcurl" in sender.name and isinstance(reply, NoResponse)
    if is_unread or (sender.is_urllib3 and kind in NEVER_READ):
        assert isinstance(reply, NoResponse)
        assert reply.may_have_been_sent
        return
    assert isinstance(reply, Response)
    assert (said.status, said.text) == (reply.status, reply.body)
    assert said.headers.items() <= names(reply).items()
    assert (0 if said.closes else 1) == idle


@pytest.mark.parametrize("kind", [kind for kind in ANSWERS if not ANSWERS[kind].closes])
def test_nothing_of_an_answer_is_left_to_the_next(sender: Sender, kind: str) -> None:
    """A second request over the same connection has the second answer."""
    said = ANSWERS[kind]

    def serve(peer: Peer) -> None:
        while True:
            peer.listen()
            peer.say(said.data if len(server.received) == 1 else WHOLE)

    with RawServer(serve) as server:
        exchange = sender.exchange()
        sender.send(exchange, server.url + PATH)
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    assert isinstance(reply, Response)
    assert (200, BODY.decode()) == (reply.status, reply.body)
    if not (sender.is_urllib3 and kind in NEVER_READ):
        assert 1 == server.connections


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(sender: Sender, status: int) -> None:
    """A signature is for one host and one path."""
    head = b"HTTP/1.1 %d Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n" % status

    def serve(peer: Peer) -> None:
        while True:
            peer.listen()
            peer.say(head)

    with RawServer(serve) as server:
        exchange = sender.exchange()
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    assert isinstance(reply, Response)
    assert status == reply.status
    assert 1 == len(server.received)


def test_a_hook_that_reads_the_answer_leaves_it_to_us(sync: Host) -> None:
    """Such as one that logs it."""
    seen: list[str] = []

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(WHOLE)

    with RawServer(serve) as server:
        exchange = sync.exchange()
        exchange.session.hooks["response"].append(lambda response, **_: seen.append(response.text))
        signed = SignedRequest(method="DELETE", url=server.url + PATH, headers={})
        reply = Transport(session.Sender()).send(exchange, signed, PATIENCE)

    assert isinstance(reply, Response)
    assert [BODY.decode()] == seen == [reply.body]


@pytest.mark.parametrize("error", [requests.ConnectTimeout(), "\u00fc"])
def test_a_hook_that_fails_came_after_the_answer(sync: Host, error: object) -> None:
    """Whatever its error looks like, the request had left."""

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(WHOLE)

    def hook(*_: object, **__: object) -> None:
        if isinstance(error, Exception):
            raise error
        str(error).encode("ascii")

    with RawServer(serve) as server:
        exchange = sync.exchange()
        exchange.session.hooks["response"].append(hook)
        signed = SignedRequest(method="DELETE", url=server.url + PATH, headers={})
        reply = Transport(session.Sender()).send(exchange, signed, PATIENCE)

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
