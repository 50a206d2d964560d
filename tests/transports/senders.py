"""The senders of a request, with one interface."""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any

import attrs
import pycurl
import requests.adapters
from integration.host import Host
from integration.server import PATIENCE
from urllib3.util import wait_for_read

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports import curl, curl_async, session, session_async, worker
from adapter.transports.transport import AsyncTransport, Transport

PATH = "/fapi/v1/order?symbol=BTCUSDT&orderId=7"


class Adapter(requests.adapters.HTTPAdapter):
    """One of the user's own, whose connections nobody watches."""


@attrs.define
class Sender:
    """One of the senders, and exchanges of its mode."""

    name: str
    host: Host
    transport: Any
    is_plain: bool = True
    """Whether the sessions are as ccxt makes them."""
    detours: bool = False
    """Whether a request may be left to the session where they are."""
    made: list[Any] = attrs.field(factory=list, repr=False)
    """The exchanges."""

    @property
    def is_sync(self) -> bool:
        return self.host.is_sync

    @property
    def is_urllib3(self) -> bool:
        """Whether it ends in urllib3, with or without the whole of requests."""
        return self.name in ("pool", "requests", "thread")

    def exchange(self, **config: Any) -> Any:
        """A ccxt exchange without the adapter."""
        return self._set_up(self.host.exchange(config))

    def attached(self, **config: Any) -> Any:
        """One with the adapter, whose cancels use this sender."""
        exchange = self._set_up(self.host.attached(config))
        vars(exchange)["_adapter"].io.send = self.transport.send
        return exchange

    def _set_up(self, exchange: Any) -> Any:
        self.made.append(exchange)
        if self.name == "requests":
            exchange.session.hooks["response"].append(lambda *_, **__: None)
        elif self.name == "thread":
            for prefix in ("http://", "https://"):
                exchange.session.mount(prefix, Adapter())
        return exchange

    def send(
        self,
        exchange: Any,
        url: str,
        *,
        timeout: float = PATIENCE,
        method: str = "DELETE",
    ) -> Response | NoResponse:
        """What becomes of one request."""
        reply: Response | NoResponse = self.host.done(self.sending(exchange, url, timeout, method))
        return reply

    def sending(
        self, exchange: Any, url: str, timeout: float = PATIENCE, method: str = "DELETE"
    ) -> Callable[[], Any]:
        """The same, to be called, and awaited where it must be."""
        headers = {"X-MBX-APIKEY": "a-key"}
        signed = SignedRequest(method=method, url=url, headers=headers, secrets=("a-key",))
        return lambda: self.transport.send(exchange, signed, timeout)

    def idle(self, exchange: Any) -> int:
        """How many connections are open and free.

        There may be broken ones among them: both libraries check one on use.
        """
        return self.stand(exchange)

    def stand(self, exchange: Any) -> int:
        """How many of the free ones can be used."""
        if self.is_sync:
            sockets = [one.sock for one in pooled(exchange) if one.sock is not None]
            return sum(not wait_for_read(one, timeout=0.0) for one in sockets)
        protocols = [one for key in exchange.tcp_connector._conns.values() for one, _ in key]
        return sum(one.is_connected() and not one.should_close for one in protocols)

    def taken(self, exchange: Any) -> int:
        """How many connections, or slots for one, have been taken and not been given back."""
        if self.is_sync:
            return sum(one.pool.maxsize - one.pool.qsize() for one in pools(exchange))
        return len(exchange.tcp_connector._acquired)

    def look(self, exchange: Any) -> None:
        """Wait until something has come here on each free connection, be it its end."""

        async def looking() -> None:
            async with asyncio.timeout(PATIENCE):
                while self.stand(exchange):
                    await asyncio.sleep(0)

        if not self.is_sync:
            self.host.run(looking())
            return
        for one in pooled(exchange):
            assert one.sock is None or wait_for_read(one.sock, timeout=PATIENCE)


@attrs.define
class CurlSender(Sender):
    """libcurl, whose handles have a connection each. It leaves to the session what it cannot."""

    def stand(self, exchange: Any) -> int:  # noqa: ARG002  # its transport is not shared
        return sum(not wait_for_read(one, timeout=0.0) for one in self._connections())

    def taken(self, exchange: Any) -> int:  # noqa: ARG002
        return 0

    def look(self, exchange: Any) -> None:  # noqa: ARG002
        for one in self._connections():
            assert wait_for_read(one, timeout=PATIENCE)

    def _connections(self) -> list[Any]:
        handles = [one for idle in self.transport.curl.handles.idle.values() for one in idle]
        numbers = [handle.curl.getinfo(pycurl.ACTIVESOCKET) for handle in handles]
        return [number for number in numbers if number >= 0]


def wait_for_workers() -> None:
    """Until all threads that send have ended, those that were left too."""
    for thread in threading.enumerate():
        if thread.name == worker.NAME:
            thread.join(PATIENCE)
            assert not thread.is_alive()


def pools(exchange: Any) -> list[Any]:
    """The urllib3 pools under a session's adapters."""
    managers = [adapter.poolmanager for adapter in exchange.session.adapters.values()]
    return [m.pools[key] for m in managers for key in m.pools.keys()]  # noqa: SIM118  # no dict


def pooled(exchange: Any) -> list[Any]:
    """The connections in those pools, taken out and put back."""
    found = []
    for one in pools(exchange):
        waiting: queue.LifoQueue[Any] = one.pool
        found += [connection for connection in waiting.queue if connection is not None]
    return found


SENDERS: dict[str, Callable[[], Sender]] = {
    "pool": lambda: Sender("pool", Host("sync"), Transport(session.Sender())),
    "requests": lambda: Sender(
        "requests", Host("sync"), Transport(session.Sender()), is_plain=False
    ),
    "thread": lambda: Sender("thread", Host("sync"), Transport(session.Sender()), is_plain=False),
    "aiohttp": lambda: Sender("aiohttp", Host("async"), AsyncTransport(session_async.Sender())),
    "libcurl": lambda: CurlSender(
        "libcurl", Host("sync"), Transport(session.Sender(), curl.Sender())
    ),
    "libcurl, async": lambda: CurlSender(
        "libcurl", Host("async"), AsyncTransport(session_async.Sender(), curl_async.Sender())
    ),
}
if sys.platform != "win32":
    import uvloop

    SENDERS["libcurl, uvloop"] = lambda: CurlSender(
        "libcurl",
        Host("async", uvloop.new_event_loop),
        AsyncTransport(session_async.Sender(), curl_async.Sender()),
    )
SYNC = ("pool", "requests", "thread", "libcurl")
ASYNC = [name for name in SENDERS if name not in SYNC]
