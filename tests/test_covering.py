"""What runs by default has every value that the long run has."""

from __future__ import annotations

import itertools

from covering import Case, covering
from hypothesis import given
from hypothesis import strategies as st
from shares import one_in

tables = st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 5)), max_size=30)


@one_in(5)
@given(tables)
def test_no_value_is_left_out(cases: list[Case]) -> None:
    """Whatever the table: even where not every parameter meets every other."""
    chosen = covering(cases)

    assert {v for c in cases for v in c.items()} == {v for n in chosen for v in cases[n].items()}


def test_a_matrix_comes_down_to_its_longest_side() -> None:
    """And the shorter sides are spread over it: every other product is sync."""
    sides = {"product": range(5), "mode": range(2), "fault": range(60)}
    cases = [dict(zip(sides, values, strict=True)) for values in itertools.product(*sides.values())]
    chosen = [cases[n] for n in covering(cases)]

    assert 60 == len(chosen)
    assert 12 == sum(case["product"] == 0 for case in chosen)
    assert 30 == sum(case["mode"] == 0 for case in chosen)
    assert 6 == sum(case["product"] == 0 and case["mode"] == 0 for case in chosen)


def test_one_parameter_keeps_all_its_cases() -> None:
    """There is nothing that another case would cover."""
    assert {0, 1, 2} == covering([{"product": n} for n in range(3)])
    assert set() == covering([])
