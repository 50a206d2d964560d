"""A row: one question, those who are asked it, and what the answers are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from bench.clients import Client


@attrs.frozen(kw_only=True)
class Entry:
    """One client, or one module, that does one thing in each round."""

    name: str
    """Unique in its row."""
    deed: str
    """A word of `bench.worker.DEEDS`; a module, where there is no client."""
    words: Mapping[str, Any] = attrs.field(factory=dict)
    client: Client | None = None
    round_trip: int = 0
    """ms of the line to the server; 0 is the server itself."""
    key: str = "hmac"
    limiter: bool = False


@attrs.frozen
class Ratio:
    """What one entry measured over what another did, and the goal."""

    of: str
    to: str
    measure: str = "p50"
    at_least: float | None = None
    at_most: float | None = None
    share: bool = False
    """Whether it is told in percent: small is good."""
    says: str = ""
    """The question in words, for the summary; without them it is not in the summary."""
    at_20: tuple[str, str] | None = None
    """The two entries over a line of 20 ms, where the difference is another one there."""


@attrs.frozen
class Limit:
    """A time in µs that an entry should stay below."""

    entry: str
    measure: str
    below: float


@attrs.frozen(kw_only=True)
class Row:
    """One thing that is measured, all entries in turn, round after round."""

    name: str
    title: str
    about: str
    """How it is done, for a reader of the numbers."""
    entries: tuple[Entry, ...]
    measures: tuple[str, ...] = ("p50",)
    """Those that are shown; the first is the one that matters."""
    ratios: tuple[Ratio, ...] = ()
    limits: tuple[Limit, ...] = ()
    rounds: int
    by_round_trip: bool = False
    """Whether every client comes once for each line."""

    @property
    def clients(self) -> tuple[Client, ...]:
        """Those that need a process of their own."""
        return tuple(dict.fromkeys(entry.client for entry in self.entries if entry.client))


def entries(clients: Iterable[Client], deed: str, **words: Any) -> tuple[Entry, ...]:
    """Each client does the same."""
    return tuple(Entry(name=c.name, client=c, deed=deed, words=words) for c in clients)
