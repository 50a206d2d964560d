"""Takes keys and signatures out of text that people will read."""

from __future__ import annotations

import re

HIDDEN = "…"

_SPELT_ALIKE = re.compile(r"[A-Za-z0-9]+")
"""What no spelling changes."""
_SIGNATURE = re.compile(r"(signature(?:=|%3D|&#x3D;|&#61;|\\u003d))[^&\s\"'<>\\]+", re.IGNORECASE)
_SPELLINGS = {"/": r"(?:\\?/|%2F)", "+": r"(?:\+|%2B|\\u002b)", "=": ""}


def redact(text: str, secrets: tuple[str, ...] = ()) -> str:
    """``text`` without the value of any ``signature=`` and without ``secrets``.

    A page that quotes our request may spell them percent-encoded or in JSON's escapes.
    """
    for secret in secrets:
        if secret.isalnum() and secret not in text:
            continue
        if max(_SPELT_ALIKE.findall(secret), key=len, default="") in text:
            spelt = "".join(_SPELLINGS.get(c, re.escape(c)) for c in secret)
            text = re.sub(spelt, HIDDEN, text)
    return _SIGNATURE.sub(rf"\1{HIDDEN}", text) if "signature" in text.lower() else text
