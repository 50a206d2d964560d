"""Sends by libcurl for a sync exchange: one deadline covers name, proxy, TLS and response."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import certifi
import pycurl
import requests.adapters
from requests.utils import select_proxy

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports.attempt import proxies_of
from adapter.transports.curl_handles import Handle, Handles, Result, count_open
from adapter.transports.curl_options import Route, can_send
from adapter.transports.exchange_io import (
    PreparedRequest,
    RawResponse,
    accept,
    prepare,
    prepare_ping,
    root_of,
)
from adapter.transports.plain import CLOSER
from adapter.transports.worker import run_with_deadline

HANDSHAKES = 16
"""Threads that open connections beforehand; a handshake burns CPU."""
NEVER = 1e9
"""In seconds of ``time.monotonic()``: libcurl has a timeout."""


def check_signals(*_: object) -> None:
    """libcurl calls it while it waits: Python then handles signals such as Ctrl-C."""


OPTIONS = {pycurl.NOPROGRESS: 0, pycurl.XFERINFOFUNCTION: check_signals}


@attrs.define(eq=False)
class Transport:
    """Sends for one exchange object. ``session`` sends what libcurl cannot."""

    session: Any
    handles: Handles = attrs.field(factory=lambda: Handles(OPTIONS))

    def send(
        self, exchange: Any, signed: SignedRequest, timeout: float, *, direct: bool = True
    ) -> Response | NoResponse:
        """Send once. ``timeout`` is in seconds, from now to the end of the response.

        Raises only what ccxt raises before sending. ``direct=False`` means the session.
        """
        handle = None
        if direct and signed.body is None and can_send(exchange):
            request = prepare(exchange, signed)
            handle = self._take(exchange, request)
        if handle is None:
            left: Response | NoResponse = self.session.send(exchange, signed, timeout)
            return left
        exchange.session.cookies.clear()
        result = self._perform(handle, timeout)
        return accept(exchange, request, result) if isinstance(result, RawResponse) else result

    def connect(
        self, exchange: Any, urls: Iterable[str], n: int, *, direct: bool = True
    ) -> dict[str, int]:
        """Ping each URL, so that ``n`` connections are open to its host; returns how many are."""
        if not (direct and can_send(exchange)):
            left: dict[str, int] = self.session.connect(exchange, urls, n)
            return left
        by_root = {root_of(url): url for url in urls}
        return {root: self._open(exchange, url, n) for root, url in by_root.items()}

    def _open(self, exchange: Any, url: str, n: int) -> int:
        """The first ping goes alone: a host that cannot be reached gets one."""
        request = prepare_ping(exchange, url)
        handles = self.handles.take_many(route_of(exchange, request), request, n)
        ends = time.monotonic() + exchange.timeout / 1000

        def ping(handle: Handle) -> Result:
            return self._perform(handle, ends - time.monotonic())

        results = [ping(handle) for handle in handles[:1]]
        if results and isinstance(results[0], RawResponse):
            with ThreadPoolExecutor(HANDSHAKES) as threads:
                results += threads.map(ping, handles[1:])
        return count_open(exchange, url, results)

    def _take(self, exchange: Any, request: PreparedRequest) -> Handle | None:
        if CLOSER not in exchange.session.adapters:
            exchange.session.mount(CLOSER, Closer(self.handles))
        return self.handles.take(route_of(exchange, request), request)

    def _perform(self, handle: Handle, seconds: float) -> Result:
        """If the caller is interrupted, the handle is dropped."""
        handle.set_timeout(seconds)
        try:
            perform(handle)
            result = handle.received.result()
        except Exception as e:
            result = handle.failure(e)
        self.handles.put(handle)
        return result


def route_of(exchange: Any, request: PreparedRequest) -> Route:
    """As requests goes. Raises what ccxt raises for proxy settings that conflict."""
    proxies = proxies_of(exchange, request)
    proxy = select_proxy(request.url, proxies) if proxies else None
    verify = exchange.verify and exchange.validateServerSsl  # as ccxt has it
    authorities = certifi.where() if verify is True else verify and str(verify)
    return root_of(request.url), proxy or "", authorities or None


def perform(handle: Handle) -> None:
    """Perform a transfer that Ctrl-C interrupts.

    While libcurl connects, it does not call `check_signals`: only the main thread gets signals, and
    waits for another one.
    """
    if handle.is_connected or threading.current_thread() is not threading.main_thread():
        handle.curl.perform()
        return
    try:
        run_with_deadline(handle.curl.perform, NEVER)
    except pycurl.error:
        raise
    except BaseException:
        handle.received.is_sent = True  # it is not sent any more
        raise


class Closer(requests.adapters.HTTPAdapter):
    """One of a session's adapters, which it closes with the others."""

    def __init__(self, handles: Handles) -> None:
        super().__init__()
        self._handles = weakref.ref(handles)

    def __reduce__(self) -> Any:
        """A copy of the session closes nothing of ours."""
        return requests.adapters.HTTPAdapter, ()

    def close(self) -> None:
        """Close the idle connections."""
        if (handles := self._handles()) is not None:
            handles.close()
