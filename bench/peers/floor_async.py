"""The floor in async: asyncio's own streams, the request as bytes, HMAC and JSON."""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import urlsplit

from bench.peers.floor_sync import CHUNK, closed, parsed, signed, template
from bench.target import Answer, Client, Target

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def prepare(target: Target) -> Client:
    """As many connections as there were cancels at once."""
    where, wire, secret = urlsplit(target.url), template(target), target.secret.encode()
    secure = where.scheme == "https"
    context = ssl.create_default_context(cafile=target.ca) if secure else None
    idle: list[Line] = []

    async def cancel(order: int) -> Answer:
        line = idle.pop() if idle else await _connected(where.hostname, where.port, context)
        reader, writer = line
        writer.write(wire % signed(secret, order))
        data = await reader.read(CHUNK)
        while (answer := parsed(data)) is None:
            data += await reader.read(CHUNK) or closed()
        idle.append(line)
        return answer

    async def close() -> None:
        for _, writer in idle:
            writer.close()
            await writer.wait_closed()

    return Client(cancel, close)


async def _connected(host: str | None, port: int | None, context: ssl.SSLContext | None) -> Line:
    return await asyncio.open_connection(host, port, ssl=context)
