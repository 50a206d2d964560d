"""One run: every row, round after round, all its entries one after the other within each round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from adapter.simulator import Simulator
from bench import machine, servers
from bench.clients import Client
from bench.row import Entry, Ratio, Row
from bench.target import MARKET, Target
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


def measure(row: Row, rounds: int, ask: Callable[[Entry], Json]) -> Json:
    """Every round begins with another entry, so that none always follows the same one.

    An entry that could not be measured once is not asked again.
    """
    found: dict[str, list[Json]] = {entry.name: [] for entry in row.entries}
    absent: dict[str, Json] = {}
    for number in range(rounds):
        shift = number % len(row.entries)
        for entry in (*row.entries[shift:], *row.entries[:shift]):
            if entry.name not in absent:
                result = ask(entry)
                found[entry.name].append(result)
                if "failed" in result or "unavailable" in result:
                    absent[entry.name] = result
    return {
        **attrs.asdict(row, filter=attrs.filters.exclude("entries", "ratios")),
        "rounds": rounds,
        "entries": [
            {"name": name, **(absent.get(name) or {"measures": _spreads(results)})}
            for name, results in found.items()
        ],
        "ratios": [_ratio(r, found) for r in row.ratios if not {r.of, r.to} & absent.keys()],
    }


def _spreads(rounds: list[Json]) -> Json:
    return {name: spread(one[name] for one in rounds) for name in rounds[0]}


def _ratio(ratio: Ratio, found: dict[str, list[Json]]) -> Json:
    """Round by round, so that what slowed both does not count."""
    pairs = zip(found[ratio.of], found[ratio.to], strict=True)
    return {**attrs.asdict(ratio), **spread(a[ratio.measure] / b[ratio.measure] for a, b in pairs)}


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
    clients = dict.fromkeys(e.client for row in rows for e in row.entries if e.client)
    with (
        servers.started(server_core) as served,
        WorkerPool(client_core, served.ca, cache, may_install=not quick) as pool,
    ):

        def ask(entry: Entry) -> Json:
            target, arguments = served.target(**entry.target), arguments_of(entry, quick=quick)
            if entry.client is None:
                return pool.run_fresh(target, entry.task, **arguments)
            if "accepted" not in checked[entry.client.name]:
                return checked[entry.client.name]
            return pool.run(entry.client, target, entry.task, **arguments)

        checked: dict[str, Json] = {}
        measured = []
        for client in clients:
            report(f"checking {client.name}")
            checked[client.name] = check(client, pool, served.target())
        for row in rows:
            rounds = 1 if quick else row.rounds
            report(f"measuring {row.name}, {rounds} rounds")
            measured.append(measure(row, rounds, ask))
    return {
        "machine": facts,
        **machine.measured_with(*DISTRIBUTIONS),
        "quick": quick,
        "clients": checked,
        "rows": measured,
    }


def check(client: Client, pool: WorkerPool, target: Target) -> Json:
    """Whether the simulator accepts a client's request, and which version of it that is."""
    with Simulator() as sim:
        order = sim.place("usdm", MARKET).order_id
        target = target._replace(url=sim.url, key=sim.api_key, secret=sim.secret)
        return pool.run(client, target, "accepted", order=order, of=client.needs)
