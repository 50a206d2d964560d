"""Connections that are opened before they are needed are used when they are."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import aiohttp
import pytest
from integration.host import SYMBOL, Host, moved
from integration.server import PATIENCE
from outcomes.raw_server import Line, Talk

import adapter

from .prewarmed import cancels, counting, prewarmed

OPTION = "BTC/USDT:USDT-261225-90000-C"


@pytest.mark.parametrize("n", [1, 3, 25])
def test_the_next_cancels_open_no_connection(host: Host, n: int) -> None:
    """Not even where a pool of requests would have kept ten. No request is sent before them."""
    with counting(n) as line:
        exchange = moved(host.attached(), line.url)
        stand = prewarmed(host, exchange, n)
        assert {line.url: n} == stand
        assert line.accepted(n)
        assert [] == line.heard
        outcomes = [cancels(host, exchange, n) for _ in range(2)]
        host.close_exchanges()

    assert [["canceled"] * n] * 2 == outcomes
    assert (n, 2 * n) == (line.connections, len(line.heard))


def test_one_connection_is_opened_where_no_number_is_given(host: Host) -> None:
    """It stands for the next cancel."""
    with counting() as line:
        exchange = moved(host.attached(), line.url)
        assert {line.url: 1} == prewarmed(host, exchange)
        host.close_exchanges()

    assert 1 == line.connections


def test_only_what_is_missing_is_opened(host: Host) -> None:
    """Three stand, of a cancel and of a first call: a second one for five opens two."""
    with counting() as line:
        exchange = moved(host.attached(), line.url)
        cancels(host, exchange, 1)
        assert {line.url: 3} == prewarmed(host, exchange, 3)
        assert {line.url: 5} == prewarmed(host, exchange, 5)
        assert {line.url: 2} == prewarmed(host, exchange, 2)
        host.close_exchanges()

    assert 5 == line.connections


def test_what_the_server_has_closed_is_opened_anew(host: Host) -> None:
    """It does not stand, whatever the pool holds."""
    may, closed = threading.Event(), threading.Semaphore(0)

    def serve(talk: Talk) -> None:
        if line.connections <= 2:
            assert may.wait(PATIENCE)
            talk.close()
            closed.release()
        talk.listen()

    with Line(serve, in_turn=False) as line:
        exchange = moved(host.attached(), line.url)
        assert {line.url: 2} == prewarmed(host, exchange, 2)
        assert line.accepted(2)
        may.set()
        for _ in range(2):
            assert closed.acquire(timeout=PATIENCE)
        assert {line.url: 2} == prewarmed(host, exchange, 2)
        host.close_exchanges()

    assert 4 == line.connections


def test_each_host_once(host: Host) -> None:
    """Portfolio margin has three products and one host; the others have their own."""
    with counting() as fapi, counting() as eapi, counting() as papi:
        exchange = host.attached()
        own = {"fapiPrivate": f"{fapi.url}/fapi/v1", "eapiPrivate": f"{eapi.url}/eapi/v1"}
        api = {**exchange.urls["api"], **own, "papi": f"{papi.url}/papi/v1"}
        exchange.urls = {**exchange.urls, "api": api}
        stand = prewarmed(host, exchange, 2)
        host.close_exchanges()

    assert {fapi.url: 2, eapi.url: 2, papi.url: 2} == stand
    assert [2, 2, 2] == [line.connections for line in (fapi, eapi, papi)]


@pytest.mark.parametrize(
    ("symbols", "hosts"),
    [
        ([SYMBOL], ["fapi"]),
        ([OPTION], ["eapi"]),
        ([SYMBOL, OPTION, "ETH/USDT:USDT"], ["fapi", "eapi"]),
        (["BTC/USDT"], []),
        ([], []),
    ],
)
def test_only_the_hosts_of_the_symbols(host: Host, symbols: list[str], hosts: list[str]) -> None:
    """A symbol that ccxt's own method takes has none of ours."""
    with counting() as fapi, counting() as eapi:
        lines = {"fapi": fapi, "eapi": eapi}
        exchange = host.attached()
        own = {f"{name}Private": f"{line.url}/{name}/v1" for name, line in lines.items()}
        exchange.urls = {**exchange.urls, "api": {**exchange.urls["api"], **own}}
        stand = prewarmed(host, exchange, symbols=iter(symbols))
        host.close_exchanges()

    assert {lines[name].url: 1 for name in hosts} == stand


def test_one_symbol_may_stand_by_itself(host: Host) -> None:
    """A string is not taken for the symbols ``"B"``, ``"T"`` and so on."""
    with counting() as line:
        exchange = moved(host.attached(), line.url)
        assert {line.url: 1} == prewarmed(host, exchange, symbols=SYMBOL)
        host.close_exchanges()


def test_hosts_that_are_missing_are_left_out(host: Host) -> None:
    """The sandbox has no options and no portfolio margin."""
    with counting() as line:
        exchange = host.attached()
        exchange.set_sandbox_mode(True)
        moved(exchange, line.url)
        stand = prewarmed(host, exchange, 2)
        assert {line.url: 2} == stand
        assert {} == prewarmed(host, exchange, symbols=[OPTION])
        host.close_exchanges()


def test_no_more_than_the_connector_allows(loop: Host) -> None:
    """Nobody waits for a connection that its limits forbid."""

    async def made(**limits: Any) -> Any:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(**limits))

    for limits in ({"limit": 2}, {"limit_per_host": 2}, {"limit": 0, "limit_per_host": 0}):
        with counting() as line:
            session = loop.run(made(**limits))
            exchange = moved(loop.attached({"session": session}), line.url)
            stand = prewarmed(loop, exchange, 3)
            loop.run(session.close())

        assert {line.url: 3 if limits == {"limit": 0, "limit_per_host": 0} else 2} == stand


def test_giving_it_up_leaves_nothing_taken(loop: Host) -> None:
    """What stands by then is free, what does not is closed."""
    with Line(lambda talk: talk.wait(), in_turn=False) as line:
        exchange = moved(loop.attached(), line.url.replace("http", "https"))

        async def given_up() -> None:
            task = asyncio.ensure_future(adapter.prewarm(exchange, 2))
            assert await asyncio.to_thread(line.accepted, 2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        loop.run(given_up())
        assert 0 == len(exchange.tcp_connector._acquired)
        assert {} == exchange.tcp_connector._conns
        loop.close_exchanges()


def test_a_prefix_proxy_is_what_stands_ready(host: Host) -> None:
    """It is where the bytes go; the exchange itself is not spoken to."""
    with counting() as line, counting() as proxy:
        exchange = moved(host.attached({"proxyUrl": f"{proxy.url}/"}), line.url)
        exchange.check_conflicting_proxies = lambda *_: None  # ccxt's own refuses every proxyUrl
        assert {line.url: 2} == prewarmed(host, exchange, 2)
        host.close_exchanges()

    assert (0, 2) == (line.connections, proxy.connections)
