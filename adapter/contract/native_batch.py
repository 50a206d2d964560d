"""`NativeBatch`: ccxt's ``cancel_orders`` of a venue whose answer tells of each order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from attrs.validators import ge, instance_of, is_callable, optional

from adapter.contract.messages import CancelRequest

Split = Callable[[Any], Sequence[Any]]
"""``(parsed JSON)``: for each order, what a cancel of it alone would have been answered. It accepts
any JSON value, and returns nothing for an answer that tells of no single order."""


@attrs.frozen(kw_only=True)
class NativeBatch:
    """How ccxt's ``cancel_orders`` is called, and how its answer is read.

    It is for cancels without params of their own, of which ccxt passes on few.
    """

    size: int = attrs.field(validator=[instance_of(int), ge(2)])
    """How many orders one request may have."""
    symbols: str = attrs.field(default=".+", validator=instance_of(str))
    """The pattern of the symbols whose orders it can cancel."""
    client_ids_param: str | None = attrs.field(default=None, validator=optional(instance_of(str)))
    """The param that carries a list of client ids; None where it takes none."""
    split: Split = attrs.field(validator=is_callable())
    in_order: bool = attrs.field(default=False, validator=instance_of(bool))
    """Whether the answer keeps the order of the request. Else an order is found by its id."""

    def takes(self, call: CancelRequest) -> bool:
        """Whether this cancel may be one of a batch."""
        is_named = call.client_order_id is None or self.client_ids_param is not None
        is_plain = not call.params and not call.route_params
        return is_named and is_plain and re.fullmatch(self.symbols, call.market_id) is not None


def elements(answer: Any, path: str) -> list[Any]:
    """Those of the list at a path such as ``"data.statuses"``; none where there is no list."""
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer if isinstance(answer, list) else []


def each_in(path: str) -> Split:
    """Splits an answer by the list at a path.

    Each part has a list of one element there, and all else that the answer has.
    """
    name, _, rest = path.partition(".")

    def split(answer: Any) -> list[Any]:
        if rest:
            parts = each_in(rest)(answer.get(name)) if isinstance(answer, Mapping) else []
        else:
            parts = [[each] for each in elements(answer, name)]
        return [{**answer, name: part} for part in parts]

    return split
