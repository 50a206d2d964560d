"""The ratios that matter, and which of them somebody 20 ms from the exchange will feel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from bench import words

Found = Mapping[str, Any]

FAR = 20_000.0
"""µs of the round trip by which it is told what is felt."""
RULE = "Felt is what saves more than that one round trip of 20 ms."
ORDER = ("median", "min", "max")


@attrs.frozen
class Line:
    """One ratio, in words."""

    what: str
    ccxt: str
    ours: str
    ratio: str
    goal: str
    reached: bool | None
    felt: str


def lines(found: Found) -> Iterator[Line]:
    """Every ratio that has words, in the order of the rows."""
    for row in found["rows"]:
        for ratio in row["ratios"]:
            if ratio["says"]:
                yield _line(row, ratio)


def _line(row: Found, ratio: Found) -> Line:
    of, to = (_value(row, ratio[side], ratio["measure"]) for side in ("of", "to"))
    shown = [words.amount(value, ratio["measure"]) for value in (of, to)]
    # a share is the adapter's of ccxt's; any other ratio is how many times faster it is
    ccxts, ours = reversed(shown) if ratio["share"] else shown
    return Line(
        what=ratio["says"],
        ccxt=ccxts,
        ours=ours,
        ratio=value(ratio),
        goal=goal(ratio),
        reached=reached(ratio),
        felt=_felt(row, ratio, of - to),
    )


def _value(row: Found, name: str, measure: str) -> float:
    [entry] = [entry for entry in row["entries"] if entry["name"] == name]
    return float(entry["measures"][measure]["median"])


def value(ratio: Found) -> str:
    """The ratio with its spread: ``152x (140 to 160)``; a share is in percent."""
    factor, unit = (100, " %") if ratio["share"] else (1, "x")
    middle, low, high = (words.digits(ratio[name] * factor) for name in ORDER)
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low} to {high})"


def goal(ratio: Found) -> str:
    """What is hoped for, if anything."""
    if ratio["at_least"]:
        return f"at least {ratio['at_least']:g}x"
    if ratio["at_most"]:
        most = ratio["at_most"]
        return f"at most {most:.0%}" if ratio["share"] else f"at most {most:g}x"
    return ""


def reached(ratio: Found) -> bool | None:
    """Whether the median of the rounds is what was hoped for; None where nothing was."""
    if ratio["at_least"]:
        return bool(ratio["median"] >= ratio["at_least"])
    return bool(ratio["median"] <= ratio["at_most"]) if ratio["at_most"] else None


def _felt(row: Found, ratio: Found, saved: float) -> str:
    """More than a round trip is felt; processor and memory are felt elsewhere."""
    if ratio["measure"] in ("cpu", "memory"):
        return "no: it is room for other work"
    if ratio["at_20"]:
        names, measure = ratio["at_20"], ratio["measure"]
        saved = _value(row, names[0], measure) - _value(row, names[1], measure)
    said = f"{words.duration(abs(saved))} {'sooner' if saved > 0 else 'later'}"
    return f"no: {said}" if abs(saved) < FAR else f"yes: {said}"
