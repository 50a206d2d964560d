"""SVG by hand: a card that is light or dark as the reader's system is, readable on either page."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

STYLE = """\
:root { color-scheme: light dark }
text { font: 13px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
text.title { font-size: 17px; font-weight: 600 }
text.small { font-size: 12px; fill: #59636e }
text.ours { fill: #0550ae; font-weight: 600 }
.card { fill: #ffffff; stroke: #d1d9e0 }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.leader { stroke: #818b98; stroke-width: 1; fill: none }
.line { stroke: #818b98; stroke-width: 2; fill: none }
.line.ccxt { stroke: #bc4c00 }
.line.ours { stroke: #0969da; stroke-width: 3 }
.line.floor { stroke-dasharray: 4 4 }
.dot { fill: #818b98; stroke: #818b98; stroke-width: 2 }
.dot.ccxt { fill: #bc4c00; stroke: #bc4c00 }
.dot.ours { fill: #0969da; stroke: #0969da }
.dot.open { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc }
  text.small { fill: #9198a1 }
  text.ours { fill: #79c0ff }
  .card { fill: #0d1117; stroke: #3d444d }
  .grid { stroke: #3d444d }
  .line.ccxt { stroke: #f0883e }
  .line.ours { stroke: #4493f8 }
  .dot.ccxt { fill: #f0883e; stroke: #f0883e }
  .dot.ours { fill: #4493f8; stroke: #4493f8 }
  .dot.open { fill: #0d1117 }
}
"""


def document(width: int, height: int, title: str, description: str, body: Iterable[str]) -> str:
    """A whole file."""
    inner = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" role="img" aria-labelledby="title description">\n'
        f'<title id="title">{escape(title)}</title>\n'
        f'<desc id="description">{escape(description)}</desc>\n'
        f"<style>{STYLE}</style>\n"
        f'<rect class="card" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>\n'
        f"{inner}\n</svg>\n"
    )


def text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    """Words; ``y`` is their base line."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place}>{escape(words)}</text>'


def line(points: Iterable[tuple[float, float]], kind: str) -> str:
    """A line through some points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" class="{kind}"/>'


def dot(x: float, y: float, kind: str) -> str:
    """A dot."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" class="{kind}"/>'
