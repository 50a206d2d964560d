"""Certificates and host names are checked; a connection is known to be alive under TLS as well."""

from __future__ import annotations

import datetime
import ssl
import threading
from typing import Any

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Talk
from urllib3.util import wait_for_read

from adapter.contract.messages import NoResponse, Response

from .answers import WHOLE
from .certificate_authority import DAY, ELSEWHERE, HERE, Authority, serving
from .senders import Way, pooled
from .tls_servers import NOT_REQUESTS, believing, over, url, warm

BOTH = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.mark.parametrize("version", BOTH)
def test_a_certificate_that_is_vouched_for_is_believed(
    way: Way, authority: Authority, version: ssl.TLSVersion
) -> None:
    """Three requests, one handshake."""
    with over(serving(authority.server(), version)) as line:
        exchange = believing(way, authority)
        replies = [way.send(exchange, url(line)) for _ in range(3)]
        idle, taken = way.idle(exchange), way.taken(exchange)
        way.host.close_exchanges()

    assert [200] * 3 == [reply.status for reply in replies if isinstance(reply, Response)]
    assert (1, 1, 0) == (line.connections, idle, taken)


@pytest.mark.parametrize(
    ("name", "lasts"), [(ELSEWHERE, DAY), (HERE, -DAY)], ids=["another host's", "expired"]
)
def test_a_certificate_that_says_something_else_is_not_believed(
    way: Way, authority: Authority, name: Any, lasts: datetime.timedelta
) -> None:
    """Nothing is sent to whoever shows it."""
    with over(serving(authority.server(name, lasts))) as line:
        exchange = believing(way, authority)
        reply = way.send(exchange, url(line))
        assert (0, 0) == (way.idle(exchange), way.taken(exchange))

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert [] == line.heard


def test_a_second_host_has_to_show_its_own_certificate(way: Way, authority: Authority) -> None:
    """The context that the first one's connection made checks the second one's name."""
    with (
        over(serving(authority.server())) as good,
        over(serving(authority.server(ELSEWHERE))) as bad,
    ):
        exchange = believing(way, authority)
        assert isinstance(way.send(exchange, url(good)), Response)
        reply = way.send(exchange, url(bad))
        again = way.send(exchange, url(good))
        way.host.close_exchanges()

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert [] == bad.heard
    assert isinstance(again, Response)


@pytest.mark.parametrize("way", NOT_REQUESTS, indirect=True)
def test_a_connection_that_was_never_used_is_alive_under_tls_1_3(
    way: Way, authority: Authority
) -> None:
    """Its session tickets wait in the socket and look like data; the request goes out over it."""
    greeted = threading.Event()

    def serve(talk: Talk) -> None:
        greeted.set()
        while True:
            talk.listen()
            talk.say(WHOLE)

    with over(serving(authority.server()), serve) as line:
        exchange = believing(way, authority)
        warm(way, exchange, line)
        assert greeted.wait(PATIENCE)
        if way.is_sync:
            (warmed,) = [one.sock for one in pooled(exchange) if one.sock is not None]
            assert wait_for_read(warmed, timeout=PATIENCE)
        reply = way.send(exchange, url(line))
        way.host.close_exchanges()

    assert isinstance(reply, Response)
    assert 1 == line.connections


@pytest.mark.parametrize("version", BOTH)
@pytest.mark.parametrize("end", ["hangs up", "says farewell", "resets", "says something"])
def test_a_connection_that_has_ended_is_not_used(
    way: Way, authority: Authority, end: str, version: ssl.TLSVersion
) -> None:
    """However the server ends it, the next request goes out once, on a new connection."""
    asked, over_with = threading.Event(), threading.Event()

    def serve(talk: Talk) -> None:
        talk.listen()
        talk.say(WHOLE)
        if line.connections == 1:
            assert asked.wait(PATIENCE)
            if end == "says something":
                talk.say(WHOLE)
            elif end == "says farewell":
                talk.farewell()
            else:
                talk.reset() if end == "resets" else None
                talk.close()
            over_with.set()
        talk.listen()

    with over(serving(authority.server(), version), serve) as line:
        exchange = believing(way, authority)
        way.send(exchange, url(line))
        asked.set()
        assert over_with.wait(PATIENCE)
        way.look(exchange)
        reply = way.send(exchange, url(line))
        way.host.close_exchanges()

    assert isinstance(reply, Response)
    assert (2, 2) == (len(line.heard), line.connections)
