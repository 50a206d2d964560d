"""One run: every row, round after round, all its entries in turn within each round."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from adapter.simulator import Simulator
from bench import machine, servers, worker
from bench.clients import Client
from bench.environments import Environments
from bench.rows import Entry, Ratio, Row
from bench.servers import Servers
from bench.target import MARKET
from bench.worker_pool import WorkerPool

Json = dict[str, Any]

DISTRIBUTIONS = (
    *("ccxt", "ccxt-adapter", "requests", "urllib3", "aiohttp", "cryptography", "httptools"),
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


@attrs.define
class Run:
    """A run under way."""

    rows: Sequence[Row]
    quick: bool
    servers: Servers
    pool: WorkerPool
    report: Callable[[str], object]
    """Told what is measured now."""

    def results(self) -> Json:
        """Of all rows, and of a check of every client before them."""
        clients = dict.fromkeys(e.client for row in self.rows for e in row.entries if e.client)
        checked = {client.name: self._check(client) for client in clients}
        return {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "quick": self.quick,
            "versions": worker.versions(DISTRIBUTIONS),
            "clients": checked,
            "rows": [self._row(row) for row in self.rows],
        }

    def _check(self, client: Client) -> Json:
        """Its versions, and whether the simulator takes its request."""
        self.report(f"checking {client.name}")
        with Simulator() as simulator:
            order = simulator.place("usdm", MARKET).order_id
            target = self.servers.target()._replace(
                url=simulator.url, key=simulator.api_key, secret=simulator.secret
            )
            accepted = self.pool.run(client, target, "accepted", order=order)
        if "accepted" not in accepted:
            return accepted
        return {"versions": self.pool.versions[client.name], **accepted}

    def _row(self, row: Row) -> Json:
        rounds = 1 if self.quick else row.rounds
        self.report(f"measuring {row.name}, {rounds} rounds")
        return measure(row, rounds, self._ask)

    def _ask(self, entry: Entry) -> Json:
        target = self.servers.target(far=entry.far, key=entry.key, limiter=entry.limiter)
        arguments = arguments_of(entry, quick=self.quick)
        if entry.client is None:
            request = {"target": target._asdict(), **arguments}
            return self.pool.run_module("bench.first_cancel", request)
        return self.pool.run(entry.client, target, entry.task, **arguments)


def arguments_of(entry: Entry, *, quick: bool) -> Json:
    """What the task of an entry is given."""
    if not quick or "count" not in entry.arguments:
        return dict(entry.arguments)
    return {**entry.arguments, "count": max(2, entry.arguments["count"] // QUICK_FRACTION)}


def run(
    rows: Sequence[Row], environments: Environments, *, quick: bool, report: Callable[[str], object]
) -> Json:
    """Measure these rows."""
    facts, cores = machine.facts(), machine.cores()
    keys = dict.fromkeys(["hmac", *(entry.key for row in rows for entry in row.entries)])
    with (
        servers.started(cores, keys) as served,
        WorkerPool(environments, cores.client, served.ca, served.directory) as pool,
    ):
        return {"machine": facts, **Run(rows, quick, served, pool, report).results()}
