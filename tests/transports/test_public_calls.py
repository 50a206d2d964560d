"""The transports use nothing of a library that is not public."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import adapter.transports

FILES = sorted(Path(adapter.transports.__file__).parent.glob("*.py"))
NAMED = ("getattr", "setattr", "hasattr", "delattr")


def private(file: Path) -> Iterator[str]:
    """The private names that a file looks up on anything but its own objects."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and not _is_own(node.value):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            named = node.args[1] if node.func.id in NAMED else None
            yield from [str(named.value)] if isinstance(named, ast.Constant) else []


def _is_own(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_no_private_attribute_of_a_library(file: Path) -> None:
    """Such a name may be gone with the next release."""
    names = [name for name in private(file) if name.startswith("_") and not name.endswith("__")]

    assert [] == names
