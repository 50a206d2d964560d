"""What only a whole library honours is left to it: URLs, and settings of the exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.host import Host

from .fallback import NOWHERE, URL, goes_by_library

pytestmark = pytest.mark.usefixtures("library")

URLS = {
    "a user": "http://me@127.0.0.1:9/",
    "a user and a password": "http://me:secret@127.0.0.1:9/",
    "a fragment": f"{URL}#here",
    "another alphabet": f"{URL}&clientOrderId=\u00fc",
    "another alphabet in the host": "http://b\u00f6rse.invalid/",
    "a way up": f"{NOWHERE}/fapi/../v1/order",
    "a way nowhere": f"{NOWHERE}/fapi/./v1/order",
    "a space": f"{URL}&a=b c",
    "a quotation mark": f'{URL}&a="b"',
    "brackets": f"{URL}&a=[1]",
    "braces": f"{URL}&a={{1}}",
    "a backslash": f"{URL}&a=\\b",
    "a line end": f"{URL}\r\nX-Mine: yes",
    "no path": NOWHERE,
    "a query and no path": f"{NOWHERE}?a=b",
    "an address in brackets": "http://[::1]:9/",
    "a scheme in capitals": "HTTP://127.0.0.1:9/",
    "another scheme": "ftp://127.0.0.1:9/",
    "a port in other digits": "http://127.0.0.1:\u0669/",
    "a port that is none": "http://127.0.0.1:70000/",
}


@pytest.mark.parametrize("what", URLS)
def test_a_url_that_is_not_sent_as_it_stands(host: Host, what: str) -> None:
    """The library knows what becomes of it."""
    assert goes_by_library(host, host.exchange(), URLS[what])


@pytest.mark.parametrize("url", [URL, f"{NOWHERE}/", "http://127.0.0.1:9/a//b?c=%20d+e&f=~!$*'()"])
def test_a_url_that_is_sent_as_it_stands(host: Host, url: str) -> None:
    """There is nothing in it that a library would change."""
    assert not goes_by_library(host, host.exchange(), url)


def test_a_setting_forbids_direct_sending(host: Host) -> None:
    """``transport = "session"`` arrives as ``direct=False``."""
    assert goes_by_library(host, host.exchange(), direct=False)


def on_exchange(name: str, value: Any) -> Callable[[Any], None]:
    return lambda exchange: setattr(exchange, name, value)


def proxied(name: str) -> Callable[[Any], None]:
    return on_exchange(name, "http://127.0.0.1:9")


EXCHANGE: dict[str, Callable[[Any], Any]] = {
    "httpProxy": proxied("httpProxy"),
    "http_proxy": proxied("http_proxy"),
    "httpsProxy": proxied("httpsProxy"),
    "socksProxy": on_exchange("socksProxy", "socks5://127.0.0.1:9"),
    "a callback for a proxy": on_exchange("httpProxyCallback", lambda *_: "http://127.0.0.1:9"),
    "a header that is not ASCII": lambda exchange: exchange.headers.update({"X": "\u00fc"}),
    "a name of a header that is not ASCII": lambda e: e.headers.update({"X-\u00fc": "x"}),
    "a header with a line end": lambda exchange: exchange.headers.update({"X": "a\r\nY: b"}),
    "a header that is no text": lambda exchange: exchange.headers.update({"X": None}),
}
SYNC = {
    "proxies": on_exchange("proxies", {"http": "http://127.0.0.1:9"}),
    "no proxies": on_exchange("proxies", {}),
    "verify=False": on_exchange("verify", False),
    "verify=path": on_exchange("verify", "/etc/ssl/certs/ca-certificates.crt"),
    "validateServerSsl=False": on_exchange("validateServerSsl", False),
}
ASYNC = {"aiohttp_proxy": proxied("aiohttp_proxy")}


@pytest.mark.parametrize("setting", [*EXCHANGE, *SYNC, *ASYNC])
def test_what_is_set_on_the_exchange(host: Host, setting: str) -> None:
    """Proxies of every kind, checks that are off, headers that cannot be written down as they are.

    Async exchanges have their checks in the session's connector; the others have no
    ``aiohttp_proxy``.
    """
    exchange = host.exchange()
    ({**EXCHANGE, **SYNC, **ASYNC})[setting](exchange)
    own = {**EXCHANGE, **(SYNC if host.is_sync else ASYNC)}

    assert (setting in own) == goes_by_library(host, exchange)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("userAgent", "mine"),
        ("headers", {"X-Mine": "yes"}),
        ("timeout", 1),
        ("enableRateLimit", True),
        ("verbose", False),
    ],
)
def test_what_a_bare_request_honours(host: Host, name: str, value: Any) -> None:
    """It is still sent directly."""
    exchange = host.exchange()
    setattr(exchange, name, value)

    assert not goes_by_library(host, exchange)
