"""Flags that make Python ignore the environment that ``ccxt-adapter run`` prepares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

IGNORING = "IES"
"""``-I`` and ``-E`` ignore PYTHONPATH, ``-S`` skips sitecustomize."""
WITH_VALUE = "WX"
PROGRAM_FOLLOWS = "cm"

_PYTHON = re.compile(r"python[\d.]*(\.exe)?", re.IGNORECASE)


def ignoring_flag(path: str, command: Sequence[str]) -> str | None:
    """The flag, such as ``-I``, if the command or the first line of its script has one."""
    return _flag(command) or _flag(_shebang(Path(path)))


def _shebang(path: Path) -> list[str]:
    """The words of the first line of a script: its Python and the flags."""
    try:
        with path.open("rb") as file:
            line = file.readline(512)
    except PermissionError:  # not a script, which its Python must be able to read
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
        flag, program_follows, value_follows = _parsed(word[1:])
        if flag or program_follows:
            return flag
        if value_follows:
            next(rest, None)
    return None


def _parsed(letters: str) -> tuple[str | None, bool, bool]:
    """The ignoring flag in a group, whether the program follows, and whether a value does."""
    for i, letter in enumerate(letters):
        if letter in IGNORING:
            return f"-{letter}", False, False
        if letter in PROGRAM_FOLLOWS:
            return None, True, False
        if letter in WITH_VALUE:
            return None, False, i + 1 == len(letters)
    return None, False, False
