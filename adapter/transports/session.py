"""Sends over the ``requests`` session of a sync exchange, by public calls.

The urllib3 pool of a session that is as ccxt makes it is used, which is twice as fast; any other
session sends by its own ``request``. Redirects are not followed.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import ccxt
import requests
import requests.adapters
import urllib3
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports.exchange_io import (
    PreparedRequest,
    RawResponse,
    accept,
    chain,
    is_kept,
    is_raised_in,
    log_unreachable,
    no_response,
    prepare,
    prepare_ping,
    root_of,
    unread,
)
from adapter.transports.plain import is_plain_session
from adapter.transports.worker import DeadlineError, run_with_deadline

LATE = 0.3
"""Seconds after its timeout at which a request is left: the libraries' own errors tell more."""
AT_ONCE = 16
"""Connections that are opened at a time; a handshake burns CPU."""
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
PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?/[!$-;=?-Z_a-z~]*")
PLAIN_HEADERS = re.compile(
    r"(?:(?!content-length:|transfer-encoding:)[a-z0-9-]+:(?:[!-~][ -~]*)?\n)*", re.IGNORECASE
)
"""What goes on the wire unchanged."""

Opened = requests.Response | urllib3.BaseHTTPResponse
"""A response whose body is unread."""


class AbandonedError(Exception):
    """The caller left before the request was sent, so it is not sent."""


class IncompleteError(OSError):
    """The connection ended, or what was received is no HTTP, before the response was complete."""


@attrs.define(eq=False)
class Attempt:
    """One request in a worker thread, and whether its caller is still there."""

    exchange: Any
    request: PreparedRequest
    proxies: dict[str, str] | None
    ends: float
    """In seconds of ``time.monotonic()``."""
    may_have_left: bool = False
    is_abandoned: bool = False

    @classmethod
    def of(cls, exchange: Any, request: PreparedRequest, timeout: float) -> Attempt:
        """Raises what ccxt raises for proxy settings that conflict. ``timeout`` is in seconds."""
        return cls(exchange, request, _proxies(exchange, request), time.monotonic() + timeout)

    @property
    def timeout(self) -> urllib3.Timeout:
        """What is left of its time."""
        return urllib3.Timeout(total=max(self.ends - time.monotonic(), 0.001))

    @property
    def verify(self) -> Any:
        """As ccxt has it."""
        return self.exchange.verify and self.exchange.validateServerSsl

    def run(self, function: Callable[[Attempt], Any]) -> Any:
        """Call it in a worker thread, for as long as there is time."""
        try:
            return run_with_deadline(lambda: function(self), self.ends + LATE)
        finally:
            self.is_abandoned = True

    def leave(self) -> None:
        """Note that the request may leave from here on. Raises `AbandonedError`."""
        self.may_have_left = True
        if self.is_abandoned:
            raise AbandonedError


class Headers(dict[str, str]):
    """Headers that note when urllib3 writes them: over TLS, once the connection is open."""

    attempt: Attempt

    def copy(self) -> Headers:
        """The same object: urllib3 adds the headers for a proxy to it."""
        return self

    def items(self) -> Any:
        """As of a dict."""
        self.attempt.leave()
        return super().items()


@attrs.define
class Transport:
    """Sends for one exchange object."""

    contexts: dict[str, ssl.SSLContext] = attrs.field(factory=dict)
    """By the file of authorities: it takes 12 ms to make one."""

    def __deepcopy__(self, memo: object) -> Transport:
        """A copy of an exchange object has a session of its own."""
        return Transport()

    def send(
        self,
        exchange: Any,
        signed: SignedRequest,
        timeout: float,
        *,
        direct: bool = True,  # noqa: ARG002  # for a transport that has a choice
    ) -> Response | NoResponse:
        """Send once. ``timeout`` is in seconds, for connecting and for the whole response.

        Raises only what ccxt raises before sending; every other failure is a `NoResponse`.
        """
        request = prepare(exchange, signed)
        exchange.session.cookies.clear()
        attempt = Attempt.of(exchange, request, timeout)
        try:
            raw = attempt.run(self._exchange)
        except FAILURES as e:
            _check_socks(exchange, e)
            return no_response(e, sent=_may_have_left(attempt, e))
        except Exception as e:
            if not _may_have_left(attempt, e):
                raise
            return unread(e)
        return accept(exchange, request, raw)

    def connect(self, exchange: Any, urls: Iterable[str], n: int) -> dict[str, int]:
        """Ping each URL, so that ``n`` connections are open to its host; gives how many are."""
        pings = {root_of(url): prepare_ping(exchange, url) for url in urls}
        return {root: self._connect(exchange, root, ping, n) for root, ping in pings.items()}

    def _connect(self, exchange: Any, root: str, ping: PreparedRequest, n: int) -> int:
        """The number of pings that were answered, each over a connection of its own.

        The first one goes alone: a host that cannot be reached is tried once.
        """
        n = _make_room(exchange, root_of(ping.url), n)
        attempt = Attempt.of(exchange, ping, exchange.timeout / 1000)
        opened: list[Opened] = []

        def open_one(_: int = 0) -> bool:
            try:
                opened.append(attrs.evolve(attempt, is_abandoned=False).run(self._open))
            except FAILURES as e:
                log_unreachable(exchange, root, e)
                return False
            return True

        try:
            if open_one() and n > 1:
                with ThreadPoolExecutor(AT_ONCE) as threads:
                    list(threads.map(open_one, range(n - 1)))
        finally:
            for response in opened:
                raw: Any = getattr(response, "raw", response)
                raw.drain_conn()
        return sum(is_kept(response.headers.items()) for response in opened)

    def _exchange(self, attempt: Attempt) -> RawResponse:
        opened = self._open(attempt)
        try:
            return _read(opened, attempt.ends)
        finally:
            opened.close()
            if isinstance(opened, urllib3.BaseHTTPResponse):
                opened.release_conn()

    def _open(self, attempt: Attempt) -> Opened:
        is_plain = _is_plain_request(attempt.request) and is_plain_session(attempt.exchange)
        return self._send_with_pool(attempt) if is_plain else _send_with_session(attempt)

    def _send_with_pool(self, attempt: Attempt) -> Opened:
        request = attempt.request
        pool, target = self._pool(attempt)
        headers = Headers(request.headers)
        headers.attempt = attempt
        if request.method != "GET":
            headers["Content-Length"] = "0"  # as requests does
        opened: urllib3.BaseHTTPResponse = pool.urlopen(
            request.method,
            target,
            headers=headers,
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=attempt.timeout,
            preload_content=False,
            decode_content=False,
        )
        return opened

    def _pool(self, attempt: Attempt) -> tuple[Any, str]:
        """The pool of the host, or of its proxy, and the target of the request."""
        request, proxies, verify = attempt.request, attempt.proxies, attempt.verify
        adapter = attempt.exchange.session.get_adapter(request.url)
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url = request.method, request.url
        pool = adapter.get_connection_with_tls_context(prepared, verify, proxies)
        adapter.cert_verify(pool, request.url, verify, None)
        if isinstance(pool, HTTPSConnectionPool) and pool.ca_certs:
            # urllib3 would make a context for each connection
            pool.conn_kw["ssl_context"] = self._context(pool.ca_certs)
            pool.ca_certs = None
        return pool, adapter.request_url(prepared, proxies)

    def _context(self, authorities: str) -> ssl.SSLContext:
        context = self.contexts.get(authorities)
        if context is None:
            context = create_urllib3_context()
            context.load_verify_locations(authorities)
            self.contexts[authorities] = context
        return context


def _send_with_session(attempt: Attempt) -> Opened:
    attempt.leave()
    response: requests.Response = attempt.exchange.session.request(
        attempt.request.method,
        attempt.request.url,
        headers=attempt.request.headers,
        timeout=attempt.timeout,
        proxies=attempt.proxies,
        verify=attempt.verify,
        allow_redirects=False,
        stream=True,
    )
    return response


def _is_plain_request(request: PreparedRequest) -> bool:
    headers = request.headers
    if not PLAIN_URL.fullmatch(request.url) or "/." in request.url:
        return False
    if {*map(type, headers.values())} != {str} or len({*map(str.lower, headers)}) < len(headers):
        return False
    return bool(PLAIN_HEADERS.fullmatch("".join([f"{k}:{v}\n" for k, v in headers.items()])))


def _read(opened: Opened, ends: float) -> RawResponse:
    """The whole response. Raises an `OSError` or an error of the libraries where it is cut off."""
    if isinstance(opened, requests.Response):
        status, raw = opened.status_code, opened.raw
        # a hook may have read it, and a fake need not be urllib3's
        is_unread = isinstance(raw, urllib3.BaseHTTPResponse) and not raw.tell()
        body = _body(raw, status, ends) if is_unread else bytes(opened.content)
    else:
        status, body = opened.status, _body(opened, opened.status, ends)
    headers, text = opened.headers.items(), body.decode("utf-8", errors="replace")
    return RawResponse(status=status, reason=opened.reason or "", headers=headers, text=text)


def _body(raw: Any, status: int, ends: float) -> bytes:
    if status < 200:
        raise IncompleteError("only an interim response came")
    chunks = []
    try:
        while chunk := raw.read1(decode_content=True):
            chunks.append(chunk)
            if time.monotonic() > ends:
                raise DeadlineError("the body was not received in time")
    except (ValueError, OverflowError, MemoryError) as e:
        raise IncompleteError("its length is impossible") from e
    # The standard library takes headers that are cut off for complete, so that an empty body needs
    # another proof. A fake has no HTTP version.
    headers = raw.headers
    is_framed = "content-length" in headers or "transfer-encoding" in headers
    is_complete = chunks or is_framed or status in (204, 304) or not raw.version
    if raw.length_remaining or not is_complete:
        raise IncompleteError("the connection ended before the response did")
    return b"".join(chunks)


def _may_have_left(attempt: Attempt, error: Exception) -> bool:
    """False only for failures that come before the first byte of the request.

    Where the session itself tries again, what became of its earlier tries is not known.
    """
    if not attempt.may_have_left:
        return False
    if is_raised_in(error, "requests.hooks", "dispatch_hook") or any(
        isinstance(e, urllib3.exceptions.InvalidHeader) for e in chain(error)
    ):
        return True  # there was a response
    if isinstance(error, NEVER_SENT):
        return False
    # urllib3 connects in there: name, socket, a proxy's tunnel and TLS
    if not is_raised_in(error, "urllib3.connection", "connect"):
        return True
    adapter = attempt.exchange.session.get_adapter(attempt.request.url)
    return bool(getattr(getattr(adapter, "max_retries", None), "total", 0))


def _make_room(exchange: Any, root: str, n: int) -> int:
    """How many of ``n`` connections the session keeps to a host; ccxt's own is made to keep all."""
    manager: Any = getattr(exchange.session.get_adapter(root), "poolmanager", None)
    room: int = getattr(manager, "connection_pool_kw", {}).get("maxsize", 1)
    if room >= n or not is_plain_session(exchange):
        return min(n, room)
    exchange.session.mount(root, requests.adapters.HTTPAdapter(pool_maxsize=n))
    return n


def _proxies(exchange: Any, request: PreparedRequest) -> dict[str, str] | None:
    proxies: dict[str, str] | None = None
    if request.http_proxy:
        proxies = {"http": request.http_proxy}
    elif request.https_proxy:
        proxies = {"https": request.https_proxy}
    elif request.socks_proxy:
        proxies = {"http": request.socks_proxy, "https": request.socks_proxy}
    if exchange.proxies is None:
        return proxies
    if proxies is not None or request.is_prefixed:
        raise ccxt.InvalidProxySettings(
            f"{exchange.id} you have conflicting proxy settings: use either .proxies or one of"
            " proxyUrl, httpProxy, httpsProxy and socksProxy"
        )
    own: dict[str, str] = exchange.proxies
    return own


def _check_socks(exchange: Any, error: Exception) -> None:
    if "Missing dependencies for SOCKS support" in str(error):
        raise ccxt.NotSupported(
            f'{exchange.id} SOCKS proxies need the "pysocks" module: pip install pysocks'
        ) from None
