"""Thousands of schedules without sockets: every report must agree with the book."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given

from .ended import Ended
from .model import played
from .schedules import Move, Schedule, schedules
from .tally import count
from .truth import falsehoods, in_time


def replay(product: str, identity: str, moves: Iterable[Move], **how: Any) -> Ended:
    """Play one schedule and check it."""
    return _checked(Schedule(product, identity, tuple(moves), **how))


FOUND: tuple[tuple[Schedule, str], ...] = (
    (
        Schedule("usdm", "id", ("unknown_2011", *["drop_before"] * 3)),
        "-2011, and no query has an answer: gone by the exchange's word, in no state that we know",
    ),
    (
        Schedule("usdm", "client id", ("drop_after",), skew=-3_600_000),
        "an order of a minute ago is not a new one, though the caller's clock was an hour slow",
    ),
    (
        Schedule("usdm", "client id", ("drop_after",), reused=1),
        "the new order under the client id is not shown as the one that was meant",
    ),
    (
        Schedule("usdm", "client id", ("drop_after",), skew=900, reused=1),
        "a clock that is ahead by less than Binance minds has no new order cancelled",
    ),
    (
        Schedule("usdm", "client id", skew=3_600_000, reused=1),
        "a cancel that was refused for its clock is not sent to a new order under the client id",
    ),
    (
        Schedule("usdm", "client id", ("http_503_unavailable",), reused=1),
        "a cancel that was not executed is not sent to a new order under the client id",
    ),
    (
        Schedule("usdm", "client id", ("not_sent",), reused=1),
        "a cancel that was not sent is not sent to a new order under the client id",
    ),
    (
        Schedule("pm_um", "client id", ("limited_429",), reused=1),
        "a cancel that was held back is not sent to a new order under the client id",
    ),
    (
        Schedule("usdm", "id", ("drop_before",), changes=(("closed", {"at": 0.02}),)),
        "a session that is closed after a lost answer leaves the cancel unknown",
    ),
    (
        Schedule("usdm", "id", ("http_503_unavailable",), changes=(("closed", {"at": 0.02}),)),
        "a cancel that was refused leaves no doubt when the session is closed after it",
    ),
    (
        Schedule(
            "usdm",
            "id",
            ("drop_before",),
            changes=(("closed", {"request": 1}), ("mended", {"at": 0.4})),
        ),
        "a session that is closed ends the call, and it does not wait for another one",
    ),
    (
        Schedule(
            "usdm",
            "id",
            skew=1000,
            changes=(("no_thread", {"request": 1}), ("mended", {"at": 0.02})),
        ),
        "a clock that could not be set does not count as set",
    ),
    (
        Schedule(
            "usdm",
            "id",
            (
                ("drop_before", {"for_seconds": 0.3}),
                ("stall", {"seconds": 1.0015}),
                *["drop_before"] * 2,
                ("drop_after", {"for_seconds": 0.3}),
            ),
            age=4 * 86_400.0,
        ),
        "an order that was seen open, then canceled and forgotten, is gone",
    ),
    (
        Schedule("usdm", "id", (("query_lag", {"lag": 20.0}), "fill_before"), skew=1000),
        "queries that lag until the deadline and -2011 leave the call unknown only at its end",
    ),
    (
        Schedule("pm_um_algo", "id", ("drop_before",), confirm=False),
        "an acknowledgement of an order that a query has shown is returned with what was seen",
    ),
    (
        Schedule("pm_cm_conditional", "id", (("query_lag", {"lag": 20.0}), "drop_before"), age=0.0),
        "where a look is two requests, the looks last until the deadline all the same",
    ),
)
"""Schedules that once gave something false or doubtful, and what is true of them."""


LATE: Move = ("delay_before", {"seconds": 1.251})
"""It is executed between the last look that follows its time-out and the next cancel."""


@pytest.mark.parametrize(
    "last", ["none", "page_403", "http_503_unavailable", "refused_2011_api", "not_sent"]
)
def test_executed_after_the_look(last: str) -> None:
    """The next cancel is refused, or finds nothing, and still the first is known to have taken."""
    ended = replay("usdm", "id", [LATE, (last, {"on": "DELETE"})], timeout=1.0, attempts=2)

    assert ended.order is not None
    assert "DqqqqDq" == ended.path


@pytest.mark.parametrize(("schedule", "fact"), FOUND, ids=[repr(s) for s, _ in FOUND])
def test_it_is_not_reported_again(schedule: Schedule, fact: str) -> None:
    """What hypothesis found once stays found."""
    _checked(schedule, fact)


@given(schedules())
def test_what_is_reported_is_true_of_the_book(schedule: Schedule) -> None:
    """Faults, bursts, lags and changes, by either id: no report is false."""
    count("one order", _checked(schedule))


@given(schedules(reused=True))
def test_a_client_id_that_is_used_again(schedule: Schedule) -> None:
    """No cancel is sent again to a newer order under the same client id."""
    count("a client id used again", _checked(schedule))


def _checked(schedule: Schedule, fact: str = "") -> Ended:
    ended = played(schedule)
    false = [*falsehoods(ended), *in_time(ended)]
    if false:
        pytest.fail("\n".join([fact, *false, str(ended)]), pytrace=False)
    return ended
