"""What is measured: rows of entries, and the ratios that are taken of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from bench.clients import (
    ADAPTER_ASYNC,
    ALL,
    ASYNC,
    CCXT_ASYNC,
    CCXT_SYNC,
    FAST,
    RAW,
    REQUESTS,
    Client,
)


@attrs.frozen(kw_only=True)
class Entry:
    """What one client does in each round."""

    name: str
    """Unique in its row."""
    client: Client | None = None
    """None for a process that is started for this alone: `bench.first_cancel`."""
    task: str = ""
    """In `bench.timing.TASKS`."""
    arguments: Mapping[str, Any] = attrs.field(factory=dict)
    far: bool = False
    """Whether the server is a round trip of 20 ms away."""
    key: str = "hmac"
    limiter: bool = False


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


@attrs.frozen(kw_only=True)
class Row:
    """One measurement, of all entries one after the other, in each round."""

    name: str
    title: str
    about: str
    entries: tuple[Entry, ...]
    measures: tuple[str, ...] = ("p50",)
    """Those that are shown."""
    ratios: tuple[Ratio, ...]
    rounds: int


SYNC_NAME, ASYNC_NAME, OURS = CCXT_SYNC.name, CCXT_ASYNC.name, ADAPTER_ASYNC.name


def _entries(clients: Iterable[Client], task: str, **arguments: Any) -> tuple[Entry, ...]:
    return tuple(Entry(name=c.name, client=c, task=task, arguments=arguments) for c in clients)


def _renamed(suffix: str, entries: Iterable[Entry], **changes: Any) -> tuple[Entry, ...]:
    return tuple(attrs.evolve(e, name=f"{e.name}, {suffix}", **changes) for e in entries)


def _limited(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(attrs.evolve(entry, limiter=True) for entry in entries)


def _keys() -> Row:
    entries: list[Entry] = []
    ratios = []
    for name, count, goal in (("RSA-2048", 20, 50.0), ("RSA-4096", 8, 90.0), ("Ed25519", 100, 2.5)):
        key = name.lower()
        pair = _renamed(key, _entries((CCXT_SYNC, REQUESTS), "series", count=count), key=key)
        entries += pair
        title = f"one cancel, signed with a key of {name}, sync"
        ratios.append(Ratio(pair[0].name, pair[1].name, "p50", title, goal))
    return Row(
        name="keys",
        title="One cancel by kind of key, sync, limiter off",
        about="After three that are not measured.",
        entries=tuple(entries),
        measures=("p50", "cpu"),
        ratios=tuple(ratios),
        rounds=5,
    )


def _limited_series() -> Row:
    near = _limited(_entries((CCXT_SYNC, REQUESTS, FAST), "series", count=100))
    title = "100 cancels one after the other, ccxt's limiter on, sync"
    return Row(
        name="limited-series",
        title="100 cancels one after the other, limiter on, sync",
        about="From the first call to the last answer, on loopback and 20 ms away.",
        entries=(*near, *_renamed("20 ms", near, far=True)),
        measures=("total",),
        ratios=tuple(
            Ratio(
                SYNC_NAME,
                ours.name,
                "total",
                f"{title} ({ours.name})",
                at_least=goal,
                far=(f"{SYNC_NAME}, 20 ms", f"{ours.name}, 20 ms"),
            )
            for ours, goal in ((REQUESTS, 100), (FAST, None))
        ),
        rounds=3,
    )


def _burst() -> Row:
    first, warm, prewarmed = "first burst", "warmed", "first burst, prewarmed"
    title = "100 cancels at once, limiter off"
    entries = (
        *_renamed("limiter on", _limited(_entries((CCXT_ASYNC,), "burst", count=100))),
        *_renamed(first, _entries(ASYNC, "burst", count=100)),
        *_renamed(warm, _entries(ASYNC, "burst", count=100, warm=2)),
        *_renamed(prewarmed, _entries((ADAPTER_ASYNC,), "burst", count=100, prewarm=True)),
    )
    return Row(
        name="burst",
        title="100 cancels at once, async, over TLS, 20 ms round trip",
        about="From the first call to the last answer. The first burst finds one connection open"
        " and opens the others; warmed is the third burst; prewarmed is a first burst after"
        " prewarm().",
        entries=tuple(attrs.evolve(entry, far=True) for entry in entries),
        measures=("total", "cpu"),
        ratios=(
            *(
                Ratio(
                    f"{ASYNC_NAME}, {way}", f"{OURS}, {way}", "total", f"{title}, {words}, async", 1
                )
                for way, words in ((first, "first burst"), (warm, "connections warm"))
            ),
            Ratio(
                f"{ASYNC_NAME}, {first}",
                f"{OURS}, {prewarmed}",
                "total",
                f"{title}, first burst, the adapter prewarmed, async",
            ),
            Ratio(f"{OURS}, {prewarmed}", f"{OURS}, {warm}", "total", at_most=1.15),
            Ratio(f"{ASYNC_NAME}, limiter on", f"{OURS}, {warm}", "total"),
        ),
        rounds=6,
    )


_SERIES = "100 in a round, on one warm connection; the time of each, and its share of processor."
_ISOLATED = "On a warm connection. After a silence caches are cold and the processor has slept."
_QUEUED = "one cancel behind 50 queued market-data calls"
_START = "process start to the answer of the first cancel"
_CPU = "processor time of one cancel, limiter off"
_ONE = "one cancel out of silence, limiter off"

ROWS = {
    row.name: row
    for row in (
        Row(
            name="limited-burst",
            title="100 cancels at once, limiter on, async",
            about="From the first call to the last answer. The adapter's connections are warm.",
            entries=_limited(
                _entries((CCXT_ASYNC,), "burst", count=100)
                + _entries((ADAPTER_ASYNC,), "burst", count=100, warm=1)
            ),
            measures=("total",),
            ratios=(
                Ratio(
                    ASYNC_NAME, OURS, "total", "100 cancels at once, ccxt's limiter on, async", 150
                ),
            ),
            rounds=5,
        ),
        _limited_series(),
        Row(
            name="behind-queue",
            title="One async cancel behind 50 queued market-data calls",
            about="From the call to the answer; and by how much the last of the 50 calls is later"
            " than without the cancel, which is how the queue is charged for it.",
            entries=_limited(_entries((CCXT_ASYNC, ADAPTER_ASYNC), "behind_queue", count=50)),
            measures=("p50", "later"),
            ratios=(Ratio(ASYNC_NAME, OURS, "p50", f"{_QUEUED}, async"),),
            rounds=4,
        ),
        _keys(),
        Row(
            name="start",
            title="Process start to the answer of the first cancel, imports included, sync",
            about="A new process each time. ccxt loads its markets, 2,700 of them, from this"
            " machine; the adapter needs none. Memory is the most that the process had.",
            entries=(
                Entry(name="ccxt", arguments={"attach": False}, limiter=True),
                Entry(name="adapter", arguments={"attach": True}, limiter=True),
            ),
            measures=("p50", "memory"),
            ratios=(
                Ratio("ccxt", "adapter", "p50", f"{_START}, sync", 2.3),
                Ratio("adapter", "ccxt", "memory", "memory of that process", at_most=0.45),
            ),
            rounds=10,
        ),
        Row(
            name="series",
            title="One cancel after another, limiter off, over TLS",
            about=_SERIES,
            entries=_entries(ALL, "series", count=100),
            measures=("p50", "p99", "cpu"),
            ratios=(
                Ratio(SYNC_NAME, REQUESTS.name, "cpu", f"{_CPU}, sync (requests)", 2.5),
                Ratio(SYNC_NAME, FAST.name, "cpu", f"{_CPU}, sync (fast)", 5),
                Ratio(ASYNC_NAME, OURS, "p50", "one cancel after another, limiter off, async", 1.5),
                Ratio(SYNC_NAME, RAW.name, "cpu"),
            ),
            rounds=20,
        ),
        Row(
            name="isolated",
            title="One cancel after 50 ms of silence, limiter off, over TLS",
            about=_ISOLATED,
            entries=_entries(ALL, "series", count=12, silence=0.05),
            measures=("p50", "p99", "cpu"),
            ratios=(
                Ratio(SYNC_NAME, REQUESTS.name, "p50", f"{_ONE}, sync (requests)", 1.7),
                Ratio(SYNC_NAME, FAST.name, "p50", f"{_ONE}, sync (fast)", 2.8),
                Ratio(ASYNC_NAME, OURS, "p50", f"{_ONE}, async", 1.4),
                Ratio(FAST.name, RAW.name, at_most=1.3),
                *(Ratio(c.name, FAST.name, at_least=1) for c in ALL if c.needs),
            ),
            rounds=14,
        ),
        _burst(),
    )
}
