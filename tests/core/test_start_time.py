"""What is known of when a call began, against the clock that is the truth."""

from __future__ import annotations

import math

import attrs
import hypothesis
import pytest
from hypothesis import strategies

from adapter.core.start_time import CLOCK_LEAD_MS, StartTime, resolution

BEGAN = 1_700_000_000_250
"""When the call began by the exchange's clock, in ms."""
ROUNDED = 0.01
"""The rounding error of a float of that size, in ms."""


@attrs.frozen
class Answered:
    """One request: when it left, and how long it was in progress, in ms of the call's own watch."""

    sent: float
    there: float
    back: float
    kind: str


def answered() -> strategies.SearchStrategy[Answered]:
    ms = strategies.floats(0, 3000)
    kinds = strategies.sampled_from(["accepted", "Date", "page", "both"])
    return strategies.builds(Answered, sent=ms, there=ms, back=ms, kind=kinds)


def learnt(requests: list[Answered], began: float, off: float) -> StartTime:
    """What the answers show to a caller whose clock is ``off`` by so many ms."""
    start = StartTime()
    for request in requests:
        received = request.sent + request.there + request.back
        true = began + request.sent + request.there
        if request.kind in ("accepted", "both"):
            start.accepted(math.floor(began + request.sent + off), received)
        if request.kind in ("Date", "both"):
            start.answered(math.floor(true) // 1000 * 1000, 1000, request.sent, received)
        if request.kind == "page":
            start.answered(math.floor(true), 1, request.sent, received)
    return start


@hypothesis.given(
    requests=strategies.lists(answered(), max_size=6),
    began=strategies.floats(BEGAN, BEGAN + 1000),
    off=strategies.floats(-1000, CLOCK_LEAD_MS, exclude_max=True),
    made=strategies.floats(-5000, 5000) | strategies.floats(-2, 2),
)
def test_it_is_never_wrong(requests: list[Answered], began: float, off: float, made: float) -> None:
    """For clocks off by ±1 s, which the exchange accepts, and Dates and orders in seconds."""
    start = learnt(requests, began, off)

    assert start.earliest <= began + ROUNDED
    assert start.latest >= began - ROUNDED
    created = math.floor(began + made)
    if start.is_after(created) or start.is_after(created // 1000 * 1000):
        assert made < ROUNDED
    if start.is_before(created):
        assert made > -ROUNDED


@pytest.mark.parametrize(("time", "expected"), [(BEGAN, 1), (BEGAN // 1000 * 1000, 1000)])
def test_a_time_without_a_part_of_a_second_may_be_cut_off(time: int, expected: int) -> None:
    """Some clocks show no more than seconds."""
    assert expected == resolution(time)


@pytest.mark.parametrize("received", [0, 40])
def test_an_accepted_request_bounds_it_by_a_second(received: int) -> None:
    """Binance takes a timestamp that is less than a second ahead of its clock."""
    start = StartTime()
    start.accepted(BEGAN, received)

    assert start.is_after(BEGAN - 1001 - received)
    assert not start.is_after(BEGAN - 1000 - received)
    assert not start.is_before(BEGAN + 10**9)


def test_its_page_tells_it_to_the_round_trip() -> None:
    """Asked for 100 ms into the call, and there after 20 ms more."""
    start = StartTime()
    start.answered(BEGAN + 110, 1, 100, 120)

    assert start.is_after(BEGAN - 11)
    assert not start.is_after(BEGAN - 10)
    assert start.is_before(BEGAN + 11)
    assert not start.is_before(BEGAN + 10)


def test_a_date_is_a_whole_second() -> None:
    """An order of that second may be older or newer."""
    start = StartTime()
    start.answered(1_700_000_000_000, 1000, 0, 0)

    assert start.is_after(1_699_999_999_999)
    assert not start.is_after(1_700_000_000_000)
    assert not start.is_before(1_700_000_000_999)
    assert start.is_before(1_700_000_001_000)


def test_what_is_known_is_kept() -> None:
    """A later answer that shows less takes nothing away."""
    start = StartTime()
    start.answered(BEGAN, 1, 0, 0)
    start.answered(BEGAN + 5000, 1000, 1000, 9000)
    start.accepted(BEGAN - 900, 5000)

    assert (BEGAN, BEGAN + 1) == (start.earliest, start.latest)


def test_without_any_answer_nothing_is_known() -> None:
    """An order without a known time is never newer: it counts as there before."""
    start = StartTime()

    assert not start.is_after(0)
    assert not start.is_before(10**15)
    assert start.is_after(None)
    assert not start.is_before(None)
