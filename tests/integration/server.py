"""A server of raw bytes on 127.0.0.1: what it receives, and what it answers or does not."""

from __future__ import annotations

import contextlib
import datetime
import functools
import ipaddress
import json
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PATIENCE = 60.0
"""Seconds after which a test has failed."""
CANCELED = {
    "orderId": 7,
    "symbol": "BTCUSDT",
    "status": "CANCELED",
    "clientOrderId": "mine",
    "price": "100",
    "origQty": "2",
    "executedQty": "0",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "updateTime": 1571110484038,
}


@attrs.frozen
class ReceivedRequest:
    """A request as its bytes came: the first line, and the header lines."""

    line: str
    headers: tuple[str, ...]

    @property
    def target(self) -> str:
        """The text between the method and the version."""
        return self.line.split(" ")[1]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The value, or None; the name's case is ignored."""
        for line in self.headers:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None


Reply = Callable[[ReceivedRequest], bytes | None]


def http(
    body: Any, status: str = "200 OK", kind: str = "application/json", length: int | None = None
) -> bytes:
    """An HTTP answer; ``length`` may promise more than comes."""
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nX-Mbx-Used-Weight-1m: 3\r\n"
        f"Content-Length: {len(data) if length is None else length}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + data


class Server:
    """Answers each connection once with raw bytes, then closes it; None is no answer.

    ``silent`` keeps connections open without an answer until the block ends, ``keep_alive`` answers
    any number of requests on one. ``greeting`` is sent first, to each connection, and nothing after
    it; with ``tunnel`` a ``CONNECT`` is granted and what comes through it is served over TLS,
    whatever its host.
    ``connections`` counts those that were opened. A request is received before a later one is
    accepted, and when the block ends everything that was sent has been received.
    """

    def __init__(
        self,
        reply: Reply | bytes | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        silent: bool = False,
        keep_alive: bool = False,
        greeting: bytes | None = None,
        tunnel: bool = False,
    ) -> None:
        fixed = http(CANCELED) if reply is None else reply
        self.reply: Reply = fixed if callable(fixed) else lambda _: fixed
        self.received: list[ReceivedRequest] = []
        self._tls = tls
        self._silent = silent
        self._keep_alive = keep_alive
        self._greeting = greeting
        self._tunnel = tunnel
        self.connections = 0
        self._over = threading.Event()
        self._last: Any = None
        self._threads: list[threading.Thread] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._accepting = threading.Thread(target=self._accept)

    @property
    def asked(self) -> str:
        """``D`` for each cancel and ``G`` for each query that was received, in their order."""
        methods = (received.line.partition(" ")[0] for received in self.received)
        return "".join({"DELETE": "D", "GET": "G", "CONNECT": ""}[method] for method in methods)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self._last = last.getsockname()
            last.connect(("127.0.0.1", self.port))
            self._accepting.join()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            connection, peer = self._socket.accept()
            if peer == self._last:
                connection.close()
                return
            self.connections += 1
            has_request = threading.Event()
            thread = threading.Thread(target=self._serve, args=(connection, has_request))
            self._threads.append(thread)
            thread.start()
            has_request.wait(PATIENCE)

    def _serve(self, connection: socket.socket, has_request: threading.Event) -> None:
        try:
            self._handle(connection, has_request)
        finally:
            has_request.set()

    def _handle(self, connection: socket.socket, has_request: threading.Event) -> None:
        connection.settimeout(PATIENCE)
        with contextlib.suppress(OSError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            if self._greeting is not None:
                connection.sendall(self._greeting)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            if self._tunnel and self._converse(connection, has_request):
                connection = self_signed().wrap_socket(connection, server_side=True)
            while self._converse(connection, has_request) and self._keep_alive:
                pass
        connection.close()

    def _converse(self, connection: socket.socket, has_request: threading.Event) -> bool:
        """Whether a request was answered; ``has_request`` is set when one was received."""
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                return False
            data += chunk
        line, *headers = data.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        received = ReceivedRequest(line, tuple(headers))
        self.received.append(received)
        has_request.set()
        if self._silent:
            self._over.wait()
            return False
        granted = self._tunnel and received.line.startswith("CONNECT")
        answer = b"HTTP/1.1 200 OK\r\n\r\n" if granted else self.reply(received)
        if answer is not None:
            connection.sendall(answer)
        return answer is not None


@functools.cache
def self_signed() -> ssl.SSLContext:
    """A server context for 127.0.0.1 whose certificate no authority signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as directory:
        both = Path(directory) / "both.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        both.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
        context.load_cert_chain(both)
    return context


def the_same(received: ReceivedRequest) -> tuple[str, frozenset[str]]:
    """What must not differ; ccxt draws a new Origin for each exchange object."""
    names = (line for line in received.headers if not line.lower().startswith("origin:"))
    return received.line, frozenset(names)
