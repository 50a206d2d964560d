"""What a row is made of: entries, and the ratios that are taken of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from bench.clients import Client


@attrs.frozen(kw_only=True)
class Entry:
    """What one client does in each round."""

    name: str
    """Unique in its row."""
    client: Client | None = None
    """None for a process that is started for this alone: `bench.fresh`."""
    task: str
    """In `bench.timing.TASKS`, or a function of `bench.fresh`."""
    arguments: Mapping[str, Any] = attrs.field(factory=dict)
    target: Mapping[str, Any] = attrs.field(factory=dict)
    """What `bench.servers.Servers.target` is given."""


@attrs.frozen
class Ratio:
    """What one entry measured over what another did, and the goal."""

    of: str
    to: str
    measure: str = "p50"
    title: str = ""
    """As text, for the summary; without it, it is not in the summary."""
    at_least: float | None = None
    at_most: float | None = None
    far: tuple[str, str] | None = None
    """The two entries 20 ms away, where the difference is another one there."""
    share: bool = False
    """Whether it is what the adapter adds to ccxt, and not how many times faster it is."""


@attrs.frozen(kw_only=True)
class Row:
    """One measurement, of all entries one after the other, in each round."""

    name: str
    title: str
    about: str
    entries: tuple[Entry, ...]
    measures: tuple[str, ...] = ("p50", "cpu")
    """Those that are shown."""
    ratios: tuple[Ratio, ...]
    rounds: int


def entries_of(
    clients: Iterable[Client], task: str, suffix: str = "", *, at: Any = None, **arguments: Any
) -> tuple[Entry, ...]:
    """An entry of each client; ``at`` is what the target is given."""
    names = {client.name + suffix: client for client in clients}
    return tuple(
        Entry(name=name, client=client, task=task, arguments=arguments, target=at or {})
        for name, client in names.items()
    )


def beside(
    title: str,
    names: Iterable[str],
    goals: tuple[float | None, float | None] = (None, None),
    measure: str = "p50",
) -> tuple[Ratio, ...]:
    """Of ccxt's entry, ours with the extra ``fast`` and ours without it, with their goals."""
    ccxts, fast, plain = names
    return (
        Ratio(ccxts, fast, measure, f"{title} (fast)", goals[0]),
        Ratio(ccxts, plain, measure, title, goals[1]),
    )


def names_of(clients: Iterable[Client], suffix: str = "") -> list[str]:
    """The names of their entries."""
    return [client.name + suffix for client in clients]
