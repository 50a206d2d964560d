"""Sends by libcurl for an async exchange, on selector event loops and uvloop.

http://pycurl.io/docs/latest/asynccurlmultiobject.html
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Any

import attrs
import pycurl
from aiohttp.http import SERVER_SOFTWARE

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports.curl_handles import Handle, Handles, Result, count_open
from adapter.transports.curl_options import can_send
from adapter.transports.exchange_io import RawResponse, accept, prepare, root_of

HEADERS = {"Accept": "*/*", "User-Agent": SERVER_SOFTWARE}
"""Those that aiohttp adds."""
MAX_CONNECTIONS = 1000
"""Idle connections of one event loop."""
MAX_IDLE = 32
"""Idle handles for each route. They hold no connections: those are the event loop's."""
NAME = "ccxt-adapter"
"""Where the exchange object keeps what closes our connections with its own."""


@attrs.define(eq=False)
class Transport:
    """Sends for one exchange object. ``session`` sends what libcurl cannot."""

    session: Any
    handles: Handles = attrs.field(factory=lambda: Handles({}, MAX_IDLE, HEADERS))
    multis: Multis = attrs.field(factory=lambda: Multis())

    async def send(
        self, exchange: Any, signed: SignedRequest, timeout: float, *, direct: bool = True
    ) -> Response | NoResponse:
        """Send once. ``timeout`` is in seconds, from now to the end of the response.

        Raises only what ccxt raises before sending. ``direct=False`` means the session.
        """
        exchange.open(True)
        handle = None
        if direct and can_send(exchange) and has_readers():
            request = prepare(exchange, signed)
            handle = self.handles.take(exchange, request)
        if handle is None:
            left: Response | NoResponse = await self.session.send(exchange, signed, timeout)
            return left
        result = await self._perform(exchange, handle, timeout)
        return accept(exchange, request, result) if isinstance(result, RawResponse) else result

    async def connect(self, exchange: Any, urls: Iterable[str], n: int) -> dict[str, int]:
        """Ping each URL, so that ``n`` connections are open to its host; returns how many are."""
        exchange.open(True)
        if not (can_send(exchange) and has_readers()):
            left: dict[str, int] = await self.session.connect(exchange, urls, n)
            return left
        by_root = {root_of(url): url for url in urls}
        return {root: await self._open(exchange, url, n) for root, url in by_root.items()}

    async def _open(self, exchange: Any, url: str, n: int) -> int:
        """They start together, so that none uses the connection of another."""
        handles, seconds = self.handles.take_for_pings(exchange, url, n), exchange.timeout / 1000
        pings = [self._perform(exchange, handle, seconds) for handle in handles]
        return count_open(exchange, url, await asyncio.gather(*pings))

    async def _perform(self, exchange: Any, handle: Handle, seconds: float) -> Result:
        sessions = exchange.socks_proxy_sessions or {}
        if NAME not in sessions:
            exchange.socks_proxy_sessions = {**sessions, NAME: Closer(self.multis)}
        try:
            handle.set_timeout(seconds)
            return await self.multis.perform(handle)
        finally:
            self.handles.put(handle)


@attrs.define(eq=False)
class Multis:
    """The multi handles of one exchange object, which have the connections of an event loop."""

    by_loop: dict[asyncio.AbstractEventLoop, Any] = attrs.field(factory=dict)
    retired: set[Any] = attrs.field(factory=set)
    """Those that are closed after their last transfer."""

    def __deepcopy__(self, memo: object) -> Multis:
        """A copy of an exchange object has connections of its own."""
        return Multis()

    async def perform(self, handle: Handle) -> Result:
        """Perform a transfer. It ends when the caller is cancelled."""
        multi = self._multi(asyncio.get_running_loop())
        try:
            await multi.add_handle(handle.curl)
            return handle.received.result()
        except pycurl.error as e:
            return handle.failure(e)
        except asyncio.CancelledError:
            if _is_caller_cancelled():
                raise
            is_sent = handle.received.is_sent
            return NoResponse(may_have_been_sent=is_sent, reason="close() was called")
        finally:
            self._clean_up(multi, handle)

    def _multi(self, loop: asyncio.AbstractEventLoop) -> Any:
        multi = self.by_loop.get(loop)
        if multi is None:
            multi = pycurl.AsyncCurlMulti()
            multi.setopt(pycurl.M_MAXCONNECTS, MAX_CONNECTIONS)
            others = {e: m for e, m in self.by_loop.items() if not e.is_closed()}
            self.by_loop = {**others, loop: multi}
        return multi

    async def close(self) -> None:
        """Close the connections of the running loop; those of others end with them."""
        multi = self.by_loop.pop(asyncio.get_running_loop(), None)
        transfers = () if multi is None else multi.futures()
        if multi is not None and not transfers:
            await multi.aclose()
        for done in transfers:
            self.retired.add(multi)
            done.cancel()

    def _clean_up(self, multi: Any, handle: Handle) -> None:
        if handle.is_resolving():
            # closing it waits for the name server: the next request gets a new one
            self.retired.add(multi)
            self.by_loop = {loop: m for loop, m in self.by_loop.items() if m is not multi}
        if multi in self.retired and not multi.futures():
            self.retired.discard(multi)
            threading.Thread(target=asyncio.run, args=(multi.aclose(),), daemon=True).start()


@attrs.frozen
class Closer:
    """One of the sessions that an exchange object closes."""

    multis: Multis

    async def close(self) -> None:
        """Close the connections."""
        await self.multis.close()


def has_readers() -> bool:
    """Whether the event loop has what libcurl needs: a proactor, as on Windows, has not."""
    missing = asyncio.AbstractEventLoop.add_reader
    return type(asyncio.get_running_loop()).add_reader is not missing


def _is_caller_cancelled() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
