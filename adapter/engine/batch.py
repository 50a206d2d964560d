"""The channel of one request that cancels several orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from adapter.engine.direct import Direct
from adapter.engine.flow import CancelFlow, First

FOR_ALL = (ccxt.AuthenticationError, ccxt.BadSymbol, ccxt.DDoSProtection)
"""Refusals that do not depend on the orders."""


@attrs.define(eq=False)
class BatchChannel(Direct):
    """Cancels all of ``calls`` by one request. Their own channels receive their parts of it."""

    calls: Sequence[CancelRequest] = attrs.field(kw_only=True)
    came: Response | NoResponse | None = attrs.field(default=None, init=False)
    sent_at: float = attrs.field(default=0.0, init=False)
    timestamp: int = attrs.field(default=0, init=False)

    @classmethod
    def of(
        cls, flow: CancelFlow, calls: Sequence[CancelRequest], emit: Callable[..., None]
    ) -> BatchChannel:
        """One for orders of which ``flow`` is the first."""
        direct = flow.channel()
        return cls(
            direct.exchange,
            direct.state,
            direct.match,
            direct.active,
            direct.call,
            emit,
            direct.has_listener,
            calls=calls,
        )

    def cancel(self, call: CancelRequest, seconds: float) -> Asking:
        """Send the request, within so many seconds; ``call`` is the first of them."""
        endpoint = self.active.endpoint
        self.requests, self.has_left, self.is_cancel = 1, False, True
        self.sent_at, self.timestamp = self.state.io.clock(), self.exchange.nonce()
        request = endpoint.venue.build_batch_request(
            self.calls, endpoint=endpoint, batch=cast(BatchCancel, endpoint.batch_cancel)
        )
        self.sent_details = {
            "orders": [each.order_id or each.client_order_id for each in self.calls]
        }
        self.came = response = yield from self.send(request, seconds)
        if self._is_list(response):
            answer = cast(Response, response)
            return Classification(
                kind=ResponseKind.ACKNOWLEDGED, text=text_of(answer), response=answer
            )
        found = self._classify(response, call.with_one_id(query=False), None)
        self.requests -= found.kind is ResponseKind.HELD_LOCALLY
        return found

    def _is_list(self, response: Response | NoResponse) -> bool:
        if isinstance(response, NoResponse) or not isinstance(response.data, list):
            return False
        return self.active.endpoint.venue.is_success(response)

    def split(self) -> list[First]:
        """The part of each order in what came; the whole where that is not a list."""
        came = cast(Response | NoResponse, self.came)
        parts: Sequence[Response | NoResponse] = [came] * len(self.calls)
        if self._is_list(came):
            parts = split_answer(cast(Response, came), self.calls, self.active.endpoint)
        return [First(part, self.sent_at, self.timestamp) for part in parts]


def is_for_each(sent: Classification) -> bool:
    """Whether an answer is that of each order; else it may be due to one of them.

    Then each is cancelled by a request of its own.
    """
    if sent.kind is ResponseKind.REFUSED:
        return issubclass(sent.error, FOR_ALL)
    return sent.kind is not ResponseKind.NOT_OPEN
