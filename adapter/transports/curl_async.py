"""Sends by libcurl for an async exchange, on selector event loops and uvloop.

http://pycurl.io/docs/latest/asynccurlmultiobject.html
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import attrs
import pycurl
from aiohttp.http import SERVER_SOFTWARE

from adapter.transports.curl_handles import Handle, Handles
from adapter.transports.curl_options import Route, is_honoured
from adapter.transports.exchange_io import PreparedRequest, Result, root_of
from adapter.transports.session_async import http_proxy_of

HEADERS = {"Accept": "*/*", "User-Agent": SERVER_SOFTWARE}
"""Those that aiohttp adds."""
NAME = "ccxt-adapter"
"""Where the exchange object keeps what closes our connections with its own."""


@attrs.define(eq=False)
class Sender:
    """Sends for one exchange object."""

    handles: Handles = attrs.field(factory=lambda: Handles({}, HEADERS))
    multis: Multis = attrs.field(factory=lambda: Multis())

    def can_send(self, exchange: Any, request: PreparedRequest) -> bool:
        """Whether it does what the session would do."""
        return is_honoured(exchange) and self.handles.can_take(request) and has_readers()

    async def perform(self, exchange: Any, request: PreparedRequest, seconds: float) -> Result:
        """Send, and read the response.

        Raises only what ccxt raises before sending; every other failure is a `NoResponse`.
        """
        return await self._perform(self._take(exchange, request, seconds))

    async def open(self, exchange: Any, ping: PreparedRequest, n: int) -> list[Result]:
        """What ``n`` pings were answered, each over a connection of its own.

        They start together, so that none uses the connection of another.
        """
        seconds = exchange.timeout / 1000
        handles = [self._take(exchange, ping, seconds) for _ in range(n)]
        return await asyncio.gather(*[self._perform(handle) for handle in handles])

    def _take(self, exchange: Any, request: PreparedRequest, seconds: float) -> Handle:
        route, sessions = route_of(exchange, request), exchange.socks_proxy_sessions or {}
        if NAME not in sessions:
            exchange.socks_proxy_sessions = {**sessions, NAME: Closer(self)}
        return self.handles.take(route, request, seconds)

    async def _perform(self, handle: Handle) -> Result:
        try:
            return await self.multis.perform(handle)
        finally:
            self.handles.put(handle)


@attrs.define(eq=False)
class Multis:
    """The multi handles of one exchange object, which perform the transfers of an event loop."""

    by_loop: dict[asyncio.AbstractEventLoop, Any] = attrs.field(factory=dict)
    retired: set[Any] = attrs.field(factory=set)
    """Those that are closed after their last transfer."""

    def __deepcopy__(self, memo: object) -> Multis:
        """A copy of an exchange object has its own."""
        return Multis()

    async def perform(self, handle: Handle) -> Result:
        """Perform a transfer. It ends when the caller is cancelled."""
        multi = self._multi(asyncio.get_running_loop())
        try:
            await multi.add_handle(handle.curl)
            return handle.received.result()
        except Exception as e:
            return handle.failure(e)
        finally:
            if handle.is_resolving():
                # closing the multi handle would wait for the name server: others get a new one
                self._retire(multi)
            self._close_retired(multi)

    async def close(self) -> None:
        """Close what the running loop has. Transfers in progress are not interrupted."""
        multi = self.by_loop.pop(asyncio.get_running_loop(), None)
        if multi is not None and multi.futures():
            self.retired.add(multi)
        elif multi is not None:
            await multi.aclose()

    def _multi(self, loop: asyncio.AbstractEventLoop) -> Any:
        if loop not in self.by_loop:
            others = {e: multi for e, multi in self.by_loop.items() if not e.is_closed()}
            self.by_loop = {**others, loop: pycurl.AsyncCurlMulti()}
            self.by_loop[loop].setopt(pycurl.M_MAXCONNECTS, 1)  # of each handle
        return self.by_loop[loop]

    def _retire(self, multi: Any) -> None:
        self.retired.add(multi)
        self.by_loop = {loop: other for loop, other in self.by_loop.items() if other is not multi}

    def _close_retired(self, multi: Any) -> None:
        if multi in self.retired and not multi.futures():
            self.retired.discard(multi)
            threading.Thread(target=asyncio.run, args=(multi.aclose(),), daemon=True).start()


@attrs.frozen
class Closer:
    """One of the sessions that an exchange object closes."""

    sender: Sender

    async def close(self) -> None:
        """Close the idle connections; one in use is closed after its response."""
        self.sender.handles.close()
        await self.sender.multis.close()


def route_of(exchange: Any, request: PreparedRequest) -> Route:
    """As aiohttp goes. Raises what ccxt raises for proxy settings that conflict."""
    proxy = http_proxy_of(exchange, request) or request.socks_proxy or ""
    # aiohttp_socks lets the proxy look names up
    proxy = proxy.replace("socks5://", "socks5h://", 1)
    return root_of(request.url), proxy, str(exchange.cafile) if exchange.verify else None


def has_readers() -> bool:
    """Whether the event loop has what libcurl needs: a proactor, as on Windows, has not."""
    missing = asyncio.AbstractEventLoop.add_reader
    return type(asyncio.get_running_loop()).add_reader is not missing
