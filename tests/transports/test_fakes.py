"""Tools that watch or fake HTTP see the cancel, and their answer is used."""

from __future__ import annotations

import http.client
import io
import json
from typing import Any

import aiohttp
import ccxt
import pytest
import requests
import requests.adapters
import urllib3
from integration.host import SYMBOL, Host, moved, still
from integration.server import CANCELED, Server
from multidict import CIMultiDict
from pytest_mock import MockerFixture
from urllib3.connectionpool import HTTPConnectionPool

DONE = json.dumps(CANCELED).encode()
WATCHED: list[tuple[type, str]] = [
    (requests.Session, "request"),
    (requests.Session, "send"),
    (requests.Session, "get_adapter"),
    (requests.adapters.HTTPAdapter, "send"),
    (HTTPConnectionPool, "urlopen"),
    (http.client.HTTPConnection, "getresponse"),
]


def faked(request: Any, body: bytes, status: int = 200) -> requests.Response:
    """As those tools make it: without headers about the body."""
    response = requests.Response()
    response.status_code, response.request, response.url = status, request, request.url
    response.raw = urllib3.HTTPResponse(io.BytesIO(body), preload_content=False)
    return response


def test_a_fake_of_the_adapters_send(sync: Host, mocker: MockerFixture) -> None:
    """Like ``responses``: nothing reaches the network."""
    seen: list[Any] = []

    def send(_: Any, request: Any, **__: Any) -> requests.Response:
        seen.append(request)
        return faked(request, DONE)

    mocker.patch.object(requests.adapters.HTTPAdapter, "send", send)
    order = sync.cancel(still(sync.attached()), "7", SYMBOL)

    assert "canceled" == order["outcome"]
    assert ["DELETE"] == [request.method for request in seen]
    assert "signature=" in seen[0].url


def test_a_fake_of_the_sessions_adapter(sync: Host, mocker: MockerFixture) -> None:
    """Like ``requests-mock``, with an answer that was read already."""

    class Fake(requests.adapters.BaseAdapter):
        def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
            response = faked(request, b"")
            response.raw, response._content = None, DONE
            return response

        def close(self) -> None:
            pass

    mocker.patch.object(requests.Session, "get_adapter", return_value=Fake())
    order = sync.cancel(still(sync.attached()), "7", SYMBOL)

    assert "canceled" == order["outcome"]


def test_a_fake_without_a_body_is_an_answer(sync: Host, mocker: MockerFixture) -> None:
    """No connection was cut off where there was none."""
    mocker.patch.object(
        requests.adapters.HTTPAdapter, "send", lambda _, request, **__: faked(request, b"", 403)
    )
    with pytest.raises(ccxt.DDoSProtection):
        sync.cancel(still(sync.attached()), "7", SYMBOL)


def test_a_watcher_sees_the_real_request(sync: Host, mocker: MockerFixture) -> None:
    """Like tracing: the original is called in the end."""
    watched = mocker.spy(requests.Session, "send")
    with Server() as server:
        exchange = still(sync.attached())
        exchange.urls = {**exchange.urls, "api": {"fapiPrivate": f"{server.url}/fapi/v1"}}
        order = sync.cancel(exchange, "7", SYMBOL)

    assert "canceled" == order["outcome"]
    assert 1 == watched.call_count
    assert "D" == server.asked


@pytest.mark.parametrize(("owner", "name"), WATCHED, ids=str)
def test_a_watcher_that_comes_later_sees_what_comes_after_it(
    sync: Host, mocker: MockerFixture, owner: type, name: str
) -> None:
    """What was there at the first cancel, the second does not rely on."""
    with Server() as server:
        exchange = moved(sync.attached(), server.url)
        sync.cancel(exchange, "7", SYMBOL)
        watched = mocker.spy(owner, name)
        sync.cancel(exchange, "7", SYMBOL)
        seen = watched.call_count
        mocker.stopall()
        sync.cancel(exchange, "7", SYMBOL)

    assert seen > 0
    assert seen == watched.call_count
    assert "DDD" == server.asked


class Faked:
    """As much of an aiohttp response as is looked at."""

    status, reason = 200, "OK"
    headers = CIMultiDict({"X-Is": "here"})

    async def text(self, **_: Any) -> str:
        return DONE.decode()

    async def __aenter__(self) -> Faked:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


def test_a_fake_of_the_sessions_request(loop: Host, mocker: MockerFixture) -> None:
    """Like ``aioresponses``: nothing reaches the network."""
    seen: list[Any] = []

    async def request(_: Any, method: str, url: Any, **__: Any) -> Faked:
        seen.append((method, str(url)))
        return Faked()

    mocker.patch.object(aiohttp.ClientSession, "_request", request)
    order = loop.cancel(still(loop.attached()), "7", SYMBOL)

    assert "canceled" == order["outcome"]
    assert ["DELETE"] == [method for method, _ in seen]
    assert "signature=" in seen[0][1]
