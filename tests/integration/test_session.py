"""The session is the exchange's own, or the user's, and so are the headers."""

from __future__ import annotations

from typing import Any

import aiohttp
import ccxt
import pytest
import requests

import adapter

from .host import SYMBOL, Host, moved, still
from .server import Server, the_same


def test_a_requests_adapter_of_the_users_own_is_used() -> None:
    """What is mounted on ``exchange.session`` carries the cancel."""

    class Counting(requests.adapters.HTTPAdapter):
        sent = 0

        def send(self, *arguments: Any, **named: Any) -> requests.Response:
            self.sent += 1
            return super().send(*arguments, **named)

    host = Host("sync")
    with Server() as server:
        exchange = moved(host.attached(), server.url)
        mounted = Counting()
        exchange.session.mount("http://", mounted)
        host.cancel(exchange, "7", SYMBOL)
    host.close()

    assert 1 == mounted.sent


def test_a_requests_session_of_the_users_own_is_used() -> None:
    """``{"session": …}`` in the constructor: its headers go out, its cookies do not stay."""
    host = Host("sync")
    with Server() as server, requests.Session() as session:
        session.headers["X-Mine"] = "yes"
        exchange = moved(host.attached({"session": session}), server.url)
        session.cookies.set("left", "over")
        host.cancel(exchange, "7", SYMBOL)
    host.close()

    assert "yes" == server.received[0].header("X-Mine")
    assert server.received[0].header("Cookie") is None


def test_an_aiohttp_session_of_the_users_own_is_used_and_left_open() -> None:
    """``{"session": …}`` in the constructor carries the cancel, and stays the user's to close."""
    host = Host("async")

    async def made() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(headers={"X-Mine": "yes"})

    with Server() as server:
        session = host.run(made())
        exchange = moved(host.attached({"session": session}), server.url)
        host.cancel(exchange, "7", SYMBOL)

        assert exchange.session is session
        host.close_exchanges()
        assert not session.closed
        host.run(session.close())
    host.close()

    assert "yes" == server.received[0].header("X-Mine")


def test_a_closed_async_exchange_stays_closed() -> None:
    """After ``close()`` a cancel raises what ccxt raises, and opens no new session."""
    host = Host("async")
    with Server() as server:
        exchange = moved(host.attached(), server.url)
        host.cancel(exchange, "7", SYMBOL)
        host.run(exchange.close())
        with pytest.raises(ccxt.ExchangeClosedByUser):
            host.cancel(exchange, "7", SYMBOL)
        assert exchange.session is None
    host.close()

    assert 1 == len(server.received)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"userAgent": "mine/1.0"},
        {"userAgent": {"User-Agent": "mine/2.0", "X-More": "1"}},
        {"headers": {"X-Extra": "2"}},
        {"headers": {"User-Agent": "mine/3.0"}, "userAgent": "mine/4.0"},
        {"headers": {"X-MBX-APIKEY": "another"}},
    ],
    ids=str,
)
def test_the_headers_are_ccxts(host: Host, config: dict[str, Any]) -> None:
    """Line for line what ccxt sends: ``userAgent``, ``headers`` and the library's own."""
    with Server() as server:
        ccxts = still(moved(host.exchange(config), server.url))
        ours = adapter.attach(still(moved(host.exchange(config), server.url)))
        host.cancel(ccxts, "7", SYMBOL)
        host.cancel(ours, "7", SYMBOL)

    one, other = server.received
    assert the_same(one) == the_same(other)
