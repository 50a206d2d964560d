"""Whether a request is left to the whole library, and what may prevent that."""

from __future__ import annotations

from typing import Any

from integration.host import Host

from adapter.contract.messages import NoResponse, SignedRequest
from adapter.transports import aiohttp, requests

BY_LIBRARY = NoResponse(may_have_been_sent=True, reason="the library would have sent it")
NOWHERE = "http://127.0.0.1:9"
URL = f"{NOWHERE}/fapi/v1/order?orderId=7"


def goes_by_library(host: Host, exchange: Any, url: str = URL, **named: Any) -> bool:
    """Whether the library would have sent it; else the direct sender finds a closed port."""
    transport: Any = requests.Transport() if host.is_sync else aiohttp.Transport()
    signed = SignedRequest(method="DELETE", url=url, headers={})
    reply = host.done(lambda: transport.send(exchange, signed, 10.0, **named))
    assert reply == BY_LIBRARY or (not reply.may_have_been_sent and reply.cause is not None)
    return bool(reply == BY_LIBRARY)


class Wrapper:
    """Shows the attributes of what it wraps, as the wrappers of ``wrapt`` do."""

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wrapped, name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.wrapped(*arguments, **named)
