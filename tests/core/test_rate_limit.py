"""Which requests go at once, which wait and for how long, by the headers of the host."""

from __future__ import annotations

import copy
import math
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapter.core.rate_limit import MINUTE_MS, MINUTE_SLACK_MS, RECHECK_MS, HostLimiter

HOST = 1_700_000_040_000
"""The host's clock when ours is at 0: a minute begins."""
WIDE = 1001
"""A limit of which 95 % are 950 requests, 45 % are 450, and 1 % are 10."""


def answered(budget: HostLimiter, used: int, began: float, now: float) -> None:
    """One request goes, is answered, and the host reports its whole second."""
    assert 0.0 == budget.acquire(1, began)
    budget.record(1, used, int(HOST + now) // 1000 * 1000, began, now)


def taken(budget: HostLimiter, now: float, others: float | None = None) -> tuple[int, float]:
    """How many go at once, and for how long the next one is to wait."""
    count = 0
    while not (pause := budget.acquire(1, now, others=lambda: others)):
        count += 1
    return count, pause


def test_before_the_host_has_reported_less_than_half_goes_at_once() -> None:
    """ccxt's own calls may have used the other half of the minute; an answer will show it."""
    assert (450, RECHECK_MS) == taken(HostLimiter(WIDE), 0.0)


def test_all_but_5_percent_goes_once_it_has_reported() -> None:
    """As many as fill the limit up to 95 %, and the next one waits for answers."""
    budget = HostLimiter(WIDE)
    answered(budget, 50, 2000, 2000)

    assert (900, RECHECK_MS) == taken(budget, 2000)


def test_what_is_used_counts_until_the_hosts_next_minute() -> None:
    """Not before it has come to the host; later by what its cut-off second hides, at most."""
    budget = HostLimiter(WIDE)
    answered(budget, WIDE, 20_700, 20_705)
    pause = budget.acquire(1, 20_705)

    assert MINUTE_MS <= 20_705 + pause <= MINUTE_MS + 1000 + MINUTE_SLACK_MS + 1
    assert 940 < taken(budget, 20_705 + pause)[0] <= 950


@pytest.mark.parametrize("used", [950, 990, WIDE - 1])
def test_one_passes_while_anything_is_left(used: int) -> None:
    """Others have used more than 95 %, and a host refuses nothing before its limit."""
    budget = HostLimiter(WIDE)
    answered(budget, used, 2000, 2000)

    assert 0.0 == budget.acquire(1, 2001)


def test_nothing_passes_where_nothing_is_left() -> None:
    """The next minute is waited for."""
    budget = HostLimiter(WIDE)
    answered(budget, WIDE - 1, 2000, 2000)

    assert MINUTE_MS / 2 < budget.acquire(2, 2001)
    answered(budget, WIDE, 2001, 2001)
    assert MINUTE_MS / 2 < budget.acquire(1, 2002)


def test_what_is_in_progress_is_no_longer_left() -> None:
    """Of three that are left, three go at once; the next one waits for an answer."""
    budget = HostLimiter(WIDE)
    answered(budget, WIDE - 3, 2000, 2000)

    assert (3, RECHECK_MS) == taken(budget, 2001)


def test_a_flood_stops_at_1_percent_where_others_have_used_95() -> None:
    """At once, or one after the other: 10 in a minute pass, and 4 % are left to everything else."""
    at_once, in_turn = HostLimiter(1000), HostLimiter(1000)
    answered(at_once, 950, 2000, 2000)
    count, pause = taken(at_once, 2001)
    for used in range(950, 960):
        answered(in_turn, used, 2000 + used, 2000 + used)

    assert 9 == count
    assert MINUTE_MS / 2 < min(pause, in_turn.acquire(1, 3000))


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_flood_leaves_5_percent_whatever_becomes_of_it(is_lost: bool) -> None:
    """95 % pass, and no more: neither where they are answered nor where they are lost."""
    budget = HostLimiter(WIDE)
    for used in range(1, 951):
        assert 0.0 == budget.acquire(1, 2000)
        reported, time = (None, None) if is_lost else (used, HOST + 2000)
        budget.record(1, reported, time, 2000, 2000)

    assert MINUTE_MS / 2 < budget.acquire(1, 2000)


def test_what_has_not_left_is_no_part_of_a_flood() -> None:
    """As if it had never been offered: one passes beyond 95 % all the same."""
    budget = HostLimiter(WIDE)
    answered(budget, 950, 2000, 2000)
    for _ in range(20):
        assert 0.0 == budget.acquire(1, 2001)
        budget.release(1)

    assert 0.0 == budget.acquire(1, 2001)


def test_a_flood_is_over_with_the_hosts_minute() -> None:
    """Then one passes again while anything is left."""
    budget = HostLimiter(WIDE)
    answered(budget, 50, 2000, 2000)
    for used in range(51, 951):
        answered(budget, used, 2000, 2000)
    assert MINUTE_MS / 2 < budget.acquire(1, 2000)
    answered(budget, 990, MINUTE_MS + 2000, MINUTE_MS + 2000)

    assert 0.0 == budget.acquire(1, MINUTE_MS + 2001)


@pytest.mark.parametrize("is_lost", [True, False])
def test_what_is_in_progress_or_lost_belongs_to_the_next_minute_too(is_lost: bool) -> None:
    """The host may count it there: with ten of them, one more is a flood."""
    budget = HostLimiter(WIDE)
    for _ in range(10):
        assert 0.0 == budget.acquire(1, 2000)
        if is_lost:
            budget.record(1, None, None, 2000, 2000)
    answered(budget, 970, MINUTE_MS + 900, MINUTE_MS + 1000)

    assert budget.acquire(1, MINUTE_MS + 1000) > 0


def test_what_others_of_ours_may_have_used_is_not_used_again() -> None:
    """The older the host's report, the fewer go at once: ccxt's own calls do not ask here."""
    budget = HostLimiter(WIDE)
    answered(budget, 50, 2000, 2000)

    assert (650, RECHECK_MS) == taken(budget, 32_000)


def test_a_few_always_go_by_what_was_reported() -> None:
    """5 % may be in progress, however old the host's report is: some request must ask."""
    budget = HostLimiter(WIDE)
    answered(budget, 850, 2000, 2000)

    assert (51, RECHECK_MS) == taken(budget, 59_000)


@pytest.mark.parametrize("said", [(None, None), (None, HOST), (5, None)])
def test_what_the_host_does_not_tell_counts_for_a_minute(
    said: tuple[int | None, int | None],
) -> None:
    """It is not forgotten before, and delays nothing for longer."""
    budget = HostLimiter(WIDE)
    for _ in range(950):
        assert 0.0 == budget.acquire(1, 5.0)
        budget.record(1, *said, 5.0, 7.0)
    pause = budget.acquire(1, 9.0)

    assert MINUTE_MS - 2 <= pause <= MINUTE_MS
    assert (450, RECHECK_MS) == taken(budget, 9.0 + pause)


def test_a_later_answer_has_what_was_lost_before() -> None:
    """Lost requests are included in the host's report on a later request."""
    budget = HostLimiter(WIDE)
    for _ in range(40):
        assert 0.0 == budget.acquire(1, 2000)
        budget.record(1, None, None, 2000, 2100)
    answered(budget, 41, 2101, 2102)

    assert 950 - 41 == taken(budget, 2102)[0]


def test_an_answer_that_went_before_a_loss_may_not_have_it() -> None:
    """The host may have counted the lost one after it: both count."""
    budget = HostLimiter(WIDE)
    for _ in range(41):
        assert 0.0 == budget.acquire(1, 2000)
    for _ in range(40):
        budget.record(1, None, None, 2000, 2100)
    budget.record(1, 1, HOST + 2000, 2000, 2101)

    assert 950 - 41 == taken(budget, 2101)[0]


def test_an_answer_on_the_edge_of_a_minute_tells_of_neither() -> None:
    """It went before the minute had surely begun: its report may be of the one before."""
    budget = HostLimiter(WIDE)
    answered(budget, 50, MINUTE_MS - 300, MINUTE_MS - 200)
    answered(budget, 51, MINUTE_MS - 1, MINUTE_MS + 5)

    assert 950 - 1 == taken(budget, MINUTE_MS + 5)[0]


def test_what_was_answered_on_the_edge_of_a_minute_is_over_with_it() -> None:
    """It was counted in that minute or in the one before, and in no later one."""
    budget = HostLimiter(WIDE)
    answered(budget, 50, MINUTE_MS - 300, MINUTE_MS - 200)
    assert 0.0 == budget.acquire(100, MINUTE_MS - 1)
    budget.record(100, 900, HOST + MINUTE_MS + 1000, MINUTE_MS - 1, MINUTE_MS + 20_000)

    assert 940 < taken(budget, 2 * MINUTE_MS + 1000)[0]


def test_of_answers_out_of_order_the_greatest_holds() -> None:
    """The host counts upwards in a minute: a smaller number is an older one."""
    budget = HostLimiter(WIDE)
    assert 0.0 == budget.acquire(1, 2000)
    answered(budget, 50, 2000, 2001)
    budget.record(1, 49, HOST + 2000, 2000, 2002)

    assert 900 == taken(budget, 2002)[0]


def test_an_answer_that_is_a_minute_late_tells_nothing_of_this_one() -> None:
    """It neither puts the minute back nor fills it."""
    budget = HostLimiter(WIDE)
    assert 0.0 == budget.acquire(1, 2000)
    answered(budget, 4, MINUTE_MS + 2000, MINUTE_MS + 2000)
    budget.record(1, 950, HOST + 2000, 2000, MINUTE_MS + 2010)

    assert 950 - 4 == taken(budget, MINUTE_MS + 2010)[0]


@pytest.mark.parametrize("jump", [-3_600_000, -5_000, 5_000, 3_600_000])
def test_a_clock_that_jumps_is_learned_from_the_next_answer(jump: int) -> None:
    """An answer is written after its request went and before it came: that is enough to know."""
    budget = HostLimiter(WIDE)
    answered(budget, 2, 30_000, 30_000)
    assert 0.0 == budget.acquire(1, 31_000)
    budget.record(1, WIDE, HOST + 31_000 + jump, 31_000, 31_000)
    left = MINUTE_MS - (31_000 + jump) % MINUTE_MS

    assert left <= budget.acquire(1, 31_000) <= left + 1000 + MINUTE_SLACK_MS + 1


def test_what_has_not_left_is_given_back() -> None:
    """It counts no more."""
    budget = HostLimiter(WIDE)
    assert 450 == taken(budget, 0.0)[0]
    budget.release(3)

    assert (3, RECHECK_MS) == taken(budget, 0.0)


def test_without_a_limit_nothing_is_held() -> None:
    """Nobody shows what the host takes."""
    budget = HostLimiter(math.inf)
    answered(budget, 10**9, 0.0, 0.0)

    assert {0.0} == {budget.acquire(10, 1.0) for _ in range(5000)}


@pytest.mark.parametrize(("limit", "kept"), [(math.inf, 0.0), (2400, 120.0)])
def test_5_percent_is_kept_free_for_others(limit: float, kept: float) -> None:
    """Of a limit that is not known nobody knows them."""
    assert kept == HostLimiter(limit).reserve


def test_the_minute_is_the_hosts() -> None:
    """When it is over, what the cancels weighed counts no more; until then it is not known."""
    budget = HostLimiter(2400)
    assert MINUTE_MS == budget.minute_left(0.0)
    answered(budget, 1, 20_000, 20_000)

    assert 40_000 + MINUTE_SLACK_MS == budget.minute_left(20_000)
    assert 0.0 == budget.minute_left(2 * MINUTE_MS)


def test_what_others_may_have_used_at_once_is_not_used_again() -> None:
    """ccxt's rolling window shows how much it was; it is never more than half of the limit."""
    budget = HostLimiter(WIDE)
    answered(budget, 50, 2000, 2000)
    twin = copy.deepcopy(budget)

    assert 600 == taken(budget, 2000, others=300)[0]
    assert 400 == taken(twin, 2000, others=2000)[0]


def test_a_copy_of_it_goes_to_the_same_host() -> None:
    """The copy has the used and the doubtful weight; it gets no report of those in progress."""
    budget = HostLimiter(WIDE)
    answered(budget, 40, 2000, 2000)
    assert 0.0 == budget.acquire(10, 2000)
    budget.record(10, None, None, 2000, 2000)
    assert 0.0 == budget.acquire(5, 2000)
    twin = copy.deepcopy(budget)
    answered(budget, 60, 2001, 2001)

    assert 950 - 40 - 10 == taken(twin, 2000)[0]


def test_threads_take_no_more_than_there_is() -> None:
    """Eight of them, which take over from each other all the time."""
    budget, interval = HostLimiter(10_001), sys.getswitchinterval()

    def take(_: int) -> int:
        return sum(budget.acquire(1, 0.0) == 0.0 for _ in range(1000))

    try:
        sys.setswitchinterval(1e-6)
        with ThreadPoolExecutor(8) as pool:
            count = sum(pool.map(take, range(8)))
    finally:
        sys.setswitchinterval(interval)

    assert 4500 == count == budget.in_flight
