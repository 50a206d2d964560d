"""The table of the demo's faults, and how often ccxt and the adapter were right."""

from __future__ import annotations

from collections import Counter

from rich.text import Text

from adapter.cli.demo.attempt import Attempt
from adapter.cli.demo.faults import FaultRow
from adapter.cli.demo.verdict import FALSE, TRUE, UNKNOWN, VERDICTS
from adapter.cli.output import console, table

STYLES = {TRUE: "green", UNKNOWN: "yellow", FALSE: "bold red"}
QUIET = "dim"
HEADINGS = (
    "fault\nproduct: what happens",
    *(f"{who} reported\nthe book: verdict" for who in ("ccxt", "adapter")),
)
LEGEND = (
    f"{TRUE}: the report agrees with the book at the end. {UNKNOWN}: the report does not show the"
    f" state of an order that the call canceled or may have canceled. {FALSE}: such as open, or not"
    " found, for an order that the call canceled; or canceled, or not found, for an open one."
)


def show(rows: list[FaultRow]) -> None:
    """Print the table, and below it the sums and what the words mean."""
    shown = table(*HEADINGS)
    for row in rows:
        shown.add_row(
            _lines(Text(row.fault.name), Text(f"{row.product}: {row.words}", QUIET)),
            _cell(row.ccxts, row.ccxts_verdict),
            _cell(row.ours, row.verdict),
        )
    terminal = console()
    terminal.print(shown)
    ccxts = _sums([row.ccxts_verdict for row in rows])
    ours = _sums([row.verdict for row in rows])
    terminal.print(f"\n{len(rows)} faults. ccxt: {ccxts}. The adapter: {ours}.\n\n{LEGEND}")


def _cell(attempt: Attempt, verdict: str) -> Text:
    style = STYLES[verdict]
    return _lines(Text(_reported(attempt), style), Text(f"{attempt.book_status}: {verdict}", style))


def _lines(*lines: Text) -> Text:
    return Text("\n").join(lines)


def _reported(attempt: Attempt) -> str:
    if attempt.error is None:
        return str(attempt.answer.get("status") or "no status")
    return attempt.error if attempt.state is None else f"{attempt.error} ({attempt.state})"


def _sums(verdicts: list[str]) -> str:
    counted = Counter(verdicts)
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS)
