"""Who waits for a host comes in the order of asking, and not all at once."""

from __future__ import annotations

import copy
import math

from adapter.core.rate_limit import MINUTE_MS, RECHECK_MS, HostLimiter
from adapter.core.wait_queue import LATE_MS, LONGEST_SPREAD_MS, SPACING_MS, Ticket, WaitQueue

LIMIT = 1001
"""Of which 95 % are 950 requests, and 45 % are 450."""


def filled(under_way: int = 450) -> HostLimiter:
    """A budget that lets nobody more go before an answer comes."""
    budget = HostLimiter(LIMIT)
    for _ in range(under_way):
        assert 0.0 == budget.acquire(1, 0.0)
    return budget


def waiting(budget: HostLimiter, count: int, now: float = 0.0) -> list[Ticket]:
    """So many who wait from now on."""
    turns = [Ticket() for _ in range(count)]
    for place, turn in enumerate(turns):
        assert RECHECK_MS + place * SPACING_MS == budget.acquire(1, now, turn)
    return turns


def test_each_comes_a_ms_after_the_one_before() -> None:
    """The processor is not asked for all of them at once."""
    assert 3 == len(waiting(filled(), 3))


def test_thousands_come_within_10_s() -> None:
    """However many they are."""
    turns = WaitQueue()
    pauses = [
        turns.wait(Ticket(), 5.0, turns.ahead(Ticket(), 0.0), 0.0, math.inf) for _ in range(20_000)
    ]

    assert 5.0 + LONGEST_SPREAD_MS == max(pauses)


def test_whoever_asked_first_keeps_the_slot() -> None:
    """Asking again, in whatever order, puts nobody back."""
    budget = filled()
    first, second, third = waiting(budget, 3)

    assert RECHECK_MS + 2 * SPACING_MS == budget.acquire(1, 50.0, third)
    assert RECHECK_MS + SPACING_MS == budget.acquire(1, 50.0, second)
    assert RECHECK_MS == budget.acquire(1, 50.0, first)


def test_nobody_overtakes_those_for_whom_there_is_room() -> None:
    """One slot is free, and it is the first one's; then the second's, and not a newcomer's."""
    budget = filled()
    first, second = waiting(budget, 2)
    budget.release(1)

    assert RECHECK_MS + SPACING_MS == budget.acquire(1, 50.0, second)
    assert 0.0 == budget.acquire(1, 50.0, first)
    budget.release(1)
    assert RECHECK_MS + SPACING_MS == budget.acquire(1, 50.0, Ticket())
    assert 0.0 == budget.acquire(1, 50.0, second)


def test_where_there_is_room_for_all_nobody_waits_for_the_first() -> None:
    """The second one comes earlier, and goes."""
    budget = filled()
    _, second = waiting(budget, 2)
    budget.release(2)

    assert 0.0 == budget.acquire(1, 50.0, second)


def test_who_has_no_patience_has_no_slot() -> None:
    """It is notified when there may be room; those who wait do not wait for it."""
    budget = filled()
    impatient = Ticket()

    assert RECHECK_MS == budget.acquire(1, 0.0, impatient, patience=RECHECK_MS)
    assert RECHECK_MS == budget.acquire(1, 0.0, Ticket())


def test_who_loses_patience_gives_the_slot_up() -> None:
    """The second one is the first then."""
    budget = filled()
    first, second = waiting(budget, 2)

    assert RECHECK_MS == budget.acquire(1, 100.0, first, patience=1.0)
    assert RECHECK_MS == budget.acquire(1, 100.0, second)


def test_those_who_left_are_not_counted() -> None:
    """Only two are ahead of a newcomer, whatever came between them."""
    budget = filled()
    _, *between, _ = waiting(budget, 100)
    for turn in between:
        budget.queue.leave(turn)

    assert RECHECK_MS + 2 * SPACING_MS == budget.acquire(1, 50.0, Ticket())


def test_who_does_not_come_again_is_not_waited_for() -> None:
    """A call that its caller gave up shows nothing; after a second its slot is gone."""
    budget = filled()
    _, second = waiting(budget, 2)
    budget.release(1)

    assert RECHECK_MS + SPACING_MS == budget.acquire(1, RECHECK_MS + LATE_MS, second)
    assert 0.0 == budget.acquire(1, RECHECK_MS + LATE_MS + 1, second)


def test_who_comes_late_goes_first_all_the_same() -> None:
    """A loop that was blocked for long costs nobody the order."""
    budget = filled()
    first, _ = waiting(budget, 2)
    late = RECHECK_MS + LATE_MS + 500

    assert RECHECK_MS == budget.acquire(1, late, first)
    assert RECHECK_MS + SPACING_MS == budget.acquire(1, late, Ticket())


def test_those_who_wait_for_the_next_minute_come_in_order_too() -> None:
    """All of them know when it comes; they do not come in that ms."""
    budget = HostLimiter(LIMIT)
    assert 0.0 == budget.acquire(1, 20_000)
    budget.record(1, LIMIT, 1_700_000_060_000, 20_000, 20_000)
    first, *others = [budget.acquire(1, 20_000, Ticket()) for _ in range(3)]

    assert MINUTE_MS / 2 < first
    assert [first + SPACING_MS, first + 2 * SPACING_MS] == others


def test_those_who_wait_here_do_not_wait_in_a_copy() -> None:
    """Its calls are others."""
    budget = filled()
    waiting(budget, 2)
    twin = copy.deepcopy(budget)

    assert 0.0 == twin.acquire(1, 0.0, Ticket())
