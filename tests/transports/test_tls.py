"""Certificates and host names are checked; a connection is known to be alive under TLS as well."""

from __future__ import annotations

import datetime
import ssl
import threading
from typing import Any

import pytest
from integration.server import PATIENCE
from outcomes.raw_server import Peer

from adapter.contract.messages import NoResponse, Response

from .answers import WHOLE
from .certificate_authority import DAY, ELSEWHERE, HERE, Authority, serving
from .senders import Sender
from .tls_servers import believing, over, url, warm

BOTH = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.mark.parametrize("version", BOTH)
def test_a_certificate_that_is_vouched_for_is_believed(
    sender: Sender, authority: Authority, version: ssl.TLSVersion
) -> None:
    """Three requests, one handshake."""
    with over(serving(authority.server(), version)) as server:
        exchange = believing(sender, authority)
        replies = [sender.send(exchange, url(server)) for _ in range(3)]
        idle, taken = sender.idle(exchange), sender.taken(exchange)
        sender.host.close_exchanges()

    assert [200] * 3 == [reply.status for reply in replies if isinstance(reply, Response)]
    assert (1, 1, 0) == (server.connections, idle, taken)


@pytest.mark.parametrize(
    ("name", "lasts"), [(ELSEWHERE, DAY), (HERE, -DAY)], ids=["another host's", "expired"]
)
def test_a_certificate_for_another_name_is_not_trusted(
    sender: Sender, authority: Authority, name: Any, lasts: datetime.timedelta
) -> None:
    """Nothing is sent to whoever shows it."""
    with over(serving(authority.server(name, lasts))) as server:
        exchange = believing(sender, authority)
        reply = sender.send(exchange, url(server))
        assert (0, 0) == (sender.idle(exchange), sender.taken(exchange))

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert [] == server.received


def test_a_second_host_has_to_show_its_own_certificate(
    sender: Sender, authority: Authority
) -> None:
    """The context that the first one's connection made checks the second one's name."""
    with (
        over(serving(authority.server())) as good,
        over(serving(authority.server(ELSEWHERE))) as bad,
    ):
        exchange = believing(sender, authority)
        assert isinstance(sender.send(exchange, url(good)), Response)
        reply = sender.send(exchange, url(bad))
        again = sender.send(exchange, url(good))
        sender.host.close_exchanges()

    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    assert [] == bad.received
    assert isinstance(again, Response)


def test_a_connection_that_was_pinged_is_alive_under_tls_1_3(
    sender: Sender, authority: Authority
) -> None:
    """Its session tickets have been read with the answer; the request goes out over it."""
    with over(serving(authority.server())) as server:
        exchange = believing(sender, authority)
        warm(sender, exchange, server)
        reply = sender.send(exchange, url(server))
        sender.host.close_exchanges()

    assert isinstance(reply, Response)
    assert 1 == server.connections


@pytest.mark.parametrize("version", BOTH)
@pytest.mark.parametrize("end", ["hangs up", "says farewell", "resets", "says something"])
def test_a_connection_that_has_ended_is_not_used(
    sender: Sender, authority: Authority, end: str, version: ssl.TLSVersion
) -> None:
    """However the server ends it, the next request goes out once, on a new connection."""
    asked, over_with = threading.Event(), threading.Event()

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(WHOLE)
        if server.connections == 1:
            assert asked.wait(PATIENCE)
            if end == "says something":
                peer.say(WHOLE)
            elif end == "says farewell":
                peer.farewell()
            else:
                peer.reset() if end == "resets" else None
                peer.close()
            over_with.set()
        peer.listen()

    with over(serving(authority.server(), version), serve) as server:
        exchange = believing(sender, authority)
        sender.send(exchange, url(server))
        asked.set()
        assert over_with.wait(PATIENCE)
        sender.look(exchange)
        reply = sender.send(exchange, url(server))
        sender.host.close_exchanges()

    if sender.name == "aiohttp" and end == "says something":  # it does not look before it sends
        assert isinstance(reply, NoResponse)
        assert reply.may_have_been_sent
        return
    assert isinstance(reply, Response)
    assert (2, 2) == (len(server.received), server.connections)
