"""While a host answers nothing, a few queries try for all calls."""

from __future__ import annotations

import math

from adapter.core.outage import LAST_MS, LONGEST_GAP_MS, MOST_FAILURES, Outage


def out(failures: int = MOST_FAILURES + 1) -> Outage:
    """One in which a query has tried at 0 ms."""
    outage = Outage()
    for _ in range(failures):
        outage.add(is_usable=False)
    outage.pause(0.0, math.inf)
    return outage


def test_the_requests_of_one_call_hold_nothing_back() -> None:
    outage = out(MOST_FAILURES)

    assert [0.0] * 3 == [outage.pause(0.0, math.inf) for _ in range(3)]


def test_one_tries_and_the_others_wait_longer_each_time() -> None:
    """However soon a try fails; failures of requests that were under way do not put it off."""
    outage, now, waited = out(), 0.0, []
    for _ in range(6):
        pause = outage.pause(now, math.inf)
        waited.append(pause)
        outage.add(is_usable=False)
        now += pause
        assert 0.0 == outage.pause(now, math.inf)

    assert [50, 100, 200, 400, LONGEST_GAP_MS, LONGEST_GAP_MS] == waited


def test_a_query_whose_wait_would_leave_too_little_tries() -> None:
    """What it finds open is to be cancelled, and answered, by the end of the call."""
    outage = out()

    assert 50.0 == outage.pause(0.0, LAST_MS + 51.0)
    assert 0.0 == outage.pause(0.0, LAST_MS + 50.0)


def test_one_usable_answer_ends_it() -> None:
    outage = out()
    outage.add(is_usable=True)

    assert 0.0 == outage.pause(1.0, math.inf)
    assert Outage(next_at=outage.next_at) == outage
