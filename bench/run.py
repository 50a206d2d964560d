"""One run: every row, round after round, all its entries one after the other within each round."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from adapter.simulator import Simulator
from bench import machine, servers
from bench.clients import Client
from bench.rows import Entry, Ratio, Row
from bench.target import MARKET, Target
from bench.timing import versions
from bench.worker_pool import CACHE, WorkerPool

Json = dict[str, Any]

DISTRIBUTIONS = (
    *("ccxt", "ccxt-adapter", "requests", "urllib3", "aiohttp", "cryptography", "pycurl"),
)
QUICK_FRACTION = 5
"""A quick run cancels so many times less, in one round."""


def spread(values: Iterable[float]) -> dict[str, float]:
    """The least, the median and the largest, to five digits."""
    found = sorted(values)
    parts = {"min": found[0], "median": statistics.median(found), "max": found[-1]}
    return {name: float(f"{value:.5g}") for name, value in parts.items()}


@attrs.define
class Samples:
    """What one entry measured, round by round, or why there is nothing."""

    entry: Entry
    rounds: list[dict[str, float]] = attrs.field(factory=list)
    times: list[float] = attrs.field(factory=list)
    absent: Json | None = None

    def add(self, result: Json) -> None:
        """Take a round; of the single times, the median is ``p50``."""
        if "failed" in result or "unavailable" in result:
            self.absent = result
            return
        times = result.get("times", [])
        plain = {name: float(value) for name, value in result.items() if name != "times"}
        self.rounds.append({**plain, "p50": statistics.median(times)} if times else plain)
        self.times += times

    def summary(self) -> Json:
        """For the report."""
        entry = self.entry
        head: Json = {"name": entry.name, "client": entry.client.name if entry.client else None}
        if self.absent is not None:
            return {**head, **self.absent}
        measures = {name: spread(r[name] for r in self.rounds) for name in self.rounds[0]}
        if len(self.times) > 1:
            p99 = statistics.quantiles(self.times, n=100, method="inclusive")[98]
            head["p99"] = round(p99, 2)
        return {**head, "cancels": len(self.times), "measures": measures}


def measure(row: Row, rounds: int, ask: Callable[[Entry], Json]) -> Json:
    """Every round begins with another entry, so that none always follows the same one.

    An entry that could not be measured once is not asked again.
    """
    samples = {entry.name: Samples(entry) for entry in row.entries}
    for number in range(rounds):
        shift = number % len(row.entries)
        for entry in (*row.entries[shift:], *row.entries[:shift]):
            if samples[entry.name].absent is None:
                samples[entry.name].add(ask(entry))
    return {
        "name": row.name,
        "title": row.title,
        "about": row.about,
        "shown": list(row.measures),
        "rounds": rounds,
        "entries": [one.summary() for one in samples.values()],
        "ratios": [found for ratio in row.ratios if (found := _ratio(ratio, samples))],
    }


def _ratio(ratio: Ratio, samples: dict[str, Samples]) -> Json | None:
    """Round by round, so that what slowed both does not count; None where one is missing."""
    of, to = samples[ratio.of], samples[ratio.to]
    if of.absent or to.absent:
        return None
    pairs = zip(of.rounds, to.rounds, strict=True)
    values = spread(a[ratio.measure] / b[ratio.measure] for a, b in pairs)
    return {**attrs.asdict(ratio), **values}


def arguments_of(entry: Entry, *, quick: bool) -> Json:
    """What the task of an entry is given."""
    if not quick or "count" not in entry.arguments:
        return dict(entry.arguments)
    return {**entry.arguments, "count": max(2, entry.arguments["count"] // QUICK_FRACTION)}


def run(
    rows: Sequence[Row], *, quick: bool, cache: Path = CACHE, report: Callable[[str], object]
) -> Json:
    """Check every client of these rows, and measure them; ``report`` gets the progress."""
    facts, (client_core, server_core) = machine.facts(), machine.cores()
    keys = dict.fromkeys(["hmac", *(entry.key for row in rows for entry in row.entries)])
    clients = dict.fromkeys(e.client for row in rows for e in row.entries if e.client)
    with (
        servers.started(server_core, keys) as served,
        WorkerPool(client_core, served.ca, cache, may_install=not quick) as pool,
    ):

        def ask(entry: Entry) -> Json:
            target = served.target(far=entry.far, key=entry.key, limiter=entry.limiter)
            arguments = arguments_of(entry, quick=quick)
            if entry.client:
                return pool.run(entry.client, target, entry.task, **arguments)
            request = {"target": target._asdict(), **arguments}
            return pool.run_module("bench.first_cancel", request)

        checked, measured = {}, []
        for client in clients:
            report(f"checking {client.name}")
            checked[client.name] = check(client, pool, served.target())
        for row in rows:
            rounds = 1 if quick else row.rounds
            report(f"measuring {row.name}, {rounds} rounds")
            measured.append(measure(row, rounds, ask))
    return {
        "machine": facts,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "quick": quick,
        "versions": versions(DISTRIBUTIONS),
        "clients": checked,
        "rows": measured,
    }


def check(client: Client, pool: WorkerPool, target: Target) -> Json:
    """Whether the simulator accepts a client's request, and the versions of the client."""
    with Simulator() as sim:
        order = sim.place("usdm", MARKET).order_id
        target = target._replace(url=sim.url, key=sim.api_key, secret=sim.secret)
        distributions = client.distributions
        return pool.run(client, target, "accepted", order=order, distributions=distributions)
