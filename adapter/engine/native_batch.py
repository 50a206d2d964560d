"""ccxt's ``cancel_orders``, and what its answer means for each order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

import attrs
import ccxt

from adapter.contract.answers import UNTOLD, json_text
from adapter.contract.messages import (
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    ResponseKind,
)
from adapter.contract.native import Reply
from adapter.contract.native_answers import echoes
from adapter.contract.native_batch import NativeBatch
from adapter.core.channel import Asking
from adapter.core.evidence import ACCEPTED
from adapter.engine.batch import BatchRequest
from adapter.engine.native import Native


@attrs.define(eq=False)
class NativeBatchRequest(BatchRequest[Native]):
    """By ccxt's method, as the row of the venue says."""

    batch: NativeBatch = attrs.field(init=False)

    @batch.default
    def _batch(self) -> NativeBatch:
        return cast(NativeBatch, self.channel.endpoint.batch)

    def send(self, seconds: float) -> Asking:
        """Send it, and keep what came."""
        self.came = reply = yield from self.channel.cancel_several(self.calls, seconds)
        try:
            has_parts = bool(self.parts())
        except Exception:
            has_parts = True  # `split` reports it
        if has_parts:
            return Classification(kind=ResponseKind.ACKNOWLEDGED, text="")
        found = self.channel.classify(reply, self.calls[0])
        if found.kind in ACCEPTED:  # of which orders, nobody knows
            self.came = UNTOLD
        return found

    def parts(self) -> Sequence[Reply]:
        """Those that the row finds in the response behind what ccxt returned or raised."""
        if not isinstance(self.came, Reply):
            return []
        whole, asked = self.came, [call.with_one_id(query=False) for call in self.calls]
        parts = split_batch(whole.response, asked, self.batch)
        return [read_part(self.channel.exchange, part, whole) for part in parts]


def read_part(exchange: Any, part: Response | NoResponse, whole: Reply) -> Reply:
    """The part of one order, with the error that ccxt makes of such an answer to its cancel."""
    error = None
    if isinstance(part, Response):
        known: Any = part.status, "", "", "POST", {}, part.body, part.data, {}, None
        try:
            exchange.handle_errors(*known)
        except ccxt.BaseError as e:
            error = e
    return attrs.evolve(whole, returned=None, error=error, response=part)


def split_batch(
    response: Response | NoResponse, calls: Sequence[CancelRequest], batch: NativeBatch
) -> Sequence[Response | NoResponse]:
    """The part of each cancel, which has one id; empty if the answer is of the whole request.

    An order that is not in it, or that two parts may be of, has none that can be read.
    """
    if isinstance(response, NoResponse) or not isinstance(response.data, dict | list):
        return []
    # of the body, as ``data`` has keys and signatures in full
    found = batch.split(json.loads(response.body)) if 200 <= response.status < 300 else ()
    parts = [attrs.evolve(response, data=each, body=json_text(each)) for each in found]
    if not batch.in_order or not parts:
        named = [[part for part in parts if echoes(part.data, call)] for call in calls]
        return [own[0] if len(own) == 1 else UNTOLD for own in named] if parts else []
    is_kept = len(parts) == len(calls) and not any(
        echoes(part.data, other) and not echoes(part.data, call)
        for part, call in zip(parts, calls, strict=True)
        for other in calls
    )
    return parts if is_kept else [UNTOLD] * len(calls)
