"""One request that cancels several orders, and what its answer means for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import attrs
import ccxt

from adapter.contract.answers import split_answer, text_of
from adapter.contract.api import BatchCancel
from adapter.contract.messages import (
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    ResponseKind,
)
from adapter.core.channel import Asking
from adapter.engine.channel import BaseChannel
from adapter.engine.flow import First

FOR_ALL = (ccxt.AuthenticationError, ccxt.BadSymbol, ccxt.DDoSProtection)
"""Refusals that do not depend on the orders."""


@attrs.define(eq=False)
class BatchRequest:
    """One request that cancels all of ``calls``. Their own channels receive their parts of it."""

    channel: BaseChannel
    calls: Sequence[CancelRequest]
    came: Response | NoResponse | None = attrs.field(default=None, init=False)
    sent_at: float = attrs.field(default=0.0, init=False)
    timestamp: int = attrs.field(default=0, init=False)

    def ask(self, _: CancelRequest, seconds: float) -> Asking:
        """Send the request, within so many seconds."""
        channel, calls = self.channel, self.calls
        endpoint, exchange = channel.active.endpoint, channel.exchange
        channel.requests, channel.has_left, channel.is_cancel = 1, False, True
        channel.sent_details = {"orders": [call.order_id or call.client_order_id for call in calls]}
        self.sent_at, self.timestamp = channel.state.io.clock(), exchange.nonce()
        batch = cast(BatchCancel, endpoint.batch_cancel)
        request = endpoint.venue.build_batch_request(calls, endpoint=endpoint, batch=batch)
        self.came = response = yield from channel.send(request, seconds)
        if (answer := list_of(channel, response)) is not None:
            text = text_of(answer)
            return Classification(kind=ResponseKind.ACKNOWLEDGED, text=text, response=answer)
        found = channel.classify(response, calls[0].with_one_id(query=False), None)
        channel.requests -= found.kind is ResponseKind.HELD_LOCALLY
        return found

    def split(self) -> list[First]:
        """The part of each order in what came; the whole where that is not a list."""
        came = cast(Response | NoResponse, self.came)
        parts: Sequence[Response | NoResponse] = [came] * len(self.calls)
        if (answer := list_of(self.channel, came)) is not None:
            parts = split_answer(answer, self.calls, self.channel.active.endpoint)
        return [First(part, self.sent_at, self.timestamp) for part in parts]


def list_of(channel: BaseChannel, response: Response | NoResponse) -> Response | None:
    """The response, if it is a success with a list."""
    if isinstance(response, NoResponse) or not isinstance(response.data, list):
        return None
    return response if channel.active.endpoint.venue.is_success(response) else None


def is_for_each(sent: Classification) -> bool:
    """Whether an answer is that of each order; else it may be due to one of them.

    Then each is cancelled by a request of its own.
    """
    if sent.kind is ResponseKind.REFUSED:
        return issubclass(sent.error, FOR_ALL)
    return sent.kind is not ResponseKind.NOT_OPEN
