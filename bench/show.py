"""What the terminal shows: how far a run is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from adapter.cli.show import console, table
from bench import report, summary
from bench.run import CLIENTS, Plan

Found = Mapping[str, Any]


def progress(say: Console) -> Progress:
    """Drawn between the rounds alone: drawing takes a core too."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=say, auto_refresh=False)


def steps(bars: Progress, plan: Plan) -> Callable[[str], None]:
    """A bar for the clients and one for each row; returns what moves the one of a name."""
    totals = {CLIENTS: len(plan.clients), **{row.name: plan.rounds(row) for row in plan.rows}}
    tasks = {name: bars.add_task(name, total=total) for name, total in totals.items() if total}
    bars.refresh()

    def step(name: str) -> None:
        bars.advance(tasks[name])
        bars.refresh()
        if bars.tasks[tasks[name]].finished and not bars.console.is_terminal:
            bars.console.print(f"{name}: done")  # a file shows the bars at the end alone

    return step


def result(found: Found) -> None:
    """The summary; the rest is in the files."""
    shown = table("", "ccxt", "the adapter", "ratio", "goal", "felt at 20 ms?")
    for line in summary.lines(found):
        shown.add_row(line.what, line.ccxt, line.ours, line.ratio, report.goal(line), line.felt)
    output = console()
    if shown.row_count:
        output.print(shown)
    for reason, names in missing(found).items():
        output.print(f"{', '.join(names)}: {reason}")
    if remark := report.noise(found):
        output.print(remark.strip("*"))


def missing(found: Found) -> dict[str, list[str]]:
    """Each reason for which something was not measured, and what was not."""
    reasons: dict[str, list[str]] = {}
    for row in found["rows"]:
        for entry in row["entries"]:
            reason = entry.get("failed") or entry.get("unavailable")
            name = entry["client"] or entry["name"]
            if reason and name not in reasons.setdefault(reason, []):
                reasons[reason].append(name)
    return reasons
