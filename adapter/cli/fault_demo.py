"""``ccxt-adapter demo --faults``: a cancel under each of the simulator's faults.

Beside it, what plain ccxt reports of an order that is like it and meets the same fault.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import attrs
import ccxt

import adapter
from adapter.cli.attempt import Attempt
from adapter.cli.exits import DONE, REFUSED
from adapter.cli.fault_row import FaultRow
from adapter.cli.fault_table import show
from adapter.cli.samples import SAMPLES, Sample
from adapter.cli.show import as_json, working
from adapter.cli.verdict import FALSE
from adapter.settings import shipped
from adapter.simulator import Simulator
from adapter.simulator.faults import FAULTS, Fault

TIMEOUT = 500
"""ms for which the exchange objects wait for an answer."""
LATE = 0.8
"""Seconds by which an answer is too late for them."""
BAN = 0.3
"""Seconds for which a host refuses everything, where it is not said; Retry-After is whole ones."""
BURST, LAG = 1.0, 0.5
"""Seconds for which a burst hits every request, and by which queries lag behind the book."""
AGE = 60.0
"""Seconds for which an order has been in the book: queries that lag find it."""

LEFT_OUT = ("none", "hang_up", "skew_undo")
"""They do a single cancel no harm."""
ON = {
    "throttled_1008": "binance.usdm",  # the code means something else on options
    "unknown_2011": "binance.usdm",
    "refused_6063": "binance.options",  # no other product has the code, …
    "accepted_only": "binance.options",  # … nor do they accept a cancel before it takes
    "accepted_then_filled": "binance.options",
    "not_found_lag": "binance.options",
}
"""The product for faults that are at home on one; the others go round them all."""
LASTING = (
    attrs.evolve(
        FAULTS["http_503_unknown"],
        name="http_503_burst",
        text=f'For {BURST:g} s every request, queries as well, gets HTTP 503 "Unknown error…".',
        for_seconds=BURST,
    ),
    attrs.evolve(
        FAULTS["fill_before"],
        name="fill_before_lag",
        text=f"The order trades in full just before the cancel, and queries lag {LAG:g} s behind.",
        on="DELETE",
    ),
    attrs.evolve(
        FAULTS["drop_after"],
        name="drop_after_lag",
        text=f"The cancel is executed, its answer lost, and queries lag {LAG:g} s behind.",
        on="DELETE",
    ),
)
"""Faults that go on for a while."""
LAGGING = ("fill_before_lag", "drop_after_lag")
BANS = ("limited_429", "limited_429_bare", "banned_418", "banned_418_bare")


def run(args: argparse.Namespace) -> int:
    """Show them; returns 0 when nothing that the adapter says is false of the simulator's book."""
    with working("Cancelling under each fault; this takes about 20 seconds"):
        found = list(rows())
    if args.json:
        as_json([row.described() for row in found])
    else:
        show(found)
    return REFUSED if any(row.verdict == FALSE for row in found) else DONE


def rows() -> Iterator[FaultRow]:
    """One row to a fault, over all products in turn."""
    with Simulator() as sim:
        ccxts = sim.connect(ccxt.binance())
        with closing(ccxts.session):
            ccxts.load_markets()
            ccxts.timeout = TIMEOUT
            for number, fault in enumerate(faults()):
                sample = _sample(fault, number)
                yield FaultRow(
                    fault,
                    sample.plugin,
                    _ours(sim, sample, fault, f"mine-{number}"),
                    _attempt(ccxts, sim, sample, fault, f"ccxt-{number}", caught=Exception),
                )


def faults() -> Iterator[Fault]:
    """Those that a cancel can meet, each for no longer than it takes to see it, and `LASTING`."""
    for fault in FAULTS.values():
        if "DELETE" in fault.methods and fault.name not in LEFT_OUT:
            yield attrs.evolve(fault, on="DELETE", seconds=_seconds(fault))
    yield from LASTING


def _sample(fault: Fault, number: int) -> Sample:
    at_home = (sample for sample in SAMPLES if sample.plugin == ON.get(fault.name))
    return next(at_home, SAMPLES[number % len(SAMPLES)])


def _seconds(fault: Fault) -> float | None:
    if fault.name in BANS:
        return BAN
    return LATE if fault.delay else fault.seconds


def _ours(sim: Simulator, sample: Sample, fault: Fault, name: str) -> Attempt:
    """With an exchange object of its own: a ban, and the exchange's time, would be remembered."""
    exchange = sim.connect(ccxt.binance({"timeout": TIMEOUT}))
    with closing(exchange.session):
        adapter.attach(exchange, plugins=shipped())
        return _attempt(exchange, sim, sample, fault, name)


def _attempt(
    exchange: Any,
    sim: Simulator,
    sample: Sample,
    fault: Fault,
    name: str,
    *,
    caught: type[Exception] = ccxt.BaseError,
) -> Attempt:
    order = sample.place(sim, name, age=AGE)
    if fault.name in LAGGING:
        sim.faults.play("query_lag", lag=LAG)
    sim.faults.play(fault)
    with Attempt(sim, order, caught=caught) as attempt:
        attempt.answer = exchange.cancel_order(str(order.order_id), sample.symbol, sample.params)
    sim.faults.clear()
    return attempt
