"""A server that does to each connection what a test defines, byte by byte."""

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


class Peer:
    """One connection, seen from the server; ``begun`` is set by its first request, or its end.

    ``number`` is that of the last request among all that the server has received, from 1.
    """

    def __init__(self, connection: socket.socket, server: RawServer) -> None:
        self.begun = threading.Event()
        self.number = 0
        self._connection = connection
        self._server = server

    def listen(self) -> str:
        """The next request's line; raises ConnectionError when there is none."""
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = self._connection.recv(65536)
            if not chunk:
                raise ConnectionError
            data += chunk
        line = data.partition(b"\r\n")[0].decode()
        self.number = self._server.record(line)
        self.begun.set()
        return line

    def read(self, n: int) -> bytes:
        """So many bytes."""
        return self._connection.recv(n, socket.MSG_WAITALL)

    def wait(self) -> None:
        """Wait until something comes, such as the first bytes of TLS."""
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
        """Send the close of TLS, and do not wait for the other side's."""
        self._connection.settimeout(0)
        with contextlib.suppress(ssl.SSLWantReadError):
            encrypted: Any = self._connection
            encrypted.unwrap()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self.begun.set()

    def end(self) -> None:
        """End a read that is waiting."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)


class RawServer:
    """Serves each connection in a thread with ``serve``, then closes it.

    ``received`` has the first line of every request. A request is received before a later one is
    accepted, unless ``in_turn`` is False, and when the block ends everything sent has been
    received. ``port`` 0 takes a free one.
    """

    def __init__(
        self, serve: Callable[[Peer], object], port: int = 0, *, in_turn: bool = True
    ) -> None:
        self.received: list[str] = []
        self._serve = serve
        self._in_turn = in_turn
        self._last: Any = None
        self._lock = threading.Lock()
        self._came = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._peers: list[Peer] = []
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._accepting = threading.Thread(target=self._accept)

    @property
    def connections(self) -> int:
        """How many were accepted."""
        return len(self._peers)

    def accepted(self, n: int) -> bool:
        """Whether so many are, after a while."""
        with self._came:
            return self._came.wait_for(lambda: self.connections >= n, PATIENCE)

    @property
    def asked(self) -> str:
        """``D`` for each cancel that was received, ``t`` for a request of the time, ``q`` else."""
        return "".join(
            "D" if line.startswith("DELETE") else "t" if "/time" in line else "q"
            for line in self.received
            if not line.startswith("CONNECT")
        )

    def record(self, line: str) -> int:
        """Put a request on record; returns how many there are."""
        with self._lock:
            self.received.append(line)
            return len(self.asked)

    def __enter__(self) -> RawServer:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self._last = last.getsockname()
            last.connect(("127.0.0.1", self.port))
            self._accepting.join()
        for peer in self._peers:
            peer.end()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            connection, address = self._socket.accept()
            if address == self._last:
                connection.close()
                return
            connection.settimeout(PATIENCE)
            peer = Peer(connection, self)
            with self._came:
                self._peers.append(peer)
                self._came.notify_all()
            thread = threading.Thread(target=self._handle, args=(peer,))
            self._threads.append(thread)
            thread.start()
            if self._in_turn:
                peer.begun.wait(PATIENCE)

    def _handle(self, peer: Peer) -> None:
        try:
            with contextlib.suppress(OSError):
                self._serve(peer)
        finally:
            peer.close()


def answering(*answers: bytes | Callable[[Peer], object]) -> Callable[[Peer], object]:
    """Give the n-th request the n-th answer, whatever connection it comes on; then CANCELED."""

    def serve(peer: Peer) -> None:
        while True:
            peer.listen()
            answer = answers[peer.number - 1] if peer.number <= len(answers) else kept(CANCELED)
            if isinstance(answer, bytes):
                peer.say(answer)
            elif answer(peer) is not None:
                return

    return serve
