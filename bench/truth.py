"""How often a cancel's answer is true under faults: plain ccxt and the adapter, side by side.

``python -m bench.truth`` plays the same schedules, made from a fixed seed, to both, on each of the
five products, by either id. They are of three kinds:

- faults: each of the simulator's faults hits the cancel, and in three of four schedules one or two
  more hit the requests that follow;
- bursts: each fault of the connection and of the answer hits every request, or every cancel, for
  0.3 to 2 s;
- lags: each fault hits the cancel, and queries lag 0.1 to 1.5 s behind the book.

The orders are a minute old. Plain ccxt has its markets loaded. What was said is set against the
simulator's book at the moment when it was said. "Unknown" is an error that leaves open what became
of the order. Prints a table in Markdown, by kind and by fault, and writes truth.json beside this
file.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import platform
import random
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import ccxt

import adapter
from adapter.cli.samples import SAMPLES, Sample
from adapter.settings import shipped
from adapter.simulator import FAULTS, Simulator
from bench.said import AGE, FALSE, TRUE, UNKNOWN, Call, canceled_by_others

TIMEOUT, LATE, DEADLINE = 300, 0.5, 5.0
"""Exchange objects wait for so many ms; a delayed answer takes, and a call may take, so many s."""
AT_ONCE = 8
EACH = 4
"""Schedules to a fault and a product."""
ONE, BURSTS, LAGS = "one to three faults", "bursts", "lags"
LASTING, LAGGING = (0.3, 2.0), (0.1, 1.5)
"""How long bursts are, and how far queries lag, in s."""
COLUMNS = (("true", TRUE), ("unknown", UNKNOWN), ("false", FALSE))
LEFT_OUT = ("none", "placed_lag", "skew_undo")
"""They do a cancel no harm."""
FILE = Path(__file__).parent / "truth.json"


@attrs.frozen
class Schedule:
    """One cancel: a fault that hits it, and what else goes wrong."""

    kind: str
    sample: Sample
    by_id: bool
    fault: str
    others: tuple[str, ...] = ()
    """Faults of the requests that follow."""
    on: str | None = "DELETE"
    burst: float | None = None
    """Seconds for which the fault goes on."""
    lag: float = 0.0
    """Seconds by which queries are behind the book."""

    def play(self, sim: Simulator) -> None:
        """Let it come."""
        sim.faults.play("query_lag", lag=self.lag)
        sim.faults.play(self.fault, on=self.on, for_seconds=self.burst)
        sim.faults.play(*self.others)


@attrs.frozen
class Row:
    """What both said under one schedule."""

    schedule: Schedule
    ccxts: str
    ours: str
    words: str
    """What the adapter said, for people."""


@attrs.define
class Desk:
    """A simulator, and at it a plain ccxt exchange with its markets and one with the adapter."""

    sim: Simulator
    plain: Any
    attached: Any

    def rows(self, schedules: Iterable[Schedule]) -> list[Row]:
        """Play some schedules, one after the other."""
        return [self._row(schedule) for schedule in schedules]

    def _row(self, schedule: Schedule) -> Row:
        adapter.attach(adapter.detach(self.attached), plugins=shipped())  # it forgets bans
        theirs, _ = self._said(self.plain, schedule, {})
        ours, words = self._said(self.attached, schedule, {"deadline": DEADLINE})
        return Row(schedule, theirs, ours, words)

    def _said(self, exchange: Any, schedule: Schedule, own: dict[str, Any]) -> tuple[str, str]:
        exchange.options["timeDifference"] = 0
        sample, name = schedule.sample, f"truth-{len(self.sim.book)}"
        call = Call(sample.place(self.sim, name, age=AGE))
        schedule.play(self.sim)
        ids = (str(call.meant.order_id), {}) if schedule.by_id else (None, {"clientOrderId": name})
        try:
            params = {**sample.params, **own, **ids[1]}
            call.answer = exchange.cancel_order(ids[0], sample.symbol, params)
        except Exception as e:
            call.error = e
        call.present = self.sim.book.now(call.meant)
        verdict = call.verdict(canceled_by_others(self.sim))
        self.sim.faults.finish()
        self.sim.faults.clear()
        return verdict, str(call)


def schedules(seed: int) -> list[Schedule]:
    """The same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    known = [f for f in FAULTS.values() if "DELETE" in f.methods and f.name not in LEFT_OUT]
    names = [fault.name for fault in known]
    outages = [f.name for f in known if not (f.first or f.serves) and f.name != "hang_up"]
    return [
        *(
            Schedule(
                ONE, sample, number % 2 == 0, name, tuple(rng.sample(names, (0, 1, 1, 2)[number]))
            )
            for sample in SAMPLES
            for name in names
            for number in range(EACH)
        ),
        *(
            Schedule(BURSTS, sample, rng.random() < 0.5, name, on=on, burst=_some(rng, *LASTING))
            for sample in SAMPLES
            for name in outages
            for on in (None, "DELETE")
        ),
        *(
            Schedule(LAGS, sample, by_id, name, lag=_some(rng, *LAGGING))
            for sample in SAMPLES
            for name in names
            for by_id in (True, False)
        ),
    ]


def _some(rng: random.Random, least: float, most: float) -> float:
    return round(rng.uniform(least, most), 3)


def played(planned: list[Schedule]) -> list[Row]:
    """Every schedule, to both; several at a time, each at a simulator of its own."""
    shares = [planned[first::AT_ONCE] for first in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = [row for rows in pool.map(_at_a_desk, shares) for row in rows]
    place = {schedule: number for number, schedule in enumerate(planned)}
    return sorted(rows, key=lambda row: place[row.schedule])


def _at_a_desk(share: list[Schedule]) -> list[Row]:
    settings = {"enableRateLimit": False}
    plain, attached = ccxt.binance(settings), adapter.attach(ccxt.binance(settings))
    with Simulator() as sim, closing(plain.session), closing(attached.session):
        sim.faults.delay = LATE
        sim.connect(plain).load_markets()
        sim.connect(attached)
        plain.timeout = attached.timeout = TIMEOUT
        return Desk(sim, plain, attached).rows(share)


def counted(rows: Iterable[Row]) -> dict[str, Any]:
    """How often each of the two was true, false, and said nothing."""
    rows = list(rows)
    both = {"ccxt": Counter(r.ccxts for r in rows), "adapter": Counter(r.ours for r in rows)}
    return {who: {name: was[word] for name, word in COLUMNS} for who, was in both.items()}


def report(rows: list[Row], seed: int) -> dict[str, Any]:
    """All that was measured, and with what."""
    faults = dict.fromkeys(row.schedule.fault for row in rows)
    kinds = dict.fromkeys(row.schedule.kind for row in rows)
    products = dict.fromkeys(row.schedule.sample.plugin for row in rows)
    packages = ("ccxt", "ccxt-adapter", "requests")
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "seed": seed,
        "versions": {
            "python": platform.python_version(),
            **{package: importlib.metadata.version(package) for package in packages},
        },
        "schedules": len(rows),
        "all": counted(rows),
        "kinds": {k: counted(r for r in rows if r.schedule.kind == k) for k in kinds},
        "products": {
            p: counted(r for r in rows if r.schedule.sample.plugin == p) for p in products
        },
        "faults": {f: counted(r for r in rows if r.schedule.fault == f) for f in faults},
    }


def table(found: dict[str, Any]) -> str:
    """The report in Markdown."""
    lines = [
        "| | ccxt: true | unknown | false | the adapter: true | unknown | false |",
        "|---|--:|--:|--:|--:|--:|--:|",
        *(line(kind, counts) for kind, counts in found["kinds"].items()),
        *(line(f"`{fault}`", counts) for fault, counts in found["faults"].items()),
    ]
    return "\n".join(lines)


def line(name: str, counts: dict[str, dict[str, int]]) -> str:
    """One row of the table: what ccxt and the adapter said of these cancels."""
    cells = [str(counts[who][column]) for who in ("ccxt", "adapter") for column, _ in COLUMNS]
    return f"| {name} | {' | '.join(cells)} |"


def main() -> int:
    """Measure, write, print; returns 1 where anything that the adapter said is false."""
    parser = argparse.ArgumentParser(prog="python -m bench.truth", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rows = played(schedules(args.seed))
    found = report(rows, args.seed)
    FILE.write_text(json.dumps(found, indent=2) + "\n")
    print(table(found))
    false = [f"{row.schedule}\n    {row.words}" for row in rows if row.ours == FALSE]
    print("\n".join(false))
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
