"""What the exchange of a `World` does with a request, and answers."""

from __future__ import annotations

import http
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from adapter.simulator import errors
from adapter.simulator.exchange import Request

if TYPE_CHECKING:
    from .world import World

Answer = bytes | None
"""What is written to the socket; None closes it without an answer."""
Handler = Callable[["World", Request], Answer]


def written(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    """An HTTP answer after which the connection is closed."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = [
        f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}",
        *lines,
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def served(world: World, request: Request) -> Answer:
    """Do what is asked, and answer. A query is behind the book by ``world.lag`` seconds."""
    serve = world.shown_late if request.method == "GET" and world.lag else None
    is_order = (request.method, request.path) in world.exchange.order_routes
    reply = world.exchange.answer(
        request, (lambda _: serve(request)) if serve and is_order else None
    )
    world.note()
    return written(reply.status, reply.body, reply.headers)


def lost(world: World, request: Request) -> Answer:
    """Execute the request, and close the connection without an answer."""
    served(world, request)
    return None


def closed(_world: World, _request: Request) -> Answer:
    """Do nothing, and close the connection without an answer."""
    return None


def said(status: int, code: int, message: str) -> Handler:
    """Do nothing, and answer with an error of Binance's."""
    body = json.dumps({"code": code, "msg": message}).encode()
    return lambda _world, _request: written(status, body, {"Content-Type": "application/json"})


def page(status: int) -> Handler:
    """Do nothing, and answer with a page of HTML, as a gateway does."""
    body = b"<html><head><title>502 Bad Gateway</title></head></html>"
    return lambda _world, _request: written(status, body, {"Content-Type": "text/html"})


def unknown_order(_world: World, request: Request) -> Answer:
    """Do nothing, and answer that there is no such order, as each product does."""
    error = errors.unknown_order() if request.method == "DELETE" else errors.no_such_order()
    if "/eapi/" in request.path:
        error = errors.no_such_order()
    return said(error.status, error.code, error.msg)(_world, request)


def for_seconds(seconds: float, fault: Handler, then: Handler = served) -> Handler:
    """The one for so many seconds since the first cancel came, the other after that."""

    def handle(world: World, request: Request) -> Answer:
        return (fault if world.since < seconds else then)(world, request)

    return handle


def in_turn(*handlers: Handler, then: Handler = served) -> Handler:
    """The n-th for the n-th request, and ``then`` for all that follow."""
    left = list(handlers)
    return lambda world, request: (left.pop(0) if left else then)(world, request)
