"""Reads answers by the fields that an endpoint names.

A function that takes ``Any`` accepts every JSON value, one that takes a mapping every JSON object.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import ccxt

from adapter.contract.api import NO_ORDER, OrderApi, OrderFields, OrderQuery
from adapter.contract.ids import int_of
from adapter.contract.messages import (
    CancelRequest,
    Classification,
    NoResponse,
    Response,
    ResponseKind,
)

ID_TYPES = (int, str)
"""The JSON types of ids and codes."""
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MAX_QUOTED = 2000
"""Characters of a body that a message quotes."""
UNTOLD = NoResponse(
    may_have_been_sent=True, reason="the answer for several orders does not say which is which"
)


def status_of(answer: Mapping[str, Any], fields: OrderFields) -> str | None:
    """The unified status. One that is not known is in lower case, a missing one None."""
    status = answer.get(fields.status)
    if not isinstance(status, str) or not status:
        return None
    return fields.statuses.get(status, status.lower())


def created(answer: Mapping[str, Any], fields: OrderFields) -> int | None:
    """When the order was created, in ms since the epoch; None where the answer has no time."""
    for name in fields.created:
        value = answer.get(name)
        if value is None:
            continue
        time = int_of(value)
        if time is None and isinstance(value, str):
            time = _ms_of(value)
        if time is not None and time >= 0:
            return time
    return None


def _ms_of(text: str) -> int | None:
    """A time by ISO 8601; None for one without an offset, which may be in any time zone."""
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if time.tzinfo is None else (time - EPOCH) // datetime.timedelta(milliseconds=1)


def client_id_of(
    answer: Mapping[str, Any], endpoint: OrderApi, query: OrderQuery | None
) -> str | None:
    """The order's client id in an answer to a cancel or a query; None where it has none."""
    name = endpoint.response_client_id_field if query is None else endpoint.fields.client_id
    client_id = answer.get(name)
    return str(client_id) if client_id not in (None, "") else None


def requested_status(
    answer: Any, call: CancelRequest, endpoint: OrderApi, query: OrderQuery | None
) -> str | None:
    """The status of the order that ``call`` identifies by one id; None if it is not shown."""
    if not isinstance(answer, dict) or is_another_order(answer, call, endpoint, query):
        return None
    order_id = answer.get(endpoint.fields.order_id)
    if not isinstance(order_id, ID_TYPES) or order_id == "":
        return None
    return status_of(answer, endpoint.fields)


def is_another_order(
    answer: Any, call: CancelRequest, endpoint: OrderApi, query: OrderQuery | None
) -> bool:
    """Whether an answer has an id of another order than the one that ``call`` identifies."""
    if not isinstance(answer, dict):
        return False
    if call.order_id is not None:
        order_id = answer.get(endpoint.fields.order_id)
        return order_id not in (None, "") and str(order_id) != call.order_id
    return client_id_of(answer, endpoint, query) not in (None, call.client_order_id)


def find_order(answer: Any, call: CancelRequest, fields: OrderFields) -> Any:
    """For ``extract_order``: the order in a list of orders, or `NO_ORDER` if it is not in it.

    Of several that have had one client id, the newest. Anything but a list is returned unchanged:
    it may be an error.
    """
    if not isinstance(answer, list):
        return answer
    name, meant = fields.order_id, call.order_id
    if meant is None:
        name, meant = fields.client_id, call.client_order_id
    orders = (order for order in answer if isinstance(order, dict))
    found = [o for o in orders if isinstance(o.get(name), ID_TYPES) and str(o[name]) == meant]
    return max(found, key=lambda order: created(order, fields) or 0, default=NO_ORDER)


def split_answer(
    response: Response, calls: Sequence[CancelRequest], endpoint: OrderApi
) -> list[Response | NoResponse]:
    """The part of each cancel in a successful answer to several.

    A list that does not keep their order, or has more or fewer parts, says only which orders it
    shows: an error in it may be that of any other.
    """
    parts = _parts(response)
    asked = [call.with_one_id(query=False) for call in calls]
    pairs = zip(parts, asked, strict=False)
    if len(parts) == len(asked) and not any(
        is_another_order(part.data, call, endpoint, None) for part, call in pairs
    ):
        return [*parts]
    return [_shown(parts, call, endpoint) for call in asked]


def _shown(
    parts: Iterable[Response], call: CancelRequest, endpoint: OrderApi
) -> Response | NoResponse:
    found = (part for part in parts if requested_status(part.data, call, endpoint, None))
    return next(found, UNTOLD)


def _parts(response: Response) -> list[Response]:
    """The parts, each with its text: of the body, as ``data`` has keys and signatures in full."""
    data = response.data if isinstance(response.data, list) else []
    try:
        texts = [json_text(part) for part in json.loads(response.body)]
    except (ValueError, TypeError, RecursionError):
        texts = []
    if len(texts) != len(data):
        texts = [response.body] * len(data)
    return [
        attrs.evolve(response, data=part, body=text) for part, text in zip(data, texts, strict=True)
    ]


def json_text(part: Any) -> str:
    """A part of an answer as the exchange would have sent it."""
    return json.dumps(part, separators=(",", ":"), ensure_ascii=False)


def classify_no_response(response: NoResponse) -> Classification:
    """No answer: held back, surely not sent, or ambiguous."""
    if response.retry_after is not None:
        return Classification(
            kind=ResponseKind.HELD_LOCALLY, text=response.reason, retry_after=response.retry_after
        )
    kind = ResponseKind.AMBIGUOUS if response.may_have_been_sent else ResponseKind.NOT_SENT
    error = ccxt.RequestTimeout if response.may_have_been_sent else ccxt.NetworkError
    return Classification(kind=kind, text=response.reason, error=error, cause=response.cause)


def ambiguous(text: str) -> Classification:
    """The cancel may have been executed, and nothing says whether it was."""
    return Classification(kind=ResponseKind.AMBIGUOUS, text=text, error=ccxt.RequestTimeout)


def not_open(text: str) -> Classification:
    """The exchange says that there is no such open order."""
    return Classification(kind=ResponseKind.NOT_OPEN, text=text, error=ccxt.OrderNotFound)


def text_of(response: Response) -> str:
    """The raw body if it is JSON, as ccxt quotes it; else the HTTP status and the body."""
    body = response.body.strip()
    body = body if len(body) <= MAX_QUOTED else body[:MAX_QUOTED] + "…"
    return body if isinstance(response.data, dict) else f"HTTP {response.status} {body}".rstrip()
