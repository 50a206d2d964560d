"""Lines over TLS, and exchanges that believe their certificates."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from outcomes.raw_server import Line, Talk

from .answers import WHOLE
from .certificate_authority import Authority
from .senders import PATH, WAYS, Way

NOT_REQUESTS = [name for name in WAYS if name != "requests"]
"""It makes a context for each connection, and takes an unused one for dropped under TLS 1.3."""


def believing(way: Way, authority: Authority) -> Any:
    exchange = way.exchange()
    if not way.is_sync:
        exchange.ssl_context = authority.trusting()
    return exchange


def over(context: ssl.SSLContext, serve: Callable[[Talk], object] | None = None) -> Line:
    """Answers every request, over TLS."""

    def always(talk: Talk) -> None:
        while True:
            talk.listen()
            talk.say(WHOLE)

    def encrypted(talk: Talk) -> None:
        talk.hurry()
        talk.encrypt(context)
        (serve or always)(talk)

    return Line(encrypted)


def url(line: Line) -> str:
    return f"https://127.0.0.1:{line.port}{PATH}"


def warm(way: Way, exchange: Any, line: Line) -> None:
    """Let one connection stand, without a request."""
    connect = way.transport.connect
    assert {f"https://127.0.0.1:{line.port}": 1} == way.host.done(
        lambda: connect(exchange, [url(line)], 1)
    )
