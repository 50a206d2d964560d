"""While a host answers nothing, a few queries try for all calls."""

from __future__ import annotations

import math

from adapter.core.outage import LONGEST_GAP_MS, MOST_FAILURES, Outage


def out(failures: int = MOST_FAILURES + 1) -> Outage:
    """One that has begun at 0 ms."""
    outage = Outage()
    for _ in range(failures):
        outage.add(0.0, is_usable=False)
    return outage


def test_the_requests_of_one_call_hold_nothing_back() -> None:
    outage = out(MOST_FAILURES)

    assert [0.0] * 3 == [outage.pause(0.0, math.inf) for _ in range(3)]


def test_one_tries_and_the_others_wait_longer_each_time() -> None:
    """Failures that come late, of requests which were under way, do not put it off."""
    outage, now, waited = out(), 0.0, []
    for _ in range(9):
        pause = outage.pause(now, math.inf)
        waited.append(pause)
        now += pause
        assert 0.0 == outage.pause(now, math.inf)
        assert outage.pause(now, math.inf) > 0
        for late in (-1.0, 0.0):
            outage.add(outage.next_at + late, is_usable=False)
        now = outage.next_at - outage.gap / 2

    assert sorted(waited) == waited
    assert LONGEST_GAP_MS == outage.gap


def test_a_query_that_cannot_wait_tries() -> None:
    """It is the last one of its call."""
    outage = out()

    assert outage.pause(0.0, 51.0) > 0
    assert 0.0 == outage.pause(0.0, 49.0)


def test_one_usable_answer_ends_it() -> None:
    outage = out()
    outage.add(1.0, is_usable=True)

    assert 0.0 == outage.pause(1.0, math.inf)
    assert Outage(next_at=outage.next_at) == outage
