"""One cancel under each fault of the simulator, by the adapter and by plain ccxt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import attrs
import ccxt

import adapter
from adapter.cli.demo.attempt import Attempt
from adapter.cli.demo.samples import SAMPLES, Sample
from adapter.cli.demo.verdict import Reported, verdict
from adapter.registry.config import shipped_file
from adapter.simulator import Simulator
from adapter.simulator.faults import FAULTS, Fault

TIMEOUT = 500
"""ms for which the exchange objects wait for an answer."""
LATE = 0.8
"""Seconds by which an answer is too late for them."""
BAN = 0.3
"""Seconds for which a host refuses everything, without a Retry-After, which is in whole seconds."""
BURST, LAG = 1.0, 0.5
"""Seconds for which a burst hits every request, and by which queries lag behind the book."""
AGE = 60.0
"""Seconds for which an order has been in the book: queries that lag find it."""

LEFT_OUT = ("none", "hang_up", "skew_undo", "cancel_all_skips")
"""Faults that do not affect a single cancel."""
ON = {
    "throttled_1008": "binance.usdm",  # the code means something else on options
    "unknown_2011": "binance.usdm",
    "refused_6063": "binance.options",  # no other product has the code, …
    "accepted_only": "binance.options",  # … nor do they accept a cancel before it takes effect
    "accepted_then_filled": "binance.options",
    "not_found_lag": "binance.options",
}
"""The product of each fault that only one product has; the others rotate over all products."""
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
"""Faults that last for a while."""
LAGGING = ("fill_before_lag", "drop_after_lag")
BANS = ("limited_429", "limited_429_bare", "banned_418", "banned_418_bare")
BY_ANOTHER = ("cancel_before",)
"""The faults in which somebody else cancels the order."""


@attrs.frozen
class FaultRow:
    """The adapter's cancel of one order, and ccxt's of another that met the same fault."""

    fault: Fault
    plugin: str
    ours: Attempt
    ccxts: Attempt

    @property
    def words(self) -> str:
        """What the fault does, in few words."""
        text = self.fault.text.removesuffix(".").removesuffix(", which does not show that")
        text = text.removeprefix("The request is ").replace(", and the answer is", "; answer:")
        return text[:1].lower() + text[1:]

    @property
    def product(self) -> str:
        """The plugin's name without its venue."""
        return self.plugin.partition(".")[2]

    @property
    def verdict(self) -> str:
        """Whether what the adapter reported is true."""
        return self._verdict(self.ours)

    @property
    def ccxts_verdict(self) -> str:
        """Whether what ccxt reported is true."""
        return self._verdict(self.ccxts)

    def _verdict(self, attempt: Attempt) -> str:
        reported = Reported(
            status=attempt.answer.get("status"),
            names_it=attempt.answer.get("id") in (None, str(attempt.order.order_id)),
            error=type(attempt.raised) if attempt.raised else None,
            state=attempt.state,
        )
        return verdict(reported, attempt.book_status, by_call=self.fault.name not in BY_ANOTHER)

    def described(self) -> dict[str, Any]:
        """For a program."""
        return {
            "fault": self.fault.name,
            "text": self.fault.text,
            "product": self.plugin,
            "request": self.ours.request_line,
            "adapter": _described(self.ours, self.verdict),
            "ccxt": _described(self.ccxts, self.ccxts_verdict),
        }


def _described(attempt: Attempt, verdict: str) -> dict[str, Any]:
    return {
        "order_id": str(attempt.order.order_id),
        "id": attempt.answer.get("id"),
        "status": attempt.answer.get("status"),
        "outcome": attempt.outcome or None,
        "error": attempt.error,
        "state": attempt.state,
        "book_status": attempt.book_status,
        "verdict": verdict,
        "sends": attempt.sends,
        "milliseconds": attempt.milliseconds,
    }


def rows() -> Iterator[FaultRow]:
    """One row for each fault, over all products by rotation."""
    with Simulator() as sim:
        ccxts = sim.connect(ccxt.binance())
        with closing(ccxts.session):
            ccxts.load_markets()
            ccxts.timeout = TIMEOUT
            for number, fault in enumerate(cases()):
                sample = _sample(fault, number)
                yield FaultRow(
                    fault,
                    sample.plugin,
                    _ours(sim, sample, fault, f"mine-{number}"),
                    _attempt(ccxts, sim, sample, fault, f"ccxt-{number}", caught=Exception),
                )


def cases() -> Iterator[Fault]:
    """Those that a cancel can meet, each for no longer than it takes to see it, and `LASTING`."""
    for fault in FAULTS.values():
        if "DELETE" in fault.methods and fault.name not in LEFT_OUT:
            yield attrs.evolve(fault, on="DELETE", seconds=_seconds(fault))
    yield from LASTING


def _sample(fault: Fault, number: int) -> Sample:
    fixed = (sample for sample in SAMPLES if sample.plugin == ON.get(fault.name))
    return next(fixed, SAMPLES[number % len(SAMPLES)])


def _seconds(fault: Fault) -> float | None:
    if fault.name in BANS:
        return BAN
    return LATE if fault.delay else fault.seconds


def _ours(sim: Simulator, sample: Sample, fault: Fault, name: str) -> Attempt:
    """A new exchange object for each cancel, because it keeps a ban and the exchange's time."""
    exchange = sim.connect(ccxt.binance({"timeout": TIMEOUT}))
    with closing(exchange.session):
        adapter.attach(exchange, plugins=shipped_file())
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
