"""A server that does to each connection what a test says, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Any

from integration.server import PATIENCE, http

RESET = struct.pack("ii", 1, 0)

CANCELED = {"orderId": 7, "symbol": "BTCUSDT", "status": "CANCELED", "clientOrderId": "mine"}
OPEN = {**CANCELED, "status": "NEW"}


def kept(body: Any, status: str = "200 OK") -> bytes:
    """An answer after which the connection stays open."""
    return http(body, status).replace(b"Connection: close\r\n", b"")


class Talk:
    """One connection, seen from the server; ``begun`` is set by its first request, or its end.

    ``number`` is that of the last request among all that the line has heard, from 1.
    """

    def __init__(self, connection: socket.socket, line: Line) -> None:
        self.begun = threading.Event()
        self.number = 0
        self._connection = connection
        self._line = line

    def listen(self) -> str:
        """The next request's line; raises ConnectionError when there is none."""
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = self._connection.recv(65536)
            if not chunk:
                raise ConnectionError
            data += chunk
        line = data.partition(b"\r\n")[0].decode()
        self.number = self._line.hear(line)
        self.begun.set()
        return line

    def wait(self) -> None:
        """Until something comes, such as the first word of TLS."""
        self._connection.recv(1)

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(data)

    def hurry(self) -> None:
        """Send each piece by itself, at once."""
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def reset(self) -> None:
        """Let the connection be reset when it is closed."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on."""
        self._connection = context.wrap_socket(self._connection, server_side=True)

    def farewell(self) -> None:
        """Say the last word of TLS, and do not wait for the other side's."""
        self._connection.settimeout(0)
        with contextlib.suppress(ssl.SSLWantReadError):
            encrypted: Any = self._connection
            encrypted.unwrap()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
        self.begun.set()

    def end(self) -> None:
        """Let whoever listens hear no more."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)


class Line:
    """Serves each connection in a thread with ``serve``, then closes it.

    ``heard`` has the first line of every request. A request is heard before a later connection is
    taken, unless ``in_turn`` is False, and when the block ends everything that was sent has been
    heard. ``port`` 0 takes a free one.
    """

    def __init__(
        self, serve: Callable[[Talk], object], port: int = 0, *, in_turn: bool = True
    ) -> None:
        self.heard: list[str] = []
        self._serve = serve
        self._in_turn = in_turn
        self._last: Any = None
        self._lock = threading.Lock()
        self._came = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._talks: list[Talk] = []
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._accepting = threading.Thread(target=self._accept)

    @property
    def connections(self) -> int:
        """How many were accepted."""
        return len(self._talks)

    def accepted(self, n: int) -> bool:
        """Whether so many are, after a while."""
        with self._came:
            return self._came.wait_for(lambda: self.connections >= n, PATIENCE)

    @property
    def asked(self) -> str:
        """``D`` for each cancel that was heard, ``t`` for a look at the clock, ``q`` else."""
        return "".join(
            "D" if line.startswith("DELETE") else "t" if "/time" in line else "q"
            for line in self.heard
            if not line.startswith("CONNECT")
        )

    def hear(self, line: str) -> int:
        """Put a request on record; returns how many there are."""
        with self._lock:
            self.heard.append(line)
            return len(self.asked)

    def __enter__(self) -> Line:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self._last = last.getsockname()
            last.connect(("127.0.0.1", self.port))
            self._accepting.join()
        for talk in self._talks:
            talk.end()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            connection, peer = self._socket.accept()
            if peer == self._last:
                connection.close()
                return
            connection.settimeout(PATIENCE)
            talk = Talk(connection, self)
            with self._came:
                self._talks.append(talk)
                self._came.notify_all()
            thread = threading.Thread(target=self._talk, args=(talk,))
            self._threads.append(thread)
            thread.start()
            if self._in_turn:
                talk.begun.wait(PATIENCE)

    def _talk(self, talk: Talk) -> None:
        try:
            with contextlib.suppress(OSError):
                self._serve(talk)
        finally:
            talk.close()


def answering(*answers: bytes | Callable[[Talk], object]) -> Callable[[Talk], object]:
    """Give the n-th request the n-th answer, whatever connection it comes on; then CANCELED."""

    def serve(talk: Talk) -> None:
        while True:
            talk.listen()
            answer = answers[talk.number - 1] if talk.number <= len(answers) else kept(CANCELED)
            if isinstance(answer, bytes):
                talk.say(answer)
            elif answer(talk) is not None:
                return

    return serve
