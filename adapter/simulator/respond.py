"""Sends the outcome of a request on a socket: answers, stalls, truncates, closes or resets."""

import socket
import struct
from contextlib import suppress

from aiohttp import web

from adapter.simulator.delays import Delays
from adapter.simulator.faults import Connection, Hit

_NO_LINGER = struct.pack("ii", 1, 0)


async def respond(http: web.BaseRequest, hit: Hit, delays: Delays, took: str) -> web.StreamResponse:
    """Send what ``hit`` has, and return the response as far as the server is to send it.

    ``took`` goes into the header ``x-response-time``. Raises CancelledError when the server stops
    or the client leaves during a wait.
    """
    await delays.pause(hit.wait_after)
    response: web.StreamResponse = web.Response()
    if hit.reply is not None:
        headers = {**hit.reply.headers, "x-response-time": took}
        if hit.connection is Connection.KEPT and not hit.stall:
            return web.Response(status=hit.reply.status, headers=headers, body=hit.reply.body)
        headers["Content-Length"] = str(len(hit.reply.body))
        response = web.StreamResponse(status=hit.reply.status, headers=headers)
        with suppress(ConnectionError):  # the client has left
            await _send(http, response, hit, hit.reply.body, delays)
    if hit.connection is not Connection.KEPT:
        _end_connection(http, hit.connection)
    return response


async def _send(
    http: web.BaseRequest, response: web.StreamResponse, hit: Hit, body: bytes, delays: Delays
) -> None:
    await response.prepare(http)
    await response.write(body[: hit.sent])
    if hit.stall:
        await delays.pause(hit.stall)
        await response.write(body[hit.sent :])


def _end_connection(http: web.BaseRequest, connection: Connection) -> None:
    transport = http.transport
    if transport is None:  # the client has closed it already
        return
    if connection is Connection.CLOSED:
        transport.close()
        return
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
