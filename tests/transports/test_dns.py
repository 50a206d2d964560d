"""A name that is looked up for ever costs no call more than its time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Peer, RawServer
from pytest_mock import MockerFixture

from adapter.contract.messages import NoResponse, Response

from .answers import WHOLE
from .senders import PATH, SENDERS, Sender

NOT_REQUESTS = [name for name in SENDERS if name != "requests"]
SOON = 0.5


def serve(peer: Peer) -> None:
    while True:
        peer.listen()
        peer.say(WHOLE)


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


@pytest.mark.parametrize("sender", NOT_REQUESTS, indirect=True)
def test_a_name_that_is_not_found_in_time_was_sent_nothing(
    sender: Sender, found: threading.Event
) -> None:
    """The call ends by its time, and what connects too late is closed and used by nobody."""
    with RawServer(serve, in_turn=False) as server:
        exchange, url = sender.exchange(), server.url.replace("127.0.0.1", "localhost") + PATH
        reply = sender.send(exchange, url, timeout=SOON)
        found.set()
        after = sender.send(exchange, url)
        assert 0 == sender.taken(exchange)
        sender.host.close_exchanges()

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert isinstance(after, Response)
    assert 1 == len(server.received)


def test_the_whole_of_requests_is_left_as_well(found: threading.Event) -> None:
    """It is unknown what it does once the name is found: that counts as sent."""
    sender = SENDERS["requests"]()
    with RawServer(serve, in_turn=False) as server:
        exchange, url = sender.exchange(), server.url.replace("127.0.0.1", "localhost") + PATH
        reply = sender.send(exchange, url, timeout=SOON)
        assert [] == server.received
        found.set()
        after = sender.send(exchange, url)
        sender.host.close()

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert "GivenUpError" == reply.reason
    assert isinstance(after, Response)


def test_the_latecomer_is_closed(found: threading.Event) -> None:
    """Nobody waits for it any more."""
    ended = threading.Event()

    def waits(peer: Peer) -> None:
        with pytest.raises(ConnectionError):
            peer.listen()
        ended.set()

    with RawServer(waits, in_turn=False) as server:
        sender = SENDERS["usual, stdlib"]()
        url = server.url.replace("127.0.0.1", "localhost") + PATH
        reply = sender.send(sender.exchange(), url, timeout=SOON)
        found.set()
        assert ended.wait(PATIENCE)
        sender.host.close()

    assert isinstance(reply, NoResponse)
    assert (1, []) == (server.connections, server.received)
