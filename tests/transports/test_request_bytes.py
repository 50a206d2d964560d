"""Each sender sends the bytes that ccxt's own request would send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.host import SYMBOL, moved, still
from integration.server import ReceivedRequest, Server

from adapter.contract.messages import NoResponse, Response

from .senders import PATH, SENDERS, Sender

AS_IT_STANDS = {
    "signed": "?symbol=BTCUSDT&timestamp=1700000000000&signature=0aF%2BZz%3D%3D",
    "encoded": "?a=b%20c%2Fd%3Ae%40f%26g%25h%C3%BC&c=%E2%82%AC",
    "plus and others": "?a=b+c&d=e!f$g'h(i)j*k,l;m:n@o/p?q",
    "empty": "?",
    "nothing": "",
    "dots": "?a=..&b=./c",
    "twice": "?a=1&a=2&&b",
}
"""Queries that every sender leaves alone."""
TIDIED = {
    "?a=%7Eb%41": "?a=~bA",
    "?a=%3a%c3%bc": "?a=%3A%C3%BC",
}
"""Queries that are the same to a server, and that requests encodes differently."""
SETTINGS: dict[str, Callable[[Any], object]] = {
    "none": lambda _: None,
    "a header": lambda exchange: exchange.headers.update({"X-Mine": "yes"}),
    "an empty header": lambda exchange: exchange.headers.update({"X-Mine": ""}),
    "a header of its own in place of the library's": lambda exchange: exchange.headers.update(
        {"Accept": "application/json", "User-Agent": "mine"}
    ),
    "a user agent": lambda exchange: setattr(exchange, "userAgent", "mine/1.0"),
    "a user agent of ccxt's": lambda exchange: setattr(
        exchange, "userAgent", exchange.userAgents["chrome"]
    ),
    "a header of the session's": lambda exchange: exchange.session.headers.update(
        {"X-Mine": "yes", "accept-language": "de"}
    ),
    "no connection to be kept": lambda exchange: exchange.headers.update({"Connection": "close"}),
    "spaces in a header": lambda exchange: exchange.headers.update({"X-Mine": "a  b c"}),
}
BY_LIBRARY: dict[str, Callable[[Any], object]] = {
    "a header in small letters": lambda exchange: exchange.headers.update({"user-agent": "mine"}),
    "a host": lambda exchange: exchange.headers.update({"Host": "exchange.invalid"}),
    "a length": lambda exchange: exchange.headers.update({"Content-Length": "0"}),
}


def headers(received: ReceivedRequest) -> dict[str, str]:
    """By name in small letters; the order means nothing."""
    pairs = [line.split(":", 1) for line in received.headers]
    found = {name.lower(): value.strip() for name, value in pairs}
    assert len(found) == len(pairs)
    host, _, port = found["host"].partition(":")
    return found | {"host": f"{host}:{'port' if port.isdigit() else port}"}


def opened(sender: Sender) -> Any:
    """An exchange whose session is open already."""
    exchange = sender.exchange()
    if not sender.is_sync:
        sender.host.done(lambda: _open(exchange))
    return exchange


async def _open(exchange: Any) -> None:
    exchange.open(True)


def heard_of(
    sender: Sender, set_up: Callable[[Any], object], target: str = PATH, **named: Any
) -> ReceivedRequest:
    with Server() as server:
        exchange = opened(sender)
        set_up(exchange)
        reply = sender.send(exchange, server.url + target, **named)
        sender.host.close_exchanges()
    assert isinstance(reply, Response)
    (received,) = server.received
    return received


def assert_the_same(sender: Sender, set_up: Callable[[Any], object], **named: Any) -> None:
    other = SENDERS["requests" if sender.is_sync else "aiohttp"]()
    try:
        theirs = heard_of(other, set_up, **named)
    finally:
        other.host.close()
    ours = heard_of(sender, set_up, **named)

    assert theirs.line == ours.line
    assert headers(theirs) == headers(ours)


@pytest.mark.parametrize("method", ["DELETE", "GET"])
@pytest.mark.parametrize("setting", SETTINGS)
def test_the_request_is_the_librarys_own(sender: Sender, setting: str, method: str) -> None:
    """The request line, the names of the headers and their values, in any order."""
    assert_the_same(sender, SETTINGS[setting], method=method)


@pytest.mark.parametrize("setting", BY_LIBRARY)
def test_headers_that_only_a_library_writes_are_left_to_it(sender: Sender, setting: str) -> None:
    """Two of a name, or ones that are added to the others: each is sent once."""
    is_repeated = setting != "a host"
    sender.detours = is_repeated if sender.is_urllib3 else sender.name == "libcurl"
    assert_the_same(sender, BY_LIBRARY[setting])


@pytest.mark.parametrize("value", [None, b"bytes", 7])
def test_a_header_that_is_no_text_is_left_to_the_library(sync_sender: Sender, value: Any) -> None:
    """requests drops None, sends bytes, and refuses numbers before anything has left."""
    sender = sync_sender
    sender.detours = sender.is_sync
    with Server() as server:
        exchange = sender.exchange()
        exchange.headers["X-Mine"] = value
        reply = sender.send(exchange, server.url + PATH)
        sender.host.close_exchanges()

    if value == 7:
        assert isinstance(reply, NoResponse)
        assert not reply.may_have_been_sent
        assert [] == server.received
    else:
        (received,) = server.received
        assert (None if value is None else value.decode()) == received.header("X-Mine")


@pytest.mark.parametrize("query", AS_IT_STANDS)
def test_a_target_goes_out_byte_for_byte(sender: Sender, query: str) -> None:
    """It is what was signed."""
    target = f"/fapi/v1/order{AS_IT_STANDS[query]}"
    expected = target if sender.name in ("pool", "libcurl") else target.removesuffix("?")

    assert expected == heard_of(sender, SETTINGS["none"], target).target


@pytest.mark.parametrize("query", TIDIED)
def test_only_requests_tidies_a_query(sender: Sender, query: str) -> None:
    """Nothing that the adapter or ccxt encodes looks like that. urllib3 changes only the case."""
    received = heard_of(sender, SETTINGS["none"], f"/fapi/v1/order{query}")

    expected = TIDIED[query] if sender.name == "thread" else query
    if sender.name in ("pool", "requests"):
        expected = query.replace("3a", "3A").replace("c3%bc", "C3%BC")
    assert f"/fapi/v1/order{expected}" == received.target


def test_a_cancel_of_the_adapters_own(sender: Sender) -> None:
    """The whole of it, by its sender: signed, and answered."""
    with Server(keep_alive=True) as server:
        exchange = still(moved(sender.attached(), server.url))
        order = sender.host.cancel(exchange, "7", SYMBOL)
        sender.host.close_exchanges()

    assert "canceled" == order["outcome"]
    assert "D" == server.asked
    assert server.received[0].target.startswith("/fapi/v1/order?")
    assert "signature=" in server.received[0].query
