"""Connections that are opened before they are needed are used when they are."""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from integration.host import SYMBOL, Host, moved
from integration.server import PATIENCE
from outcomes.raw_server import Peer, RawServer, kept

import adapter

from .prewarmed import asked, cancels, counting, prewarmed

OPTION = "BTC/USDT:USDT-261225-90000-C"


@pytest.mark.parametrize("transport", ["auto", "session"])
@pytest.mark.parametrize("n", [1, 3, 25])
def test_the_next_cancels_open_no_connection(
    host: Host, n: int, transport: str, tmp_path: Path
) -> None:
    """Not even where a pool of requests would have kept ten. One ping is sent over each."""
    file = tmp_path / "plugins.toml"
    file.write_text(f'[defaults]\ntransport = "{transport}"\n')
    with counting(n) as server:
        exchange = moved(host.attached(plugins=file), server.url)
        stand = prewarmed(host, exchange, n)
        assert {server.url: n} == stand
        assert server.accepted(n)
        assert "p" * n == asked(server)
        outcomes = [cancels(host, exchange, n) for _ in range(2)]
        host.close_exchanges()

    assert [["canceled"] * n] * 2 == outcomes
    assert (n, 2 * n) == (server.connections, asked(server).count("D"))


def test_one_connection_is_opened_where_no_number_is_given(host: Host) -> None:
    """It is open for the next cancel."""
    with counting() as server:
        exchange = moved(host.attached(), server.url)
        assert {server.url: 1} == prewarmed(host, exchange)
        host.close_exchanges()

    assert 1 == server.connections


def test_only_what_is_missing_is_opened(host: Host) -> None:
    """Three are open, of a cancel and of a first call: a second one for five opens two."""
    with counting() as server:
        exchange = moved(host.attached(), server.url)
        cancels(host, exchange, 1)
        assert {server.url: 3} == prewarmed(host, exchange, 3)
        assert {server.url: 5} == prewarmed(host, exchange, 5)
        assert {server.url: 2} == prewarmed(host, exchange, 2)
        host.close_exchanges()

    assert 5 == server.connections


def test_what_the_server_has_closed_is_opened_anew(host: Host) -> None:
    """It is not open, whatever the pool has."""
    may, closed = threading.Event(), threading.Semaphore(0)

    def serve(peer: Peer) -> None:
        peer.listen()
        peer.say(kept({}))
        if server.connections <= 2:
            assert may.wait(PATIENCE)
            peer.close()
            closed.release()
        peer.listen()

    with RawServer(serve, in_turn=False) as server:
        exchange = moved(host.attached(), server.url)
        assert {server.url: 2} == prewarmed(host, exchange, 2)
        assert server.accepted(2)
        may.set()
        for _ in range(2):
            assert closed.acquire(timeout=PATIENCE)
        assert {server.url: 2} == prewarmed(host, exchange, 2)
        host.close_exchanges()

    assert 4 == server.connections


def test_each_host_once(host: Host) -> None:
    """Portfolio margin has three products and one host, spot and margin share one, too."""
    names = {
        "api": {"private": "api/v3", "sapi": "sapi/v1"},
        "fapi": {"fapiPrivate": "fapi/v1"},
        "dapi": {"dapiPrivate": "dapi/v1"},
        "eapi": {"eapiPrivate": "eapi/v1"},
        "papi": {"papi": "papi/v1"},
    }
    with ExitStack() as stack:
        lines = {name: stack.enter_context(counting()) for name in names}
        exchange = host.attached()
        own = {k: f"{lines[name].url}/{v}" for name, of in names.items() for k, v in of.items()}
        exchange.urls = {**exchange.urls, "api": {**exchange.urls["api"], **own}}
        stand = prewarmed(host, exchange, 2)
        host.close_exchanges()

    assert {line.url: 2 for line in lines.values()} == stand
    assert {2} == {line.connections for line in lines.values()}


@pytest.mark.parametrize(
    ("symbols", "hosts"),
    [
        ([SYMBOL], ["fapi"]),
        ([OPTION], ["eapi"]),
        ([SYMBOL, OPTION, "ETH/USDT:USDT"], ["fapi", "eapi"]),
        (["not a symbol"], []),
        ([], []),
    ],
)
def test_only_the_hosts_of_the_symbols(host: Host, symbols: list[str], hosts: list[str]) -> None:
    """A symbol that ccxt's own method takes has none of ours."""
    with counting() as fapi, counting() as eapi:
        lines = {"fapi": fapi, "eapi": eapi}
        exchange = host.attached()
        own = {f"{name}Private": f"{server.url}/{name}/v1" for name, server in lines.items()}
        exchange.urls = {**exchange.urls, "api": {**exchange.urls["api"], **own}}
        stand = prewarmed(host, exchange, symbols=iter(symbols))
        host.close_exchanges()

    assert {lines[name].url: 1 for name in hosts} == stand


def test_one_symbol_may_be_alone(host: Host) -> None:
    """A string is not taken for the symbols ``"B"``, ``"T"`` and so on."""
    with counting() as server:
        exchange = moved(host.attached(), server.url)
        assert {server.url: 1} == prewarmed(host, exchange, symbols=SYMBOL)
        host.close_exchanges()


def test_hosts_that_are_missing_are_left_out(host: Host) -> None:
    """The sandbox has no options and no portfolio margin."""
    with counting() as server:
        exchange = host.attached()
        exchange.set_sandbox_mode(True)
        moved(exchange, server.url)
        stand = prewarmed(host, exchange, 2)
        assert {server.url: 2} == stand
        assert {} == prewarmed(host, exchange, symbols=[OPTION])
        host.close_exchanges()


def test_no_more_than_the_connector_allows(loop: Host) -> None:
    """Nobody waits for a connection that its limits forbid."""

    async def made(**limits: Any) -> Any:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(**limits))

    for limits in ({"limit": 2}, {"limit_per_host": 2}, {"limit": 0, "limit_per_host": 0}):
        with counting() as server:
            session = loop.run(made(**limits))
            exchange = moved(loop.attached({"session": session}), server.url)
            stand = prewarmed(loop, exchange, 3)
            loop.run(session.close())

        assert {server.url: 3 if limits == {"limit": 0, "limit_per_host": 0} else 2} == stand


def test_giving_it_up_leaves_nothing_taken(loop: Host) -> None:
    """What is open by then is free, the others are closed."""
    over = threading.Event()
    with RawServer(lambda _: over.wait(PATIENCE), in_turn=False) as server:
        exchange = moved(loop.attached(), server.url.replace("http", "https"))

        async def given_up() -> None:
            task = asyncio.ensure_future(adapter.prewarm(exchange, 2))
            assert await asyncio.to_thread(server.accepted, 2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        loop.run(given_up())
        assert 0 == len(exchange.tcp_connector._acquired)
        assert {} == exchange.tcp_connector._conns
        over.set()
        loop.close_exchanges()


def test_a_prefix_proxy_is_what_is_opened(host: Host) -> None:
    """It is where the bytes go; the exchange itself is not spoken to."""
    with counting() as server, counting() as proxy:
        exchange = moved(host.attached({"proxyUrl": f"{proxy.url}/"}), server.url)
        exchange.check_conflicting_proxies = lambda *_: None  # ccxt's own refuses every proxyUrl
        assert {server.url: 2} == prewarmed(host, exchange, 2)
        host.close_exchanges()

    assert (0, 2) == (server.connections, proxy.connections)
