"""Connections that cannot be opened beforehand, and calls that make no sense."""

from __future__ import annotations

import threading
from typing import Any

import ccxt
import pytest
from integration.host import Host, moved
from outcomes.addresses import closed_port, full_backlog
from outcomes.raw_server import Peer, RawServer, kept

import adapter

from .certificate_authority import Authority, serving
from .prewarmed import counting, prewarmed


@pytest.mark.parametrize("place", [closed_port, full_backlog])
def test_a_host_that_cannot_be_reached_has_none(
    host: Host, place: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, without keys, and the other hosts are served."""
    with place() as there, counting() as server:
        exchange = moved(host.attached({"timeout": 1000}), server.url)
        api = {**exchange.urls["api"], "fapiPrivate": f"http://{there}/fapi/v1"}
        exchange.urls = {**exchange.urls, "api": api}
        stand = prewarmed(host, exchange, 3)
        host.close_exchanges()

    logged = [record.getMessage() for record in caplog.records if record.name == "adapter"]
    assert 0 == stand[f"http://{there}"]
    assert 1 == len(logged)
    assert f"no connection to http://{there}: " in logged[0]
    assert "Cancelled" not in logged[0]
    assert 3 == stand[server.url]


def test_some_of_many_may_fail(
    host: Host, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """One of three is let in and kept; what befell the others is logged."""
    context, first = serving(authority.server()), threading.Lock()

    def serve(peer: Peer) -> None:
        if first.acquire(blocking=False):
            peer.encrypt(context)
            peer.listen()
            peer.say(kept({}))
            peer.listen()

    with RawServer(serve, in_turn=False) as server:
        url = server.url.replace("http", "https")
        exchange = moved(host.attached(), url)
        exchange.validateServerSsl = exchange.cafile = str(authority.file)
        assert {url: 1} == prewarmed(host, exchange, 3)
        host.close_exchanges()

    logged = [record.getMessage() for record in caplog.records]
    assert logged
    assert all(line.startswith(f"binance: no connection to {url}: ") for line in logged)


def test_a_proxy_that_is_not_there_leaves_none(host: Host) -> None:
    """The pings go the route of the cancels."""
    with counting() as server:
        exchange = moved(host.attached({"httpProxy": "http://127.0.0.1:9"}), server.url)
        assert {server.url: 0} == prewarmed(host, exchange, 2)

    assert 0 == server.connections


def test_a_closed_exchange_opens_nothing(loop: Host) -> None:
    """It reports it, as for a cancel."""
    with counting() as server:
        exchange = moved(loop.attached(), server.url)
        assert {server.url: 1} == prewarmed(loop, exchange)
        loop.run(exchange.close())
        with pytest.raises(ccxt.ExchangeClosedByUser):
            prewarmed(loop, exchange)

    assert 1 == server.connections


@pytest.mark.parametrize("n", [0, -1, 1001, True, "3", 1.5, None])
def test_a_number_that_is_none_is_refused(host: Host, n: Any) -> None:
    """The message shows what is required and what was given."""
    with pytest.raises(ValueError, match="from 1 to 1000; got") as caught:
        prewarmed(host, host.attached(), n)

    assert repr(n) in str(caught.value)


@pytest.mark.usefixtures("only_binance")
@pytest.mark.parametrize("id", ["binance", "kraken"])
def test_an_exchange_without_the_adapter_is_refused(host: Host, id: str) -> None:
    """Or one that no plugin serves: there is nothing to open."""
    exchange = host.exchange(id=id)
    if id == "kraken":
        adapter.attach(exchange)
    with pytest.raises(ValueError, match="attach\\(exchange\\) first"):
        prewarmed(host, exchange)


@pytest.mark.parametrize("symbol", ["", None, 7])
def test_a_symbol_that_is_none_raises_what_a_cancel_would(host: Host, symbol: Any) -> None:
    """Nothing is opened."""
    exchange = host.attached()
    with pytest.raises(ccxt.BaseError) as cancel:
        host.cancel(exchange, "7", symbol)
    with pytest.raises(type(cancel.value)):
        prewarmed(host, exchange, symbols=[symbol])
