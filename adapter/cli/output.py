"""Output of the commands: tables for people, JSON for programs, one line for an error.

rich is imported when a table is printed, so that ``--help`` does not wait for it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TextIO

import ccxt

from adapter.cli.exit_codes import UsageError
from adapter.core.redact import redact
from adapter.errors import CancelUnknown, RateLimited

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from adapter.core.events import Event

OPTIONS = [
    *(
        (re.compile(rf"params={{['\"]{name}['\"]: {value}}}"), option)
        for name, value, option in (
            ("trigger", "True", "--trigger"),
            ("marginMode", "['\"](\\w+)['\"]", r"--margin-mode \1"),
            ("portfolioMargin", "True", "--account portfolio-margin"),
            ("portfolioMargin", "False", "--account classic"),
            ("clientOrderId", "(.+?)", r"--client-order-id \1"),
            ("clientOrderIds", ".+?", "--client-order-id, once for each"),
        )
    ),
    (re.compile(r"params\['deadline'\]"), "--deadline"),
    (re.compile(r"params\['clientOrderId'\]"), "--client-order-id"),
]
"""The params that messages name, and the option of the command line that is the same."""

SAY_WHAT_TO_DO = (CancelUnknown, RateLimited)
"""The network errors that need no other command."""

PIPE_WIDTH = 120
"""Columns of a table that goes to a file or a pipe, which has no width."""


def console(file: TextIO | None = None) -> Console:
    """A console for literal text: no markup, no emoji codes, no highlighting.

    ``file`` is stdout unless it is given.
    """
    from rich.console import Console

    wide = None if (file or sys.stdout).isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=file, width=wide, markup=False, emoji=False, highlight=False)


def table(*columns: str, vertical: Literal["top", "middle", "bottom"] = "top") -> Table:
    """An empty table with these headings, for any width."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in columns:
        made.add_column(heading, overflow="fold", vertical=vertical)
    return made


@contextmanager
def working(words: str) -> Iterator[None]:
    """Show progress on stderr, if that is a terminal, while the block runs."""
    from rich.console import Console

    with Console(stderr=True, highlight=False).status(words):
        yield


@contextmanager
def counting(words: str) -> Iterator[Callable[[Event], object]]:
    """Show how many orders are settled, on stderr if that is a terminal, by the events of a call.

    Yields what they are given to.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    terminal = Console(stderr=True)
    off = not terminal.is_terminal
    with Progress(*columns, console=terminal, transient=True, disable=off) as bar:
        task = bar.add_task(words, total=None)

        def on_event(event: Event) -> None:
            if event.what == "started":
                bar.update(task, total=event.details["orders"])
            elif event.what == "settled" and (event.order_id or event.client_order_id):
                bar.advance(task)

        yield on_event


def facts(values: Mapping[str, object], *, file: TextIO | None = None) -> None:
    """Print names and values, one pair to a line, without those that are None."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in values.items():
        if value is not None:
            grid.add_row(name, str(value))
    console(file).print(grid)


def as_json(value: object) -> None:
    """Print ``value`` as one JSON document."""
    print(json.dumps(value, indent=2, default=str))


def failure(error: BaseException, code: int, *, json: bool) -> int:
    """Print one line on stderr, and the error as JSON on stdout if asked; returns ``code``."""
    print(error_line(error), file=sys.stderr)
    if json:
        as_json({"error": type(error).__name__, "message": message(error), "exit": code})
    return code


def message(error: BaseException) -> str:
    """The error's text, with options in place of params, and where to look on.

    It is redacted, because ccxt's network errors quote signed URLs.
    """
    parts = [str(error), *getattr(error, "__notes__", ())]
    if isinstance(error, ccxt.NetworkError) and not isinstance(error, SAY_WHAT_TO_DO):
        parts[-1] = f"{parts[-1].rstrip('.')}. `ccxt-adapter doctor` shows what is wrong."
    text = redact("\n".join(parts))
    for pattern, option in OPTIONS:
        text = pattern.sub(option, text)
    return text


def error_line(error: BaseException) -> str:
    """The error in one line, with the name of the program."""
    return f"ccxt-adapter: {described(error)}"


def described(error: BaseException) -> str:
    """The error in one line."""
    parts = [" ".join(message(error).split())]
    if not isinstance(error, UsageError):
        parts.insert(0, f"{type(error).__name__}:")
    if (retry_after := getattr(error, "retry_after", None)) is not None:
        parts.append(f"(try again in {retry_after:g} s)")
    return " ".join(parts)
