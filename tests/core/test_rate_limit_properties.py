"""The limit of a host per minute is never passed, whatever the connection does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from modelled_host import LIMIT, LOST, MUTE, NEVER_THERE, REPORTED, UNSENT, Plan, Shot
from shares import one_in

from adapter.core.rate_limit import MINUTE_MS
from adapter.core.wait_queue import Ticket

HOST = 1_700_000_040_000
"""The start of one of the host's minutes."""

trips = st.one_of(st.integers(0, 50), st.integers(0, 2000), st.integers(0, 40_000))
gaps = st.one_of(st.sampled_from([0, 1, 100, 1000, 20_000, MINUTE_MS]), st.integers(0, MINUTE_MS))
shots = st.builds(
    Shot,
    weight=st.sampled_from([1, 1, 2, 5]),
    there=trips,
    at_work=st.integers(0, 300),
    back=trips,
    fate=st.sampled_from([REPORTED] * 4 + [MUTE, LOST, NEVER_THERE, UNSENT]),
)
bursts = st.tuples(gaps, st.integers(1, 60), st.lists(shots, min_size=1, max_size=4))


plans = st.builds(
    Plan,
    ahead=st.integers(HOST, HOST + MINUTE_MS),
    bursts=st.lists(bursts, min_size=1, max_size=8),
    others=st.lists(st.tuples(gaps, st.integers(1, 5)), max_size=20),
)


@given(plans)
@one_in(5)
def test_the_host_never_counts_more_than_its_limit(plan: Plan) -> None:
    """In none of its minutes, as long as others stay within what is kept free for them."""
    assert LIMIT >= plan.played().fullest()


@given(plans)
@one_in(5)
def test_who_waits_as_required_gets_through(plan: Plan) -> None:
    """When nothing is in progress any more, it takes no more than two minutes."""
    world = plan.played()
    began, turn = world.now, Ticket()
    now = began
    while pause := world.budget.acquire(1, now, turn):
        now += pause

    assert now - began <= 2 * MINUTE_MS
