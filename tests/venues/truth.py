"""What must be true of a model's book: the oracle of every call on a venue.

A rule yields as text what a call has told falsely; of a true one it yields nothing.
"""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import attrs

import adapter
from adapter.contract.messages import ENDED
from venues.models.book import ModelOrder
from venues.models.model import Model

STATES = {"filled": "closed", "triggered": "triggered"}
"""The unified status of the states of a book that ccxt names otherwise."""
SLACK = 0.6
"""Seconds before the deadline in which no more can be found out."""


@attrs.frozen(kw_only=True)
class Told:
    """What one call has told of an order, and when."""

    model: Model = attrs.field(repr=False)
    order_id: str
    result: Any
    """The order, or the error."""
    at: int
    """The venue's time in ms at the end of the call."""
    left: float = 0.0
    """Seconds to the deadline then."""
    has_faults: bool = True
    """Whether anything went wrong that could keep the call from knowing."""
    has_rivals: bool = True
    """Whether anybody else cancels the order, another call included."""
    has_fills: bool = True
    """Whether the order may be filled while no request is executed."""

    @property
    def versions(self) -> list[ModelOrder]:
        """What the order has been, until then."""
        return [order for order in self.model.book.log(self.order_id) if order.updated <= self.at]

    @property
    def order(self) -> ModelOrder:
        return self.versions[-1]


def told(model: Model, order_id: str, result: Any, **more: Any) -> Told:
    """What was told at this moment."""
    return Told(model=model, order_id=order_id, result=result, at=model.now(), **more)


def falsehoods(call: Told) -> list[str]:
    """All that the call has told and that contradicts the book, or shows a secret."""
    match call.result:
        case dict():
            said = _returned(call, call.result)
        case adapter.OrderGone():
            said = _gone(call, call.result)
        case adapter.CancelUnknown():
            said = _unknown(call)
        case _:
            said = _not_canceled(call)
    return [*said, *leaks([call.model], [*texts_of(call.result)])]


def _returned(call: Told, shown: dict[str, Any]) -> Iterator[str]:
    if shown["id"] not in (call.order_id, None):
        yield f"it shows order {shown['id']}"
    match shown["outcome"], shown["status"]:
        case "canceled", "canceled":
            if call.order.state != "canceled":
                yield f"it says canceled, and the book says {call.order.state}"
            yield from _amounts(call, shown)
        case "accepted", "canceling":
            if not any(order.state in ("canceling", "canceled") for order in call.versions):
                yield "it says accepted, and the exchange never did"
            yield from _amounts(call, shown, at_least=True)
        case said:
            yield f"it says {said}"


def _amounts(call: Told, shown: dict[str, Any], *, at_least: bool = False) -> Iterator[str]:
    """What is shown as filled is, if anything is; at least that much while it may go on."""
    filled, order = shown["filled"], call.order
    if filled is None:
        return
    is_true = Decimal(str(filled)) == order.filled
    if not is_true and not (at_least and Decimal(str(filled)) <= order.filled):
        yield f"it says {filled} filled, and it is {order.filled}"
    remaining = shown["remaining"]
    if remaining is not None and Decimal(str(remaining)) != order.amount - Decimal(str(filled)):
        yield f"it says {remaining} remaining, with {filled} of {order.amount} filled"


def _gone(call: Told, error: adapter.OrderGone) -> Iterator[str]:
    order, state = call.order, error.state
    if order.is_live:
        yield f"it says the order is gone, and the book says {order.state}"
    if state is not None and state != STATES.get(order.state, order.state):
        yield f"it says the order is {state}, and the book says {order.state}"
    if state == "canceled" and not call.has_rivals:
        yield "it says somebody else canceled the order, and this call did"
    if error.order is not None:
        if error.order["status"] not in (state, ENDED):
            yield f"its order is {error.order['status']}, and its state {state}"
        yield from _amounts(call, error.order, at_least=state is None)


def _unknown(call: Told) -> Iterator[str]:
    """Nobody knows, for something went wrong, and the call has asked until its end."""
    if not call.has_faults:
        yield "it says that nobody knows, and nothing went wrong"
    if call.left > SLACK:
        yield f"it says that nobody knows, {call.left:.2f} s before the deadline"


def _not_canceled(call: Told) -> Iterator[str]:
    """Any other error says that the order is as it was, and that this call has done nothing."""
    name, order = type(call.result).__name__, call.order
    if not (order.is_live or call.has_fills or call.has_rivals):
        yield f"it says {name}, and the book says {order.state}"
    call.model.wait_until_idle()  # a request may come late
    took = any(o.state in ("canceling", "canceled") for o in call.model.book.log(call.order_id))
    if took and not call.has_rivals:
        yield f"it says {name}, and this call has canceled the order"


def texts_of(result: Any) -> Iterator[str]:
    """Every text that a user may print of an order or an error, and of what an error came from."""
    yield repr(result)
    seen: set[int] = set()
    errors = [result]
    while errors:
        error = errors.pop()
        if isinstance(error, BaseException) and id(error) not in seen:
            seen.add(id(error))
            yield from (str(error), repr(error), repr(vars(error)))
            yield "".join(traceback.format_exception(error))
            errors += [error.__cause__, error.__context__]


def leaks(models: Iterable[Model], texts: Iterable[str]) -> Iterator[str]:
    """The texts that have in them a key, a password or a signature that a model has received."""
    secrets = {secret for model in models for secret in model.secrets}
    for text, secret in itertools.product(texts, secrets):
        if secret in text:
            yield f"it shows a secret: {text}"
