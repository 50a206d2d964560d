"""What all channels share."""

from __future__ import annotations

import abc
import logging
from collections.abc import Callable, Generator
from typing import Any

import attrs

from adapter.contract.messages import (
    CancelRequest,
    Classification,
    Market,
    NoResponse,
    Order,
    Response,
)
from adapter.core.channel import Asking
from adapter.core.rate_limit import HostLimiter
from adapter.core.routing import ActiveEndpoint, RouteMatch
from adapter.core.wait_queue import Ticket
from adapter.engine.state import ExchangeState

TIMEOUT_SHARE = 2 / 3
"""The share of a call's time that one request may take."""
MIN_TIMEOUT = 0.3
"""Seconds that it may always take."""

log = logging.getLogger("adapter")

Sending = Generator[Any, Any, Response | NoResponse]
"""Yields the effects of a channel, and gives what came back."""


@attrs.define(eq=False)
class BaseChannel(abc.ABC):
    """Serves one call; see `adapter.core.channel.Channel`."""

    exchange: Any
    state: ExchangeState
    match: RouteMatch
    active: ActiveEndpoint
    call: CancelRequest
    """As the caller made it."""
    emit: Callable[..., None]
    """Is called with each event and its details."""
    has_listener: bool
    """Whether anybody listens to these events."""
    has_sent: bool = attrs.field(default=False, init=False)
    """Whether a cancel was about to leave for the host."""
    is_cancel: bool = attrs.field(default=False, init=False)
    """Whether the request that is on its way is a cancel."""
    has_left: bool = attrs.field(default=False, init=False)
    """Whether the last request may have left, by what came back."""
    requests: int = attrs.field(default=0, init=False)
    """How many requests the last `cancel` or `query` has made."""
    sent_details: dict[str, Any] = attrs.field(factory=dict, init=False)
    """What an event of a request has beside method and path."""
    has_warned: bool = attrs.field(default=False, init=False)
    """Whether it was logged that the two ids that were given name different orders."""
    ticket: Ticket = attrs.field(factory=Ticket, init=False)
    queued_at: HostLimiter | None = attrs.field(default=None, init=False)
    """Where the ticket is, whatever becomes of the exchange object's URLs in the meantime."""

    @abc.abstractmethod
    def cancel(self, call: CancelRequest, seconds: float) -> Asking:
        """Ask the exchange to cancel."""

    @abc.abstractmethod
    def query(self, call: CancelRequest, seconds: float) -> Asking:
        """Query the order."""

    @abc.abstractmethod
    def receive(self, came: Any) -> Classification:
        """What the answer to a cancel means that another channel of this class asked for."""

    @abc.abstractmethod
    def open_orders(self, call: CancelRequest, market: Market | None, seconds: float) -> Asking:
        """List the open orders of a market, or of all where that is None."""

    @abc.abstractmethod
    def identify(self, listed: Any) -> tuple[str, Market] | None:
        """The id and the market of a listed order; None for one that cannot be read."""

    @abc.abstractmethod
    def read_clock(self, seconds: float) -> Generator[Any, Any, int | None]:
        """The exchange's time in ms; None where it has no endpoint for that, or no answer came."""

    @abc.abstractmethod
    def sync_clock(self, refused: Classification, seconds: float) -> Generator[Any, Any, None]:
        """Set the clock by the exchange's."""

    @abc.abstractmethod
    def now(self) -> int:
        """The timestamp in ms that a request made at this moment carries."""

    @abc.abstractmethod
    def host(self) -> str:
        """The host of the cancel, for messages."""

    @abc.abstractmethod
    def limiter(self) -> HostLimiter:
        """The limiter of that host."""

    @abc.abstractmethod
    def parse_order(self, found: Classification) -> Order:
        """The unified order of the last response, which shows or acknowledges it."""

    def block(self, seconds: float) -> None:
        """Send nothing to the host for so many seconds."""
        self.emit("blocked", host=self.host(), seconds=seconds)
        self.limiter().block(seconds * 1000, self.state.io.clock() * 1000)

    def pause_before_resend(self, seconds: float) -> float:
        """For how many of these seconds other calls try whether cancels work; 0 for none."""
        if self.queued_at is None:
            return 0.0
        now, outage = self.state.io.clock(), self.queued_at.cancel_outage
        return outage.pause(now * 1000, seconds * 1000) / 1000

    def leave_queue(self) -> None:
        """Leave the queue of the host: the call is over."""
        if self.queued_at is not None and self.ticket.number is not None:
            self.queued_at.leave(self.ticket)

    def _check_blocked(self, limiter: HostLimiter, left: float) -> NoResponse | None:
        """Why a request cannot go out at all, if it cannot; ``left`` is in seconds."""
        if left <= 0:
            reason = "its time was over before it could be sent"
            return NoResponse(may_have_been_sent=False, reason=reason)
        blocked = (limiter.blocked_until - self.state.io.clock() * 1000) / 1000
        if blocked <= 0:
            return None
        reason = f"the exchange takes no requests for another {blocked:.1f} s"
        return NoResponse(may_have_been_sent=False, reason=reason, retry_after=blocked)

    def _report(self, response: Response | NoResponse, began: float) -> Response | NoResponse:
        """Emit what came."""
        if not self.has_listener:
            return response
        ms = round((self.state.io.clock() - began) * 1000, 1)
        if isinstance(response, NoResponse):
            self.emit("replied", sent=response.may_have_been_sent, reason=response.reason, ms=ms)
        else:
            details = self.reply_details(response)
            self.emit("replied", status=response.status, ms=ms, **details)
        return response

    def reply_details(self, response: Response) -> dict[str, Any]:  # noqa: ARG002  # a default
        """What an event of an answer has beside its status."""
        return {}

    def _warn_of_two_orders(self, order: Order) -> None:
        call = self.call
        ids = order["id"], order["clientOrderId"] or call.client_order_id
        if ids != (call.order_id, call.client_order_id) and not self.has_warned:
            self.has_warned = True
            log.warning(
                "%s cancelOrder() was given order id %s and client id %s, and order %s has client"
                " id %s: the client id is what was sent",
                self.exchange.id,
                call.order_id,
                call.client_order_id,
                *ids,
            )


def timeout_for(left: float) -> float:
    """The seconds that one request may take: time is left for a query where no answer comes."""
    return max(left * TIMEOUT_SHARE, min(left, MIN_TIMEOUT))
