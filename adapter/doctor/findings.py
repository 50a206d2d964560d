"""What an examination comes to: what is there, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

WRONG = "wrong"
"""The user must mend it."""
WARNING = "warning"
"""It works, or may, and is worth a look."""
NOTE = "note"
"""It could not be looked at, or may surprise."""
LEVELS = (WRONG, WARNING, NOTE)

LONGEST = 300


def sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if text.endswith((".", "…")) else f"{text}."


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that was found."""

    level: str
    """`WRONG`, `WARNING` or `NOTE`."""
    where: str
    """Such as a host or a plugin; several are parted by commas."""
    what: str = attrs.field(converter=sentence)
    remedy: str


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once: what says the same of several places is one. Of equals, the earlier stay first."""
    places: dict[tuple[str, str, str], dict[str, None]] = {}
    for found in findings:
        same = places.setdefault((found.level, found.what, found.remedy), {})
        same[found.where] = None
    merged = [
        Finding(level=level, where=", ".join(where), what=what, remedy=remedy)
        for (level, what, remedy), where in places.items()
    ]
    return tuple(sorted(merged, key=lambda found: LEVELS.index(found.level)))


def short(text: str) -> str:
    """A text in one line that is not too long to be read."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[:LONGEST] + "…"
