"""What the state machine of a cancel asks of an exchange. The channels are in `adapter.engine`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Protocol

from adapter.contract.messages import CancelRequest, Classification, Order

Asking = Generator[Any, Any, Classification]
"""Yields the effects of its channel, and gives what the response means."""


class Channel(Protocol):
    """One means to reach the exchange. The machine decides what an error that it raises means."""

    has_listener: bool
    """Whether anybody listens to the events of the call."""
    has_left: bool
    """Whether the last request may have left this machine."""
    requests: int
    """How many requests the last `cancel` or `query` has made."""

    def cancel(self, call: CancelRequest, seconds: float) -> Asking:
        """Ask the exchange to cancel, within so many seconds."""

    def query(self, call: CancelRequest, seconds: float) -> Asking:
        """Query the order, within so many seconds."""

    def read_clock(self, seconds: float) -> Generator[Any, Any, int | None]:
        """The exchange's time in ms; None where it has no endpoint for that, or no answer came."""

    def sync_clock(self, refused: Classification, seconds: float) -> Generator[Any, Any, None]:
        """Set the clock by the exchange's: by its time endpoint, else by the refusing response."""

    def block(self, seconds: float) -> None:
        """Send nothing to the host for so many seconds."""

    def pause_before_resend(self, seconds: float) -> float:
        """For how many of these seconds other calls try whether cancels work; 0 for none."""

    def parse_order(self, found: Classification) -> Order:
        """The unified order of the last response, which shows or acknowledges it."""
