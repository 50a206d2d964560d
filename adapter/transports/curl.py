"""Sends by libcurl for a sync exchange: one deadline covers name, proxy, TLS and response."""

from __future__ import annotations

import threading
import weakref
from functools import partial
from typing import Any

import attrs
import certifi
import pycurl
import requests.adapters
from requests.utils import select_proxy

from adapter.transports.attempt import proxies_of
from adapter.transports.curl_handles import Handle, Handles
from adapter.transports.curl_options import Route, is_honoured
from adapter.transports.exchange_io import PreparedRequest, Result, root_of
from adapter.transports.plain import CLOSER
from adapter.transports.session import open_together
from adapter.transports.worker import run_with_deadline

NEVER = 1e9
"""In seconds of ``time.monotonic()``: libcurl has a timeout."""


def check_signals(*_: object) -> None:
    """libcurl calls it while it waits: Python then handles signals such as Ctrl-C."""


OPTIONS = {pycurl.NOPROGRESS: 0, pycurl.XFERINFOFUNCTION: check_signals}


@attrs.define(eq=False)
class Sender:
    """Sends for one exchange object."""

    handles: Handles = attrs.field(factory=lambda: Handles(OPTIONS))

    def can_send(self, exchange: Any, request: PreparedRequest) -> bool:
        """Whether it does what the session would do."""
        return is_honoured(exchange) and self.handles.can_take(request)

    def perform(self, exchange: Any, request: PreparedRequest, seconds: float) -> Result:
        """Send, and read the response.

        Raises only what ccxt raises before sending; every other failure is a `NoResponse`.
        """
        return self._perform(self._take(exchange, request, seconds))

    def open(self, exchange: Any, ping: PreparedRequest, n: int) -> list[Result]:
        """What ``n`` pings were answered, each over a connection of its own."""
        seconds = exchange.timeout / 1000
        # all at a time: one that is idle again would be taken twice
        handles = [self._take(exchange, ping, seconds) for _ in range(n)]
        return open_together([partial(self._perform, handle) for handle in handles])

    def _take(self, exchange: Any, request: PreparedRequest, seconds: float) -> Handle:
        route = route_of(exchange, request)
        if CLOSER not in exchange.session.adapters:
            exchange.session.mount(CLOSER, Closer(self.handles))
        return self.handles.take(route, request, seconds)

    def _perform(self, handle: Handle) -> Result:
        """If the caller is interrupted, the handle is dropped."""
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
