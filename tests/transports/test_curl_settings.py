"""Settings that libcurl cannot honour leave a request to the exchange's session."""

from __future__ import annotations

import functools
import socket
import ssl
import sys
from pathlib import Path
from typing import Any

import pytest
import urllib3.util.connection
from outcomes.raw_server import Peer, RawServer
from pytest_mock import MockerFixture

from adapter.contract.messages import NoResponse, Response
from adapter.transports import transport

from .answers import WHOLE
from .certificate_authority import Authority
from .curled import LEFT, Curled, curled

__all__ = ["curled"]

NOWHERE = "http://127.0.0.1:9"


def is_left(curled: Curled, **named: Any) -> bool:
    """Whether the session would have sent it."""
    return curled.send(NOWHERE, **named) == LEFT


def test_libcurl_sends_what_is_usual(curled: Curled) -> None:
    """It finds a closed port."""
    assert not is_left(curled)


def test_the_policy_may_ask_for_the_session(curled: Curled) -> None:
    """``transport = "session"``."""
    assert is_left(curled, direct=False)


HEADERS = {
    "two lines": {"X-Is": "a\r\nX-Other: b"},
    "no ASCII": {"X-Is": "\u00e9"},
    "spaces around": {"X-Is": " a "},
    "a length": {"Content-Length": "3"},
    "no text": {"X-Is": None},
}


@pytest.mark.parametrize("what", HEADERS)
def test_headers_that_libcurl_would_change(curled: Curled, what: str) -> None:
    """The session sends them, or says why not."""
    curled.exchange.headers = HEADERS[what]
    assert is_left(curled)


@pytest.mark.parametrize("path", ["/a/../b", "/a b", "/\u00e9", "/a#b", '/"', ""])
def test_urls_that_libcurl_would_change(curled: Curled, path: str) -> None:
    """A signature covers them as they are. A handle that was used before knows it too."""
    assert is_left(curled, path=path)
    with RawServer(answers) as server:
        assert isinstance(curled.send(server.url), Response)
        assert LEFT == curled.send(server.url, path=path)
        curled.close()

    assert 1 == len(server.received)


def test_a_percent_sign_is_sent_as_it_is(curled: Curled) -> None:
    """In the query, which is signed, in capitals or not."""
    with RawServer(answers) as server:
        curled.send(server.url, path="/order?a=%2f%2F&b=1//2,x")
        curled.close()

    assert ["DELETE /order?a=%2f%2F&b=1//2,x HTTP/1.1"] == server.received


def answers(peer: Peer) -> None:
    while True:
        peer.listen()
        peer.say(WHOLE)


def replaced(*_: Any, **__: Any) -> Any:
    raise AssertionError


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (socket, "socket"),
        (socket, "getaddrinfo"),
        (socket, "create_connection"),
        (urllib3.util.connection, "create_connection"),
        (urllib3.util.connection, "allowed_gai_family"),
    ],
)
def test_a_replaced_network_is_used(
    curled: Curled, mocker: MockerFixture, owner: Any, name: str
) -> None:
    """By gevent, a SOCKS proxy for the whole process, an address to bind to, or a test."""
    original = getattr(owner, name)
    function = replaced if isinstance(original, type) else functools.wraps(original)(replaced)
    assert not is_left(curled)
    mocker.patch.object(owner, name, function)
    assert is_left(curled)


def test_settings_from_the_environment_are_the_sessions(curled: Curled) -> None:
    """It reads proxies, passwords and authorities there, where ccxt is told so."""
    other = Curled(curled.host.mode, requests_trust_env=True, aiohttp_trust_env=True)
    assert is_left(other)
    other.host.close()


def test_a_tls_context_of_the_users_is_the_sessions(authority: Authority) -> None:
    """libcurl has the file of authorities alone."""
    curled = Curled("async")
    assert not is_left(curled)
    curled.exchange.ssl_context = authority.trusting()
    assert is_left(curled)
    curled.host.close()


def test_as_many_authorities_of_the_users_are_others(tmp_path: Path) -> None:
    """Their number alone would not tell them from ccxt's."""
    curled = Curled("async")
    assert not is_left(curled)
    context = curled.exchange.ssl_context
    others = [Authority(tmp_path).file.read_text() for _ in context.get_ca_certs()]
    curled.exchange.ssl_context = ssl.create_default_context(cadata="".join(others))
    assert context.cert_store_stats() == curled.exchange.ssl_context.cert_store_stats()
    assert is_left(curled)
    curled.host.close()


def test_an_authority_of_the_users_is_believed(authority: Authority, curled: Curled) -> None:
    """ccxt's settings for it, as file; nobody else is."""
    from .certificate_authority import serving
    from .tls_servers import over

    key = "validateServerSsl" if curled.host.is_sync else "cafile"
    with over(serving(authority.server())) as server:
        url = f"https://127.0.0.1:{server.port}"
        before = curled.send(url)
        believing = Curled(curled.host.mode, **{key: str(authority.file)})
        after = believing.send(url)
        believing.host.close()

    assert isinstance(before, NoResponse)
    assert not before.may_have_been_sent
    assert isinstance(after, Response)


def test_a_redirect_is_an_answer(curled: Curled) -> None:
    """The signature goes nowhere else."""
    there = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"

    def redirects(peer: Peer) -> None:
        peer.listen()
        peer.say(there)

    with RawServer(redirects) as server:
        reply = curled.send(server.url)
        curled.close()

    assert isinstance(reply, Response)
    assert 302 == reply.status


def test_without_pycurl_there_is_the_session(mocker: MockerFixture) -> None:
    """It is an extra."""
    mocker.patch.dict(sys.modules, {"pycurl": None})
    assert not transport.has_libcurl()


@pytest.mark.parametrize("missing", ["PREREQFUNCTION", "AsyncCurlMulti", "TLS"])
def test_a_libcurl_that_lacks_something_is_not_used(mocker: MockerFixture, missing: str) -> None:
    """Built by a distribution, or long ago."""
    import pycurl

    assert transport.has_libcurl()
    if missing == "TLS":
        info = pycurl.version_info()
        features = info[4] & ~pycurl.VERSION_SSL
        mocker.patch.object(pycurl, "version_info", return_value=(*info[:4], features))
    else:
        mocker.patch.object(pycurl, missing)
        delattr(pycurl, missing)
    assert not transport.has_libcurl()
