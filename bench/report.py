"""What was measured, as JSON, as Markdown, and as the section of the README."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]

FAR = 20_000.0
"""µs of the round trip by which it is told what is felt."""
HOW = """\
A server on the same machine answers over TLS 1.3 with Binance's headers and body; for a round trip,
a proxy holds every byte back for half of it. The adapter is measured with its extra `fast`, and
without it (`transport = "session"`). Keys are HMAC where nothing else is said. Each answer is
parsed and checked: canceled, and the order that was asked for. All entries of a row are measured in
turn within a round; a number is the median of the rounds, with the least and the largest round
behind it, and a ratio is taken within each round."""
QUICK = "A quick run: it shows that all works, and not how fast."
SPREAD = ("median", "min", "max")
LABELS = {"p50": "median", "cpu": "processor, each", "total": "all of them", "memory": "memory"}
README_TITLES = (
    "100 cancels at once, ccxt's limiter on, async",
    "100 cancels one after the other, ccxt's limiter on, sync",
    "one cancel behind 50 queued market-data calls, async",
    "one cancel, signed with a key of RSA-2048, sync",
    "process start to the answer of the first cancel, sync",
)
"""The lines of the summary that the README has; bench/speed.md has all of them."""
BEGIN, END = "<!-- speed: written by python -m bench -->", "<!-- end of speed -->"
SECTION = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def write(results: Json, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=1, ensure_ascii=False)
    (directory / "speed.json").write_text(text + "\n", encoding="utf-8")
    (directory / "speed.md").write_text(markdown(results), encoding="utf-8")


def write_readme(results: Json, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(SECTION.sub(lambda _: section(results), text), encoding="utf-8")


def section(results: Json) -> str:
    """The README's section, with its marks: the figures that a user notices."""
    rows = [
        (title, *sides, ratio, felt.removeprefix("yes: "))
        for title, *sides, ratio, _, felt in summary(results)
        if title in README_TITLES
    ]
    heads = ("", "ccxt", "the adapter", "ratio", "at a round trip of 20 ms")
    on = results["machine"]
    about = (
        f"Measured {results['date']} on {on['cores']} cores ({on['processor']}), {on['python']},"
        f" ccxt {results['versions']['ccxt']}; times on loopback, ratios with the least and the"
        " largest round.\nThe other figures, also those that are no better than ccxt's:"
        " [docs/speed.md](docs/speed.md), [bench/speed.md](bench/speed.md)."
    )
    return "\n\n".join((BEGIN, table(heads, rows), about, END))


def markdown(results: Json) -> str:
    parts = ["# How fast a cancel is", QUICK if results["quick"] else "", HOW]
    if summary(results):
        parts += ["## The adapter beside ccxt", summary_table(results)]
        parts.append("Felt is what saves more than that one round trip of 20 ms.")
    for row in results["rows"]:
        parts += _row(row)
    facts = {"date": results["date"], **results["versions"], **results["machine"]}
    parts += ["## Measured on", table(("", ""), facts.items()), "## The clients", _clients(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary_table(results: Json) -> str:
    heads = ("", "ccxt", "the adapter", "ratio", "goal", "felt at 20 ms round trip?")
    return table(heads, summary(results))


def summary(results: Json) -> list[tuple[str, ...]]:
    """Of each ratio that has a title: it, ccxt's value, ours, the ratio, its goal, what is felt."""
    lines: list[tuple[str, ...]] = []
    for row in results["rows"]:
        for ratio in (ratio for ratio in row["ratios"] if ratio["title"]):
            medians = _medians(row, ratio["measure"])
            of, to = medians[ratio["of"]], medians[ratio["to"]]
            sides = [amount(value, ratio["measure"]) for value in (of, to)]
            ccxts, ours = reversed(sides) if ratio["share"] else sides
            far = ratio["far"] or (ratio["of"], ratio["to"])
            felt = _felt(ratio, medians[far[0]] - medians[far[1]])
            lines.append((ratio["title"], ccxts, ours, _value(ratio), _goal(ratio), felt))
    return lines


def _value(ratio: Json) -> str:
    """``152x (140 to 160)``; a share is in percent."""
    factor, unit = (100, " %") if ratio["share"] else (1, "x")
    middle, low, high = (_digits(ratio[name] * factor) for name in SPREAD)
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low} to {high})"


def _goal(ratio: Json) -> str:
    if least := ratio["at_least"]:
        return f"at least {least:g}x {'✓' if ratio['median'] >= least else '✗'}"
    if most := ratio["at_most"]:
        return f"at most {most:.0%} {'✓' if ratio['median'] <= most else '✗'}"
    return ""


def _medians(row: Json, measure: str) -> dict[str, float]:
    spreads = {entry["name"]: entry.get("measures", {}).get(measure) for entry in row["entries"]}
    return {name: spread["median"] for name, spread in spreads.items() if spread}


def _felt(ratio: Json, saved: float) -> str:
    """More than a round trip is felt; processor and memory are felt elsewhere."""
    if ratio["measure"] in ("cpu", "memory") or ratio["share"]:
        return "no: it is room for other work"
    text = f"{duration(abs(saved))} {'sooner' if saved > 0 else 'later'}"
    return f"no: {text}" if abs(saved) < FAR else f"yes: {text}"


def _row(row: Json) -> Iterator[str]:
    yield f"## {row['title']}"
    rounds = "1 round" if row["rounds"] == 1 else f"{row['rounds']} rounds"
    yield f"{row['about']} {rounds}; `--only {row['name']}`."
    heads = ("", *(LABELS[measure] for measure in row["measures"]))
    yield table(heads, [(entry["name"], *_cells(row, entry)) for entry in row["entries"]])
    others = [ratio for ratio in row["ratios"] if not ratio["title"]]
    lines = [(f"{r['of']} : {r['to']} = {_value(r)}", _goal(r)) for r in others]
    yield "\n".join(f"- {text}; goal {goal}" if goal else f"- {text}" for text, goal in lines)


def _cells(row: Json, entry: Json) -> list[str]:
    if reason := missing(entry):
        return [reason, *[""] * (len(row["measures"]) - 1)]
    return [_cell(entry["measures"].get(measure), measure) for measure in row["measures"]]


def _cell(values: Json | None, measure: str) -> str:
    middle, low, high = (amount(values[n], measure) for n in SPREAD) if values else [""] * 3
    return middle if low == high else f"{middle} ({low} to {high})"


def missing(entry: Json) -> str:
    """Why an entry or a client was not measured, for a cell of a table."""
    reasons = [f"{key}: {entry[key]}" for key in ("failed", "unavailable") if key in entry]
    return " ".join(reasons).replace("|", "\\|").replace("\n", " ")


def _clients(results: Json) -> str:
    rows = []
    for name, client in results["clients"].items():
        versions = ", ".join(client.get("versions", {}).values())
        rows.append((name, missing(client) or versions, "yes" if "accepted" in client else ""))
    return table(("", "version", "its request is right"), rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; the first column is left, the others right."""
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def amount(value: float, measure: str) -> str:
    if measure != "memory":
        return duration(value)
    return f"{_digits(value / 1e3)} KB" if value < 1e6 else f"{_digits(value / 1e6)} MB"


def duration(us: float) -> str:
    """Such as ``512 µs``, ``29.8 ms`` and ``5.00 s``."""
    for limit, divisor, unit in ((1e3, 1, "µs"), (1e6, 1e3, "ms")):
        if abs(us) < limit * 0.9995:
            return f"{_digits(us / divisor)} {unit}"
    return f"{us / 1e6:.2f} s"


def _digits(value: float) -> str:
    """Three digits that count, and no more."""
    magnitude = abs(value)
    return f"{value:.{0 if magnitude >= 99.95 else 1 if magnitude >= 9.995 else 2}f}"
