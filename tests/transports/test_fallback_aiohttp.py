"""What is set on an ``aiohttp`` session, or put instead of its parts, is left to aiohttp."""

from __future__ import annotations

import types
from typing import Any

import aiohttp
import pytest
import yarl
from aiohttp.http import HttpVersion10
from integration.host import Host
from pytest_mock import MockerFixture

from .fallback import NOWHERE, Wrapper, goes_by_library

pytestmark = pytest.mark.usefixtures("library")


class Connector(aiohttp.TCPConnector):
    """Nobody knows what it does."""


class Request(aiohttp.ClientRequest):
    """Nobody knows what it does."""


class Response(aiohttp.ClientResponse):
    """Nobody knows what it does."""


async def passes_on(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    return await handler(request)


SETTINGS: dict[str, dict[str, Any]] = {
    "middlewares": {"middlewares": (passes_on,)},
    "trace configs": {"trace_configs": [aiohttp.TraceConfig()]},
    "proxy": {"proxy": "http://127.0.0.1:9"},
    "trust_env": {"trust_env": True},
    "base_url": {"base_url": NOWHERE},
    "raise_for_status": {"raise_for_status": True},
    "skip_auto_headers": {"skip_auto_headers": ["User-Agent"]},
    "version": {"version": HttpVersion10},
    "a class of requests": {"request_class": Request},
    "a class of responses": {"response_class": Response},
}


def with_session(loop: Host, made: Any = aiohttp.ClientSession, **settings: Any) -> Any:
    """An exchange with a session of the user's own."""

    async def opened() -> Any:
        connector = settings.pop("connector", aiohttp.TCPConnector)()
        return made(connector=connector, **settings)

    return loop.exchange({"session": loop.run(opened())})


def closed(loop: Host, exchange: Any) -> None:
    loop.run(exchange.session.close())


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_set_on_the_session(loop: Host, setting: str) -> None:
    """Only aiohttp knows what it means."""
    exchange = with_session(loop, **SETTINGS[setting])

    assert goes_by_library(loop, exchange)
    closed(loop, exchange)


@pytest.mark.parametrize(
    "settings", [{}, {"headers": {"X-Mine": "yes"}}, {"timeout": aiohttp.ClientTimeout(1)}]
)
def test_what_a_bare_request_honours(loop: Host, settings: dict[str, Any]) -> None:
    """It is still sent directly."""
    exchange = with_session(loop, **settings)

    assert not goes_by_library(loop, exchange)
    closed(loop, exchange)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_auth(loop: Host) -> None:
    """Old, and still honoured."""
    exchange = with_session(loop, auth=aiohttp.BasicAuth("me", "secret"))

    assert goes_by_library(loop, exchange)
    closed(loop, exchange)


def test_cookies_in_the_jar(loop: Host) -> None:
    """They would be sent along; an empty jar is none."""
    exchange = with_session(loop)
    assert not goes_by_library(loop, exchange)
    exchange.session.cookie_jar.update_cookies({"a": "b"}, yarl.URL("http://exchange.invalid"))

    assert goes_by_library(loop, exchange)
    closed(loop, exchange)


def test_another_class_of_connectors(loop: Host) -> None:
    """Such as one that goes through a SOCKS proxy."""
    exchange = with_session(loop, connector=Connector)

    assert goes_by_library(loop, exchange)
    closed(loop, exchange)


@pytest.mark.filterwarnings("ignore:Inheritance class Session:DeprecationWarning")
def test_another_class_of_sessions(loop: Host) -> None:
    """What its methods do is not known."""
    exchange = with_session(loop, types.new_class("Session", (aiohttp.ClientSession,)))

    assert goes_by_library(loop, exchange)
    closed(loop, exchange)


def test_a_session_that_is_closed(loop: Host) -> None:
    """aiohttp reports it."""
    exchange = with_session(loop)
    closed(loop, exchange)

    assert goes_by_library(loop, exchange)


@pytest.mark.parametrize("name", ["request", "_request"])
@pytest.mark.parametrize("how", ["mock", "autospec", "wrapper"])
def test_what_is_put_instead_of_a_part(
    loop: Host, mocker: MockerFixture, name: str, how: str
) -> None:
    """A tool that watches or fakes HTTP sees the request; when it has gone, so has the detour."""
    exchange, own = loop.exchange(), getattr(aiohttp.ClientSession, name)
    assert not goes_by_library(loop, exchange)
    if how == "wrapper":
        mocker.patch.object(aiohttp.ClientSession, name, Wrapper(own))
    else:
        mocker.patch.object(aiohttp.ClientSession, name, autospec=how == "autospec")
    assert goes_by_library(loop, exchange)
    setattr(aiohttp.ClientSession, name, own)

    assert not goes_by_library(loop, exchange)


@pytest.mark.filterwarnings("ignore:Setting custom ClientSession:DeprecationWarning")
@pytest.mark.parametrize("name", ["request", "_request"])
def test_what_is_put_instead_of_a_part_of_one_session(
    loop: Host, mocker: MockerFixture, name: str
) -> None:
    """The same, for one exchange object."""
    exchange, other = loop.exchange(), loop.exchange()
    assert not goes_by_library(loop, exchange)
    mocker.patch.object(exchange.session, name)

    assert goes_by_library(loop, exchange)
    assert not goes_by_library(loop, other)


def test_another_aiohttp(loop: Host, mocker: MockerFixture) -> None:
    """What is under the session of another version is not known."""
    exchange = loop.exchange()
    mocker.patch.object(aiohttp, "__version__", "3.15.0")

    assert goes_by_library(loop, exchange)
