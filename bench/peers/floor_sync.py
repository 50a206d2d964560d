"""The floor: a socket, the request as bytes, HMAC and JSON; nothing that a bot could do without."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import time
from urllib.parse import urlsplit

from bench.target import MARKET, Answer, Client, Target

END = b"\r\n\r\n"
CHUNK = 65536


def prepare(target: Target) -> Client:
    """One connection."""
    line, wire, secret = connected(target), template(target), target.secret.encode()

    def cancel(order: int) -> Answer:
        line.sendall(wire % signed(secret, order))
        data = line.recv(CHUNK)
        while (answer := parsed(data)) is None:
            data += line.recv(CHUNK) or closed()
        return answer

    return Client(cancel, line.close)


def connected(target: Target) -> socket.socket:
    """A connection to the server, over TLS where its URL says so."""
    where = urlsplit(target.url)
    line = socket.create_connection((str(where.hostname), int(where.port or 443)))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if where.scheme == "http":
        return line
    context = ssl.create_default_context(cafile=target.ca)
    return context.wrap_socket(line, server_hostname=where.hostname)


def template(target: Target) -> bytes:
    """The request, but for its query."""
    return (
        "DELETE /fapi/v1/order?%b HTTP/1.1\r\n"
        f"Host: {urlsplit(target.url).netloc}\r\n"
        f"X-MBX-APIKEY: {target.key}\r\n\r\n"
    ).encode()


def signed(secret: bytes, order: int) -> bytes:
    """The query."""
    now = time.time_ns() // 1_000_000
    query = f"symbol={MARKET}&orderId={order}&timestamp={now}".encode()
    return query + b"&signature=" + hmac.digest(secret, query, hashlib.sha256).hex().encode()


def parsed(data: bytes) -> Answer | None:
    """The body of an answer of status 200, or None while bytes are missing."""
    head, end, body = data.partition(END)
    if not end or len(body) < _length(head):
        return None
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ConnectionError(head.partition(b"\r\n")[0].decode())
    answer: Answer = json.loads(body)
    return answer


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def closed() -> bytes:
    """Raise: there are no more bytes to come."""
    raise ConnectionError("the server has closed the connection")
