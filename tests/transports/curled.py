"""Exchanges whose requests libcurl sends, with a session that only notes what it is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from integration.host import Host
from integration.server import PATIENCE

from adapter.contract.messages import NoResponse, Response, SignedRequest

from .senders import PATH

pytest.importorskip("pycurl")

LEFT = NoResponse(may_have_been_sent=True, reason="left to the session")


@attrs.define
class NoSession:
    """In place of the session's transport."""

    is_sync: bool

    def perform(self, *_: Any) -> Any:
        return LEFT if self.is_sync else self._later(LEFT)

    def open(self, *_: Any) -> Any:
        return [] if self.is_sync else self._later([])

    async def _later(self, value: Any) -> Any:
        return value


class Curled:
    """An exchange of one mode and the transport under test."""

    def __init__(self, mode: str, **config: Any) -> None:
        from adapter.transports import curl, curl_async
        from adapter.transports.transport import AsyncTransport, Transport

        self.host = Host(mode)
        self.exchange = self.host.exchange(config)
        session = NoSession(self.host.is_sync)
        self.transport: Any = Transport(session, curl.Sender())
        if not self.host.is_sync:
            self.transport = AsyncTransport(session, curl_async.Sender())

    def sending(
        self, url: str, timeout: float = PATIENCE, path: str = PATH, **named: Any
    ) -> Callable[[], Any]:
        headers = {"X-MBX-APIKEY": "a-key"}
        signed = SignedRequest(method="DELETE", url=url + path, headers=headers)
        return lambda: self.transport.send(self.exchange, signed, timeout, **named)

    def send(self, url: str, **named: Any) -> Response | NoResponse:
        reply: Response | NoResponse = self.host.done(self.sending(url, **named))
        return reply

    def connect(self, url: str, n: int) -> dict[str, int]:
        opened: dict[str, int] = self.host.done(
            lambda: self.transport.connect(self.exchange, [f"{url}/fapi/v1/ping"], n)
        )
        return opened

    def close(self) -> None:
        """As a user does."""
        if self.host.is_sync:
            self.exchange.close()
        else:
            self.host.run(self.exchange.close())


@pytest.fixture(params=["sync", "async"])
def curled(request: pytest.FixtureRequest) -> Iterator[Curled]:
    found = Curled(request.param)
    yield found
    found.host.close()
