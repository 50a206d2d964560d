"""`BatchCancel`: a request that cancels several orders of one market, and its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
from attrs.validators import ge, instance_of, is_callable, optional

from adapter.contract.answers import is_another_order, is_requested_order
from adapter.contract.api import OrderApi
from adapter.contract.messages import CancelRequest, NoResponse, Response

_text = instance_of(str)
NOT_SAID = NoResponse(
    may_have_been_sent=True, reason="the answer for several orders does not say which is which"
)


def json_numbers(ids: Iterable[str]) -> str:
    """Ids of digits as a JSON list of numbers, without spaces: ``[1,2]``."""
    return f"[{','.join(ids)}]"


def json_texts(ids: Iterable[str]) -> str:
    """Ids as a JSON list of texts, without spaces: ``["a","b"]``."""
    return json.dumps(list(ids), separators=(",", ":"))


@attrs.frozen(kw_only=True)
class BatchCancel:
    """A request that cancels several orders of one market. What is None is as in the cancel.

    Its answer is a list with an answer to each cancel, in the order of the request.
    """

    method: str | None = attrs.field(default=None, validator=optional(_text))
    api: str | None = attrs.field(default=None, validator=optional(_text))
    path: str = attrs.field(validator=_text)
    size: int = attrs.field(validator=[instance_of(int), ge(2)])
    """How many orders one request may have."""
    weight: int = attrs.field(default=1, validator=instance_of(int))
    order_ids_param: str = attrs.field(validator=_text)
    """The request parameter that carries order ids. One request has ids of one kind."""
    client_ids_param: str = attrs.field(validator=_text)
    write_order_ids: Callable[[Sequence[str]], Any] = attrs.field(
        default=json_numbers, validator=is_callable()
    )
    """The value of that parameter."""
    write_client_ids: Callable[[Sequence[str]], Any] = attrs.field(
        default=json_texts, validator=is_callable()
    )


def split_answer(
    response: Response, calls: Sequence[CancelRequest], endpoint: OrderApi
) -> list[Response | NoResponse]:
    """The part of each cancel in a successful answer to several.

    A list that does not keep their order, or has more or fewer parts, says only which orders it
    shows: an error in it may be that of any other.
    """
    parts = response.data if isinstance(response.data, list) else []
    asked = [call.with_one_id(query=False) for call in calls]
    pairs = [*zip(parts, asked, strict=False)]
    if len(parts) == len(asked) and not any(
        is_another_order(part, call, endpoint, None) for part, call in pairs
    ):
        return [_part(response, part) for part in parts]
    return [_shown(response, parts, call, endpoint) for call in asked]


def _shown(
    response: Response, parts: Iterable[Any], call: CancelRequest, endpoint: OrderApi
) -> Response | NoResponse:
    for part in parts:
        if is_requested_order(part, call, endpoint, None):
            return _part(response, part)
    return NOT_SAID


def _part(response: Response, part: Any) -> Response:
    body = json.dumps(part, separators=(",", ":"), ensure_ascii=False)
    return attrs.evolve(response, data=part, body=body)
