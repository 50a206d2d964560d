"""What is not a whole answer is none, and it came over a line that nobody uses again."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Line, Talk

from adapter.contract.messages import NoResponse, Response

from .answers import BODY, BROKEN, CHUNK, CHUNKED, CUT, OK, WHOLE
from .senders import PATH, Way

LIBRARY = "requests"
TAKEN_FOR_WHOLE = {
    ("a negative length", LIBRARY),  # http.client reads until the connection ends
    ("a length in words", LIBRARY),
    ("no length where one is announced", LIBRARY),
    ("a length and chunks", LIBRARY),  # RFC 9112: the chunks count, and it may be refused
}
"""Answers that the whole of requests believes; none of them is cut off."""


def fails(
    way: Way, serve: Callable[[Talk], object]
) -> tuple[Response | NoResponse, Response | NoResponse]:
    """What becomes of a request, and of the next one, which is answered well."""
    closed = threading.Event()

    def serving(talk: Talk) -> None:
        talk.listen()
        if len(line.heard) == 1:
            serve(talk)
            talk.close()
            closed.set()
            return
        talk.say(WHOLE)
        talk.listen()

    with Line(serving) as line:
        exchange = way.exchange()
        reply = way.send(exchange, line.url + PATH)
        assert closed.wait(PATIENCE)
        assert 0 == way.taken(exchange)
        assert 0 == way.idle(exchange)
        after = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()

    assert ["DELETE"] * 2 == [heard.partition(" ")[0] for heard in line.heard]
    assert 2 == line.connections
    return reply, after


def assert_unanswered(reply: Response | NoResponse, after: Response | NoResponse) -> None:
    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert isinstance(after, Response)
    assert BODY.decode() == after.body


@pytest.mark.parametrize("where", CUT)
def test_an_answer_that_is_cut_off_is_none(way: Way, where: str) -> None:
    """The request may have been executed, and the next one goes out on a new connection."""
    assert_unanswered(*fails(way, lambda talk: talk.say(CUT[where])))


@pytest.mark.parametrize(
    "where", ["not a byte", "in a header's value", "in the body", "in a chunk"]
)
def test_an_answer_that_is_reset_is_none(way: Way, where: str) -> None:
    """A reset may come anywhere."""

    def serve(talk: Talk) -> None:
        talk.say(CUT[where])
        talk.reset()

    assert_unanswered(*fails(way, serve))


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_answer_is_none(way: Way, kind: str) -> None:
    """Not HTTP, or HTTP that contradicts itself, or too much of it."""
    reply, after = fails(way, lambda talk: talk.say(BROKEN[kind]))

    if (kind, way.name) in TAKEN_FOR_WHOLE:
        assert isinstance(reply, Response)
        assert BODY.decode() == reply.body
        return
    assert_unanswered(reply, after)


def test_an_answer_without_the_last_line_end_of_its_last_chunk(way: Way) -> None:
    """Its body is whole: the standard library takes it, llhttp does not; both may."""
    reply, after = fails(way, lambda talk: talk.say(CHUNKED + CHUNK + b"0\r\n"))

    if way.name in ("stdlib", "requests"):
        assert isinstance(reply, Response)
        assert BODY.decode() == reply.body
    else:
        assert_unanswered(reply, after)


def test_no_answer_says_nothing_of_the_request(way: Way) -> None:
    """Neither the URL nor the key is in the reason."""
    reply, _ = fails(way, lambda talk: talk.say(b""))

    assert isinstance(reply, NoResponse)
    assert "order" not in f"{reply!r} {reply.cause}"
    assert "a-key" not in f"{reply!r} {reply.cause}"


def test_an_empty_answer_that_only_the_end_of_the_line_ends(way: Way) -> None:
    """Headers that were cut off at a line end look like that to requests, so it is not believed."""
    reply, after = fails(way, lambda talk: talk.say(OK + b"X-Is: here\r\n\r\n"))

    if way.name == LIBRARY:
        assert_unanswered(reply, after)
        return
    assert isinstance(reply, Response)
    assert (200, "") == (reply.status, reply.body)
