"""A name that is looked up for ever costs no call more than its time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Line, Talk
from pytest_mock import MockerFixture

from adapter.contract.messages import NoResponse, Response

from .answers import WHOLE
from .senders import PATH, WAYS, Way

NOT_REQUESTS = [name for name in WAYS if name != "requests"]
SOON = 0.5


def serve(talk: Talk) -> None:
    while True:
        talk.listen()
        talk.say(WHOLE)


@pytest.fixture
def found(mocker: MockerFixture) -> Iterator[threading.Event]:
    """Nothing is, until this is set: neither name nor address."""
    event, look_up = threading.Event(), socket.getaddrinfo

    def slow(*arguments: Any, **named: Any) -> Any:
        assert event.wait(PATIENCE)
        return look_up(*arguments, **named)

    mocker.patch("socket.getaddrinfo", slow)
    yield event
    event.set()


@pytest.mark.parametrize("way", NOT_REQUESTS, indirect=True)
def test_a_name_that_is_not_found_in_time_was_sent_nothing(
    way: Way, found: threading.Event
) -> None:
    """The call ends by its time, and what connects too late is closed and used by nobody."""
    with Line(serve, in_turn=False) as line:
        exchange, url = way.exchange(), line.url.replace("127.0.0.1", "localhost") + PATH
        reply = way.send(exchange, url, timeout=SOON)
        found.set()
        after = way.send(exchange, url)
        assert 0 == way.taken(exchange)
        way.host.close_exchanges()

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert isinstance(after, Response)
    assert 1 == len(line.heard)


def test_the_whole_of_requests_is_left_as_well(found: threading.Event) -> None:
    """Nobody can say what it does once the name is found: that counts as sent."""
    way = WAYS["requests"]()
    with Line(serve, in_turn=False) as line:
        exchange, url = way.exchange(), line.url.replace("127.0.0.1", "localhost") + PATH
        reply = way.send(exchange, url, timeout=SOON)
        assert [] == line.heard
        found.set()
        after = way.send(exchange, url)
        way.host.close()

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert "GivenUpError" == reply.reason
    assert isinstance(after, Response)


def test_the_latecomer_is_closed(found: threading.Event) -> None:
    """Nobody waits for it any more."""
    ended = threading.Event()

    def waits(talk: Talk) -> None:
        with pytest.raises(ConnectionError):
            talk.listen()
        ended.set()

    with Line(waits, in_turn=False) as line:
        way = WAYS["usual, stdlib"]()
        url = line.url.replace("127.0.0.1", "localhost") + PATH
        reply = way.send(way.exchange(), url, timeout=SOON)
        found.set()
        assert ended.wait(PATIENCE)
        way.host.close()

    assert isinstance(reply, NoResponse)
    assert (1, []) == (line.connections, line.heard)
