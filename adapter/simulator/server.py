"""An HTTP server on 127.0.0.1 that runs in a thread with an event loop."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

Respond = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
"""Answers one request; it is cancelled when the client leaves."""


class ServerThread:
    """MakeHandler ``respond`` until ``stop``; ``port`` 0 takes a free one.

    Connections are accepted as soon as it exists. ``give_up`` is called in the server's thread
    when it stops, to end what ``respond`` waits for. Raises OSError if the port is taken.
    """

    def __init__(self, respond: Respond, port: int, give_up: Callable[[], None]) -> None:
        self._respond = respond
        self._give_up = give_up
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.SelectorEventLoop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close every socket and end the thread."""
        with suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = web.Server(self._respond, access_log=None, handler_cancellation=True)
        runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, self._listener).start()
            await self._stopping.wait()
            self._give_up()
            await self._settle()
        finally:
            await runner.cleanup()

    async def _settle(self) -> None:
        # asyncio takes a few iterations to hand over a connection it has accepted; closing the
        # listener meanwhile would leave that connection open for ever
        self._loop.remove_reader(self._listener)
        for _ in range(5):
            await asyncio.sleep(0)
