"""What failed before the first byte of the request left is known to be safe to repeat."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from integration.server import PATIENCE, self_signed
from outcomes.addresses import closed_port, full_backlog
from outcomes.raw_server import Peer, RawServer

from adapter.contract.messages import NoResponse

from .answers import WHOLE
from .senders import PATH, Sender

SOON = 0.5
"""Seconds, where a test is about their end."""


def speaks_no_tls(peer: Peer) -> None:
    peer.wait()
    peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def resets(peer: Peer) -> None:
    peer.wait()
    peer.reset()


def certified_by_nobody(peer: Peer) -> None:
    peer.encrypt(self_signed())
    peer.listen()
    peer.say(WHOLE)


def answers(peer: Peer) -> None:
    peer.listen()
    peer.say(WHOLE)
    peer.listen()


def silent(peer: Peer) -> None:
    with contextlib.suppress(ConnectionError):
        peer.listen()  # what comes is the first word of TLS, and then the end


@contextlib.contextmanager
def tls(serve: Callable[[Peer], object]) -> Iterator[str]:
    with RawServer(serve) as server:
        yield f"https://127.0.0.1:{server.port}"
    assert not [received for received in server.received if "order" in received]


@contextlib.contextmanager
def plain(there: Callable[[], Any]) -> Iterator[str]:
    with there() as address:
        yield f"http://{address}"


@contextlib.contextmanager
def nowhere() -> Iterator[str]:
    yield "http://exchange.invalid"


NEVER_SENT: dict[str, tuple[Callable[[], Any], float]] = {
    "refused": (lambda: plain(closed_port), PATIENCE),
    "a name that nobody knows": (nowhere, PATIENCE),
    "nobody accepts": (lambda: plain(full_backlog), SOON),
    "no TLS": (lambda: tls(speaks_no_tls), PATIENCE),
    "closed in TLS": (lambda: tls(lambda _: None), PATIENCE),
    "reset in TLS": (lambda: tls(resets), PATIENCE),
    "silence in TLS": (lambda: tls(silent), SOON),
    "a certificate of nobody's": (lambda: tls(certified_by_nobody), PATIENCE),
}


@pytest.mark.parametrize("failure", NEVER_SENT)
def test_what_failed_before_the_request_was_never_sent(sender: Sender, failure: str) -> None:
    """Not a byte of it left, and nothing is left behind."""
    there, timeout = NEVER_SENT[failure]
    with there() as url:
        exchange = sender.exchange()
        reply = sender.send(exchange, url + PATH, timeout=timeout)
        idle, taken = sender.idle(exchange), sender.taken(exchange)

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert (0, 0) == (idle, taken)


def test_a_host_that_comes_back_is_reached(sender: Sender) -> None:
    """What could not be opened does not prevent what can."""
    exchange = sender.exchange()
    with closed_port() as there:
        refused = sender.send(exchange, f"http://{there}{PATH}")
    assert isinstance(refused, NoResponse)
    with RawServer(answers, port=int(there.rpartition(":")[2])) as server:
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    assert not isinstance(reply, NoResponse)
    assert 1 == len(server.received)


def test_a_port_that_is_none_was_never_sent(sender: Sender) -> None:
    """The library reports it."""
    reply = sender.send(sender.exchange(), f"http://127.0.0.1:70000{PATH}")

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent


def test_a_request_whose_time_is_over_was_never_sent(sender: Sender) -> None:
    """Connecting ends with it, and no request is received."""
    with RawServer(lambda peer: peer.listen()) as server:
        exchange = sender.exchange()
        reply = sender.send(exchange, server.url + PATH, timeout=1e-9)
        sender.host.close_exchanges()

    assert isinstance(reply, NoResponse)
    assert [] == server.received or reply.may_have_been_sent
