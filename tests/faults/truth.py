"""What must be true by the book: the oracle of every schedule, one rule after the other.

A rule yields as text what an ended call reported falsely; of a true one it yields nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import ccxt

from adapter.errors import CancelUnknown, OrderGone

from .changes import CLOCK, CLOSED, MENDED, NO_NONCE
from .ended import Asked, Ended
from .schedules import JUMPS

STATES = {
    "CANCELED": "canceled",
    "FILLED": "closed",
    "EXPIRED": "expired",
    "REJECTED": "rejected",
    "TRIGGERED": "triggered",
}
OPEN = ("NEW", "PARTIALLY_FILLED", "ACCEPTED")
BUSY = (-1008, -1016)
MAX_REQUESTS = 24
LAST_REQUESTS = 3
"""A look, which may be two requests, and a send that may come beyond that."""
TOO_LITTLE = 0.05
"""Seconds before the deadline in which no further request is worth a pause."""
ENOUGH_TO_SEND = 0.5
"""Seconds before the deadline in which a cancel would leave a doubt where there is none."""
EPSILON = 1e-6
DIGIT = Decimal("1e-8")
"""The last digit that the exchange shows."""


def falsehoods(ended: Ended) -> list[str]:
    """Everything that the call reported and that contradicts the book."""
    return [*_manners(ended), *_of_the_order(ended), *_said(ended)]


def in_time(ended: Ended) -> Iterator[str]:
    """The call ends by the deadline: a rule for clocks of the model."""
    if ended.left < -EPSILON:
        yield f"it ended {-ended.left} s past the deadline"


def _said(ended: Ended) -> Iterator[str]:
    match ended.error:
        case None:
            yield from _returned(ended, ended.order or {})
        case OrderGone():
            yield from _gone(ended, ended.error)
        case CancelUnknown():
            yield from _unknown(ended)
        case _:
            yield from _not_canceled(ended, ended.error)


def _manners(ended: Ended) -> Iterator[str]:
    """At most ``attempts`` doubtful sends and 24 requests; a newer order is left alone."""
    doubtful = sum(asked.is_doubtful for asked in ended.sends)
    if doubtful > ended.schedule.attempts:
        yield f"{doubtful} doubtful sends with attempts={ended.schedule.attempts}"
    if len(ended.asked) > MAX_REQUESTS + LAST_REQUESTS:
        yield f"{len(ended.asked)} requests"
    if ended.reborn is not None and _met_again(ended, ended.reborn.order_id):
        yield "it sent a cancel again, to a newer order under the same client id"


def _met_again(ended: Ended, newer: int) -> bool:
    """Whether a cancel that was sent again went to the newer order.

    One may if no cancel before it was in doubt, and the look before it had found nothing.
    """
    doubt = False
    for before, asked in itertools.pairwise(ended.asked):
        doubt = doubt or (
            before.method == "DELETE" and (before.is_doubtful or before.is_unknown_order)
        )
        is_met = asked.method == "DELETE" and asked.aimed == newer
        if is_met and (doubt or not before.is_unknown_order):
            return True
    return False


def _of_the_order(ended: Ended) -> Iterator[str]:
    """A returned order has the given id, and no more fill than in the book."""
    order, subject = ended.shown, ended.subject
    if order is None:
        return
    if order["status"] == "canceling" and ended.sends[-1].is_acknowledged and not ended.seen:
        yield from _acknowledged(ended, order)
        return
    if order["id"] != str(subject.order_id):
        yield f"it shows order {order['id']}, and {subject.order_id} was meant"
    if subject is ended.reborn and ended.schedule.identity == "id":
        yield "it shows another order than that of the id"
    if order["clientOrderId"] != subject.client_order_id:
        yield f"it shows client id {order['clientOrderId']}"
    if Decimal(str(order["filled"] or 0)) > subject.executed + DIGIT:
        yield f"it shows a fill of {order['filled']}, and {subject.executed} has traded"


def _acknowledged(ended: Ended, order: dict[str, Any]) -> Iterator[str]:
    """Of an order that no answer has shown, no more is known than the caller or the answer said."""
    ids = (str(ended.subject.order_id), None), (ended.subject.client_order_id, None)
    if order["id"] not in ids[0] or order["clientOrderId"] not in ids[1]:
        yield f"it shows order {order['id']} with client id {order['clientOrderId']}"


def _returned(ended: Ended, order: dict[str, Any]) -> Iterator[str]:
    said = order["status"], order["outcome"]
    if said == ("canceled", "canceled"):
        if ended.subject.status != "CANCELED":
            yield f"it says canceled, and the book says {ended.subject.status}"
        yield from _fill(ended, order)
    elif said == ("canceling", "accepted"):
        yield from _accepted(ended)
    else:
        yield f"it says {said}"


def _accepted(ended: Ended) -> Iterator[str]:
    """Accepted was the last answer of the exchange, and no query has shown the order's end."""
    last = ended.sends[-1]
    if last.shows(ended.subject) not in OPEN and not last.is_acknowledged:
        yield "it says accepted, and the exchange never did"
    if _last_seen(ended) in STATES:
        yield "it says accepted, and a query had shown the order's end"


def _fill(ended: Ended, order: dict[str, Any]) -> Iterator[str]:
    if abs(Decimal(str(order["filled"] or 0)) - ended.subject.executed) > DIGIT:
        yield f"it says {order['filled']} filled, and it is {ended.subject.executed}"


def _gone(ended: Ended, error: OrderGone) -> Iterator[str]:
    subject = ended.subject
    if error.state is None:
        if subject.is_open and not _misled(ended):
            yield "it says the order is gone, and the book has it open"
        return
    if error.state != STATES.get(subject.status):
        yield f"it says the order is {error.state}, and the book says {subject.status}"
    if error.state == "canceled" and subject.order_id in ended.took:
        yield "it says somebody canceled the order, and this call did"
    yield from _fill(ended, error.order or {"filled": -1})


def _misled(ended: Ended) -> bool:
    """Whether the exchange answered that to a cancel, and no later query contradicts it."""
    asked = ended.asked
    said = [i for i, a in enumerate(asked) if a.method == "DELETE" and a.is_unknown_order]
    return bool(said) and not any(a.shows(ended.subject) in OPEN for a in asked[said[-1] + 1 :])


def _unknown(ended: Ended) -> Iterator[str]:
    """Nobody knows, and the call has asked until it made no sense to ask again.

    That is at the deadline, where the host takes nothing until then, where the caller's own code
    lets no further request be made, or where the client id surely means a newer order.
    """
    is_hindered = _is_hindered(ended)
    is_in_doubt = any(_may_have_taken(ended, asked) for asked in ended.sends)
    if not (is_in_doubt or _is_newer(ended)):
        yield "it says that nobody knows, and no cancel was left in doubt"
    if (seen := _last_seen(ended)) in STATES:
        yield f"it says that nobody knows, and the last look showed {seen}"
    is_over = ended.left <= _last_pause(ended) + EPSILON or _is_held(ended)
    if not (is_over or is_hindered or _is_newer(ended)):
        yield f"it says that nobody knows, {ended.left:.3f} s before the deadline"


def _may_have_taken(ended: Ended, send: Asked) -> bool:
    is_accepted = send.shows(ended.subject) in OPEN or send.is_acknowledged
    return send.is_doubtful or send.is_unknown_order or is_accepted


def _last_pause(ended: Ended) -> float:
    """Seconds before the deadline that may be left.

    Requests that the caller's own world kept from leaving count among those that a call may make,
    and are not to be seen here. A look may need two of them.
    """
    is_used_up = len(ended.asked) >= MAX_REQUESTS - 1 or bool(ended.schedule.changes)
    return ENOUGH_TO_SEND if is_used_up else TOO_LITTLE


def _is_held(ended: Ended) -> bool:
    """Whether by the last answer the host takes nothing until after the deadline."""
    return bool(ended.asked) and ended.asked[-1].held_for >= ended.left - EPSILON


def _is_hindered(ended: Ended) -> bool:
    """Whether the caller's own world let no more requests be made, or ended the call once.

    What cannot be signed and an exchange object that was closed end it, whatever is mended then.
    """
    names = {name for name, _ in ended.schedule.changes}
    is_ended = not names.isdisjoint((NO_NONCE, CLOSED))
    return is_ended or (MENDED not in names and bool(names - {CLOCK}))


def _is_newer(ended: Ended) -> bool:
    """Whether the last query showed an order that was made since the call began.

    The times of orders do not follow a host's clock that jumps: they show nothing then.
    """
    jumps = any(name.startswith(JUMPS) for name in ended.schedule.names)
    is_reborn = ended.reborn is not None and ended.subject is ended.reborn
    return ended.schedule.identity == "client id" and (is_reborn or jumps)


def _last_seen(ended: Ended) -> str | None:
    shown = [asked.shows(ended.subject) for asked in ended.looks]
    return next((status for status in reversed(shown) if status), None)


def _not_canceled(ended: Ended, error: Exception) -> Iterator[str]:
    """Any other error reports that the order is as it was, and comes once nothing else helps."""
    name = type(error).__name__
    if ended.took:
        yield f"it says {name}, and this call has canceled the order"
    if any(asked.is_doubtful for asked in ended.sends):
        yield f"it says {name}, and a cancel may have been executed"
    gives_up = type(error) in (ccxt.ExchangeNotAvailable, ccxt.NetworkError)
    if gives_up and _is_passing(ended.sends[-1]) and ended.left > ENOUGH_TO_SEND + EPSILON:
        yield f"it says {name}, {ended.left:.3f} s before the deadline"


def _is_passing(asked: Asked) -> bool:
    """Whether the exchange was too busy to execute a cancel, or the cancel never left."""
    return asked.status in (None, 503) or asked.code in BUSY
