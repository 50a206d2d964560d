"""Takes keys and signatures out of text that people will read."""

from __future__ import annotations

import re

HIDDEN = "…"

_SIGNATURE = re.compile(r"(signature(?:=|%3D|&#x3D;|&#61;|\\u003d))[^&\s\"'<>\\]+", re.IGNORECASE)
_SPELLINGS = {"/": r"(?:\\?/|%2F)", "+": r"(?:\+|%2B|\\u002b)", "=": ""}


def redacted(text: str, secrets: tuple[str, ...] = ()) -> str:
    """``text`` without the value of any ``signature=`` and without ``secrets``.

    A page that quotes our request may spell them percent-encoded or in JSON's escapes.
    """
    for secret in secrets:
        text = re.sub("".join(_SPELLINGS.get(c, re.escape(c)) for c in secret), HIDDEN, text)
    return _SIGNATURE.sub(rf"\1{HIDDEN}", text)
