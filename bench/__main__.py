"""How fast a cancel is: plain ccxt, the adapter and the clients of others, side by side.

A server on this machine answers cancels over TLS as Binance does. Every client runs in a process
of its own, the others in virtual environments that the first run makes. Each round measures all of
them in turn, and ratios are taken within a round, so that what slows the machine slows both sides.
A whole run writes speed.json and speed.md into bench/ and its summary into the README.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from adapter.simulator import Simulator
from bench import machine, processes, report
from bench.rows import ROWS, Entry, Ratio, Row
from bench.target import MARKET

HERE = Path(__file__).parent
QUICK = "one round, a fifth of the cancels, and nothing is installed: shows that all works"
Json = dict[str, Any]

DISTRIBUTIONS = ["ccxt", "ccxt-adapter", "requests", "urllib3", "aiohttp", "cryptography", "pycurl"]
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
    measures = {
        name: {measure: spread(one[measure] for one in results) for measure in results[0]}
        for name, results in found.items()
        if name not in absent
    }
    return {
        **attrs.asdict(row, filter=attrs.filters.exclude("entries", "ratios")),
        "rounds": rounds,
        "entries": [
            {"name": name, **(absent.get(name) or {"measures": measures[name]})} for name in found
        ],
        "ratios": [_ratio(r, found) for r in row.ratios if {r.of, r.to} <= measures.keys()],
    }


def _ratio(ratio: Ratio, found: dict[str, list[Json]]) -> Json:
    """Round by round, so that what slowed both does not count."""
    pairs = zip(found[ratio.of], found[ratio.to], strict=True)
    return {**attrs.asdict(ratio), **spread(a[ratio.measure] / b[ratio.measure] for a, b in pairs)}


def arguments_of(entry: Entry, *, quick: bool) -> Json:
    if not quick or "count" not in entry.arguments:
        return dict(entry.arguments)
    return {**entry.arguments, "count": max(2, entry.arguments["count"] // QUICK_FRACTION)}


def run(rows: Sequence[Row], *, quick: bool) -> Json:
    """Check every client of these rows at the simulator, and measure them."""
    facts, (client_core, server_core) = machine.facts(), machine.cores()
    clients = dict.fromkeys(e.client for row in rows for e in row.entries if e.client)
    with (
        processes.started(server_core) as served,
        processes.WorkerPool(client_core, served.ca, may_install=not quick) as pool,
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
            print(f"checking {client.name}", file=sys.stderr)
            with Simulator() as sim:
                order = sim.place("usdm", MARKET).order_id
                at = served.target()._replace(url=sim.url, key=sim.api_key, secret=sim.secret)
                checked[client.name] = pool.run(
                    client, at, "accepted", order=order, of=client.needs
                )
        for row in rows:
            rounds = 1 if quick else row.rounds
            print(f"measuring {row.name}, {rounds} rounds", file=sys.stderr)
            measured.append(measure(row, rounds, ask))
    return {
        "machine": facts,
        **machine.measured_with(*DISTRIBUTIONS),
        "quick": quick,
        "clients": checked,
        "rows": measured,
    }


def main() -> int:
    rows = "\n".join(f"  {row.name:16}{row.title}" for row in ROWS.values())
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=f"rows:\n{rows}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help=QUICK)
    parser.add_argument("--only", nargs="+", choices=ROWS, metavar="ROW", help="these rows alone")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no server is left behind
    results = run([ROWS[name] for name in args.only or ROWS], quick=args.quick)
    is_whole = not (args.quick or args.only)
    directory = HERE if is_whole else processes.CACHE / "last"
    report.write(results, directory)
    if is_whole:
        report.write_readme(results, HERE.parent / "README.md")
    print(report.summary_table(results))
    print(f"all of it: {directory / 'speed.md'}", file=sys.stderr)
    entries = [entry for row in results["rows"] for entry in row["entries"]]
    absent = {report.missing(one) for one in (*entries, *results["clients"].values())} - {""}
    print(*absent, sep="\n", file=sys.stderr)
    return 1 if any(reason.startswith("failed") for reason in absent) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
