"""The names of the package, and what it costs to import them."""

from __future__ import annotations

import subprocess
import sys

import pytest

import adapter
import adapter.simulator
from adapter.errors import OrderGone


@pytest.mark.parametrize("name", [*adapter.__all__, "simulator", "testing"])
def test_every_name_is_there(name: str) -> None:
    """Each public name leads to something, and is listed."""
    assert getattr(adapter, name) is not None
    assert name in dir(adapter)


def test_the_modules_are_loaded_when_they_are_asked_for() -> None:
    """``adapter.simulator`` needs no import of its own."""
    assert adapter.simulator is getattr(adapter, "__getattr__")("simulator")  # noqa: B009  # hidden from type checkers


def test_the_functions_are_functions() -> None:
    """No submodule ever shadows a public name."""
    assert callable(adapter.attach)
    assert callable(adapter.plugins)
    assert OrderGone is adapter.OrderGone


def test_no_other_name_is_there() -> None:
    """A typing mistake is an AttributeError, as everywhere."""
    with pytest.raises(AttributeError, match="no attribute 'atach'"):
        _ = adapter.atach  # type: ignore[attr-defined]  # that is the point


def test_import_loads_nothing_that_is_not_used() -> None:
    """Beyond ccxt, `import adapter` loads its errors; the rest comes when it is asked for."""
    script = (
        "import ccxt, sys\n"
        "before = set(sys.modules)\n"
        "import adapter\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )

    assert ["adapter", "adapter.errors"] == done.stdout.split()
