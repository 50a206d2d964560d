"""Lines over TLS, and exchanges that believe their certificates."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from outcomes.raw_server import Peer, RawServer

from .answers import WHOLE
from .certificate_authority import Authority
from .senders import PATH, Sender

ONE_CONTEXT = ("pool", "requests", "aiohttp")
"""Those whose connections share one context of Python's."""


def believing(sender: Sender, authority: Authority) -> Any:
    exchange = sender.exchange()
    if sender.name == "libcurl":
        exchange.validateServerSsl = exchange.cafile = str(authority.file)
    elif not sender.is_sync:
        exchange.ssl_context = authority.trusting()
    return exchange


def over(context: ssl.SSLContext, serve: Callable[[Peer], object] | None = None) -> RawServer:
    """Answers every request, over TLS."""

    def always(peer: Peer) -> None:
        while True:
            peer.listen()
            peer.say(WHOLE)

    def encrypted(peer: Peer) -> None:
        peer.hurry()
        peer.encrypt(context)
        (serve or always)(peer)

    return RawServer(encrypted)


def url(server: RawServer) -> str:
    return f"https://127.0.0.1:{server.port}{PATH}"


def warm(sender: Sender, exchange: Any, server: RawServer) -> None:
    """Open one connection, by a ping."""
    connect = sender.transport.connect
    assert {f"https://127.0.0.1:{server.port}": 1} == sender.host.done(
        lambda: connect(exchange, [url(server)], 1)
    )
