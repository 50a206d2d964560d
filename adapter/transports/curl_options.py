"""Which settings of an exchange object libcurl honours, and as what options of libcurl.

https://curl.se/libcurl/c/curl_easy_setopt.html
"""

from __future__ import annotations

import functools
import os
import socket
import ssl
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import pycurl
import urllib3.util.connection

from adapter.transports.exchange_io import PreparedRequest
from adapter.transports.plain import are_plain_headers, is_plain_session

Route = tuple[str, str, str | None]
"""Scheme and host; a proxy, which may have a password, or ``""``; the file or directory of
certificate authorities, None where nothing is verified."""

FIXED: dict[int, Any] = {
    pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
    pycurl.NOSIGNAL: 1,
    pycurl.NOPROXY: "",  # the settings decide alone, not the environment
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
LIBCURLS = frozenset({"host", "expect", "cookie", "te"})
"""Headers that libcurl treats in its own way."""

NETWORK: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (socket, ("getaddrinfo", "create_connection")),
    (urllib3.util.connection, ("create_connection", "allowed_gai_family")),
)
"""What connects in Python, by module."""
CONTEXT = ("verify_mode", "verify_flags", "check_hostname", "options", "minimum_version")
"""The settings of a TLS context that libcurl has by default as Python has."""


def is_honoured(exchange: Any) -> bool:
    """Whether libcurl honours what is set on the exchange object and on its session."""
    if not (is_plain_session(exchange) and is_python_network()):
        return False
    if exchange.synchronous:
        return True
    context, has_more = exchange.ssl_context, exchange.options.get("include_OS_certificates")
    return not has_more and (not context or is_default_context(context, exchange.cafile))


def is_python_network() -> bool:
    """Whether nobody has replaced what Python connects by; libcurl would ignore that."""
    for module, names in NETWORK:
        for name in names:
            function = getattr(module, name)
            if type(function) is not FunctionType or function.__globals__ is not vars(module):
                return False
    return True


@functools.lru_cache(maxsize=8)
def is_default_context(context: ssl.SSLContext, cafile: str) -> bool:
    """Whether a TLS context is like the one that ccxt makes."""
    default = _default_context(cafile)
    if context.cert_store_stats() != default.cert_store_stats():  # a directory's are not loaded yet
        return False
    if context.get_ca_certs(binary_form=True) != default.get_ca_certs(binary_form=True):
        return False
    return all(getattr(context, name) == getattr(default, name) for name in CONTEXT)


@functools.lru_cache(maxsize=8)
def _default_context(cafile: str) -> ssl.SSLContext:
    """Made once for a file, because reading the authorities takes some 20 ms."""
    return ssl.create_default_context(cafile=cafile)


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


def are_unchanged(headers: Mapping[str, str]) -> bool:
    """Whether libcurl sends these headers as they are."""
    return not LIBCURLS & {name.lower() for name in headers} and are_plain_headers(headers)


def to_header_lines(request: PreparedRequest, defaults: Mapping[str, str]) -> list[str]:
    """The headers as libcurl has them."""
    given = {name.lower() for name in request.headers}
    headers = {name: value for name, value in defaults.items() if name.lower() not in given}
    headers |= request.headers
    # a semicolon stands for an empty value
    lines = [f"{name}: {value}" if value else f"{name};" for name, value in headers.items()]
    names = {name.lower() for name in headers}
    # without a value: libcurl would add its own
    lines += [f"{name}:" for name in ("Accept", "Proxy-Connection") if name.lower() not in names]
    return lines if request.method == "GET" else [*lines, "Content-Length: 0"]
