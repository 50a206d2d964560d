"""A whole answer is read, whatever its frame and however it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from outcomes.raw_server import Line, Talk

from adapter.contract.messages import NoResponse, Response

from .answers import ANSWERS, BODY, WHOLE, Said
from .senders import PATH, Way

REFUSED = {
    ("a header that is folded", "llhttp"),  # RFC 9112 lets it; nobody folds any more
}
"""Whole answers that a way takes for broken ones, which is safe: the order is asked about."""
NEVER_READ = {
    ("103 before it", "requests"),  # the standard library knows no interim answer but 100
    ("many 1xx before it", "requests"),
}


def at_once(talk: Talk, data: bytes) -> None:
    talk.say(data)


def byte_by_byte(talk: Talk, data: bytes) -> None:
    talk.hurry()
    for i in range(min(len(data), 2000)):
        talk.say(data[i : i + 1])
    talk.say(data[2000:])


def serving(said: Said, say: Callable[[Talk, bytes], None]) -> Callable[[Talk], object]:
    def serve(talk: Talk) -> None:
        while True:
            talk.listen()
            say(talk, said.data)
            if said.closes:
                return

    return serve


def names(reply: Response) -> dict[str, Any]:
    return {name.lower(): value for name, value in reply.headers.items()}


@pytest.mark.parametrize("say", [at_once, byte_by_byte])
@pytest.mark.parametrize("kind", ANSWERS)
def test_a_whole_answer_is_read(way: Way, kind: str, say: Callable[[Talk, bytes], None]) -> None:
    """Status, body and headers; the connection is kept where its end is not the answer's."""
    said = ANSWERS[kind]
    with Line(serving(said, say)) as line:
        exchange = way.exchange()
        reply = way.send(exchange, line.url + PATH)
        idle, taken = way.idle(exchange), way.taken(exchange)
        way.host.close_exchanges()

    assert 1 == len(line.heard)
    assert 0 == taken
    if {(kind, way.name)} & (REFUSED | NEVER_READ):
        assert isinstance(reply, NoResponse)
        assert reply.may_have_been_sent
        return
    assert isinstance(reply, Response)
    assert (said.status, said.text) == (reply.status, reply.body)
    assert said.headers.items() <= names(reply).items()
    assert (0 if said.closes else 1) == idle


@pytest.mark.parametrize("kind", [kind for kind in ANSWERS if not ANSWERS[kind].closes])
def test_nothing_of_an_answer_is_left_to_the_next(way: Way, kind: str) -> None:
    """A second request over the same connection has the second answer."""
    said = ANSWERS[kind]

    def serve(talk: Talk) -> None:
        while True:
            talk.listen()
            talk.say(said.data if len(line.heard) == 1 else WHOLE)

    with Line(serve) as line:
        exchange = way.exchange()
        way.send(exchange, line.url + PATH)
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()

    assert isinstance(reply, Response)
    assert (200, BODY.decode()) == (reply.status, reply.body)
    if not {(kind, way.name)} & (REFUSED | NEVER_READ):
        assert 1 == line.connections
