"""One TLS context serves one exchange object, and no more than that."""

from __future__ import annotations

import ssl
import threading
from typing import Any

import pytest
import requests.adapters
import urllib3.connection
from integration.server import PATIENCE
from outcomes.raw_server import Peer
from pytest_mock import MockerFixture

from adapter.contract.messages import Response
from adapter.transports import session

from .answers import WHOLE
from .certificate_authority import Authority, serving
from .senders import Sender, pooled
from .tls_servers import ONE_CONTEXT, believing, over, url, warm

NAME = "create_urllib3_context"


def contexts(sender: Sender, exchange: Any) -> list[ssl.SSLContext]:
    """Those of the open connections."""
    if sender.is_sync:
        return [one.sock.context for one in pooled(exchange) if one.sock is not None]
    protocols = [one for key in exchange.tcp_connector._conns.values() for one, _ in key]
    return [one.transport.get_extra_info("sslcontext") for one in protocols]


@pytest.mark.parametrize("sender", ONE_CONTEXT, indirect=True)
def test_one_context_serves_all_connections_of_an_exchange(
    sender: Sender, authority: Authority
) -> None:
    """Making one takes long. Two hosts, two connections each, once the first one is open."""
    barrier = threading.Barrier(2)

    def serve(peer: Peer) -> None:
        while True:
            if peer.listen().startswith("DELETE"):
                barrier.wait(PATIENCE)
            peer.say(WHOLE)

    context = serving(authority.server())
    with over(context, serve) as one, over(context, serve) as other:
        exchange = believing(sender, authority)
        warm(sender, exchange, one)
        for server in (one, other):
            sender.host.together([sender.sending(exchange, url(server))] * 2)
        used = contexts(sender, exchange)
        sender.host.close_exchanges()

    assert 4 == len(used)
    assert 1 == len(set(map(id, used)))


@pytest.mark.parametrize("sync_sender", ["pool", "requests"], indirect=True)
def test_the_context_is_made_once(
    sync_sender: Sender, authority: Authority, mocker: MockerFixture
) -> None:
    """Five connections, to two hosts: an adapter of the user's own makes five."""
    spies = [mocker.spy(module, NAME) for module in (session, urllib3.connection)]

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(WHOLE)

    context = serving(authority.server())
    with over(context, serve) as one, over(context, serve) as other:
        exchange = believing(sync_sender, authority)
        for server in (one, other, one, other, one):
            assert isinstance(sync_sender.send(exchange, url(server)), Response)
            wait_for_end(exchange)

    assert 5 == one.connections + other.connections
    assert (5 if sync_sender.name == "thread" else 1) == sum(spy.call_count for spy in spies)


def wait_for_end(exchange: Any) -> None:
    """Until the server's close has arrived here."""
    for one in pooled(exchange):
        if one.sock is not None:
            while one.sock.recv(1):
                pass


@pytest.mark.parametrize("sync_sender", ["pool", "requests"], indirect=True)
def test_a_context_of_the_users_own_stays_with_its_adapter(
    sync_sender: Sender, authority: Authority
) -> None:
    """An adapter for one host may have a client's certificate, which no other host is shown."""
    sync_sender.detours = True
    context = serving(authority.server())
    with over(context) as one, over(context) as other:
        exchange = believing(sync_sender, authority)
        own, adapter = authority.trusting(), requests.adapters.HTTPAdapter()
        adapter.init_poolmanager(10, 10, ssl_context=own)
        exchange.session.mount(f"https://127.0.0.1:{one.port}", adapter)
        for server in (other, one, other):
            assert isinstance(sync_sender.send(exchange, url(server)), Response)
        ports = one.port, other.port
        used = {one.port: one.sock.context for one in pooled(exchange) if one.sock is not None}
        sync_sender.host.close_exchanges()

    assert [True, False] == [used[port] is own for port in ports]
