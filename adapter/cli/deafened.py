"""Flags that make a Python ignore what ``ccxt-adapter run`` puts into its environment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

DEAF = "IES"
WITH_VALUE = "WX"
LAST = "cm"
"""Behind these stands the program."""

_PYTHON = re.compile(r"python[\d.]*(\.exe)?", re.IGNORECASE)


def deafened(path: str, command: Sequence[str]) -> str | None:
    """The flag, such as ``-I``, if the command or the first line of its script has one."""
    return _flag(command) or _flag(_shebang(Path(path)))


def _shebang(path: Path) -> list[str]:
    """The words of the first line of a script: its Python and the flags."""
    try:
        with path.open("rb") as file:
            line = file.readline(512)
    except PermissionError:  # then it is no script, which its Python must be able to read
        return []
    return line[2:].decode(errors="replace").split() if line.startswith(b"#!") else []


def _flag(words: Sequence[str]) -> str | None:
    rest = iter(words)
    name = Path(next(rest, "")).name
    if name == "env":
        name = Path(next((w for w in rest if not w.startswith("-") and "=" not in w), "")).name
    if not _PYTHON.fullmatch(name):
        return None
    for word in rest:
        if not word.startswith("-"):
            break
        deaf, is_last, wants_more = _read(word[1:])
        if deaf or is_last:
            return deaf
        if wants_more:
            next(rest, None)
    return None


def _read(letters: str) -> tuple[str | None, bool, bool]:
    """Of one word of flags: the deafening one, whether the program follows, or a value."""
    for i, letter in enumerate(letters):
        if letter in DEAF:
            return f"-{letter}", False, False
        if letter in LAST:
            return None, True, False
        if letter in WITH_VALUE:
            return None, False, i + 1 == len(letters)
    return None, False, False
