"""What failed before the first byte of the request left is known to be safe to repeat."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from integration.server import PATIENCE, self_signed
from outcomes.addresses import closed_port, full_backlog
from outcomes.raw_server import Line, Talk

from adapter.contract.messages import NoResponse

from .answers import WHOLE
from .senders import PATH, Way

SOON = 0.5
"""Seconds, where a test is about their end."""


def speaks_no_tls(talk: Talk) -> None:
    talk.wait()
    talk.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def resets(talk: Talk) -> None:
    talk.wait()
    talk.reset()


def certified_by_nobody(talk: Talk) -> None:
    talk.encrypt(self_signed())
    talk.listen()
    talk.say(WHOLE)


def answers(talk: Talk) -> None:
    talk.listen()
    talk.say(WHOLE)
    talk.listen()


def silent(talk: Talk) -> None:
    with contextlib.suppress(ConnectionError):
        talk.listen()  # what comes is the first word of TLS, and then the end


@contextlib.contextmanager
def tls(serve: Callable[[Talk], object]) -> Iterator[str]:
    with Line(serve) as line:
        yield f"https://127.0.0.1:{line.port}"
    assert not [heard for heard in line.heard if "order" in heard]


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
def test_what_failed_before_the_request_was_never_sent(way: Way, failure: str) -> None:
    """Not a byte of it left, and nothing is left behind."""
    there, timeout = NEVER_SENT[failure]
    with there() as url:
        exchange = way.exchange()
        reply = way.send(exchange, url + PATH, timeout=timeout)
        idle, taken = way.idle(exchange), way.taken(exchange)

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert (0, 0) == (idle, taken)


def test_a_host_that_comes_back_is_reached(way: Way) -> None:
    """What could not be opened does not stand in the way of what can."""
    exchange = way.exchange()
    with closed_port() as there:
        refused = way.send(exchange, f"http://{there}{PATH}")
    assert isinstance(refused, NoResponse)
    with Line(answers, port=int(there.rpartition(":")[2])) as line:
        reply = way.send(exchange, line.url + PATH)
        way.host.close_exchanges()

    assert not isinstance(reply, NoResponse)
    assert 1 == len(line.heard)


def test_a_port_that_is_none_was_never_sent(way: Way) -> None:
    """No pool can be made for it: the whole library says so."""
    way.detours = 1
    reply = way.send(way.exchange(), f"http://127.0.0.1:70000{PATH}")

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent


def test_a_request_whose_time_is_over_was_never_sent(way: Way) -> None:
    """Connecting ends with it, and no request is heard."""
    with Line(lambda talk: talk.listen()) as line:
        exchange = way.exchange()
        reply = way.send(exchange, line.url + PATH, timeout=1e-9)
        way.host.close_exchanges()

    assert isinstance(reply, NoResponse)
    assert [] == line.heard or reply.may_have_been_sent
