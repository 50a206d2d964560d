"""Whether the HTTP session of an exchange object is as ccxt makes it, and nothing watches it."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import sys
from collections.abc import Mapping
from types import BuiltinFunctionType, FunctionType
from typing import Any

import requests
import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

SYNC: tuple[type, ...] = (
    requests.Session,
    requests.adapters.HTTPAdapter,
    HTTPConnectionPool,
    HTTPSConnectionPool,
    HTTPConnection,
    HTTPSConnection,
    http.client.HTTPConnection,
)
"""The classes whose methods are replaced by tools that watch, record or fake HTTP."""
CLOSER = "ccxt-adapter://"
"""The prefix of a session's adapter that closes libcurl's connections with the session."""
POOL_SETTINGS = {"maxsize", "block"}

PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?/[!$-;=?-Z_a-z~]*")
PLAIN_HEADERS = re.compile(
    r"(?:(?!content-length:|transfer-encoding:)[a-z0-9-]+:(?:[!-~][ -~]*)?\n)*", re.IGNORECASE
)
"""What goes on the wire unchanged."""

_verified: dict[type, list[Any]] = {}
"""The attributes of a class when it was last found untouched."""


def is_plain_session(exchange: Any, *, allow_hooks: bool = False) -> bool:
    """Whether a request over the session does what any HTTP client would do for the exchange.

    False where the user gave the session or changed it (hooks, auth, adapters, cookies that are
    kept, trace configs, ...), and where a tool has replaced a part of the library. The headers of
    the session do not count: ccxt adds them to each request. ``allow_hooks`` allows the hooks of a
    ``requests`` session.
    """
    # a guard for tests and gevent replace sockets, and tests their methods
    if socket.socket.__module__ != "socket":
        return False
    if exchange.synchronous:
        return _is_plain_requests(exchange.session, allow_hooks)
    return _is_plain_aiohttp(exchange)


def is_plain_url(url: str) -> bool:
    """Whether it goes on the wire unchanged."""
    return PLAIN_URL.fullmatch(url) is not None and "/." not in url


def are_plain_headers(headers: Mapping[str, str]) -> bool:
    """Whether they go on the wire unchanged."""
    if {*map(type, headers.values())} != {str} or len({*map(str.lower, headers)}) < len(headers):
        return False
    return bool(PLAIN_HEADERS.fullmatch("".join([f"{k}:{v}\n" for k, v in headers.items()])))


def _is_plain_requests(session: Any, allow_hooks: bool) -> bool:
    return (
        type(session) is requests.Session
        and not (session.trust_env or session.auth or session.cert)
        and not (session.params or session.proxies)
        and (allow_hooks or not any(session.hooks.values()))
        and not any(map(callable, vars(session).values()))
        and _are_plain_adapters(session.adapters)
        and _are_untouched(socket.socket, ssl.SSLSocket, *SYNC)
    )


def _are_plain_adapters(adapters: Mapping[str, Any]) -> bool:
    for prefix, adapter in adapters.items():
        if prefix == CLOSER:
            continue
        if type(adapter) is not requests.adapters.HTTPAdapter or adapter.max_retries.total != 0:
            return False
        manager = adapter.poolmanager
        if type(manager) is not urllib3.PoolManager or any(map(callable, vars(adapter).values())):
            return False
        settings = manager.connection_pool_kw
        if not settings.keys() <= POOL_SETTINGS or settings.get("block"):
            return False
    return True


def _is_plain_aiohttp(exchange: Any) -> bool:
    import aiohttp  # a sync bot does not load it

    session = exchange.session
    if not _are_untouched(socket.socket, ssl.SSLSocket, aiohttp.ClientSession):
        return False
    if session is None:
        return bool(exchange.own_session and not exchange.aiohttp_trust_env)
    return (
        # aiohttp does not show the middlewares of a session: ccxt's own has none
        exchange.own_session
        and session.connector is exchange.tcp_connector
        and type(session) is aiohttp.ClientSession
        and type(session.connector) is aiohttp.TCPConnector
        and not session.closed
        and vars(session).keys() <= session.ATTRS
        and not (session.trust_env or session.trace_configs or session.auth)
        and not (session.skip_auto_headers or session.raise_for_status or len(session.cookie_jar))
    )


def _are_untouched(*owners: type) -> bool:
    for owner in owners:
        attributes = [*vars(owner).values()]
        if _verified.get(owner) == attributes:
            continue
        module = sys.modules[owner.__module__]
        if not all(_is_own(attribute, module) for attribute in attributes):
            return False
        _verified[owner] = attributes
    return True


def _is_own(attribute: Any, module: Any) -> bool:
    """Whether it is the library's: no class of another package, no function of another module."""
    attribute = getattr(attribute, "__func__", attribute)
    if isinstance(attribute, type):
        package = module.__name__.partition(".")[0]
        return attribute.__module__.partition(".")[0] in (package, "queue")
    # a wrapper of the wrapt kind shows the attributes of what it wraps, but its type is another
    if type(attribute) is FunctionType:
        return attribute.__globals__ is vars(module)
    return isinstance(attribute, BuiltinFunctionType) or not callable(attribute)
