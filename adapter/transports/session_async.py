"""Sends over the ``aiohttp`` session of an async exchange, by public calls.

Redirects are not followed. Where a connection breaks, aiohttp sends a ``DELETE`` a second time by
itself. That is prevented on the session that ccxt makes. A session of the user's own may have
middlewares, which one more would replace: there the answer to the second is not believed, as it is
unknown what became of the first.
"""

from __future__ import annotations

import asyncio
import math
from typing import Any

import aiohttp
import ccxt
import yarl

from adapter.contract.messages import NoResponse
from adapter.transports.exchange_io import (
    PreparedRequest,
    RawResponse,
    Result,
    is_raised_in,
    no_response,
    unread,
)
from adapter.transports.plain import is_plain_session

FAILURES = (aiohttp.ClientError, TimeoutError, OSError, UnicodeError)
NOT_CONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
CONNECTING = 0.9
"""The share of the time that connecting may take, so that its end can be told from the answer's."""
TWICE = NoResponse(may_have_been_sent=True, reason="the connection broke, and it was sent twice")


class LostError(aiohttp.ClientConnectionError):
    """The connection broke, or what was received on it is no answer to the request."""


async def send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A middleware that lets no error pass after which aiohttp would send again."""
    try:
        return await handler(request)
    except NOT_CONNECTED:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as e:
        raise LostError from e


class Timeout(aiohttp.ClientTimeout):
    """A timeout that counts: aiohttp reads ``sock_read`` each time it sends, once connected."""

    sends: int
    has_waited: bool
    """Whether anything can have been received since."""

    def __init__(self, seconds: float) -> None:
        """Without aiohttp's rounding up to whole seconds."""
        vars(self).update(sends=0, has_waited=False)
        share = seconds * CONNECTING
        super().__init__(total=seconds, connect=share, sock_connect=share, ceil_threshold=math.inf)

    @property
    def sock_read(self) -> float | None:
        """The same as the total."""
        vars(self)["sends"] += 1
        asyncio.get_running_loop().call_soon(vars(self).__setitem__, "has_waited", True)
        return self.total

    @sock_read.setter
    def sock_read(self, value: object) -> None:
        """It is not set."""


class Sender:
    """Sends for one exchange object."""

    async def perform(self, exchange: Any, request: PreparedRequest, seconds: float) -> Result:
        """Send, and read the response.

        Raises only what ccxt raises before sending; every other failure is a `NoResponse`.
        """
        limits = Timeout(seconds)
        try:
            raw = await _exchange(exchange, request, limits)
        except FAILURES as e:
            lost = e.__cause__ if isinstance(e, LostError) else None
            return no_response(lost or e, sent=_may_have_left(limits, e))
        except Exception as e:
            if not limits.sends:
                raise
            return unread(e)
        return TWICE if limits.sends > 1 and request.method != "GET" else raw

    async def open(self, exchange: Any, ping: PreparedRequest, n: int) -> list[Result]:
        """What ``n`` pings were answered, each over a connection of its own.

        They start together, and none waits for the connection of another.
        """
        connector = _session_and_proxy(exchange, ping)[0].connector
        n = min(n, connector.limit or n, getattr(connector, "limit_per_host", 0) or n)
        seconds = exchange.timeout / 1000
        return await asyncio.gather(*[self.perform(exchange, ping, seconds) for _ in range(n)])


async def _exchange(exchange: Any, request: PreparedRequest, timeout: Timeout) -> RawResponse:
    session, proxy = _session_and_proxy(exchange, request)
    async with session.request(
        request.method,
        _parsed(request.url),
        headers=request.headers,
        data=request.body,
        timeout=timeout,
        proxy=proxy,
        middlewares=(send_once,) if is_plain_session(exchange) else None,
        allow_redirects=False,
    ) as response:
        if timeout.sends and not timeout.has_waited:
            response.close()
            raise LostError("an answer was there before the request")
        text = await response.text(errors="replace")
    if response.status < 200:
        raise aiohttp.ServerDisconnectedError("only an interim response came")
    return RawResponse(
        status=response.status,
        reason=response.reason or "",
        headers=response.headers.items(),
        text=text,
    )


def _may_have_left(limits: Timeout, error: BaseException) -> bool:
    """False only for failures of name, connection, a proxy's tunnel and TLS."""
    is_connecting = isinstance(error, NOT_CONNECTED)
    is_connecting = is_connecting or is_raised_in(error, "aiohttp.connector", "connect")
    return bool(limits.sends) or not is_connecting


def _parsed(url: str) -> yarl.URL:
    """The URL as it is: aiohttp would encode the query again, and break the signature."""
    try:
        parsed = yarl.URL(url, encoded=True)
        has_port = parsed.port is not None  # yarl checks it late
    except ValueError:
        has_port = False
    if not has_port:
        raise aiohttp.InvalidURL("it names no host and port")
    return parsed


def http_proxy_of(exchange: Any, request: PreparedRequest) -> str | None:
    """The HTTP proxy. Raises what ccxt raises for settings that conflict."""
    own: str | None = exchange.aiohttp_proxy
    if own is None:
        return request.http_proxy or request.https_proxy
    if request.has_proxy or request.is_prefixed:
        raise ccxt.NotSupported(
            f"{exchange.id} you have set multiple proxies: use either .aiohttp_proxy or one of"
            " proxyUrl, httpProxy, httpsProxy and socksProxy"
        )
    return own


def _session_and_proxy(exchange: Any, request: PreparedRequest) -> tuple[Any, str | None]:
    http_proxy = http_proxy_of(exchange, request)
    if request.socks_proxy and not http_proxy:
        return exchange.get_socks_proxy_session(request.socks_proxy), None
    return exchange.session, http_proxy
