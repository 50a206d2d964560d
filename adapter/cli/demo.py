"""``ccxt-adapter demo``: ten cancels in the simulator, and what plain ccxt says of their likes."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import closing
from typing import Any

import ccxt
import ccxt.async_support

import adapter
from adapter.cli.attempt import Attempt, Row
from adapter.cli.comparison import compare
from adapter.cli.exits import DONE, REFUSED
from adapter.cli.samples import SAMPLES, Sample
from adapter.cli.show import as_json
from adapter.settings import shipped
from adapter.simulator import Order, Simulator

NO_TLS = {"timeout_on_exit": 0}
"""ms that ccxt waits for TLS connections to end; the simulator has none."""


def run(args: argparse.Namespace) -> int:
    """Show the ten, or one cancel for each fault; returns the exit code.

    It is 0 when what the adapter says is true of the simulator's book; with faults, not false. The
    user's own plugins.toml stays out of it: this shows what was shipped.
    """
    if args.faults:
        from adapter.cli import fault_demo

        return fault_demo.run(args)
    found = rows()
    if args.json:
        as_json([row.described() for row in found])
    else:
        compare(found)
    return DONE if all(row.ours.is_true for row in found) else REFUSED


def rows() -> list[Row]:
    """The ten cancels, sync and async of a product together."""
    with Simulator() as sim:
        pairs = zip(_sync(sim), asyncio.run(_async(sim)), strict=True)
        return [row for pair in pairs for row in pair]


def _sync(sim: Simulator) -> list[Row]:
    ours = adapter.attach(sim.connect(ccxt.binance()), plugins=shipped())
    ccxts = sim.connect(ccxt.binance())
    with closing(ours.session), closing(ccxts.session):
        return [
            Row(
                sample.plugin,
                "sync",
                _attempt(ours, sim, sample, "mine-1"),
                _attempt(ccxts, sim, sample, "ccxt-1"),
            )
            for sample in SAMPLES
        ]


def _attempt(exchange: Any, sim: Simulator, sample: Sample, name: str) -> Attempt:
    order = sample.place(sim, name)
    with Attempt(sim, order) as attempt:
        attempt.answer = exchange.cancel_order(str(order.order_id), sample.symbol, sample.params)
    return attempt


async def _async(sim: Simulator) -> list[Row]:
    binance = ccxt.async_support.binance
    ours = adapter.attach(sim.connect(binance(NO_TLS)), plugins=shipped())
    ccxts = sim.connect(binance(NO_TLS))
    try:
        return [
            Row(
                sample.plugin,
                "async",
                await _attempt_async(ours, sim, sample, "mine-2"),
                await _attempt_async(ccxts, sim, sample, "ccxt-2"),
            )
            for sample in SAMPLES
        ]
    finally:
        await ours.close()
        await ccxts.close()


async def _attempt_async(exchange: Any, sim: Simulator, sample: Sample, name: str) -> Attempt:
    order: Order = sample.place(sim, name)
    params = {"clientOrderId": name, **sample.params}
    with Attempt(sim, order) as attempt:
        attempt.answer = await exchange.cancel_order(None, sample.symbol, params)
    return attempt
