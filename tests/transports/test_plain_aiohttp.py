"""An ``aiohttp`` session is plain as long as it is ccxt's own, and nobody has changed it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import yarl
from integration.host import Host
from pytest_mock import MockerFixture

from adapter.transports.plain import is_plain_session

from .wrapper import Wrapper


class Connector(aiohttp.TCPConnector):
    """Nobody knows what it does."""


def opened(loop: Host, config: dict[str, Any] | None = None) -> Any:
    """An exchange whose session is open."""
    exchange = loop.exchange(config)

    async def opening() -> None:
        exchange.open(True)

    loop.run(opening())
    return exchange


def given(loop: Host, made: Callable[[], Any]) -> Any:
    """An exchange with a session of the user's own, and its connector as ccxt keeps its own."""

    async def making() -> Any:
        return made()

    exchange = opened(loop)
    loop.run(exchange.session.close())
    exchange.session = loop.run(making())
    exchange.tcp_connector = exchange.session.connector
    return exchange


def test_the_session_that_ccxt_makes(loop: Host) -> None:
    """Also before it is made."""
    exchange = loop.exchange()
    assert is_plain_session(exchange)

    assert is_plain_session(opened(loop))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_any_session_that_the_user_gave(loop: Host) -> None:
    """It may have middlewares, which aiohttp does not show."""

    async def made() -> Any:
        return aiohttp.ClientSession()

    exchange = loop.exchange({"session": loop.run(made())})
    assert not is_plain_session(exchange)
    loop.run(exchange.session.close())


@pytest.mark.parametrize("is_open", [False, True])
def test_a_session_that_reads_the_environment(loop: Host, is_open: bool) -> None:
    """Proxies and passwords come from there."""
    config = {"aiohttp_trust_env": True}

    assert not is_plain_session((opened if is_open else Host.exchange)(loop, config))


CHANGES: dict[str, Callable[[Any], Any]] = {
    "a trace config": lambda session: session.trace_configs.append(aiohttp.TraceConfig()),
    "a cookie": lambda session: session.cookie_jar.update_cookies(
        {"a": "b"}, yarl.URL("http://exchange.invalid")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_later(loop: Host, change: str) -> None:
    """It counts from the next cancel on."""
    exchange = opened(loop)
    assert is_plain_session(exchange)
    CHANGES[change](exchange.session)

    assert not is_plain_session(exchange)


SESSIONS: dict[str, Callable[[], Any]] = {
    "another class of connectors": lambda: aiohttp.ClientSession(connector=Connector()),
    "skip_auto_headers": lambda: aiohttp.ClientSession(skip_auto_headers=["User-Agent"]),
    "raise_for_status": lambda: aiohttp.ClientSession(raise_for_status=True),
    "trace configs": lambda: aiohttp.ClientSession(trace_configs=[aiohttp.TraceConfig()]),
    "trust_env": lambda: aiohttp.ClientSession(trust_env=True),
}


@pytest.mark.parametrize("setting", SESSIONS)
def test_what_is_put_in_the_place_of_ccxts_session(loop: Host, setting: str) -> None:
    """Only aiohttp knows what it means."""
    assert not is_plain_session(given(loop, SESSIONS[setting]))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_auth(loop: Host) -> None:
    """Old, and still honoured."""
    made = given(loop, lambda: aiohttp.ClientSession(auth=aiohttp.BasicAuth("me", "secret")))

    assert not is_plain_session(made)


def test_a_session_that_is_closed(loop: Host) -> None:
    """aiohttp reports it."""
    exchange = opened(loop)
    loop.run(exchange.session.close())

    assert not is_plain_session(exchange)


@pytest.mark.parametrize("name", ["request", "_request"])
@pytest.mark.parametrize("how", ["mock", "autospec", "wrapper"])
def test_what_is_put_instead_of_a_part(
    loop: Host, mocker: MockerFixture, name: str, how: str
) -> None:
    """A tool that watches or fakes HTTP sees the request; when it has gone, so has the detour."""
    exchange, own = opened(loop), getattr(aiohttp.ClientSession, name)
    assert is_plain_session(exchange)
    if how == "wrapper":
        mocker.patch.object(aiohttp.ClientSession, name, Wrapper(own))
    else:
        mocker.patch.object(aiohttp.ClientSession, name, autospec=how == "autospec")
    assert not is_plain_session(exchange)
    setattr(aiohttp.ClientSession, name, own)

    assert is_plain_session(exchange)


@pytest.mark.filterwarnings("ignore:Setting custom ClientSession:DeprecationWarning")
@pytest.mark.parametrize("name", ["request", "_request"])
def test_what_is_put_instead_of_a_part_of_one_session(
    loop: Host, mocker: MockerFixture, name: str
) -> None:
    """The same, for one exchange object."""
    exchange, other = opened(loop), opened(loop)
    mocker.patch.object(exchange.session, name)

    assert not is_plain_session(exchange)
    assert is_plain_session(other)


def test_sockets_that_are_replaced(host: Host, mocker: MockerFixture) -> None:
    """By a guard that forbids the network in tests, or by a library of green threads."""
    exchange = host.exchange()
    assert is_plain_session(exchange)
    mocker.patch.object(socket, "socket", type("Guarded", (socket.socket,), {}))

    assert not is_plain_session(exchange)


@pytest.mark.parametrize("owner", [socket.socket, ssl.SSLSocket])
def test_a_method_of_sockets_that_is_replaced(
    host: Host, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a test that lets a read fail: libcurl would not call it."""
    exchange = host.exchange()
    monkeypatch.setattr(owner, "recv", lambda *_: b"", raising=False)

    assert not is_plain_session(exchange)
