"""Sends over the ``requests`` session of a sync exchange, by public calls.

The urllib3 pool of a session that is as ccxt makes it is used, which is twice as fast; any other
session sends by its own ``request``. Redirects are not followed.
"""

from __future__ import annotations

import functools
import ssl
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import attrs
import ccxt
import requests
import requests.adapters
import urllib3
from requests.structures import CaseInsensitiveDict
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports import watch
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
from adapter.transports.plain import is_plain_request, is_plain_session
from adapter.transports.watch import LATE, Watch, is_watched, watch_session
from adapter.transports.worker import DeadlineError, run_with_deadline

MAX_POOLS = 100
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
CONNECTING = ("urllib3.connection", watch.__name__)
"""The modules in whose functions ``connect`` nothing of a request has left."""
T = TypeVar("T")
Opened = requests.Response | urllib3.BaseHTTPResponse
"""A response whose body is unread."""


class IncompleteError(OSError):
    """The connection ended, or what was received is no HTTP, before the response was complete."""


@attrs.define(eq=False)
class Attempt:
    """One request."""

    exchange: Any
    request: PreparedRequest
    proxies: dict[str, str] | None
    ends: float
    """In seconds of ``time.monotonic()``."""
    has_begun: bool = False
    """Whether a library has been called to send it."""

    @classmethod
    def of(cls, exchange: Any, request: PreparedRequest, timeout: float) -> Attempt:
        """Raises what ccxt raises for proxy settings that conflict. ``timeout`` is in seconds."""
        return cls(exchange, request, proxies_of(exchange, request), time.monotonic() + timeout)

    @property
    def timeout(self) -> urllib3.Timeout:
        """What is left of its time."""
        return urllib3.Timeout(total=max(self.ends - time.monotonic(), 0.001))

    @property
    def verify(self) -> Any:
        """As ccxt has it."""
        return self.exchange.verify and self.exchange.validateServerSsl


@attrs.define
class KnownPool:
    """A pool of the session's."""

    adapter: Any
    pool: Any
    is_forwarding: bool
    """Whether it is that of a proxy, which takes whole URLs."""
    has_our_context: bool = False


@attrs.define
class Transport:
    """Sends for one exchange object."""

    contexts: dict[str, ssl.SSLContext] = attrs.field(factory=dict)
    """By the file of authorities. One takes 12 ms, and urllib3 makes one for each connection."""
    pools: dict[Any, KnownPool] = attrs.field(factory=dict)

    def __deepcopy__(self, memo: object) -> Transport:
        """A copy of an exchange object has a session of its own."""
        return Transport()

    def attach(self, exchange: Any) -> None:
        """Prepare the session, before there are connections."""
        watch_session(exchange.session)

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
            raw = self._perform(attempt, lambda opened: _read(opened, attempt.ends))
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
                opened.append(self._perform(attempt, lambda response: response))
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

    def _perform(self, attempt: Attempt, read: Callable[[Opened], T]) -> T:
        """Send, and read the response, within the time that there is."""
        pool, target, send = None, "", _send_with_session
        if is_plain_request(attempt.request) and _has_known_route(attempt):
            pool, target = self._pool(attempt)
            if is_plain_session(attempt.exchange):
                send = functools.partial(_send_with_pool, pool, target)
            elif is_plain_session(attempt.exchange, allow_hooks=True):
                send = _send_prepared
        if pool is None or not is_watched(pool):
            return run_with_deadline(lambda: read(send(attempt)), attempt.ends + LATE)
        with Watch(attempt.ends):
            return read(send(attempt))

    def _pool(self, attempt: Attempt) -> tuple[Any, str]:
        """The pool of the host, or of its proxy, and the target of the request."""
        url, root = attempt.request.url, root_of(attempt.request.url)
        adapter = attempt.exchange.session.get_adapter(url)
        key = root, attempt.verify, tuple((attempt.proxies or {}).items())
        known = self.pools.get(key)
        if known is None or known.adapter is not adapter or known.pool.pool is None:
            if len(self.pools) == MAX_POOLS:
                self.pools.clear()
            known = self.pools[key] = self._find_pool(attempt, adapter)
        if known.has_our_context:
            known.pool.ca_certs = None  # requests sets it again, and urllib3 would load it again
        return known.pool, url if known.is_forwarding else url[len(root) :]

    def _find_pool(self, attempt: Attempt, adapter: Any) -> KnownPool:
        request, proxies, verify = attempt.request, attempt.proxies, attempt.verify
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url = request.method, request.url
        pool = adapter.get_connection_with_tls_context(prepared, verify, proxies)
        adapter.cert_verify(pool, request.url, verify, None)
        is_forwarding = adapter.request_url(prepared, proxies) == request.url
        known = KnownPool(adapter=adapter, pool=pool, is_forwarding=is_forwarding)
        if isinstance(pool, HTTPSConnectionPool) and pool.ca_certs:
            ours = self._context(pool.ca_certs)
            known.has_our_context = pool.conn_kw.setdefault("ssl_context", ours) is ours
        return known

    def _context(self, authorities: str) -> ssl.SSLContext:
        context = self.contexts.get(authorities)
        if context is None:
            context = create_urllib3_context()
            context.load_verify_locations(authorities)
            self.contexts[authorities] = context
        return context


def _send_with_pool(pool: Any, target: str, attempt: Attempt) -> Opened:
    attempt.has_begun = True
    opened: urllib3.BaseHTTPResponse = pool.urlopen(
        attempt.request.method,
        target,
        body=attempt.request.body,
        headers=_headers(attempt),
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
    attempt.has_begun = True
    session, prepared = attempt.exchange.session, requests.PreparedRequest()
    prepared.method, prepared.url = attempt.request.method, attempt.request.url
    prepared.prepare_cookies({})
    prepared.body = attempt.request.body
    prepared.headers, prepared.hooks = CaseInsensitiveDict(_headers(attempt)), session.hooks
    response: requests.Response = session.send(
        prepared,
        timeout=attempt.timeout,
        proxies=attempt.proxies or {},
        verify=attempt.verify,
        allow_redirects=False,
        stream=True,
    )
    return response


def _headers(attempt: Attempt) -> dict[str, str]:
    """With what requests adds."""
    own, body = attempt.request.headers, attempt.request.body
    if attempt.request.method == "GET" and body is None:
        return own
    return {**own, "Content-Length": str(len((body or "").encode()))}


def _send_with_session(attempt: Attempt) -> Opened:
    attempt.has_begun = True
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
    adapter = session.get_adapter(attempt.request.url)
    return not session.cert and type(adapter) is requests.adapters.HTTPAdapter


def _read(opened: Any, ends: float) -> RawResponse:
    """The whole response. Raises an `OSError` or an error of the libraries where it is cut off."""
    if isinstance(opened, requests.Response):
        status, raw = opened.status_code, opened.raw
    else:
        status, raw = opened.status, opened
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
    adapter = attempt.exchange.session.get_adapter(attempt.request.url)
    return bool(getattr(getattr(adapter, "max_retries", None), "total", 0))


def _make_room(exchange: Any, root: str, n: int) -> int:
    """How many of ``n`` connections the session keeps to a host; ccxt's own is made to keep all."""
    manager: Any = getattr(exchange.session.get_adapter(root), "poolmanager", None)
    room: int = getattr(manager, "connection_pool_kw", {}).get("maxsize", 1)
    if room >= n or not is_plain_session(exchange):
        return min(n, room)
    exchange.session.mount(root, requests.adapters.HTTPAdapter(pool_maxsize=n))
    watch_session(exchange.session)
    return n


def proxies_of(exchange: Any, request: PreparedRequest) -> dict[str, str] | None:
    """Those for requests. Raises what ccxt raises for settings that conflict."""
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
