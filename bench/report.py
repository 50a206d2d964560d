"""What was found, as JSON and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import charts, summary, words

Found = Mapping[str, Any]

NOISE = 0.05
"""The share of the processor that others may have while we measure."""
HOW = """\
A server on the same machine answers over TLS 1.3 with Binance's headers and body; a line with a
round trip is a proxy that holds every byte back for half of it. Keys are HMAC where nothing else is
said. Each answer is parsed and checked: canceled, and the order that was asked for. All entries of
a row are measured in turn within a round; a number is the median of the rounds, with the least and
the largest round behind it, and a ratio is taken within each round.
"""


def write(found: Found, place: Path) -> None:
    """Write ``speed.json``, ``speed.md`` and the charts for which there are numbers."""
    place.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (place / "speed.json").write_text(text + "\n", encoding="utf-8")
    (place / "speed.md").write_text(markdown(found), encoding="utf-8")
    for name, chart in charts.drawn(found).items():
        (place / name).write_text(chart, encoding="utf-8")


def markdown(found: Found) -> str:
    """The whole report."""
    parts = ["# How fast a cancel is", noise(found), HOW, *_summary(found)]
    parts += [part for row in found["rows"] for part in _row(row)]
    return "\n\n".join([*(part.strip() for part in parts if part), _measured_on(found)]) + "\n"


def _summary(found: Found) -> list[str]:
    rows = ratios(found)
    return ["## The adapter beside ccxt", rows, summary.RULE] if rows else []


def noise(found: Found) -> str:
    """A warning, where the numbers are not to be used."""
    if found["quick"]:
        return "**A quick run: it shows that all works, and not how fast.**"
    others = found["others"] or 0.0
    if others > NOISE:
        return f"**Provisional: other work took {others:.0%} of the processor meanwhile.**"
    return ""


def ratios(found: Found) -> str:
    """The summary as a table."""
    rows = [
        (line.what, line.ccxt, line.ours, line.ratio, goal(line), line.felt)
        for line in summary.lines(found)
    ]
    heads = ("", "ccxt", "the adapter", "ratio", "goal", "felt at 20 ms round trip?")
    return table(heads, rows) if rows else ""


def goal(line: summary.Line) -> str:
    """What is hoped for, and whether it was reached."""
    mark = {True: " ✓", False: " ✗", None: ""}[line.reached]
    return line.goal + mark


def _row(row: Found) -> Iterator[str]:
    rounds = "1 round" if row["rounds"] == 1 else f"{row['rounds']} rounds"
    yield f"## {row['title']}"
    yield f"{row['about']} {rounds}; `--only {row['name']}`."
    heads = ["", *(words.LABELS[measure] for measure in row["shown"])]
    if row["by_round_trip"]:
        yield _by_round_trip(row)
    else:
        yield table(heads, [[entry["name"], *_cells(row, entry)] for entry in row["entries"]])
    yield "\n".join([*map(_limit, row["limits"]), *_others(row)])


def _by_round_trip(row: Found) -> str:
    """A line of the table for each client, a column for each length of line."""
    lines = dict.fromkeys(entry["round_trip"] for entry in row["entries"])
    cells: dict[str, list[str]] = {}
    for entry in row["entries"]:
        cells.setdefault(entry["client"], []).append(_cells(row, entry)[0])
    heads = ["", *(f"{line} ms" if line else "loopback" for line in lines)]
    return table(heads, [[client, *row] for client, row in cells.items()])


def _cells(row: Found, entry: Found) -> list[str]:
    reason = entry.get("failed") or entry.get("unavailable")
    if reason:
        word = "failed" if "failed" in entry else "not available"
        return [f"{word}: {_escaped(reason)}", *[""] * (len(row["shown"]) - 1)]
    return [_cell(entry, measure) for measure in row["shown"]]


def _cell(entry: Found, measure: str) -> str:
    if measure == "p99":
        return words.duration(entry["p99"]) if "p99" in entry else ""
    found = entry["measures"].get(measure)
    return words.between(found, measure) if found else ""


def _limit(limit: Found) -> str:
    mark = "✓" if limit["median"] < limit["below"] else "✗"
    measured = words.between(limit, limit["measure"])
    return f"- {limit['entry']}: {measured}; goal below {words.duration(limit['below'])} {mark}"


def _others(row: Found) -> Iterator[str]:
    """The ratios that are not in the summary."""
    for ratio in row["ratios"]:
        if not ratio["says"]:
            aim = summary.goal(ratio)
            mark = {True: " ✓", False: " ✗", None: ""}[summary.reached(ratio)]
            behind = f"; goal {aim}{mark}" if aim else ""
            yield f"- {ratio['of']} : {ratio['to']} = {summary.value(ratio)}{behind}"


def _measured_on(found: Found) -> str:
    machine, server = found["machine"], found["server"]
    rows = [
        ("date", found["date"]),
        *machine.items(),
        ("other work meanwhile", _others_work(found["others"])),
        ("server", _server(server)),
        *found["versions"].items(),
    ]
    return "\n\n".join(("## Measured on", table(("", ""), rows), "## The clients", _clients(found)))


def _others_work(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.1%} of the processor"


def _server(server: Found) -> str:
    cpu = f", {server['cpu']} µs of processor each" if server["cpu"] else ""
    return f"{server['name']}: at most {server['per_second']:,} requests/s{cpu}"


def _clients(found: Found) -> str:
    """Whose request the simulator took, and who refused a stranger's certificate."""
    return table(
        ("", "version", "its request is right", "verifies the server"),
        [(name, *_shown(shown)) for name, shown in found["clients"].items()],
    )


def _shown(shown: Found) -> tuple[str, str, str]:
    if "accepted" not in shown:
        return _escaped(shown.get("failed") or shown.get("unavailable")), "", ""
    versions = ", ".join(f"{name} {version}" for name, version in shown["versions"].items())
    return versions, "yes", "yes" if shown.get("verifies") else "no"


def table(heads: Any, rows: Any) -> str:
    """A table in Markdown; the first column is left, the others right."""
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _escaped(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
