"""Sends over the ``requests`` session of a sync exchange.

The short way takes a connection from under the session. Where the session or the exchange has
settings that only ``requests`` itself honours, ``requests`` sends.
"""

from __future__ import annotations

import http.client
import importlib.util
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import ccxt
import requests
import urllib3

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports import http1, pool, usual
from adapter.transports.bounded import Bounded, GivenUpError
from adapter.transports.host import (
    REDIRECTS,
    Answer,
    Outgoing,
    after_redirect,
    bare,
    chain,
    conflict,
    no_reply,
    outgoing,
    raised_in,
    received,
    root_of,
    unreached,
    unread,
)

NEVER_SENT = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    urllib3.exceptions.LocationValueError,
    UnicodeError,
)
LATE = 1.0
"""Seconds that the whole of requests may last beyond its time: nothing in it bounds how long a name
is looked up, nor headers that come byte by byte."""
AT_ONCE = 16
"""Connections that are opened at a time; a handshake burns CPU."""
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError)
FRAMING = ("content-length", "transfer-encoding")
BODILESS = (204, 304)


def reader() -> http1.Read:
    """How answers are read: unusual ones by llhttp, where the extra ``fast`` has brought it."""
    if importlib.util.find_spec("httptools") is None:
        return usual.reader(http1.read)
    from adapter.transports import fast

    return usual.reader(fast.read)


@attrs.define
class Transport:
    """Sends for one exchange object."""

    read: http1.Read = attrs.field(factory=reader)
    pools: pool.Pools = attrs.field(factory=pool.Pools)
    writer: http1.Writer = attrs.field(factory=http1.Writer)

    def send(
        self, exchange: Any, signed: SignedRequest, timeout: float, *, direct: bool = True
    ) -> Response | NoResponse:
        """Send once. ``timeout`` is in seconds, for connecting and for the whole answer.

        ``direct`` allows the short way. Raises only what ccxt raises before sending; every other
        failure is a `NoResponse`.
        """
        sent = outgoing(exchange, signed)
        exchange.session.cookies.clear()
        ends = time.monotonic() + timeout
        place = self.pools.place(exchange, sent) if direct else None
        request = None if place is None else self.writer.request(sent, place.root, place.host)
        if place is None or request is None:
            return by_library(exchange, sent, ends)
        answer = self._asked(place, sent.method, request, ends)
        if isinstance(answer, NoResponse):
            return answer
        if answer.status in REDIRECTS:
            return after_redirect(by_library(exchange, sent, ends))
        return received(exchange, sent, answer)

    def connect(self, exchange: Any, urls: Iterable[str], n: int) -> dict[str, int]:
        """Let ``n`` connections stand to the host of each URL; gives how many do, by host."""
        stand = {root_of(url): 0 for url in urls}
        for root in stand:
            place = self.pools.place(exchange, bare(exchange, f"{root}/"))
            if place is not None:
                ends = time.monotonic() + exchange.timeout / 1000
                stand[root] = self._opened(exchange, place, n, ends)
        return stand

    def _opened(self, exchange: Any, place: pool.Place, n: int, ends: float) -> int:
        """How many connections stand. The first makes the TLS context that all others use."""
        place.make_room(n)
        taken = [place.taken() for _ in range(n)]
        stand = [connection for connection in taken if connection is not None]

        def open_one(_: int = 0) -> bool:
            try:
                stand.append(self.pools.connected(place, ends))
            except pool.FAILURES as e:
                unreached(exchange, place.root, e)
                return False
            return True

        try:
            if len(stand) < n and open_one():
                with ThreadPoolExecutor(AT_ONCE) as threads:
                    list(threads.map(open_one, range(n - len(stand))))
            return len(stand)
        finally:
            for connection in (*stand, *[None] * (n - len(stand))):
                place.give_back(connection, keep=True)

    def _asked(
        self, place: pool.Place, method: str, request: bytes, ends: float
    ) -> Answer | NoResponse:
        connection = place.taken()
        left = keep = False
        try:
            if connection is None:
                connection = self.pools.connected(place, ends)
            http1.wait(connection.sock, ends)
            left = True
            connection.sock.sendall(request)
            answer = self.read(connection.sock, method, ends, b"")
            keep = answer.keep
            return answer
        except http1.FAILURES as e:
            return no_reply(e, sent=left)
        except Exception as e:
            if not left:
                raise
            return unread(e)
        finally:
            place.give_back(connection, keep=keep)


def by_library(exchange: Any, sent: Outgoing, ends: float) -> Response | NoResponse:
    """Send through the whole of ``requests``, which follows redirects and honours every setting.

    Where its own time-outs do not hold, it is left `LATE`, and counts as sent.
    """
    proxies = _proxies(exchange, sent)

    def asked() -> tuple[requests.Response, bytes]:
        response = exchange.session.request(
            sent.method,
            sent.url,
            headers=sent.headers,
            data=None if sent.body is None else sent.body.encode(),
            timeout=urllib3.Timeout(total=max(ends - time.monotonic(), 0.001)),
            proxies=proxies,
            verify=exchange.verify and exchange.validateServerSsl,
            stream=True,
        )
        with response:
            return response, _body(response, ends)

    asking = Bounded(asked).start()
    try:
        response, body = asking.by(ends + LATE)
    except GivenUpError as e:
        return no_reply(e, sent=True)
    except FAILURES as e:
        if "Missing dependencies for SOCKS support" in str(e):
            raise ccxt.NotSupported(
                f'{exchange.id} SOCKS proxies need the "pysocks" module: pip install pysocks'
            ) from None
        return no_reply(e, sent=_may_have_left(exchange, sent, e))
    except Exception as e:
        if not _may_have_left(exchange, sent, e):
            raise
        return unread(e)
    text = body.decode("utf-8", errors="replace")
    return received(
        exchange,
        sent,
        Answer(
            status=response.status_code,
            reason=response.reason,
            headers=response.headers.items(),
            text=text,
        ),
    )


def _body(response: requests.Response, ends: float) -> bytes:
    """The whole body. Raises a ``requests`` error when it is cut off or comes too slowly.

    Where neither a header nor a body says that the headers were whole, they may have been cut off:
    the standard library does not tell.
    """
    if not isinstance(response.raw, urllib3.HTTPResponse):
        return bytes(response.content)
    if response.status_code < http.HTTPStatus.OK:
        response.raw.close()  # the answer comes after it, and nobody would wait for that
        raise requests.exceptions.ChunkedEncodingError
    chunks = []
    try:
        while chunk := response.raw.read1(decode_content=True):
            chunks.append(chunk)
            if time.monotonic() > ends:
                raise requests.ReadTimeout
    except (ValueError, OverflowError, MemoryError) as e:  # an impossible length
        raise requests.exceptions.ChunkedEncodingError from e
    if response.raw.length_remaining or not (chunks or _has_whole_headers(response)):
        raise requests.exceptions.ChunkedEncodingError
    return b"".join(chunks)


def _has_whole_headers(response: requests.Response) -> bool:
    """Whether that can be told of an answer without a body; one that was made up has."""
    framed = response.status_code in BODILESS or any(name in response.headers for name in FRAMING)
    original = getattr(response.raw, "_original_response", None)
    return framed or not isinstance(original, http.client.HTTPResponse)


def _proxies(exchange: Any, sent: Outgoing) -> dict[str, str] | None:
    proxies = None
    if sent.http_proxy:
        proxies = {"http": sent.http_proxy}
    elif sent.https_proxy:
        proxies = {"https": sent.https_proxy}
    elif sent.socks_proxy:
        proxies = {"http": sent.socks_proxy, "https": sent.socks_proxy}
    if exchange.proxies is None:
        return proxies
    if proxies is not None or sent.url != exchange.last_request_url:
        raise conflict(exchange, "proxies")
    own: dict[str, str] = exchange.proxies
    return own


def _may_have_left(exchange: Any, sent: Outgoing, error: Exception) -> bool:
    """False only for failures that come before the first byte of the request.

    Where the session itself tries again, what became of its earlier tries is not known.
    """
    if raised_in(error, "requests.sessions", "resolve_redirects") or any(
        isinstance(e, urllib3.exceptions.InvalidHeader) for e in chain(error)
    ):
        return True  # there was an answer
    if isinstance(error, NEVER_SENT):
        return False
    # urllib3 connects in there: name, socket, a proxy's tunnel and TLS
    if not raised_in(error, "urllib3.connection", "connect"):
        return True
    retries = getattr(exchange.session.get_adapter(sent.url), "max_retries", None)
    return bool(getattr(retries, "total", 0))
