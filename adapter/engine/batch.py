"""One request that cancels several orders, and what its answer means for each."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any, Generic, TypeGuard, TypeVar, cast

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
from adapter.engine.channel import BaseChannel
from adapter.engine.flow import First
from adapter.engine.http_channel import HttpChannel

FOR_ALL = (ccxt.AuthenticationError, ccxt.BadSymbol, ccxt.DDoSProtection)
"""Refusals that do not depend on the orders."""
UNREAD = NoResponse(may_have_been_sent=True, reason="an error came up before its answer was read")

C = TypeVar("C", bound=BaseChannel)


@attrs.define(eq=False)
class BatchRequest(abc.ABC, Generic[C]):
    """One request that cancels all of ``calls``. Their own channels receive their parts of it."""

    channel: C
    calls: Sequence[CancelRequest]
    came: Any = attrs.field(default=UNREAD, init=False)
    """What came, as channels of this class receive it."""
    sent_at: float = attrs.field(default=0.0, init=False)
    timestamp: int = attrs.field(default=0, init=False)

    def ask(self, _: CancelRequest, seconds: float) -> Asking:
        """Send the request, within so many seconds."""
        channel, calls = self.channel, self.calls
        channel.requests, channel.has_left, channel.is_cancel = 0, False, True
        channel.sent_details = {"orders": [call.order_id or call.client_order_id for call in calls]}
        self.sent_at, self.timestamp = channel.state.io.clock(), channel.now()
        return self.send(seconds)

    def split(self) -> list[First]:
        """The part of each order in what came; the whole where that has no parts.

        Where a plugin fails at it, nothing is known of any.
        """
        try:
            parts = self.parts() or [self.came] * len(self.calls)
        except Exception as e:
            parts = [attrs.evolve(UNREAD, cause=e)] * len(self.calls)
        return [First(part, self.sent_at, self.timestamp) for part in parts]

    @abc.abstractmethod
    def send(self, seconds: float) -> Asking:
        """Send it, and keep what came."""

    @abc.abstractmethod
    def parts(self) -> Sequence[Any]:
        """The part of each order in what came; empty if that is of the whole request."""


@attrs.define(eq=False)
class HttpBatchRequest(BatchRequest[HttpChannel]):
    """By the request of an endpoint."""

    def send(self, seconds: float) -> Asking:
        """Send it, and keep what came."""
        channel, calls = self.channel, self.calls
        channel.requests = 1
        response = yield from channel.send(batch_request(calls, channel.active.http), seconds)
        if self._is_ambiguous(response):
            response = NoResponse(may_have_been_sent=True, reason=text_of(response))
        self.came = response
        if (answer := channel.list_of(response)) is not None:
            text = text_of(answer)
            return Classification(kind=ResponseKind.ACKNOWLEDGED, text=text, response=answer)
        return channel.classify(response, calls[0].with_one_id(query=False), None)

    def _is_ambiguous(self, response: Response | NoResponse) -> TypeGuard[Response]:
        """Whether an error of the whole leaves it open which orders were cancelled."""
        if isinstance(response, NoResponse) or not isinstance(response.data, dict):
            return False
        endpoint = self.channel.active.http
        code = str(response.data.get(endpoint.venue.error_field))
        return code in map(str, cast(BatchCancel, endpoint.batch_cancel).ambiguous_codes)

    def parts(self) -> Sequence[Response | NoResponse]:
        """Those of a list."""
        answer = self.channel.list_of(self.came)
        return [] if answer is None else split_answer(answer, self.calls, self.channel.active.http)


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
    if sent.kind in (ResponseKind.REFUSED, ResponseKind.DISPUTED):
        return issubclass(sent.error, FOR_ALL)
    return sent.kind is not ResponseKind.NOT_OPEN
