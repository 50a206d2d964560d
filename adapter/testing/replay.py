"""A server on 127.0.0.1 that replays recorded answers."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs

from adapter.simulator.connect import redirected

API_KEY = "a-key-that-must-not-be-seen"
SECRET = "a-secret-that-must-not-be-seen"  # noqa: S105  # it opens nothing
JSON = {"Content-Type": "application/json"}


@attrs.frozen(kw_only=True)
class Answer:
    """A recorded answer. ``body`` is sent as it is, or written as JSON; None drops the line."""

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = attrs.field(factory=dict)
    method: str = ""
    """The HTTP method that it answers, or any: a request by another gets its last answer again."""

    @classmethod
    def read(cls, path: str | os.PathLike[str], status: int = 200) -> Answer:
        """The answer whose body stands in a file, as it was recorded."""
        return cls(status=status, body=Path(path).read_text(encoding="utf-8").strip())


@attrs.frozen(kw_only=True)
class Received:
    """A request as it came over the wire."""

    method: str
    path: str
    params: dict[str, str] = attrs.field(repr=False)
    headers: dict[str, str] = attrs.field(repr=False)
    is_repeated: bool = False
    """Whether it got the answer of the request before it again."""

    @property
    def asked(self) -> dict[str, str]:
        """The parameters without those that every signed request has."""
        signed = ("timestamp", "recvWindow", "signature")
        return {name: value for name, value in self.params.items() if name not in signed}


class Replay:
    """A server on 127.0.0.1 that gives each request the next of the recorded answers.

    Use it as a context manager; it is ready at once. When the answers have run out it drops the
    line, and the request stands in ``received`` all the same.
    """

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.answers = list(answers)
        self.received: list[Received] = []
        self._last: dict[str, Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Such as ``http://127.0.0.1:40123``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def connect(self, exchange: Any) -> Any:
        """Point a ccxt exchange here, with keys that must not be seen; returns it."""
        exchange.urls = redirected(exchange.urls, self.url)
        exchange.apiKey, exchange.secret = API_KEY, SECRET
        return exchange

    def take(self, method: str) -> tuple[Answer, bool]:
        """The answer to a request by this method, and whether it was given before."""
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


def _handler(replay: Replay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            params = dict(parse_qsl(parts.query, keep_blank_values=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer, is_repeated = replay.take(self.command)
            replay.received.append(
                Received(
                    method=self.command,
                    path=parts.path,
                    params=params,
                    headers=headers,
                    is_repeated=is_repeated,
                )
            )
            if answer.body is None:
                self.close_connection = True
                return
            body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response_only(answer.status)
            own = {"Date": self.date_time_string(), **JSON}
            size = {"Content-Length": str(len(body.encode()))}
            for name, value in {**own, **answer.headers, **size}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815  # http.server's names

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the line would quote the signed URL."""

    return Handler
