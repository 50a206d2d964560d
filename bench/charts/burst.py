"""100 cancels at once: a dot for the first burst, another for a warmed one."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from bench import words
from bench.charts import svg
from bench.charts.scale import MARGIN, WIDTH, Scale, Times, kind
from bench.clients import ADAPTER_ASYNC, ASYNC, CCXT_ASYNC, Client
from bench.rows.burst import FIRST, LIMITED, PREWARMED, ROUND_TRIP, WARMED, name

LEFT, TOP, STEP, BOTTOM = 210, 104, 30, 58
ROOM = 130
"""For the numbers behind the dots."""
TITLE = "100 cancels at once"
ABOUT = f"async, over TLS, {ROUND_TRIP} ms round trip: time until the last answer"


@attrs.frozen
class Mark:
    """One line of the chart."""

    label: str
    kind: str
    first: float | None
    warmed: float | None

    @property
    def times(self) -> list[float]:
        """Those that there are, the larger first."""
        return sorted([t for t in (self.first, self.warmed) if t is not None], reverse=True)


def marks(times: Times) -> list[Mark]:
    """The slowest first."""
    found = [_mark(times, client) for client in ASYNC]
    limited, prewarmed = name(CCXT_ASYNC, LIMITED), name(ADAPTER_ASYNC, PREWARMED)
    found.append(Mark("ccxt, as it comes: limiter on", "ccxt", times.get(limited), None))
    found.append(Mark("adapter, prewarmed", "ours", times.get(prewarmed), None))
    return sorted((m for m in found if m.times), key=lambda m: m.times[-1], reverse=True)


def _mark(times: Times, client: Client) -> Mark:
    label = {CCXT_ASYNC.name: "ccxt, limiter off", ADAPTER_ASYNC.name: "adapter"}
    return Mark(
        label.get(client.name, client.name.removesuffix(", async")),
        kind(client),
        times.get(name(client, FIRST)),
        times.get(name(client, WARMED)),
    )


def drawn(times: Times, date: str) -> str:
    """The chart."""
    found = marks(times)
    every = [t for mark in found for t in mark.times]
    scale = Scale(min(every) / 1.3, max(every) * 1.05, LEFT, WIDTH - ROOM)
    height = TOP + STEP * len(found) + BOTTOM
    said = "; ".join(f"{mark.label}: {_numbers(mark)}" for mark in found)
    body = [*_head(), *_grid(scale, height), *_rows(found, scale), _foot(height, date)]
    return svg.document(WIDTH, height, TITLE, f"{ABOUT}. {said}.", body)


def _head() -> Iterator[str]:
    yield svg.text(MARGIN, 36, TITLE, kind="title")
    yield svg.text(MARGIN, 58, ABOUT, kind="small")
    yield svg.dot(MARGIN + 5, 76, "dot open")
    yield svg.text(MARGIN + 16, 80, "first burst, which opens the connections", kind="small")
    yield svg.dot(MARGIN + 280, 76, "dot")
    yield svg.text(MARGIN + 291, 80, "connections warm", kind="small")


def _grid(scale: Scale, height: int) -> Iterator[str]:
    for value in scale.decades():
        x = scale(value)
        yield svg.line([(x, TOP - 8), (x, height - BOTTOM + 4)], "grid")
        yield svg.text(x, height - BOTTOM + 20, _tick(value), kind="small", anchor="middle")


def _tick(us: float) -> str:
    return f"{us / 1000:g} ms" if us < 1e6 else f"{us / 1e6:g} s"


def _rows(found: list[Mark], scale: Scale) -> Iterator[str]:
    for number, mark in enumerate(found):
        y = TOP + STEP * (number + 0.5)
        yield svg.text(LEFT - 16, y + 4, mark.label, kind=mark.kind, anchor="end")
        yield svg.line([(scale(t), y) for t in mark.times], f"line {mark.kind}")
        if mark.warmed is not None:
            yield svg.dot(scale(mark.warmed), y, f"dot {mark.kind}")
        if mark.first is not None:
            yield svg.dot(scale(mark.first), y, f"dot {mark.kind} open")
        yield svg.text(scale(mark.times[0]) + 12, y + 4, _numbers(mark), kind=mark.kind)


def _numbers(mark: Mark) -> str:
    return " · ".join(words.duration(time) for time in mark.times)


def _foot(height: int, date: str) -> str:
    return svg.text(MARGIN, height - 14, f"logarithmic; {date}, python -m bench", kind="small")
