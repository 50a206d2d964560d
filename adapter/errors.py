"""The adapter's exceptions: subclasses of the ccxt exceptions that bots catch today."""

from __future__ import annotations

from typing import Any

import ccxt

__all__ = ["CancelUnknown", "OrderGone", "PluginError", "RateLimited"]


class OrderGone(ccxt.OrderNotFound):  # type: ignore[misc]  # ccxt ships no types
    """The exchange found no such open order, so this call cancelled nothing.

    ``order`` is the unified order as the exchange last described it, or None.
    ``state`` is how it ended: ``"closed"``, ``"canceled"``, ``"expired"`` or ``"rejected"``. It is
    None where no query found the order. Then the order may still trade: it may be in another
    account or under another symbol, or its create may not be finished. The message has details.

    A conditional order may have ``"triggered"`` as well. ``successor`` is then the id of the order
    that it has become, which may be open, or None where the exchange does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        order: dict[str, Any] | None = None,
        state: str | None = None,
        successor: str | None = None,
    ) -> None:
        super().__init__(message)
        self.order = order
        self.state = state
        self.successor = successor


class CancelUnknown(ccxt.RequestTimeout):  # type: ignore[misc]  # ccxt ships no types
    """The cancel was sent and its result is unknown: query the order before you act on it.

    Likewise if a client id has come to mean a newer order, which ``order`` is then.

    ``order`` is the unified order as last seen, or None. The message has the number of cancels and
    queries sent and the time that passed. ``__cause__`` is the last error of the operating system,
    or of code outside of the adapter, if there was one.
    """

    def __init__(self, message: str, *, order: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.order = order


class RateLimited(ccxt.RateLimitExceeded, ccxt.DDoSProtection):  # type: ignore[misc]  # no types
    """The exchange accepts no requests for now. The cancel was not executed.

    ccxt raises `DDoSProtection` for HTTP 418 and 429 and `RateLimitExceeded` for error codes. This
    class is both, so a handler of either catches it. ``retry_after`` is in seconds; None where the
    venue neither states it nor has a rule. Binance has a rule: until the current minute ends.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PluginError(Exception):
    """A plugin, a plugins.toml or another setting is wrong. The message says which and why."""
