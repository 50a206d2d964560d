"""One request that cancels several orders, and what its answer means for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard, cast

import attrs
import ccxt

from adapter.contract.answers import split_answer, text_of
from adapter.contract.api import BatchCancel
from adapter.contract.endpoint import CancelEndpoint
from adapter.contract.messages import (
    ApiRequest,
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    ResponseKind,
)
from adapter.core.channel import Asking
from adapter.engine.flow import First
from adapter.engine.http_channel import HttpChannel

FOR_ALL = (ccxt.AuthenticationError, ccxt.BadSymbol, ccxt.DDoSProtection)
"""Refusals that do not depend on the orders."""
UNREAD = NoResponse(may_have_been_sent=True, reason="an error came up before its answer was read")


@attrs.define(eq=False)
class BatchRequest:
    """One request that cancels all of ``calls``. Their own channels receive their parts of it."""

    channel: HttpChannel
    calls: Sequence[CancelRequest]
    came: Response | NoResponse = attrs.field(default=UNREAD, init=False)
    sent_at: float = attrs.field(default=0.0, init=False)
    timestamp: int = attrs.field(default=0, init=False)

    def ask(self, _: CancelRequest, seconds: float) -> Asking:
        """Send the request, within so many seconds."""
        channel, calls = self.channel, self.calls
        endpoint, exchange = channel.active.http, channel.exchange
        channel.requests, channel.has_left, channel.is_cancel = 1, False, True
        channel.sent_details = {"orders": [call.order_id or call.client_order_id for call in calls]}
        self.sent_at, self.timestamp = channel.state.io.clock(), exchange.nonce()
        request = batch_request(calls, endpoint)
        response = yield from channel.send(request, seconds)
        if self._is_ambiguous(response):
            response = NoResponse(may_have_been_sent=True, reason=text_of(response))
        self.came = response
        if (answer := channel.list_of(response)) is not None:
            text = text_of(answer)
            return Classification(kind=ResponseKind.ACKNOWLEDGED, text=text, response=answer)
        found = channel.classify(response, calls[0].with_one_id(query=False), None)
        channel.requests -= found.kind is ResponseKind.HELD_LOCALLY
        return found

    def _is_ambiguous(self, response: Response | NoResponse) -> TypeGuard[Response]:
        """Whether an error of the whole leaves it open which orders were cancelled."""
        if isinstance(response, NoResponse) or not isinstance(response.data, dict):
            return False
        endpoint = self.channel.active.http
        code = str(response.data.get(endpoint.venue.error_field))
        return code in map(str, cast(BatchCancel, endpoint.batch_cancel).ambiguous_codes)

    def split(self) -> list[First]:
        """The part of each order in what came; the whole where that is not a list.

        Where a plugin fails at it, nothing is known of any.
        """
        parts: Sequence[Response | NoResponse] = [self.came] * len(self.calls)
        try:
            if (answer := self.channel.list_of(self.came)) is not None:
                parts = split_answer(answer, self.calls, self.channel.active.http)
        except Exception as e:
            parts = [attrs.evolve(UNREAD, cause=e)] * len(self.calls)
        return [First(part, self.sent_at, self.timestamp) for part in parts]


def batch_request(calls: Sequence[CancelRequest], endpoint: CancelEndpoint) -> ApiRequest:
    """The request, before it is signed; ``calls`` are of one market, with ids of one kind."""
    call, batch = calls[0], cast(BatchCancel, endpoint.batch_cancel)
    word, name = endpoint.venue.market_id_param, batch.order_ids_param
    if call.client_order_id is None:
        value = batch.write_order_ids([str(each.order_id) for each in calls])
    else:
        name = batch.client_ids_param
        value = batch.write_client_ids([str(each.client_order_id) for each in calls])
    market = {word: call.market_id} if word else {}
    return ApiRequest(
        method=batch.method or endpoint.method,
        api=batch.api or endpoint.api,
        path=batch.path,
        params={**market, name: value, **call.route_params, **call.params},
        weight=batch.weight,
        recv_window=call.recv_window,
    )


def is_for_each(sent: Classification) -> bool:
    """Whether an answer is that of each order; else it may be due to one of them.

    Then each is cancelled by a request of its own.
    """
    if sent.kind is ResponseKind.REFUSED:
        return issubclass(sent.error, FOR_ALL)
    return sent.kind is not ResponseKind.NOT_OPEN
