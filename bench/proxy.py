"""A TCP proxy with a delay: what enters at one end leaves the other half a round trip later.

``python -m bench.proxy PORT CORE 20`` leads to 127.0.0.1:PORT with a round trip of 20 ms, and
prints its own port. On loopback a connection is there at once; on a real network that takes a round
trip, so the first bytes of a connection wait for one more. To a client that takes it for an HTTP
proxy it is one, whatever host that asks for.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import select
import selectors
import socket
import sys
import time

import attrs

from bench.target import pin


@attrs.define(eq=False)
class End:
    """One end of a connection: what is read here is written to the other."""

    sock: socket.socket
    opens: float
    """The time before which nothing enters."""
    other: End = attrs.field(init=False)
    ended: bool = False

    def forward(self, data: bytes) -> None:
        """Write at the other end; no data is the end of this direction."""
        if data:
            self.other.sock.sendall(data)
            return
        self.ended = True
        self.other.sock.shutdown(socket.SHUT_WR)
        if self.other.ended:
            self.sock.close()
            self.other.sock.close()


def serve(listener: socket.socket, port: int, round_trip: float) -> None:
    """Serve for ever, without an event loop: select wakes to 0.1 ms, asyncio to 1 ms."""
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    numbers = itertools.count()
    under_way: list[tuple[float, int, End, bytes]] = []

    def accept() -> None:
        now = time.monotonic()
        near = End(listener.accept()[0], now + round_trip)
        far = End(socket.create_connection(("127.0.0.1", port)), now)
        near.other, far.other = far, near
        for end in (near, far):
            end.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(end.sock, selectors.EVENT_READ, end)

    def read(end: End) -> None:
        try:
            data = end.sock.recv(262_144)
        except OSError:
            data = b""
        if not data:
            selector.unregister(end.sock)
        elif data.startswith(b"CONNECT "):
            end.sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            return
        due = max(time.monotonic(), end.opens) + round_trip / 2
        heapq.heappush(under_way, (due, next(numbers), end, data))

    while True:
        wait = under_way[0][0] - time.monotonic() if under_way else None
        if wait is None or wait > 0:
            select.select([selector], [], [], wait)  # readable when one of its sockets is
        for key, _ in selector.select(0):
            read(key.data) if key.data else accept()
        while under_way and under_way[0][0] <= time.monotonic():
            _, _, end, data = heapq.heappop(under_way)
            with contextlib.suppress(OSError):  # the other side has closed the connection
                end.forward(data)


if __name__ == "__main__":
    port, core, milliseconds = sys.argv[1:]
    pin(int(core))
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listener.getsockname()[1], flush=True)
    serve(listener, int(port), float(milliseconds) / 1000)
