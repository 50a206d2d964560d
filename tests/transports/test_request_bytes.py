"""What the short ways write down is what the whole library would send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.host import SYMBOL, moved, still
from integration.server import Heard, Server

from adapter.contract.messages import NoResponse, Response

from .senders import PATH, WAYS, Way

AS_IT_STANDS = {
    "signed": "?symbol=BTCUSDT&timestamp=1700000000000&signature=0aF%2BZz%3D%3D",
    "encoded": "?a=b%20c%2Fd%3Ae%40f%26g%25h%C3%BC&c=%E2%82%AC",
    "plus and others": "?a=b+c&d=e!f$g'h(i)j*k,l;m:n@o/p?q",
    "empty": "?",
    "nothing": "",
    "dots": "?a=..&b=./c",
    "twice": "?a=1&a=2&&b",
}
"""Queries that every way leaves alone."""
TIDIED = {
    "?a=%7Eb%41": "?a=~bA",
    "?a=%3a%c3%bc": "?a=%3A%C3%BC",
}
"""Queries that are the same to a server, and that requests writes its own way."""
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


def headers(heard: Heard) -> dict[str, str]:
    """By name in small letters; the order means nothing."""
    pairs = [line.split(":", 1) for line in heard.headers]
    found = {name.lower(): value.strip() for name, value in pairs}
    assert len(found) == len(pairs)
    host, _, port = found["host"].partition(":")
    return found | {"host": f"{host}:{'port' if port.isdigit() else port}"}


def opened(way: Way) -> Any:
    """An exchange whose session stands already."""
    exchange = way.exchange()
    if not way.is_sync:
        way.host.done(lambda: _open(exchange))
    return exchange


async def _open(exchange: Any) -> None:
    exchange.open(True)


def heard_of(way: Way, set_up: Callable[[Any], object], target: str = PATH, **named: Any) -> Heard:
    with Server() as server:
        exchange = opened(way)
        set_up(exchange)
        reply = way.send(exchange, server.url + target, **named)
        way.host.close_exchanges()
    assert isinstance(reply, Response)
    (heard,) = server.heard
    return heard


def assert_the_same(way: Way, set_up: Callable[[Any], object], **named: Any) -> None:
    other = WAYS["requests" if way.is_sync else "aiohttp"]()
    try:
        theirs = heard_of(other, set_up, **named)
    finally:
        other.host.close()
    ours = heard_of(way, set_up, **named)

    assert theirs.line == ours.line
    assert headers(theirs) == headers(ours)


@pytest.mark.parametrize("method", ["DELETE", "GET"])
@pytest.mark.parametrize("setting", SETTINGS)
def test_the_request_is_the_librarys_own(way: Way, setting: str, method: str) -> None:
    """The line, the names of the headers and their values, whatever their order."""
    assert_the_same(way, SETTINGS[setting], method=method)


@pytest.mark.parametrize("setting", BY_LIBRARY)
def test_headers_that_only_a_library_writes_are_left_to_it(way: Way, setting: str) -> None:
    """Two of a name, or ones that the short ways write themselves: each goes out once."""
    way.detours = 1
    assert_the_same(way, BY_LIBRARY[setting])


@pytest.mark.parametrize("value", [None, b"bytes", 7])
def test_a_header_that_is_no_text_is_left_to_the_library(sync_way: Way, value: Any) -> None:
    """requests drops None, sends bytes, and refuses numbers before anything has left."""
    way = sync_way
    way.detours = 1
    with Server() as server:
        exchange = way.exchange()
        exchange.headers["X-Mine"] = value
        reply = way.send(exchange, server.url + PATH)
        way.host.close_exchanges()

    if value == 7:
        assert isinstance(reply, NoResponse)
        assert not reply.may_have_been_sent
        assert [] == server.heard
    else:
        (heard,) = server.heard
        assert (None if value is None else value.decode()) == heard.header("X-Mine")


@pytest.mark.parametrize("query", AS_IT_STANDS)
def test_a_target_goes_out_byte_for_byte(way: Way, query: str) -> None:
    """It is what was signed."""
    target = f"/fapi/v1/order{AS_IT_STANDS[query]}"
    expected = target if way.short else target.removesuffix("?")

    if "/." in target:
        way.detours = 1
    assert expected == heard_of(way, SETTINGS["none"], target).target


@pytest.mark.parametrize("query", TIDIED)
def test_only_requests_tidies_a_query(way: Way, query: str) -> None:
    """Nothing that the adapter or ccxt encodes looks like that."""
    heard = heard_of(way, SETTINGS["none"], f"/fapi/v1/order{query}")

    expected = TIDIED[query] if way.name == "requests" else query
    assert f"/fapi/v1/order{expected}" == heard.target


def test_a_cancel_of_the_adapters_own(way: Way) -> None:
    """The whole of it, by its way: signed, and answered."""
    with Server(keep_alive=True) as server:
        exchange = still(moved(way.attached(), server.url))
        order = way.host.cancel(exchange, "7", SYMBOL)
        way.host.close_exchanges()

    assert "canceled" == order["outcome"]
    assert "D" == server.asked
    assert server.heard[0].target.startswith("/fapi/v1/order?")
    assert "signature=" in server.heard[0].query
