"""Few of a test's cases that have every value of every parameter: the rest are for the long run.

A test that has five products, two colours and sixty faults is 600 cases. That each of them holds
is for CI to find out; who changes a line is told most of what is wrong by sixty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

Case = Mapping[str, Hashable]
"""The value that each parameter has."""


def covering(cases: Sequence[Case]) -> set[int]:
    """The numbers of cases that have among them every value that any of the cases has.

    The cases are as unlike each other as they can be, so that values meet in many combinations,
    and the same on every run.
    """
    missing = {value for case in cases for value in case.items()}
    if all(len(case) < 2 for case in cases):
        return set(range(len(cases)))
    left = dict(enumerate(cases))
    used: Counter[tuple[str, Hashable]] = Counter()
    chosen = set()
    while missing:
        best = min(
            left,
            key=lambda n: (-len(missing & left[n].items()), sum(used[v] for v in left[n].items())),
        )
        case = left.pop(best)
        chosen.add(best)
        missing -= case.items()
        used.update(case.items())
    return chosen
