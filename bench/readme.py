"""The section of the README: the charts, and the summary, between two marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import machine, report, summary

Found = Mapping[str, Any]

BEGIN, END = "<!-- speed: written by python -m bench -->", "<!-- end of speed -->"
SECTION = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)

CHARTS = """\
![100 cancels at once](bench/burst.svg)

![One cancel, by round trip](bench/round_trip.svg)"""


def section(found: Found) -> str:
    """What stands between the marks."""
    rows = [
        (line.what, line.ccxt, line.ours, line.ratio, line.felt) for line in summary.lines(found)
    ]
    heads = ("", "ccxt", "the adapter", "ratio", "felt at 20 ms round trip?")
    parts = [BEGIN, report.noise(found), CHARTS, report.table(heads, rows), _behind(found), END]
    return "\n\n".join(part for part in parts if part)


def _behind(found: Found) -> str:
    on = found["machine"]
    names = ("ccxt", "ccxt-adapter", "requests", "aiohttp", *machine.FAST)
    versions = [f"{name} {found['versions'][name]}" for name in names if name in found["versions"]]
    on_what = f"{on['cores']} cores ({on['processor']}), {on['python']}, {', '.join(versions)}"
    return (
        f"{summary.RULE} Measured {found['date']} on {on_what}; each ratio within a round, with the"
        " least and the largest round behind it. Every number, those of six other clients and of a"
        " raw socket among them: [bench/speed.md](bench/speed.md)."
    )


def write(found: Found, file: Path) -> None:
    """Put the section into the README, where its marks are."""
    text = file.read_text(encoding="utf-8")
    file.write_text(SECTION.sub(lambda _: section(found), text), encoding="utf-8")
