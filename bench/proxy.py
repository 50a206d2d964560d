"""A line with a delay: what enters at one end leaves the other half a round trip later.

``python -m bench.proxy PORT CORE 1 5 20 100`` leads to 127.0.0.1:PORT by one line for each round
trip in ms, and prints their ports. On loopback a connection stands at once; on a real line that
takes a round trip, so the first bytes of a connection wait for one more.
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

from bench.pinning import stay_on

CHUNK = 262_144


@attrs.define(eq=False)
class End:
    """One end of a connection: what is read here goes to the other."""

    socket: socket.socket
    delay: float
    """Seconds, for one way."""
    opens: float
    """The time before which nothing enters."""
    other: End = attrs.field(init=False)
    ended: bool = False
    """Whether all that came in here has left, and no more will come."""

    def leave(self, data: bytes) -> None:
        """Hand over at the other end; no data is the end of this direction."""
        if data:
            self.other.socket.sendall(data)
            return
        self.ended = True
        self.other.socket.shutdown(socket.SHUT_WR)
        if self.other.ended:
            self.socket.close()
            self.other.socket.close()


@attrs.define
class Proxy:
    """Lines to one port, on one thread without a loop of others: it wakes to 0.1 ms."""

    port: int
    selector: selectors.DefaultSelector = attrs.field(factory=selectors.DefaultSelector)
    on_the_way: list[tuple[float, int, End, bytes]] = attrs.field(factory=list)
    number: itertools.count[int] = attrs.field(factory=itertools.count)

    def listen(self, round_trip: float) -> int:
        """The port of a new line; ``round_trip`` in seconds."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.selector.register(listener, selectors.EVENT_READ, round_trip)
        return int(listener.getsockname()[1])

    def serve(self) -> None:
        """Serve, for ever."""
        while True:
            self._wait()
            for key, _ in self.selector.select(0):
                if isinstance(key.data, End):
                    self._read(key.data)
                else:
                    self._accept(key.fileobj, key.data)  # type: ignore[arg-type]  # only sockets are registered
            self._deliver()

    def _wait(self) -> None:
        """Until something comes or is due: select counts µs, where epoll counts ms."""
        due = self.on_the_way[0][0] - time.monotonic() if self.on_the_way else None
        if due is None or due > 0:
            # the selector's own descriptor is readable when one of its sockets is
            select.select([self.selector], [], [], due)

    def _accept(self, listener: socket.socket, round_trip: float) -> None:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", self.port))
        now = time.monotonic()
        near, far = End(client, round_trip / 2, now + round_trip), End(server, round_trip / 2, now)
        near.other, far.other = far, near
        for end in (near, far):
            end.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(end.socket, selectors.EVENT_READ, end)

    def _read(self, end: End) -> None:
        try:
            data = end.socket.recv(CHUNK)
        except OSError:
            data = b""
        if not data:
            self.selector.unregister(end.socket)
        due = max(time.monotonic(), end.opens) + end.delay
        heapq.heappush(self.on_the_way, (due, next(self.number), end, data))

    def _deliver(self) -> None:
        while self.on_the_way and self.on_the_way[0][0] <= time.monotonic():
            _, _, end, data = heapq.heappop(self.on_the_way)
            with contextlib.suppress(OSError):  # the other side has gone: nobody waits for this
                end.leave(data)


def main() -> None:
    """Open the lines, print their ports, and serve."""
    port, core, *round_trips = sys.argv[1:]
    stay_on(int(core))
    proxy = Proxy(int(port))
    print(*[proxy.listen(float(ms) / 1000) for ms in round_trips], flush=True)
    proxy.serve()


if __name__ == "__main__":
    main()
