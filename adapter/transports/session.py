"""Sends over the ``requests`` session of a sync exchange, by public calls.

The urllib3 pool of a session that is as ccxt makes it is used, which is twice as fast; any other
session sends by its own ``request``. Redirects are not followed.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import ccxt
import requests
import requests.adapters
import urllib3
from requests.structures import CaseInsensitiveDict

from adapter.transports.attempt import LATE, WATCHED, Attempt, WatchedConnection, in_progress
from adapter.transports.exchange_io import (
    PreparedRequest,
    RawResponse,
    Result,
    chain,
    is_raised_in,
    no_response,
    root_of,
    unread,
)
from adapter.transports.plain import are_plain_headers, is_plain_session, is_plain_url
from adapter.transports.worker import DeadlineError, run_with_deadline

MAX_POOLS = 100
HANDSHAKES = 16
"""Threads that open connections beforehand; a handshake burns CPU."""
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError)
NEVER_SENT = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    urllib3.exceptions.LocationValueError,
    UnicodeError,
)
CONNECTING = ("urllib3.connection", Attempt.__module__)
"""The modules in whose functions ``connect`` nothing of a request has left."""
Opened = requests.Response | urllib3.BaseHTTPResponse
"""A response whose body is unread."""
Read = Callable[[Opened, float], RawResponse]
"""Reads one, by a time in seconds of ``time.monotonic()``."""


class IncompleteError(OSError):
    """The connection ended, or what was received is no HTTP, before the response was complete."""


@attrs.define(eq=False)
class Sender:
    """Sends for one exchange object."""

    pools: dict[Any, Any] = attrs.field(factory=dict)
    """By the session's adapter and what leads to the pool."""

    def __deepcopy__(self, memo: object) -> Sender:
        """A copy of an exchange object has a session of its own."""
        return Sender()

    def perform(
        self, exchange: Any, request: PreparedRequest, seconds: float, read: Read | None = None
    ) -> Result:
        """Send, and read the response.

        Raises only what ccxt raises before sending; every other failure is a `NoResponse`.
        """
        attempt = Attempt.of(exchange, request, seconds)
        try:
            return self._perform(attempt, read or _read)
        except FAILURES as e:
            _check_socks(exchange, e)
            return no_response(e, sent=_may_have_left(attempt, e))
        except Exception as e:
            if not _may_have_left(attempt, e):
                raise
            return unread(e)

    def open(self, exchange: Any, ping: PreparedRequest, n: int) -> list[Result]:
        """What ``n`` pings were answered, each over a connection of its own."""
        held: list[Opened] = []

        def hold(opened: Opened, _: float) -> RawResponse:
            held.append(opened)
            return RawResponse(status=200, reason="", headers=opened.headers.items(), text="")

        perform = functools.partial(self.perform, exchange, ping, exchange.timeout / 1000, hold)
        try:
            return open_together([perform] * _make_room(exchange, root_of(ping.url), n))
        finally:
            for opened in held:
                raw: Any = getattr(opened, "raw", opened)
                raw.drain_conn()

    def _perform(self, attempt: Attempt, read: Read) -> RawResponse:
        """Within the time that there is."""
        pool, send = None, _send_with_session
        request = attempt.request
        is_plain = is_plain_url(request.url) and are_plain_headers(request.headers)
        if is_plain and _has_known_route(attempt):
            pool = self._pool(attempt)
            if is_plain_session(attempt.exchange):
                send = functools.partial(_send_with_pool, pool)
            elif is_plain_session(attempt.exchange, allow_hooks=True):
                send = _send_prepared
        is_watched = pool is not None and issubclass(pool.ConnectionCls, WatchedConnection)

        def run() -> RawResponse:
            with in_progress(attempt, is_watched=is_watched):
                attempt.has_begun = True
                return read(send(attempt), attempt.ends)

        return run() if is_watched else run_with_deadline(run, attempt.ends + LATE)

    def _pool(self, attempt: Attempt) -> Any:
        """The pool of the host, or of its proxy."""
        adapter, proxies = attempt.adapter, tuple((attempt.proxies or {}).items())
        key = adapter, root_of(attempt.request.url), attempt.verify, proxies
        pool = self.pools.get(key)
        if pool is None or pool.pool is None:  # the session was closed
            if len(self.pools) == MAX_POOLS:
                self.pools.clear()
            prepared, verify = _prepared(attempt), attempt.verify
            pool = adapter.get_connection_with_tls_context(prepared, verify, attempt.proxies)
            adapter.cert_verify(pool, prepared.url, verify, None)
            pool.ConnectionCls = WATCHED.get(pool.ConnectionCls, pool.ConnectionCls)
            self.pools[key] = pool
        return pool


def open_together(pings: list[Callable[[], Result]]) -> list[Result]:
    """Perform pings side by side; the first goes alone: a host out of reach is tried once."""
    results = [ping() for ping in pings[:1]]
    if len(pings) > 1 and isinstance(results[0], RawResponse):
        with ThreadPoolExecutor(HANDSHAKES) as threads:
            results += threads.map(lambda ping: ping(), pings[1:])
    return results


def _prepared(attempt: Attempt) -> requests.PreparedRequest:
    prepared = requests.PreparedRequest()
    prepared.method, prepared.url = attempt.request.method, attempt.request.url
    return prepared


def _headers(request: PreparedRequest) -> dict[str, str]:
    """With what requests adds."""
    if request.method == "GET" and request.body is None:
        return request.headers
    return {**request.headers, "Content-Length": str(len((request.body or "").encode()))}


def _send_with_pool(pool: Any, attempt: Attempt) -> Opened:
    request = attempt.request
    target = request.url[len(root_of(request.url)) :]
    if attempt.proxies:
        target = attempt.adapter.request_url(_prepared(attempt), attempt.proxies)
    opened: urllib3.BaseHTTPResponse = pool.urlopen(
        request.method,
        target,
        body=request.body,
        headers=_headers(request),
        retries=False,
        redirect=False,
        assert_same_host=False,
        timeout=attempt.timeout,
        preload_content=False,
        decode_content=False,
    )
    return opened


def _send_prepared(attempt: Attempt) -> Opened:
    """Send by the session's ``send``, which calls its hooks."""
    session, prepared = attempt.exchange.session, _prepared(attempt)
    prepared.prepare_cookies({})
    prepared.body, prepared.hooks = attempt.request.body, session.hooks
    prepared.headers = CaseInsensitiveDict(_headers(attempt.request))
    response: requests.Response = session.send(
        prepared,
        timeout=attempt.timeout,
        proxies=attempt.proxies or {},
        verify=attempt.verify,
        allow_redirects=False,
        stream=True,
    )
    return response


def _send_with_session(attempt: Attempt) -> Opened:
    response: requests.Response = attempt.exchange.session.request(
        attempt.request.method,
        attempt.request.url,
        headers=attempt.request.headers,
        data=attempt.request.body,
        timeout=attempt.timeout,
        proxies=attempt.proxies,
        verify=attempt.verify,
        allow_redirects=False,
        stream=True,
    )
    return response


def _has_known_route(attempt: Attempt) -> bool:
    """Whether nothing of the session decides which of its pools a request goes through."""
    session = attempt.exchange.session
    if type(session) is not requests.Session or session.trust_env or session.proxies:
        return False
    return not session.cert and type(attempt.adapter) is requests.adapters.HTTPAdapter


def _read(opened: Any, ends: float) -> RawResponse:
    """The whole response. Raises an `OSError` or an error of the libraries where it is cut off."""
    is_requests = isinstance(opened, requests.Response)
    status, raw = (opened.status_code, opened.raw) if is_requests else (opened.status, opened)
    try:
        # a hook may have read it, and a fake need not be urllib3's
        is_unread = isinstance(raw, urllib3.BaseHTTPResponse) and not raw.tell()
        body = _body(raw, status, ends) if is_unread else bytes(opened.content)
    finally:
        if isinstance(raw, urllib3.BaseHTTPResponse):
            raw.close()
            raw.release_conn()
    headers, text = opened.headers.items(), body.decode("utf-8", errors="replace")
    return RawResponse(status=status, reason=opened.reason or "", headers=headers, text=text)


def _body(raw: Any, status: int, ends: float) -> bytes:
    if status < 200:
        raise IncompleteError("only an interim response came")
    body = b""
    try:
        while chunk := raw.read1(decode_content=True):
            body += chunk
            # the watchdog does not reach a connection that ends with the response
            if time.monotonic() > ends:
                raise DeadlineError("the body was not received in time")
    except (ValueError, OverflowError, MemoryError) as e:
        raise IncompleteError("its length is impossible") from e
    # The standard library takes headers that are cut off for complete, so that an empty body needs
    # another proof. A fake has no HTTP version.
    is_framed = "content-length" in raw.headers or "transfer-encoding" in raw.headers
    if raw.length_remaining or not (body or is_framed or status in (204, 304) or not raw.version):
        raise IncompleteError("the connection ended before the response did")
    return body


def _may_have_left(attempt: Attempt, error: Exception) -> bool:
    """False only for failures that come before the first byte of the request.

    Where the session itself tries again, what became of its earlier tries is not known.
    """
    if not attempt.has_begun:
        return False
    if is_raised_in(error, "requests.hooks", "dispatch_hook") or any(
        isinstance(e, urllib3.exceptions.InvalidHeader) for e in chain(error)
    ):
        return True  # there was a response
    if isinstance(error, NEVER_SENT):
        return False
    # name, socket, a proxy's tunnel and TLS
    if not any(is_raised_in(error, module, "connect") for module in CONNECTING):
        return True
    return bool(getattr(getattr(attempt.adapter, "max_retries", None), "total", 0))


def _make_room(exchange: Any, root: str, n: int) -> int:
    """How many of ``n`` connections the session keeps to a host; ccxt's own is made to keep all."""
    manager: Any = getattr(exchange.session.get_adapter(root), "poolmanager", None)
    room: int = getattr(manager, "connection_pool_kw", {}).get("maxsize", 1)
    if room >= n or not is_plain_session(exchange):
        return min(n, room)
    exchange.session.mount(root, requests.adapters.HTTPAdapter(pool_maxsize=n))
    return n


def _check_socks(exchange: Any, error: Exception) -> None:
    if "Missing dependencies for SOCKS support" in str(error):
        raise ccxt.NotSupported(
            f'{exchange.id} SOCKS proxies need the "pysocks" module: pip install pysocks'
        ) from None
