"""What changes in the caller's own world while a call is in progress."""

from __future__ import annotations

from typing import Any, NoReturn

import attrs
import ccxt

from adapter.contract.messages import NoResponse, Response
from adapter.transports.exchange_io import unread

CLOSED, NO_THREAD, NO_MEMORY = "closed", "no_thread", "no_memory"
OF_TRANSPORT = (CLOSED, NO_THREAD, NO_MEMORY)
"""What has the transport raise before the first byte of any further request."""
NO_NONCE, CLOCK, MENDED = "no_nonce", "clock", "mended"
CHANGES = (
    *(*OF_TRANSPORT, "no_secret", "other_key", "second_proxy", "failing_hook"),
    *(NO_NONCE, CLOCK, MENDED),
)


def _fails(*_: Any) -> NoReturn:
    raise ValueError("the caller's own code")


@attrs.define
class Caller:
    """The exchange object and what is around it, as the caller may change them."""

    exchange: Any
    keys: tuple[str, str]
    """API key and secret while all is well."""
    broken: str | None = None
    """Which of `OF_TRANSPORT` applies."""

    def change(self, name: str, ms: int = 0) -> None:
        """Let a change happen; ``ms`` is by how much the caller's clock goes ahead."""
        match name:
            case "no_secret":
                self.exchange.secret = ""
            case "other_key":
                self.exchange.apiKey = "unknown"
            case "second_proxy":
                self.exchange.httpProxy = "http://127.0.0.1:1"
                self.exchange.socksProxy = "socks5://127.0.0.1:1"
            case "failing_hook":
                self.exchange.on_rest_response = _fails
            case "no_nonce":
                self.exchange.nonce = _fails
            case "clock":
                self.exchange.options["timeDifference"] -= ms
            case "mended":
                self.mend()
            case _:
                self.broken = name

    def mend(self) -> None:
        """Undo all but what the clock did."""
        self.broken = None
        if not self.exchange.synchronous:
            self.exchange.closed_by_user = False
        self.exchange.apiKey, self.exchange.secret = self.keys
        self.exchange.httpProxy = self.exchange.socksProxy = None
        for name in ("nonce", "on_rest_response"):
            vars(self.exchange).pop(name, None)

    def check(self) -> None:
        """Raise what the transport raises before it sends, if it does."""
        match self.broken:
            case "closed":
                raise ccxt.ExchangeClosedByUser("closed")
            case "no_thread":
                raise RuntimeError("can't start new thread")
            case "no_memory":
                raise MemoryError

    def received(self, back: Response | NoResponse) -> Response | NoResponse:
        """What the transport makes of an answer."""
        if self.broken == NO_MEMORY:
            return unread(MemoryError())
        if self.broken == CLOSED:
            return NoResponse(may_have_been_sent=True, reason="the session was closed")
        return back
