"""Sends over the ``requests`` session of a sync exchange."""

from __future__ import annotations

import time
from typing import Any

import ccxt
import requests
import urllib3

from adapter.call import NoReply, Reply, Signed
from adapter.transports.host import Outgoing, conflict, no_reply, outgoing, raised_in, received

NEVER_SENT = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    urllib3.exceptions.LocationValueError,
    UnicodeError,
)
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError)


def send(exchange: Any, signed: Signed, timeout: float) -> Reply | NoReply:
    """Send once. ``timeout`` is in seconds, for connecting and for the whole answer.

    Raises only what ccxt raises before sending; every other failure is a `NoReply`.
    """
    sent = outgoing(exchange, signed)
    proxies = _proxies(exchange, sent)
    exchange.session.cookies.clear()
    ends = time.monotonic() + timeout
    try:
        response = exchange.session.request(
            sent.method,
            sent.url,
            headers=sent.headers,
            timeout=urllib3.Timeout(total=timeout),
            proxies=proxies,
            verify=exchange.verify and exchange.validateServerSsl,
            stream=True,
        )
        with response:
            body = _body(response, ends)
    except FAILURES as e:
        if "Missing dependencies for SOCKS support" in str(e):
            raise ccxt.NotSupported(
                f'{exchange.id} SOCKS proxies need the "pysocks" module: pip install pysocks'
            ) from None
        return no_reply(e, sent=_may_have_left(exchange, sent, e))
    text = body.decode("utf-8", errors="replace")
    return received(exchange, sent, response.status_code, response.reason, response.headers, text)


def _body(response: requests.Response, ends: float) -> bytes:
    """The whole body. Raises a ``requests`` error when it is cut off or comes too slowly."""
    if not isinstance(response.raw, urllib3.HTTPResponse):
        return bytes(response.content)
    chunks = []
    while chunk := response.raw.read1(decode_content=True):
        chunks.append(chunk)
        if time.monotonic() > ends:
            raise requests.ReadTimeout
    if response.raw.length_remaining:
        raise requests.exceptions.ChunkedEncodingError
    return b"".join(chunks)


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
    if isinstance(error, NEVER_SENT):
        return False
    # urllib3 connects in there: name, socket, a proxy's tunnel and TLS
    if not raised_in(error, "urllib3.connection", "connect"):
        return True
    retries = getattr(exchange.session.get_adapter(sent.url), "max_retries", None)
    return bool(getattr(retries, "total", 0))
