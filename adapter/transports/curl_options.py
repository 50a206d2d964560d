"""Which settings of an exchange object libcurl honours, and as what options of libcurl.

https://curl.se/libcurl/c/curl_easy_setopt.html
"""

from __future__ import annotations

import functools
import os
import re
import socket
import ssl
import weakref
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import ccxt
import certifi
import pycurl
import urllib3.util.connection
from requests.utils import select_proxy

from adapter.transports.exchange_io import PreparedRequest, root_of
from adapter.transports.plain import is_plain_session

Route = tuple[str, str, str | None]
"""Scheme and host; a proxy, which may have a password, or ``""``; the file or directory of
certificate authorities, None where nothing is verified."""

FIXED: dict[int, Any] = {
    pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
    pycurl.NOSIGNAL: 1,
    pycurl.NOPROXY: "",  # the settings decide alone, not the environment
    pycurl.PATH_AS_IS: 1,
    pycurl.USERAGENT: "",  # the headers have one, or none
    pycurl.MAXCONNECTS: 1,
    pycurl.ACCEPT_ENCODING: "gzip, deflate",  # as ccxt's header; without it, nothing is decoded
}
UNVERIFIED: dict[int, Any] = {
    pycurl.SSL_VERIFYPEER: 0,
    pycurl.SSL_VERIFYHOST: 0,
    pycurl.PROXY_SSL_VERIFYPEER: 0,
    pycurl.PROXY_SSL_VERIFYHOST: 0,
}
LIBCURLS = frozenset({"content-length", "transfer-encoding", "host", "expect", "cookie", "te"})
"""Headers that libcurl treats in its own way."""

AS_IT_STANDS = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?/[!$-;=?-Z_a-z~]*")
"""A URL that libcurl sends unchanged."""
_is_default: weakref.WeakKeyDictionary[ssl.SSLContext, bool] = weakref.WeakKeyDictionary()
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [!-~](?:[ -~]*[!-~])?")


def can_send(exchange: Any) -> bool:
    """Whether libcurl honours what is set on the exchange object and on its session."""
    if not (is_plain_session(exchange) and is_python_network()):
        return False
    if exchange.synchronous:
        return True
    context, has_more = exchange.ssl_context, exchange.options.get("include_OS_certificates")
    return not has_more and (not context or is_default_context(context, exchange.cafile))


def is_python_network() -> bool:
    """Whether nobody has replaced what Python connects by; libcurl would ignore that."""
    return all(
        type(function) is FunctionType and function.__globals__ is namespace
        for function, namespace in (
            (socket.getaddrinfo, vars(socket)),
            (socket.create_connection, vars(socket)),
            (urllib3.util.connection.create_connection, vars(urllib3.util.connection)),
            (urllib3.util.connection.allowed_gai_family, vars(urllib3.util.connection)),
        )
    )


def is_default_context(context: ssl.SSLContext, cafile: str) -> bool:
    """Whether a TLS context is like the one that ccxt makes."""
    found = _is_default.get(context)
    if found is None:
        settings = _context_settings(context)
        found = _is_default[context] = settings == _default_settings(cafile)
    return found


@functools.cache
def _default_settings(cafile: str) -> tuple[object, ...]:
    return _context_settings(ssl.create_default_context(cafile=cafile))


def _context_settings(context: ssl.SSLContext) -> tuple[object, ...]:
    return (
        context.verify_mode,
        context.verify_flags,
        context.check_hostname,
        context.options,
        context.minimum_version,
        context.maximum_version,
        context.cert_store_stats(),
    )


def route_of(exchange: Any, request: PreparedRequest) -> Route | None:
    """The route of a request; None where its URL would not go out as it stands.

    Raises ccxt's errors for contradictory proxies.
    """
    if AS_IT_STANDS.fullmatch(request.url) is None:
        return None
    return root_of(request.url), _proxy(exchange, request) or "", _authorities(exchange)


def options(route: Route) -> dict[int, Any]:
    """libcurl's options for a route."""
    _, proxy, authorities = route
    found = {**FIXED, pycurl.PROXY: proxy}
    if authorities is None:
        return found | UNVERIFIED
    is_directory = os.path.isdir(authorities)
    file, directory = (None, authorities) if is_directory else (authorities, None)
    return found | {
        pycurl.CAINFO: file,
        pycurl.CAPATH: directory,
        pycurl.PROXY_CAINFO: file,
        pycurl.PROXY_CAPATH: directory,
    }


def to_header_lines(request: PreparedRequest, defaults: Mapping[str, str]) -> list[str] | None:
    """The headers as libcurl has them; None where it would not send them as they are."""
    given = {str(name).lower() for name in request.headers}
    if {*map(type, request.headers.values())} - {str} or len(given) < len(request.headers):
        return None
    headers = {name: value for name, value in defaults.items() if name.lower() not in given}
    headers |= request.headers
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if LIBCURLS & given or not all(map(_HEADER.fullmatch, lines)):
        return None
    names = given | {name.lower() for name in headers}
    # without a value: libcurl would add its own
    lines += [f"{name}:" for name in ("Accept", "Proxy-Connection") if name.lower() not in names]
    return lines if request.method == "GET" else [*lines, "Content-Length: 0"]


def _authorities(exchange: Any) -> str | None:
    if not exchange.synchronous:
        return str(exchange.cafile) if exchange.verify else None
    verify = exchange.verify and exchange.validateServerSsl  # as ccxt has it
    if verify is True:
        return certifi.where()
    return str(verify) if verify else None


def _proxy(exchange: Any, request: PreparedRequest) -> str | None:
    return (
        _sync_proxy(exchange, request) if exchange.synchronous else _async_proxy(exchange, request)
    )


def _sync_proxy(exchange: Any, request: PreparedRequest) -> str | None:
    """The proxy that requests would take."""
    proxies = _ccxt_proxies(request)
    if exchange.proxies is not None:
        if proxies or request.is_prefixed:
            raise ccxt.InvalidProxySettings(
                f"{exchange.id} you have conflicting proxy settings: use either .proxies or one of"
                " proxyUrl, httpProxy, httpsProxy and socksProxy"
            )
        proxies = exchange.proxies
    proxy: str | None = select_proxy(request.url, proxies)
    return proxy


def _ccxt_proxies(request: PreparedRequest) -> dict[str, str]:
    if request.http_proxy:
        return {"http": request.http_proxy}
    if request.https_proxy:
        return {"https": request.https_proxy}
    return {"all": request.socks_proxy} if request.socks_proxy else {}


def _async_proxy(exchange: Any, request: PreparedRequest) -> str | None:
    """The proxy that ccxt gives to aiohttp, or to aiohttp_socks, which lets it resolve names."""
    own: str | None = exchange.aiohttp_proxy
    named = request.http_proxy or request.https_proxy or request.socks_proxy
    if own is not None and (named or request.is_prefixed):
        raise ccxt.NotSupported(
            f"{exchange.id} you have set multiple proxies: use either .aiohttp_proxy or one of"
            " proxyUrl, httpProxy, httpsProxy and socksProxy"
        )
    proxy = own or named
    return proxy.replace("socks5://", "socks5h://", 1) if proxy else None
