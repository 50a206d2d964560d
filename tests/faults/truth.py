"""What must be true of the book: the oracle of every schedule, one rule after the other.

A rule yields in words what is false of an ended call; of a true one it yields nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from adapter.call import Reply
from adapter.errors import CancelUnknown, OrderGone

from .ended import Ended
from .schedules import JUMPS

STATES = {
    "CANCELED": "canceled",
    "FILLED": "closed",
    "EXPIRED": "expired",
    "REJECTED": "rejected",
}
OPEN = ("NEW", "PARTIALLY_FILLED", "ACCEPTED")
LIMITED = (-1003, -1008)
UNKNOWN_ORDER = (-2011, -2013, -6028)
LAST_PAUSE = 0.1
"""Seconds: with less than that left, the deadline has as good as passed."""
MOST_REQUESTS = 24
YOUNG = 5.0
"""Seconds below which nobody can say whether a client id already means a new order."""
EPSILON = 1e-6


def falsehoods(ended: Ended) -> list[str]:
    """Everything that the call said and that is not true of the book."""
    if _addressed_anew(ended):
        return []
    return [*_manners(ended), *_of_the_order(ended), *_said(ended)]


def _addressed_anew(ended: Ended) -> bool:
    """Whether a cancel that was not executed was sent again, and may have met a newer order.

    A client id names whoever has it when the cancel is executed, at the first send as at the next:
    only after an answer that leaves a doubt does the call look before it sends again.
    """
    return ended.reborn is not None and "DD" in ended.path


def in_time(ended: Ended) -> Iterator[str]:
    """The last word is said by the deadline: a rule for clocks that are the model's."""
    late = ended.seconds - ended.schedule.deadline
    if late > EPSILON:
        yield f"it ended {late} s past the deadline"


def _said(ended: Ended) -> Iterator[str]:
    match ended.error:
        case None:
            yield from _returned(ended, ended.order or {})
        case OrderGone():
            yield from _gone(ended, ended.error)
        case CancelUnknown():
            yield from _unknown(ended)
        case _:
            yield from _refused(ended)


def _manners(ended: Ended) -> Iterator[str]:
    """Never more lost sends than ``attempts``; the new order under the client id is left alone."""
    if len(ended.lost) > ended.schedule.attempts:
        yield f"{len(ended.lost)} lost sends with attempts={ended.schedule.attempts}"
    if len(ended.asked) > MOST_REQUESTS:
        yield f"{len(ended.asked)} requests"
    if ended.reborn is not None and not _untouched(ended):
        yield "it cancelled a new order under the same client id"


def _untouched(ended: Ended) -> bool:
    """Whether the new order is open, or some fault had it end."""
    others = any("_before" in name or "_200" in name for name in ended.schedule.names)
    return ended.reborn is not None and (ended.reborn.is_open or (others and not _shows_new(ended)))


def _shows_new(ended: Ended) -> bool:
    return any(a.shows(ended.reborn) for a in ended.sends if ended.reborn is not None)


def _of_the_order(ended: Ended) -> Iterator[str]:
    """An order that is shown is the one that was meant, with no more fill than it has.

    A client id means the newest order that bears it.
    """
    order = ended.order or getattr(ended.error, "order", None)
    if order is None:
        return
    meant = ended.shown
    if order["id"] != str(meant.order_id):
        yield f"it shows order {order['id']}, and {meant.order_id} was meant"
    if order["clientOrderId"] != meant.client_order_id:
        yield f"it shows client id {order['clientOrderId']}"
    if Decimal(str(order["filled"])) > meant.executed:
        yield f"it shows a fill of {order['filled']}, and {meant.executed} has traded"


def _returned(ended: Ended, order: dict[str, Any]) -> Iterator[str]:
    said = order["status"], order["outcome"]
    if said == ("canceled", "canceled"):
        if ended.shown.status != "CANCELED":
            yield f"it says canceled, and the book says {ended.shown.status}"
        yield from _fill(ended, order)
    elif said == ("canceling", "accepted"):
        yield from _accepted(ended)
    else:
        yield f"it says {said}"


def _accepted(ended: Ended) -> Iterator[str]:
    """Accepted is what the exchange said last, and no query has shown the order's end."""
    if ended.sends[-1].shows(ended.present) not in OPEN:
        yield "it says accepted, and the exchange never did"
    if _last_seen(ended) in STATES:
        yield "it says accepted, and a query had shown the order's end"


def _fill(ended: Ended, order: dict[str, Any]) -> Iterator[str]:
    if Decimal(str(order["filled"])) != ended.shown.executed:
        yield f"it says {order['filled']} filled, and it is {ended.shown.executed}"


def _gone(ended: Ended, error: OrderGone) -> Iterator[str]:
    if error.state is None:
        if ended.present.is_open and not _misled(ended):
            yield "it says the order is gone, and the book has it open"
        return
    if error.state != STATES.get(ended.shown.status):
        yield f"it says the order is {error.state}, and the book says {ended.shown.status}"
    if error.state == "canceled" and ended.took and ended.shown is ended.present:
        yield "it says somebody canceled the order, and this call did"
    yield from _fill(ended, error.order or {"filled": -1})


def _misled(ended: Ended) -> bool:
    """Whether the exchange itself said so to the cancel, and no query after it said otherwise."""
    said = any(send.code in UNKNOWN_ORDER for send in ended.sends)
    return said and not any(look.shows(ended.present) in OPEN for look in ended.looks)


def _unknown(ended: Ended) -> Iterator[str]:
    """Nobody knows: it comes at the deadline, or where nothing more can be learned until then."""
    seen = _last_seen(ended)
    if _may_be_new(ended):
        return
    if seen in STATES:
        yield f"it says that nobody knows, and the last look showed {seen}"
    elif not (_out_of_time(ended) or _is_limited(ended)):
        yield f"it says that nobody knows after {ended.seconds} s"


def _last_seen(ended: Ended) -> str | None:
    shown = [asked.shows(ended.present) for asked in ended.looks]
    return next((status for status in reversed(shown) if status), None)


def _may_be_new(ended: Ended) -> bool:
    """Whether a client id may mean a new order, as far as the clocks of both sides tell."""
    schedule = ended.schedule
    jumps = any(name.startswith(JUMPS) for name in schedule.names)
    is_new = ended.reborn is not None or schedule.age < YOUNG or jumps
    return schedule.identity == "client id" and is_new


def _is_limited(ended: Ended) -> bool:
    """Whether the host takes nothing more for a while."""
    by_status = any(isinstance(a.back, Reply) and a.back.status in (418, 429) for a in ended.asked)
    return by_status or any(asked.code in LIMITED for asked in ended.asked)


def _out_of_time(ended: Ended) -> bool:
    is_over = ended.schedule.deadline - ended.seconds <= LAST_PAUSE
    return is_over or len(ended.asked) >= MOST_REQUESTS


def _refused(ended: Ended) -> Iterator[str]:
    """Any other error says that the order is as it was: no cancel may have been executed."""
    if ended.took:
        yield f"it says {type(ended.error).__name__}, and this call has canceled the order"
    if ended.lost:
        yield f"it says {type(ended.error).__name__} after a cancel whose answer was lost"
