"""A ``requests`` session is plain as long as it is as ccxt makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
import requests.adapters
import urllib3
from integration.host import Host
from pytest_mock import MockerFixture
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.util import Retry

from adapter.transports.plain import is_plain_session

from .wrapper import Wrapper

NOWHERE = "http://127.0.0.1:9"


class Session(requests.Session):
    """Nobody knows what it does."""


class Adapter(requests.adapters.HTTPAdapter):
    """Nobody knows what it does."""


class Connection(HTTPConnection):
    """As tools that record HTTP have it."""


def mounted(**settings: Any) -> Callable[[Any, Any], None]:
    return lambda session, _: session.mount("http://", requests.adapters.HTTPAdapter(**settings))


SETTINGS: dict[str, Callable[[Any, MockerFixture], Any]] = {
    "auth": lambda session, _: setattr(session, "auth", ("me", "secret")),
    "cert": lambda session, _: setattr(session, "cert", "client.pem"),
    "params": lambda session, _: session.params.update({"a": "b"}),
    "proxies": lambda session, _: session.proxies.update({"http": "http://127.0.0.1:9"}),
    "hooks": lambda session, _: session.hooks["response"].append(print),
    "trust_env": lambda session, _: setattr(session, "trust_env", True),
    "an adapter": lambda session, _: session.mount("http://", Adapter()),
    "an adapter for the host": lambda session, _: session.mount(NOWHERE, Adapter()),
    "retries": mounted(max_retries=1),
    "retries in words": mounted(max_retries=Retry(total=None, connect=3)),
    "a limit of connections": mounted(pool_block=True),
    "session.request": lambda session, mocker: mocker.patch.object(session, "request"),
    "session.send": lambda session, mocker: mocker.patch.object(session, "send"),
    "session.get_adapter": lambda session, mocker: mocker.patch.object(
        session, "get_adapter", return_value=session.adapters["http://"]
    ),
    "adapter.send": lambda session, mocker: mocker.patch.object(
        session.get_adapter(NOWHERE), "send"
    ),
}
PARTS: list[tuple[Any, str]] = [
    (requests.Session, "request"),
    (requests.Session, "send"),
    (requests.Session, "get_adapter"),
    (requests.adapters.HTTPAdapter, "send"),
    (requests.adapters.HTTPAdapter, "get_connection_with_tls_context"),
    (HTTPConnectionPool, "urlopen"),
]


@pytest.mark.parametrize("known", [False, True], ids=["at first", "after a cancel"])
@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_set_on_the_session(
    sync: Host, mocker: MockerFixture, setting: str, known: bool
) -> None:
    """It counts from the next cancel on."""
    exchange = sync.exchange()
    if known:
        assert is_plain_session(exchange)
    SETTINGS[setting](exchange.session, mocker)

    assert not is_plain_session(exchange)


@pytest.mark.parametrize("how", ["mock", "autospec", "function", "wrapper"])
@pytest.mark.parametrize(("owner", "name"), PARTS)
def test_what_is_put_instead_of_a_part(
    sync: Host, mocker: MockerFixture, owner: Any, name: str, how: str
) -> None:
    """A tool that watches or fakes HTTP sees the request; when it has gone, so has the detour."""
    exchange, own = sync.exchange(), getattr(owner, name)
    if how == "mock":
        mocker.patch.object(owner, name)
    elif how == "autospec":
        mocker.patch.object(owner, name, autospec=True)
    elif how == "function":
        mocker.patch.object(owner, name, lambda *a, **k: own(*a, **k))
    else:
        mocker.patch.object(owner, name, Wrapper(own))
    assert not is_plain_session(exchange)
    setattr(owner, name, own)

    assert is_plain_session(exchange)


@pytest.mark.parametrize("known", [False, True], ids=["at first", "after a cancel"])
def test_another_class_of_connections(sync: Host, mocker: MockerFixture, known: bool) -> None:
    """Tools that record HTTP put theirs in, and take it out again."""
    exchange = sync.exchange()
    if known:
        assert is_plain_session(exchange)
    mocker.patch.object(HTTPConnectionPool, "ConnectionCls", Connection)

    assert not is_plain_session(exchange)


def test_another_class_of_sessions(sync: Host) -> None:
    """What its methods do is not known."""
    with Session() as session:
        session.trust_env = False
        assert not is_plain_session(sync.exchange({"session": session}))


def test_a_plain_session_of_the_users_own(sync: Host) -> None:
    """``requests.Session()`` trusts the environment, and ccxt's does not."""
    with requests.Session() as session:
        exchange = sync.exchange({"session": session})
        assert not is_plain_session(exchange)
        session.trust_env = False
        assert is_plain_session(exchange)


PLAIN: dict[str, Callable[[Any], Any]] = {
    "headers": lambda session: session.headers.update({"X-Mine": "yes"}),
    "a cookie": lambda session: session.cookies.set("left", "over"),
    "max_redirects": lambda session: setattr(session, "max_redirects", 3),
    "a larger pool": lambda session: mounted(pool_maxsize=50)(session, None),
    "verify": lambda session: setattr(session, "verify", False),
}


@pytest.mark.parametrize("setting", PLAIN)
def test_what_a_bare_request_honours(sync: Host, setting: str) -> None:
    """ccxt itself sets ``verify`` and drops cookies, whatever the session has."""
    exchange = sync.exchange()
    PLAIN[setting](exchange.session)

    assert is_plain_session(exchange)


def test_an_adapter_that_is_mounted_anew(sync: Host) -> None:
    """Its pool is another one."""
    exchange = sync.exchange()
    assert is_plain_session(exchange)
    mounted(pool_maxsize=50)(exchange.session, None)
    assert is_plain_session(exchange)
    exchange.session.mount("http://", Adapter())

    assert not is_plain_session(exchange)


def test_a_session_that_was_closed_serves_on(sync: Host) -> None:
    """As requests has it: its pools are made anew."""
    exchange = sync.exchange()
    assert is_plain_session(exchange)
    exchange.session.close()

    assert is_plain_session(exchange)


def test_urllib3_is_the_one_that_is_known() -> None:
    """`PARTS` are where requests has them."""
    assert requests.adapters.PoolManager is urllib3.PoolManager
