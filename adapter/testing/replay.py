"""A server on 127.0.0.1 that replays recorded answers."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs
import ccxt
import ccxt.async_support

import adapter
from adapter.simulator.connect import redirected

API_KEY = "a-key-that-must-not-be-seen"
SECRET = "a-secret-that-must-not-be-seen"  # noqa: S105  # a placeholder
JSON = {"Content-Type": "application/json"}


@attrs.frozen(kw_only=True)
class Answer:
    """A recorded answer. A str ``body`` is sent unchanged, another value as JSON.

    ``None`` closes the connection without an answer.
    """

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = attrs.field(factory=dict)
    method: str = ""
    """The HTTP method that it answers; ``""`` for any.

    A request by another method gets the last answer for that method again.
    """

    @classmethod
    def read(cls, path: str | os.PathLike[str], status: int = 200) -> Answer:
        """The answer with the content of a file as its body."""
        return cls(status=status, body=Path(path).read_text(encoding="utf-8").strip())


@attrs.frozen(kw_only=True)
class Received:
    """A request as it was received."""

    method: str
    path: str
    params: dict[str, Any] = attrs.field(repr=False)
    """Those of the query, as str, and those of a body that is a form or a JSON object."""
    headers: dict[str, str] = attrs.field(repr=False)
    body: str = attrs.field(default="", repr=False)
    is_repeated: bool = False
    """Whether its answer had been given to an earlier request."""

    @property
    def unsigned_params(self) -> dict[str, Any]:
        """The parameters without timestamp, recvWindow and signature."""
        signed = ("timestamp", "recvWindow", "signature")
        return {name: value for name, value in self.params.items() if name not in signed}

    def names(self, id: str) -> bool:
        """Whether a part of the path, a parameter or an element of one is this id."""
        parts = [unquote(part) for part in self.path.split("/")]
        values = [*self.unsigned_params.values(), *parts]
        elements = [e for value in values if isinstance(value, list) for e in value]
        return id in map(str, (*values, *elements))


class Replay:
    """A server on 127.0.0.1 that answers each request with the next of the recorded answers.

    Use it as a context manager; it accepts connections when the block begins. After the last
    answer it closes each connection without one. ``received`` has every request.
    """

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.answers = list(answers)
        self.received: list[Received] = []
        self._last: dict[str, Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """The root of the server, such as ``http://127.0.0.1:40123``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def connect(self, exchange: Any) -> Any:
        """Point a ccxt exchange at this server, with placeholder keys; returns the same object."""
        exchange.urls = redirected(exchange.urls, self.url)
        exchange.apiKey, exchange.secret = API_KEY, SECRET
        return exchange

    def next_answer(self, method: str) -> tuple[Answer, bool]:
        """The answer to a request by this method, and whether it had been given before."""
        if self.answers and self.answers[0].method not in ("", method) and method in self._last:
            return self._last[method], True
        answer = self._last[method] = self.answers.pop(0) if self.answers else Answer(body=None)
        return answer, False

    def __enter__(self) -> Replay:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def cancel(
    exchange_id: str,
    replay: Replay,
    account: str | None,
    *arguments: Any,
    mode: str = "sync",
    config: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """Cancel by the adapter on a new exchange object that ccxt makes of ``config``.

    ``mode`` is ``"sync"`` or ``"async"``.
    """
    return call("cancel_order", exchange_id, replay, account, *arguments, mode=mode, config=config)


def call(
    method: str,
    exchange_id: str,
    replay: Replay,
    account: str | None,
    *arguments: Any,
    mode: str = "sync",
    config: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """The same by another method of the exchange object."""
    if mode == "sync":
        exchange = replay.connect(getattr(ccxt, exchange_id)({**config}))
        return getattr(adapter.attach(exchange, account=account), method)(*arguments)

    async def awaited() -> Any:
        settings = {"timeout_on_exit": 0, **config}
        exchange = replay.connect(getattr(ccxt.async_support, exchange_id)(settings))
        try:
            return await getattr(adapter.attach(exchange, account=account), method)(*arguments)
        finally:
            await exchange.close()

    return asyncio.run(awaited())


def _params(body: str) -> dict[str, Any]:
    """The parameters in a body: of a JSON object, else of a form."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return dict(parse_qsl(body, keep_blank_values=True))
    return parsed if isinstance(parsed, dict) else {}


def _handler(replay: Replay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # the body would wait 40 ms after the headers

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            params = dict(parse_qsl(parts.query, keep_blank_values=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer, is_repeated = replay.next_answer(self.command)
            replay.received.append(
                Received(
                    method=self.command,
                    path=parts.path,
                    params={**params, **_params(sent)},
                    headers=headers,
                    body=sent,
                    is_repeated=is_repeated,
                )
            )
            if answer.body is None:
                self.close_connection = True
                return
            body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response_only(answer.status)
            defaults = {"Date": self.date_time_string(), **JSON}
            size = {"Content-Length": str(len(body.encode()))}
            for name, value in {**defaults, **answer.headers, **size}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # http.server's names

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: the line would contain the signed URL."""

    return Handler
