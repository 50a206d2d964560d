"""``ccxt-adapter simulate``: runs the simulator until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from adapter.cli.demo.samples import SAMPLES, Sample
from adapter.cli.exit_codes import DONE, UsageError
from adapter.cli.keys import API_KEY, SECRET
from adapter.cli.output import console, table
from adapter.simulator import Order, Simulator

Placed = list[tuple[Sample, Order]]

WAKE = 0.5
"""Seconds between checks: on Windows a wait without a time-out cannot be interrupted."""


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code. Raises `UsageError`."""
    with stopping() as stopped, ExitStack() as stack:
        try:
            sim = stack.enter_context(Simulator(port=args.port))
        except OSError as e:
            raise UsageError(
                f"port {args.port} cannot be used ({os.strerror(e.errno or 0)})"
            ) from e
        _announce(sim, [(sample, sample.place(sim, _name(sample))) for sample in SAMPLES])
        while not stopped.wait(WAKE):
            pass
    return DONE


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, within the block."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _name(sample: Sample) -> str:
    return f"my-{sample.plugin.partition('.')[2].replace('_', '-')}"


def _announce(sim: Simulator, placed: Placed) -> None:
    terminal = console()
    terminal.print(f"A simulated Binance runs at {sim.url} until Ctrl-C. Its open orders:\n")
    shown = table("plugin", "id", "client id", "symbol", "account")
    for sample, order in placed:
        ids = str(order.order_id), order.client_order_id
        shown.add_row(sample.plugin, *ids, sample.symbol, sample.margin_mode or sample.account)
    terminal.print(shown)
    # not through rich, which would break lines that are meant to be copied
    print(
        "\nTo cancel them, set these keys in another terminal:\n",
        f"export {API_KEY}={sim.api_key}",
        f"export {SECRET}={sim.secret}",
        "\nand there, for example:\n",
        f"ccxt-adapter orders --url {sim.url}",
        *(_command(sim, sample, order) for sample, order in placed),
        sep="\n",
        flush=True,
    )


def _command(sim: Simulator, sample: Sample, order: Order) -> str:
    options = " ".join([sample.symbol, *sample.options, "--url", sim.url])
    return f"ccxt-adapter cancel {order.order_id} {options}"
