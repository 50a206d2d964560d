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
from .certificate_authority import LOCALHOST, Authority, serving
from .senders import PATH, SENDERS, Sender, wait_for_workers
from .tls_servers import believing, over

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


@pytest.mark.parametrize("sender", ["pool", "requests", "aiohttp"], indirect=True)
def test_a_name_that_is_not_found_in_time_was_sent_nothing(
    sender: Sender, found: threading.Event, authority: Authority
) -> None:
    """The call ends by its time, and what connects too late sends nothing."""
    context = serving(authority.server(LOCALHOST))
    with over(context) as server:
        exchange, url = believing(sender, authority), named(server.port)
        reply = sender.send(exchange, url, timeout=SOON)
        found.set()
        after = sender.send(exchange, url)
        wait_for_workers()
        assert 0 == sender.taken(exchange)
        sender.host.close_exchanges()

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert isinstance(after, Response)
    assert 1 == len(server.received)


def test_an_adapter_of_the_users_own_is_left_as_well(found: threading.Event) -> None:
    """It is unknown what it does once the name is found: that counts as sent."""
    sender = SENDERS["thread"]()
    with RawServer(serve, in_turn=False) as server:
        exchange, url = sender.exchange(), server.url.replace("127.0.0.1", "localhost") + PATH
        reply = sender.send(exchange, url, timeout=SOON)
        assert [] == server.received
        found.set()
        after = sender.send(exchange, url)
        wait_for_workers()
        sender.host.close()

    assert isinstance(reply, NoResponse)
    assert reply.may_have_been_sent
    assert "DeadlineError" == reply.reason
    assert isinstance(after, Response)


def named(port: int) -> str:
    return f"https://localhost:{port}{PATH}"
