"""What ccxt has no exception for, as subclasses of those that a bot catches today."""

from __future__ import annotations

from typing import Any

import ccxt

__all__ = ["CancelUnknown", "OrderGone", "PluginError", "RateLimited"]


class OrderGone(ccxt.OrderNotFound):  # type: ignore[misc]  # ccxt ships no types
    """The exchange found no such open order, so this call cancelled nothing.

    ``order`` is the unified order as the exchange last described it, or None when it did not.
    ``state`` is how it ended: ``"closed"``, ``"canceled"``, ``"expired"`` or ``"rejected"``. It is
    None where no query could say. Then the order may still trade: it may lie in another account or
    under another symbol, or its create may be under way. The message says what is known.
    """

    def __init__(
        self, message: str, *, order: dict[str, Any] | None = None, state: str | None = None
    ) -> None:
        super().__init__(message)
        self.order = order
        self.state = state


class CancelUnknown(ccxt.RequestTimeout):  # type: ignore[misc]  # ccxt ships no types
    """The cancel was sent and nobody can say whether it took: query before you act on it.

    ``order`` is the last state seen as a unified order, or None. The message says how often the
    cancel was sent and the order queried, and for how long. ``__cause__`` is the last error of the
    operating system, or of code that is not the adapter's, where there was one.
    """

    def __init__(self, message: str, *, order: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.order = order


class RateLimited(ccxt.RateLimitExceeded, ccxt.DDoSProtection):  # type: ignore[misc]  # no types
    """The exchange takes no more requests for now; the cancel was not executed.

    ccxt raises `DDoSProtection` for HTTP 418 and 429 and `RateLimitExceeded` for their codes; this
    is both, so either handler catches it. ``retry_after`` is in seconds; None where a venue neither
    says nor has a rule for it, which Binance has: until its minute ends.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PluginError(Exception):
    """A plugin, a plugins.toml or another setting is wrong: the message says which, and more."""
