"""Few of a test's cases that have every value of every parameter: the rest are for the long run.

A test that has eight products, two modes and sixty faults is 960 cases. CI runs all of them;
while one changes the code, sixty find most of what is wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence

Case = Mapping[str, Hashable]
"""The value that each parameter has."""


def covering(cases: Sequence[Case]) -> set[int]:
    """The numbers of cases that have among them every value that any of the cases has.

    The cases are as unlike each other as they can be, so that values meet in many combinations,
    and the same on every run.
    """
    if all(len(case) < 2 for case in cases):
        return set(range(len(cases)))
    bits: defaultdict[tuple[str, Hashable], int] = defaultdict(lambda: 1 << len(bits))
    left = {number: [bits[value] for value in case.items()] for number, case in enumerate(cases)}
    masks = {number: sum(values) for number, values in left.items()}
    missing = sum(bits.values())
    used: Counter[int] = Counter()
    chosen = set()
    while missing:
        news = {number: (missing & mask).bit_count() for number, mask in masks.items()}
        most = max(news.values())
        best = min(
            (number for number, new in news.items() if new == most),
            key=lambda number: sum(map(used.__getitem__, left[number])),
        )
        missing &= ~masks.pop(best)
        chosen.add(best)
        used.update(left[best])
    return chosen
