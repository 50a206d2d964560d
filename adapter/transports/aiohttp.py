"""Sends over the ``aiohttp`` session of an async exchange.

The short way takes a connection from under the session. Where the session or the exchange has
settings that only ``aiohttp`` itself honours, ``aiohttp`` sends.
"""

from __future__ import annotations

import http
import math
import time
from collections.abc import Iterable
from typing import Any

import aiohttp
import attrs
import ccxt
import yarl

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports import http1
from adapter.transports.connector import DEFAULTS, Places
from adapter.transports.host import (
    REDIRECTS,
    Answer,
    Outgoing,
    after_redirect,
    bare,
    no_reply,
    outgoing,
    raised_in,
    received,
    root_of,
    unreached,
    unread,
)

BEFORE_SENDING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    UnicodeError,
)
CONNECTING = 0.9
"""The share of the time that connecting may take, so that its end can be told from the answer's."""


class LostError(aiohttp.ClientConnectionError):
    """The connection broke while a request was under way."""


@attrs.define
class Once:
    """A middleware: aiohttp would send a DELETE again, with the old signature, and not tell."""

    left: bool = False
    """Whether the request may have left, be it for a host that redirects it."""
    begun: bool = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Send it, and let no error pass after which aiohttp would send it again."""
        self.begun = True
        try:
            response = await handler(request)
        except BEFORE_SENDING:
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as e:
            # a proxy may break the line before its tunnel stands
            self.left = self.left or not raised_in(e, "aiohttp.connector", "connect")
            raise LostError from e
        self.left = True
        return response


@attrs.define
class Transport:
    """Sends for one exchange object."""

    places: Places = attrs.field(factory=Places)
    writer: http1.Writer = attrs.field(factory=lambda: http1.Writer(DEFAULTS))

    async def send(
        self, exchange: Any, signed: SignedRequest, timeout: float, *, direct: bool = True
    ) -> Response | NoResponse:
        """Send once. ``timeout`` is in seconds, for connecting and for the whole answer.

        ``direct`` allows the short way. Raises only what ccxt raises before sending; every other
        failure is a `NoResponse`.
        """
        sent = outgoing(exchange, signed)
        exchange.open(True)
        ends = time.monotonic() + timeout
        place = self.places.place(exchange, sent) if direct else None
        request = None if place is None else self.writer.request(sent, place.root, place.host)
        if place is None or request is None:
            return await by_library(exchange, sent, timeout)
        answer = await place.asked(request, timeout)
        if isinstance(answer, NoResponse):
            return answer
        if answer.status in REDIRECTS:
            left = max(ends - time.monotonic(), 0.001)
            return after_redirect(await by_library(exchange, sent, left))
        return received(exchange, sent, answer)

    async def connect(self, exchange: Any, urls: Iterable[str], n: int) -> dict[str, int]:
        """Let ``n`` connections stand to the host of each URL; gives how many do, by host."""
        exchange.open(True)
        stand = {root_of(url): 0 for url in urls}
        for root in stand:
            place = self.places.place(exchange, bare(exchange, f"{root}/"))
            if place is not None:
                stand[root], errors = await place.opened(n, exchange.timeout / 1000)
                for error in {type(error): error for error in errors}.values():
                    unreached(exchange, root, error)
        return stand


async def by_library(exchange: Any, sent: Outgoing, timeout: float) -> Response | NoResponse:
    """Send through the whole of ``aiohttp``, which honours every setting."""
    session, proxy = _session_and_proxy(exchange, sent)
    url = _parsed(sent.url)
    if url is None:
        return NoResponse(may_have_been_sent=False, reason="the URL names no host and port")
    once = Once()
    _silence(session)
    try:
        async with session.request(
            sent.method,
            url,
            headers=sent.headers,
            data=None if sent.body is None else sent.body.encode(),
            timeout=_timeout(timeout),
            proxy=proxy,
            middlewares=(*getattr(session, "_middlewares", ()), once),
        ) as response:
            text = await response.text(errors="replace")
    except BEFORE_SENDING as e:
        return no_reply(e, sent=once.left)
    except LostError as e:
        return no_reply(e.__cause__ or e, sent=once.left)
    except (aiohttp.ClientError, TimeoutError, OSError) as e:
        return no_reply(e, sent=True)
    except Exception as e:
        if not once.begun or raised_in(e, "aiohttp.connector", "connect"):
            raise
        return unread(e)
    if response.status < http.HTTPStatus.OK:
        return NoResponse(
            may_have_been_sent=True, reason=f"only an interim answer came: {response.status}"
        )
    return received(
        exchange,
        sent,
        Answer(
            status=response.status,
            reason=response.reason or "",
            headers=response.headers.items(),
            text=text,
        ),
    )


def _silence(session: Any) -> None:
    """Close idle connections on which something came: aiohttp would take it for our answer."""
    waiting = getattr(getattr(session, "connector", None), "_conns", {})
    for protocol, _ in [idle for connections in waiting.values() for idle in connections]:
        if protocol.should_close:
            protocol.close()


def _parsed(text: str) -> yarl.URL | None:
    """The URL, or None where it names no host and port, which yarl checks late."""
    try:
        # encoded: aiohttp would re-encode the query and break the signature
        url = yarl.URL(text, encoded=True)
        return url if url.port is not None else None
    except ValueError:
        return None


def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    """Without aiohttp's rounding up to whole seconds."""
    connecting = seconds * CONNECTING
    return aiohttp.ClientTimeout(
        total=seconds,
        connect=connecting,
        sock_connect=connecting,
        sock_read=seconds,
        ceil_threshold=math.inf,
    )


def _session_and_proxy(exchange: Any, sent: Outgoing) -> tuple[Any, str | None]:
    own = exchange.aiohttp_proxy
    if own is None:
        own_session = exchange.session
        if sent.socks_proxy and not (sent.http_proxy or sent.https_proxy):
            own_session = exchange.get_socks_proxy_session(sent.socks_proxy)
        return own_session, sent.http_proxy or sent.https_proxy
    prefixed = sent.url != exchange.last_request_url
    if prefixed or sent.http_proxy or sent.https_proxy or sent.socks_proxy:
        raise ccxt.NotSupported(
            f"{exchange.id} you have set multiple proxies: use either .aiohttp_proxy or one of"
            " proxyUrl, httpProxy, httpsProxy and socksProxy"
        )
    return exchange.session, own
