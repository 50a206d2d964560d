"""The least that a cancel takes: a socket, the request as bytes, HMAC and JSON."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import ssl
import time
from urllib.parse import urlsplit

from bench.target import MARKET, Answer, Client, Target

CHUNK = 65536


def raw_socket(target: Target) -> Client:
    """One connection."""
    url, head, secret = urlsplit(target.url), _head(target), target.secret.encode()
    sock = socket.create_connection((str(url.hostname), int(url.port or 443)))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if context := _context(target):
        sock = context.wrap_socket(sock, server_hostname=url.hostname)

    def cancel(order: int) -> Answer:
        sock.sendall(head % _query(secret, order))
        data = sock.recv(CHUNK)
        while (answer := _parsed(data)) is None:
            data += sock.recv(CHUNK) or _closed()
        return answer

    return Client(cancel, sock.close)


async def asyncio_streams(target: Target) -> Client:
    """As many connections as there are cancels at once."""
    url, head, secret = urlsplit(target.url), _head(target), target.secret.encode()
    context = _context(target)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def cancel(order: int) -> Answer:
        streams = (
            idle.pop()
            if idle
            else await asyncio.open_connection(url.hostname, url.port, ssl=context)
        )
        reader, writer = streams
        writer.write(head % _query(secret, order))
        data = await reader.read(CHUNK)
        while (answer := _parsed(data)) is None:
            data += await reader.read(CHUNK) or _closed()
        idle.append(streams)
        return answer

    async def close() -> None:
        for _, writer in idle:
            writer.close()
            await writer.wait_closed()

    return Client(cancel, close)


def _context(target: Target) -> ssl.SSLContext | None:
    is_https = target.url.startswith("https:")
    return ssl.create_default_context(cafile=target.ca) if is_https else None


def _head(target: Target) -> bytes:
    return (
        "DELETE /fapi/v1/order?%b HTTP/1.1\r\n"
        f"Host: {urlsplit(target.url).netloc}\r\n"
        f"X-MBX-APIKEY: {target.key}\r\n\r\n"
    ).encode()


def _query(secret: bytes, order: int) -> bytes:
    now = time.time_ns() // 1_000_000
    query = f"symbol={MARKET}&orderId={order}&timestamp={now}".encode()
    return query + b"&signature=" + hmac.digest(secret, query, hashlib.sha256).hex().encode()


def _parsed(data: bytes) -> Answer | None:
    """The body of an answer of status 200, or None while bytes are missing."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end or len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
        return None
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ConnectionError(head.partition(b"\r\n")[0].decode())
    answer: Answer = json.loads(body)
    return answer


def _closed() -> bytes:
    raise ConnectionError("the server has closed the connection")
