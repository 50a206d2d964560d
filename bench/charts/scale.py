"""What both charts share: a scale of logarithms, and who is drawn how."""

from __future__ import annotations

import math
from collections.abc import Mapping

import attrs

from bench.clients import Client

Times = Mapping[str, float]
"""Entry of a row → µs."""

WIDTH, MARGIN = 760, 24


@attrs.frozen
class Scale:
    """Numbers to places, by their logarithms."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a number."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def decades(self) -> list[float]:
        """The powers of ten in it."""
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        return [10.0**power for power in range(first, last + 1)]


def kind(client: Client) -> str:
    """The class of a client's marks: ``ours``, ``ccxt``, ``floor`` or nothing."""
    if client.ours:
        return "ours"
    if client.name.startswith("ccxt"):
        return "ccxt"
    return "floor" if not client.distributions else ""
