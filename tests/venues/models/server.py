"""An HTTP server on 127.0.0.1 in a thread of its own, and what it knows of a request."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import attrs
from aiohttp import web

from venues.models.faults import Fault


@attrs.frozen
class Answer:
    """What goes over the wire; ``body`` is sent as JSON unless it is a str."""

    body: Any
    status: int = 200

    def response(self) -> web.Response:
        if isinstance(self.body, str):
            return web.Response(text=self.body, status=self.status, content_type="text/html")
        return web.json_response(self.body, status=self.status)


class Refused(Exception):  # noqa: N818 - a venue's refusal, which is an answer
    """Ends a handler with an answer."""

    def __init__(self, body: Any, status: int = 200) -> None:
        super().__init__(body)
        self.answer = Answer(body, status)


@attrs.frozen
class Call:
    """One request: ``params`` are those of path, query and body together, ``body`` is a JSON list.

    ``at`` (ms) is the moment whose orders a query shows, or None for the present.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    params: dict[str, Any]
    body: list[Any]
    faults: dict[str, Fault] = attrs.field(factory=dict)
    at: int | None = None


async def read(request: web.BaseRequest) -> Call:
    """Read a request; decimals of a JSON body stay text."""
    params: dict[str, Any] = dict(parse_qsl(request.query_string, keep_blank_values=True))
    text = await request.text()
    items: list[Any] = []
    if text and "json" not in request.content_type and not text.startswith(("{", "[")):
        params.update(parse_qsl(text, keep_blank_values=True))
    elif text:
        body = json.loads(text, parse_float=str)
        if isinstance(body, list):
            items = body
        else:
            params.update(body)
    return Call(request.method, request.path, request.headers, params, items)


class ServerThread:
    """Answers requests on ``port`` by ``respond`` until ``stop``."""

    def __init__(self, respond: Callable[[web.BaseRequest], Awaitable[web.Response]]) -> None:
        self._respond = respond
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.SelectorEventLoop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="model exchange", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        # a client that leaves does not cancel its request, as on an exchange
        server = web.Server(self._respond, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=2.0)
        await runner.setup()
        try:
            await web.SockSite(runner, self._listener).start()
            await self._stopping.wait()
        finally:
            await runner.cleanup()
