"""Cancels on each product, sync and async, and what plain ccxt reports of orders like them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import attrs
import ccxt
import ccxt.async_support
from rich.text import Text

import adapter
from adapter.cli.demo.attempt import Attempt
from adapter.cli.demo.samples import SAMPLES, Sample
from adapter.cli.output import console, table
from adapter.registry.config import shipped_file
from adapter.simulator import Order, Simulator

NO_TLS = {"timeout_on_exit": 0}
"""ms that ccxt waits for TLS connections to end; the simulator has none."""
GOOD, BAD, QUIET = "green", "bold red", "dim"
WIDE = 118
"""Columns that the one-line rows need; below it a row takes three lines."""
SHORT = 6
HEADINGS = (
    *("plugin\nrequest", "mode", "order named by", "Binance\nstatus"),
    *("adapter\nstatus", "\noutcome", "client\nid", "\nms"),
    *("ccxt\nstatus", "client\nid"),
)
NARROW_HEADINGS = ("cancel", "adapter", "ccxt")


@attrs.frozen
class Row:
    """The adapter's cancel of one order, and ccxt's of an equal one."""

    plugin: str
    mode: str
    """``"sync"`` or ``"async"``."""
    ours: Attempt
    ccxts: Attempt

    def described(self) -> dict[str, Any]:
        """For a program."""
        return {
            "product": self.plugin,
            "request": self.ours.request_line,
            "mode": self.mode,
            "sent_as": self.ours.sent_as,
            "adapter": self.ours.described(),
            "ccxt": self.ccxts.described(),
        }


def rows() -> list[Row]:
    """The cancels, sync and async of a product together."""
    with Simulator() as sim:
        pairs = zip(_sync(sim), asyncio.run(_async(sim)), strict=True)
        return [row for pair in pairs for row in pair]


def _sync(sim: Simulator) -> list[Row]:
    ours = adapter.attach(sim.connect(ccxt.binance()), plugins=shipped_file())
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
    ours = adapter.attach(sim.connect(binance(NO_TLS)), plugins=shipped_file())
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


def show(rows: list[Row]) -> None:
    """Print the table, and below it a summary in words."""
    terminal = console()
    wide = terminal.width >= WIDE
    headings, cells = (HEADINGS, _cells) if wide else (NARROW_HEADINGS, _narrow_cells)
    shown = table(*headings, vertical="bottom" if wide else "top")
    for row in rows:
        shown.add_row(*cells(row), end_section=row.mode == "async" or not wide)
    terminal.print(shown)
    terminal.print(f"\n{_requests(rows)}")
    terminal.print(_summary(rows))


def _cells(row: Row) -> Iterator[Text]:
    """The two rows of a product share its first column: its name, then its request."""
    ours, ccxts = row.ours, row.ccxts
    yield Text(row.plugin) if row.mode == "sync" else Text(ours.request_line or "", QUIET)
    yield Text(row.mode)
    yield Text(ours.sent_as or "")
    yield Text(ours.binance_status or "")
    yield _status(ours)
    yield Text(ours.outcome)
    yield _client_id(ours)
    yield Text(f"{ours.milliseconds:.1f}", QUIET)
    yield _status(ccxts)
    yield _client_id(ccxts)


def _narrow_cells(row: Row) -> Iterator[Text]:
    ours, ccxts = row.ours, row.ccxts
    request = Text(ours.request_line or "", QUIET)
    yield _lines(Text(f"{row.plugin} {row.mode}"), request, Text(f"by {ours.sent_as}"))
    outcome = Text(f"{ours.outcome}, {ours.milliseconds:.1f} ms")
    binance = Text(f" ({ours.binance_status})")
    yield _lines(_status(ours) + binance, Text("client id ") + _client_id(ours), outcome)
    yield _lines(_status(ccxts), Text("client id ") + _client_id(ccxts))


def _lines(*lines: Text) -> Text:
    return Text("\n").join(lines)


def _status(attempt: Attempt) -> Text:
    return Text(attempt.status, GOOD if attempt.status_is_true else BAD)


def _client_id(attempt: Attempt) -> Text:
    client_id = str(attempt.answer.get("clientOrderId", ""))
    short = client_id if len(client_id) <= SHORT else f"{client_id[: SHORT - 2]}.."
    return Text(short, GOOD if attempt.client_id_is_true else BAD)


def _requests(rows: list[Row]) -> str:
    ours, ccxts = rows[0].ours.requests_before, rows[0].ccxts.requests_before
    return f"Requests before the first cancel: ccxt {ccxts} (it loads the markets), adapter {ours}."


def _summary(rows: list[Row]) -> str:
    attempts = [attempt for row in rows for attempt in (row.ours, row.ccxts)]
    canceled = sum(attempt.book_status == "CANCELED" for attempt in attempts)
    status = [row for row in rows if not row.ccxts.status_is_true]
    client_id = [row for row in rows if not row.ccxts.client_id_is_true]
    wrong = [row for row in rows if not row.ours.is_true]
    words = " and ".join(dict.fromkeys(row.ccxts.status for row in status))
    sentences = [
        f"What to look at: in the simulator's book {canceled} of the {len(attempts)} orders are"
        " CANCELED.",
        f"ccxt reports {words} for {_plugins(status)}." if status else "",
        f"ccxt gives a client id that is not the order's for {_plugins(client_id)}."
        if client_id
        else "",
        f"The adapter is wrong for {_plugins(wrong)}."
        if wrong
        else "Every row of the adapter agrees with the book.",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _plugins(rows: list[Row]) -> str:
    *others, last = dict.fromkeys(row.plugin for row in rows)
    return f"{', '.join(others)} and {last}" if others else last
