"""The seven senders of a request, with one interface."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable
from typing import Any

import attrs
from integration.host import Host
from integration.server import PATIENCE
from urllib3.util import wait_for_read

from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.transports import aiohttp, fast, http1, pool, requests, usual

PATH = "/fapi/v1/order?symbol=BTCUSDT&orderId=7"


@attrs.define
class Sender:
    """One of the senders, and exchanges of its mode."""

    name: str
    host: Host
    transport: Any
    short: bool
    detours: int = 0
    """How often a direct sender must have left the request to the whole library."""
    made: list[Any] = attrs.field(factory=list, repr=False)
    """The exchanges."""

    @property
    def is_sync(self) -> bool:
        return self.host.is_sync

    def exchange(self, **config: Any) -> Any:
        """A ccxt exchange without the adapter."""
        self.made.append(self.host.exchange(config))
        return self.made[-1]

    def attached(self, **config: Any) -> Any:
        """One with the adapter, whose cancels use this sender."""
        exchange = self.host.attached(config)
        self.made.append(exchange)
        vars(exchange)["_adapter"].io.send = self.sends
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
        return lambda: self.sends(exchange, signed, timeout)

    def idle(self, exchange: Any) -> int:
        """How many connections are open and free.

        There may be no broken one among them; only requests leaves some, and checks one on use.
        """
        found = self.stand(exchange)
        if self.is_sync:
            lie = sum(one.sock is not None for one in pooled(exchange))
        else:
            lie = sum(len(key) for key in exchange.tcp_connector._conns.values())
        assert found == lie or self.name == "requests"
        return found

    def stand(self, exchange: Any) -> int:
        """How many of the free ones can be used."""
        if self.is_sync:
            sockets = [one.sock for one in pooled(exchange) if one.sock is not None]
            return sum(pool.is_alive(one) for one in sockets)
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

    def sends(self, *arguments: Any, **_: Any) -> Any:
        """As the transport's ``send``, by this sender."""
        return self.transport.send(*arguments, direct=self.short)


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


USUAL, USUAL_FAST = usual.reader(http1.read), usual.reader(fast.read)
SENDERS: dict[str, Callable[[], Sender]] = {
    "stdlib": lambda: Sender("stdlib", Host("sync"), requests.Transport(read=http1.read), True),
    "llhttp": lambda: Sender("llhttp", Host("sync"), requests.Transport(read=fast.read), True),
    "usual, stdlib": lambda: Sender("stdlib", Host("sync"), requests.Transport(read=USUAL), True),
    "usual, llhttp": lambda: Sender(
        "llhttp", Host("sync"), requests.Transport(read=USUAL_FAST), True
    ),
    "requests": lambda: Sender("requests", Host("sync"), requests.Transport(), False),
    "connector": lambda: Sender("connector", Host("async"), aiohttp.Transport(), True),
    "aiohttp": lambda: Sender("aiohttp", Host("async"), aiohttp.Transport(), False),
}
SYNC, ASYNC = (
    ("stdlib", "llhttp", "usual, stdlib", "usual, llhttp", "requests"),
    ("connector", "aiohttp"),
)
