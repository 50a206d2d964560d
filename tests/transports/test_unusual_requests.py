"""What goes on the wire unchanged is sent over the session's pool, all else by its ``request``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests.adapters
from integration.host import Host
from pytest_mock import MockerFixture

from adapter.contract.messages import NoResponse, SignedRequest
from adapter.transports import session
from adapter.transports.transport import Transport

NOWHERE = "http://127.0.0.1:9"
URL = f"{NOWHERE}/fapi/v1/order?orderId=7"
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
    "a port that is none": "http://127.0.0.1:700000/",
}


@pytest.fixture
def spy(mocker: MockerFixture) -> Any:
    return mocker.spy(session, "_send_with_session")


def sent(exchange: Any, url: str = URL) -> NoResponse:
    """What becomes of a request to a closed port."""
    signed = SignedRequest(method="DELETE", url=url, headers={})
    reply = Transport(session.Sender()).send(exchange, signed, 10.0)
    assert isinstance(reply, NoResponse)
    assert not reply.may_have_been_sent
    return reply


@pytest.mark.parametrize("what", URLS)
def test_a_url_that_is_not_sent_as_it_stands(sync: Host, spy: Any, what: str) -> None:
    """The session knows what becomes of it."""
    sent(sync.exchange(), URLS[what])

    assert 1 == spy.call_count


@pytest.mark.parametrize("url", [URL, f"{NOWHERE}/", "http://127.0.0.1:9/a//b?c=%20d+e&f=~!$*'()"])
def test_a_url_that_is_sent_as_it_stands(sync: Host, spy: Any, url: str) -> None:
    """There is nothing in it that a library would change."""
    sent(sync.exchange(), url)

    assert 0 == spy.call_count


HEADERS = {
    "not ASCII": ("X", "\u00fc"),
    "a name that is not ASCII": ("X-\u00fc", "x"),
    "a line end": ("X", "a\r\nY: b"),
    "no text": ("X", None),
    "a space before it": ("X", " a"),
    "a length": ("content-length", "0"),
}


@pytest.mark.parametrize("what", HEADERS)
def test_headers_that_are_not_sent_as_they_are(sync: Host, spy: Any, what: str) -> None:
    """requests drops, encodes or refuses them."""
    exchange, (name, value) = sync.exchange(), HEADERS[what]
    exchange.headers[name] = value
    sent(exchange)

    assert 1 == spy.call_count


SETTINGS: dict[str, Callable[[Any], Any]] = {
    "httpProxy": lambda e: setattr(e, "httpProxy", NOWHERE),
    "httpsProxy": lambda e: setattr(e, "httpsProxy", NOWHERE),
    "proxies": lambda e: setattr(e, "proxies", {"http": NOWHERE}),
    "no proxies": lambda e: setattr(e, "proxies", {}),
    "verify=False": lambda e: setattr(e, "verify", False),
    "verify=path": lambda e: setattr(e, "verify", requests.adapters.DEFAULT_CA_BUNDLE_PATH),
    "validateServerSsl": lambda e: setattr(e, "validateServerSsl", False),
    "userAgent": lambda e: setattr(e, "userAgent", "mine"),
    "headers": lambda e: e.headers.update({"X-Mine": "yes"}),
    "timeout": lambda e: setattr(e, "timeout", 1),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_pool_honours_what_is_set_on_the_exchange(sync: Host, spy: Any, setting: str) -> None:
    """Proxies and checks of certificates too."""
    exchange = sync.exchange()
    SETTINGS[setting](exchange)
    sent(exchange)

    assert 0 == spy.call_count


def test_a_file_of_authorities_that_is_not_there_sends_nothing(sync: Host) -> None:
    """As in requests."""
    exchange = sync.exchange()
    exchange.validateServerSsl = "/nowhere/ca.pem"  # ccxt passes ``verify and validateServerSsl``

    assert "OSError" == sent(exchange, URL.replace("http", "https")).reason
