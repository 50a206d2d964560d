"""How often a cancel's result is true under faults: plain ccxt and the adapter, side by side.

``python -m bench.truth`` runs the same schedules, made from a fixed seed, with both, on each
product, by either id. They are of three kinds:

- faults: each of the simulator's faults hits the cancel, and in three of four schedules one or two
  more hit the requests that follow;
- bursts: each fault of the connection and of the answer hits every request, or every cancel, for
  0.3 to 2 s;
- lags: each fault hits the cancel, and queries lag 0.1 to 1.5 s behind the book.

The orders are a minute old. Plain ccxt has its markets loaded. Each result is set against the
simulator's book at that moment. "Unknown" is an error that leaves open what became of the order.
Prints a table in Markdown, by kind and by fault, and writes truth.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import ccxt

import adapter
from adapter.cli.demo.samples import SAMPLES, Sample
from adapter.cli.demo.verdict import FALSE
from adapter.registry.config import shipped_file
from adapter.simulator import FAULTS, Order, Simulator
from bench import truth_venues
from bench.machine import measured_with
from bench.report import table
from bench.verdicts import BOTH, HEADS, Json, cells, counts, judge

AGE = 60.0
"""Seconds for which an order has been in the book when it is cancelled."""
TIMEOUT, DELAY, DEADLINE = 300, 0.5, 5.0
"""Exchange objects wait for so many ms; a delayed answer takes, and a call may take, so many s."""
THREADS, SEED = 8, 1
FOLLOWING = (0, 1, 1, 2)
"""Of each fault and product there is a schedule with so many more faults."""
BURST, LAG = (0.3, 2.0), (0.1, 1.5)
"""How long bursts are, and how far queries lag, in s."""
HARMLESS = ("none", "placed_lag", "skew_undo", "cancel_all_skips")
"""Faults that do a cancel no harm."""
FILE = Path(__file__).with_suffix(".json")


@attrs.frozen
class Schedule:
    """One cancel: a fault that hits it, and what else goes wrong."""

    kind: str
    sample: Sample
    by_id: bool
    fault: str
    following: tuple[str, ...] = ()
    """Faults of the requests that follow."""
    on: str | None = "DELETE"
    burst: float | None = None
    """Seconds for which the fault goes on."""
    lag: float = 0.0

    def run(self, sim: Simulator, exchange: Any, params: Json) -> tuple[str, str]:
        exchange.options["timeDifference"] = 0
        name = f"truth-{len(sim.book)}"
        order = self.sample.place(sim, name, age=AGE)
        sim.faults.play("query_lag", lag=self.lag)
        sim.faults.play(self.fault, on=self.on, for_seconds=self.burst)
        sim.faults.play(*self.following)
        order_id, named = (
            (str(order.order_id), {}) if self.by_id else (None, {"clientOrderId": name})
        )
        params = {**self.sample.params, **params, **named}
        try:
            result: Any = exchange.cancel_order(order_id, self.sample.symbol, params)
        except Exception as e:
            result = e
        now = sim.book.now(order)
        verdict = judge(
            result,
            order_id=str(now.order_id),
            status=now.status,
            fills=(float(now.executed),),
            is_open=now.is_open,
            by_call=not is_canceled_by_another(sim, now),
        )
        sim.faults.finish()
        sim.faults.clear()
        return verdict, f"{result!r}\n    of {now}"


Row = tuple[Schedule, dict[str, str], str]
"""With the verdict of each of `BOTH`, and what the adapter returned or raised."""


def is_canceled_by_another(sim: Simulator, order: Order) -> bool:
    """Whether a fault canceled it just before a request for it."""
    hit = [played.request for played in sim.faults.played if played.fault.name == "cancel_before"]
    ids = {("orderId", str(order.order_id)), ("symbol", order.symbol)}
    return any(
        ids <= {*asked.params.items()} or order.client_order_id in asked.params.values()
        for asked in hit
    )


def schedules() -> Iterator[Schedule]:
    rng = random.Random(SEED)  # noqa: S311  # no secret
    known = [f for f in FAULTS.values() if "DELETE" in f.methods and f.name not in HARMLESS]
    names = [fault.name for fault in known]
    outages = [f.name for f in known if not (f.before or f.make_handler) and f.name != "hang_up"]
    for sample in SAMPLES:
        for name in names:
            for number, count in enumerate(FOLLOWING):
                following = tuple(rng.sample(names, count))
                yield Schedule("one to three faults", sample, number % 2 == 0, name, following)
    for sample in SAMPLES:
        for name in outages:
            for on in (None, "DELETE"):
                by_id, burst = rng.random() < 0.5, round(rng.uniform(*BURST), 3)
                yield Schedule("bursts", sample, by_id, name, on=on, burst=burst)
    for sample in SAMPLES:
        for name in names:
            for by_id in (True, False):
                yield Schedule("lags", sample, by_id, name, lag=round(rng.uniform(*LAG), 3))


def _run(share: list[Schedule]) -> list[Row]:
    """Each with both, on a simulator of its own."""
    settings = {"enableRateLimit": False}
    rows: list[Row] = []
    plain, attached = ccxt.binance(settings), adapter.attach(ccxt.binance(settings))
    with Simulator() as sim, closing(plain.session), closing(attached.session):
        sim.faults.delay = DELAY
        sim.connect(plain).load_markets()
        sim.connect(attached)
        plain.timeout = attached.timeout = TIMEOUT
        for schedule in share:
            adapter.attach(adapter.detach(attached), plugins=shipped_file())  # it forgets bans
            theirs, _ = schedule.run(sim, plain, {})
            ours, reported = schedule.run(sim, attached, {"deadline": DEADLINE})
            rows.append((schedule, dict(zip(BOTH, (theirs, ours), strict=True)), reported))
    return rows


def report(rows: list[Row]) -> Json:
    """The counts of all, and by kind, product and fault; and with what they were measured."""
    groups: dict[str, dict[str, list[tuple[str, str]]]] = {
        "kinds": {},
        "products": {},
        "faults": {},
    }
    for of, verdicts, _ in rows:
        for group, key in zip(groups, (of.kind, of.sample.plugin, of.fault), strict=True):
            groups[group].setdefault(key, []).extend(verdicts.items())
    return {
        **measured_with("ccxt", "ccxt-adapter", "requests"),
        "seed": SEED,
        "schedules": len(rows),
        "all": counts(item for _, verdicts, _ in rows for item in verdicts.items()),
        **{group: {key: counts(v) for key, v in of.items()} for group, of in groups.items()},
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.truth", description=__doc__)
    parser.add_argument(
        "--venues", action="store_true", help="the other venues instead, on the models in tests/"
    )
    if parser.parse_args().venues:
        return truth_venues.main()
    planned = [*schedules()]
    with ThreadPoolExecutor(THREADS) as pool:
        shares = pool.map(_run, [planned[first::THREADS] for first in range(THREADS)])
    rows = [row for share in shares for row in share]
    found = report(rows)
    FILE.write_text(json.dumps(found, indent=2) + "\n")
    faults = {f"`{fault}`": counted for fault, counted in found["faults"].items()}
    lines = [[name, *cells(counted)] for name, counted in {**found["kinds"], **faults}.items()]
    print(table(HEADS, lines))
    false = [f"{of}\n    {reported}" for of, was, reported in rows if was["adapter"] == FALSE]
    print(*false, sep="\n")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
