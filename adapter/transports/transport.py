"""Sends for one exchange object: by libcurl where it is installed, else by its own session.

The two transports of a mode do the same, `perform` a request and `open` connections; what the
exchange object adds before and after is here. Sync and async differ by ``await``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

import attrs

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports.exchange_io import (
    PreparedRequest,
    accept,
    count_open,
    prepare,
    prepare_ping,
    root_of,
)


@attrs.define(eq=False)
class _Transport:
    session: Any
    """Sends what libcurl cannot."""
    curl: Any = None
    """None where it is not installed."""

    def _choose(self, exchange: Any, request: PreparedRequest, direct: bool) -> Any:
        if direct and self.curl is not None and self.curl.can_send(exchange, request):
            return self.curl
        return self.session


class Transport(_Transport):
    """For a sync exchange object."""

    def send(
        self, exchange: Any, signed: SignedRequest, timeout: float, *, direct: bool = True
    ) -> Response | NoResponse:
        """Send once. ``timeout`` is in seconds, from now to the end of the response.

        Raises only what ccxt raises before sending; every other failure is a `NoResponse`.
        ``direct=False`` means the session.
        """
        request = prepare(exchange, signed)
        exchange.session.cookies.clear()
        result = self._choose(exchange, request, direct).perform(exchange, request, timeout)
        return accept(exchange, request, result)

    def connect(
        self, exchange: Any, urls: Iterable[str], n: int, *, direct: bool = True
    ) -> dict[str, int]:
        """Ping each URL, so that ``n`` connections are open to its host; returns how many are."""
        opened = {}
        for root, url in {root_of(url): url for url in urls}.items():
            ping = prepare_ping(exchange, url)
            results = self._choose(exchange, ping, direct).open(exchange, ping, n)
            opened[root] = count_open(exchange, root, results)
        return opened


class AsyncTransport(_Transport):
    """For an async exchange object."""

    async def send(
        self, exchange: Any, signed: SignedRequest, timeout: float, *, direct: bool = True
    ) -> Response | NoResponse:
        """`Transport.send`, in async."""
        request = prepare(exchange, signed)
        exchange.open(True)
        result = await self._choose(exchange, request, direct).perform(exchange, request, timeout)
        return accept(exchange, request, result)

    async def connect(
        self, exchange: Any, urls: Iterable[str], n: int, *, direct: bool = True
    ) -> dict[str, int]:
        """`Transport.connect`, in async."""
        exchange.open(True)
        opened = {}
        for root, url in {root_of(url): url for url in urls}.items():
            ping = prepare_ping(exchange, url)
            results = await self._choose(exchange, ping, direct).open(exchange, ping, n)
            opened[root] = count_open(exchange, root, results)
        return opened


def make_transport(exchange: Any) -> Transport | AsyncTransport:
    """The transport of an exchange object.

    What it sends by is imported here, on first use: a sync bot does not load aiohttp.
    """
    kind, suffix = (Transport, "") if exchange.synchronous else (AsyncTransport, "_async")
    modules = ["session", "curl"] if has_libcurl() else ["session"]
    found = [importlib.import_module(f"adapter.transports.{name}{suffix}") for name in modules]
    return kind(*[module.Sender() for module in found])


def has_libcurl() -> bool:
    """Whether pycurl is installed, with a libcurl that has what is needed of it."""
    try:
        import pycurl
    except ImportError:
        return False
    features = pycurl.VERSION_SSL | pycurl.VERSION_LIBZ | pycurl.VERSION_ASYNCHDNS
    has_all = pycurl.version_info()[4] & features == features
    return has_all and all(hasattr(pycurl, name) for name in ("PREREQFUNCTION", "AsyncCurlMulti"))
