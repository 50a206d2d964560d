"""One cancel by round trip: lines that part on the left, where the line is short, and meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from bench import words
from bench.charts import svg
from bench.charts.scale import MARGIN, WIDTH, Scale, Times, kind
from bench.clients import Client
from bench.rows.round_trip import CLIENTS, LINES, name

LEFT, RIGHT, TOP, HEIGHT, BOTTOM = 250, 84, 84, 320, 84
APART = 18.0
"""Between two labels, at least."""
TITLE = "One cancel, by round trip"
ABOUT = "after 50 ms of silence, over TLS on a warm connection: median time to the answer"


@attrs.frozen
class Curve:
    """One client's times, line by line."""

    client: Client
    times: tuple[float, ...]

    @property
    def label(self) -> str:
        """Its name, and its time without a line."""
        return f"{self.client.name}  {words.duration(self.times[0])}"


def curves(times: Times) -> list[Curve]:
    """Of the clients that have a time for every line, the slowest first."""
    every = [(client, [times.get(name(client, line)) for line in LINES]) for client in CLIENTS]
    whole = [Curve(c, tuple(t for t in row if t)) for c, row in every if all(row)]
    return sorted(whole, key=lambda curve: curve.times[0], reverse=True)


def apart(places: Sequence[float], least: float) -> list[float]:
    """Ascending places, moved as little as needed to be so far apart, their middle kept."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least) if moved else place)
    shift = sum(a - b for a, b in zip(moved, places, strict=True)) / max(len(moved), 1)
    return [place - shift for place in moved]


def drawn(times: Times, date: str) -> str:
    """The chart."""
    found = curves(times)
    every = [t for curve in found for t in curve.times] or [1000.0, 100_000.0]
    scale = Scale(min(every) / 1.3, max(every) * 1.3, TOP + HEIGHT, TOP)
    height = TOP + HEIGHT + BOTTOM
    said = "; ".join(f"{c.client.name}: {', '.join(map(words.duration, c.times))}" for c in found)
    body = [*_head(), *_grid(scale), *_axis(), *_curves(found, scale), *_labels(found, scale)]
    foot = svg.text(MARGIN, height - 14, f"logarithmic; {date}, python -m bench", kind="small")
    return svg.document(WIDTH, height, TITLE, f"{ABOUT}. {said}.", [*body, foot])


def _place(number: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * number / (len(LINES) - 1)


def _head() -> Iterator[str]:
    yield svg.text(MARGIN, 36, TITLE, kind="title")
    yield svg.text(MARGIN, 58, ABOUT, kind="small")


def _grid(scale: Scale) -> Iterator[str]:
    for value in scale.decades():
        y = scale(value)
        yield svg.line([(LEFT, y), (WIDTH - RIGHT, y)], "grid")
        yield svg.text(WIDTH - RIGHT + 14, y + 4, f"{value / 1000:g} ms", kind="small")


def _axis() -> Iterator[str]:
    for number, line in enumerate(LINES):
        label = f"{line} ms" if line else "loopback"
        yield svg.text(_place(number), TOP + HEIGHT + 22, label, kind="small", anchor="middle")
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield svg.text(middle, TOP + HEIGHT + 42, "round trip", kind="small", anchor="middle")


def _curves(found: list[Curve], scale: Scale) -> Iterator[str]:
    """Ours last, so that they lie on top."""
    for curve in sorted(found, key=lambda c: c.client.ours):
        points = [(_place(n), scale(time)) for n, time in enumerate(curve.times)]
        style = kind(curve.client)
        yield svg.line(points, f"line {style}")
        yield from (svg.dot(x, y, f"dot {style}") for x, y in points)


def _labels(found: list[Curve], scale: Scale) -> Iterator[str]:
    places = [scale(curve.times[0]) for curve in found]
    for curve, place, y in zip(found, places, apart(places, APART), strict=True):
        yield svg.line([(LEFT - 28, y), (LEFT - 8, place)], "leader")
        yield svg.text(LEFT - 32, y + 4, curve.label, kind=kind(curve.client), anchor="end")
