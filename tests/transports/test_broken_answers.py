"""What is not a whole answer is none, and it came over a connection that nobody uses again."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Peer, RawServer

from adapter.contract.messages import NoResponse, Response

from .answers import BODY, BROKEN, CHUNK, CHUNKED, CUT, OK, WHOLE
from .senders import PATH, Sender

BY_URLLIB3 = (
    "a negative length",  # http.client reads until the connection ends
    "a length in words",
    "no length where one is announced",
    "a length and chunks",  # RFC 9112: the chunks count, and it may be refused
)
"""Answers that the standard library believes; none of them is cut off."""
BY_LIBCURL = (
    "a length and chunks",
    "a length beyond all numbers",  # it reads until the connection ends
    "a header of 100 KB",
    "300 headers",
)
TAKEN_FOR_WHOLE = {
    "pool": BY_URLLIB3,
    "requests": BY_URLLIB3,
    "thread": BY_URLLIB3,
    "libcurl": BY_LIBCURL,
}


def fails(
    sender: Sender, serve: Callable[[Peer], object]
) -> tuple[Response | NoResponse, Response | NoResponse]:
    """What becomes of a request, and of the next one, which is answered well."""
    closed = threading.Event()

    def serving(peer: Peer) -> None:
        peer.listen()
        if len(server.received) == 1:
            serve(peer)
            peer.close()
            closed.set()
            return
        peer.say(WHOLE)
        peer.listen()

    with RawServer(serving) as server:
        exchange = sender.exchange()
        reply = sender.send(exchange, server.url + PATH)
        assert closed.wait(PATIENCE)
        assert 0 == sender.taken(exchange)
        assert 0 == sender.idle(exchange)
        after = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    assert ["DELETE"] * 2 == [received.partition(" ")[0] for received in server.received]
    assert 2 == server.connections
    return reply, after


def assert_unanswered(reply: Response | NoResponse, after: Response | NoResponse) -> None:
    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert isinstance(after, Response)
    assert BODY.decode() == after.body


@pytest.mark.parametrize("where", CUT)
def test_an_answer_that_is_cut_off_is_none(sender: Sender, where: str) -> None:
    """The request may have been executed, and the next one goes out on a new connection."""
    assert_unanswered(*fails(sender, lambda peer: peer.say(CUT[where])))


@pytest.mark.parametrize(
    "where", ["not a byte", "in a header's value", "in the body", "in a chunk"]
)
def test_an_answer_that_is_reset_is_none(sender: Sender, where: str) -> None:
    """A reset may come anywhere."""

    def serve(peer: Peer) -> None:
        peer.say(CUT[where])
        peer.reset()

    assert_unanswered(*fails(sender, serve))


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_answer_is_none(sender: Sender, kind: str) -> None:
    """Not HTTP, or HTTP that contradicts itself, or too much of it."""
    reply, after = fails(sender, lambda peer: peer.say(BROKEN[kind]))

    if kind in TAKEN_FOR_WHOLE.get(sender.name, ()):
        assert isinstance(reply, Response)
        assert BODY.decode() == reply.body
        return
    assert_unanswered(reply, after)


def test_an_answer_without_the_last_line_end_of_its_last_chunk(sender: Sender) -> None:
    """Its body is whole: the standard library takes it, the others do not; both may."""
    reply, after = fails(sender, lambda peer: peer.say(CHUNKED + CHUNK + b"0\r\n"))

    if sender.is_urllib3:
        assert isinstance(reply, Response)
        assert BODY.decode() == reply.body
    else:
        assert_unanswered(reply, after)


def test_no_answer_shows_nothing_of_the_request(sender: Sender) -> None:
    """Neither the URL nor the key is in the reason."""
    reply, _ = fails(sender, lambda peer: peer.say(b""))

    assert isinstance(reply, NoResponse)
    assert "order" not in f"{reply!r} {reply.cause}"
    assert "a-key" not in f"{reply!r} {reply.cause}"


def test_an_empty_answer_that_only_the_end_of_the_line_ends(sender: Sender) -> None:
    """To urllib3, headers that were cut off at a line end look like that."""
    reply, after = fails(sender, lambda peer: peer.say(OK + b"X-Is: here\r\n\r\n"))

    if sender.is_urllib3:
        assert_unanswered(reply, after)
        return
    assert isinstance(reply, Response)
    assert (200, "") == (reply.status, reply.body)
