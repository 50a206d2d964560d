"""What a Python does that ``ccxt-adapter run`` started, before and while ccxt is imported."""

from __future__ import annotations

import importlib
import importlib.util
import runpy
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

import adapter
from adapter.integration.startup import sitecustomize as startup

from .bot import Bot

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module that can be imported at once."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def written(name: str, text: str) -> Path:
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return path

    return written


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another name for ccxt, which is imported already, and everything as it was afterwards."""
    monkeypatch.setattr(startup, "CCXT", "a_host")
    finders, path = [*sys.meta_path], [*sys.path]
    monkeypatch.setitem(sys.modules, "sitecustomize", startup)
    yield
    sys.meta_path[:], sys.path[:] = finders, path
    for name in ("a_host", "another"):
        sys.modules.pop(name, None)


def test_it_steps_aside_for_the_one_that_stood_first(write: Write) -> None:
    """Another ``sitecustomize`` is imported, under its name; ours is not on the path any more."""
    write("sitecustomize", "HERE = 'the other'")
    sys.path.insert(0, startup.HERE)
    startup.start()

    assert "the other" == sys.modules["sitecustomize"].HERE
    assert startup.HERE not in sys.path
    assert isinstance(sys.meta_path[0], startup.Finder)


def test_python_starts_it(write: Write) -> None:
    """Under its name it starts by itself; as a module of this package it only is there."""
    write("sitecustomize", "import sys; sys.path.append('/the/other')")
    runpy.run_path(str(startup.__file__), run_name="sitecustomize")

    assert "/the/other" == sys.path[-1]
    assert "Finder" == type(sys.meta_path[0]).__name__


def test_without_another_it_stays(mocker: MockerFixture) -> None:
    """It is what ``import sitecustomize`` gives."""
    mocker.patch("builtins.__import__", side_effect=ImportError(name="sitecustomize"))
    startup.start()

    assert sys.modules["sitecustomize"] is startup


@pytest.mark.parametrize("error", ["import no_such_module", "1 / 0"])
def test_the_error_of_another_is_its_own(write: Write, error: str) -> None:
    """Python reports it as ever, and the adapter waits for ccxt all the same."""
    write("sitecustomize", error)
    with pytest.raises((ImportError, ZeroDivisionError)):
        startup.start()

    assert isinstance(sys.meta_path[0], startup.Finder)


def test_ccxt_that_is_there_already_is_served_at_once(
    write: Write, monkeypatch: pytest.MonkeyPatch, mocker: MockerFixture
) -> None:
    """Something that runs even earlier may have imported it."""
    write("sitecustomize", "")
    monkeypatch.setitem(sys.modules, "a_host", types.ModuleType("a_host"))
    imported = mocker.patch.object(startup, "on_imported")
    startup.start()

    imported.assert_called_once_with("a_host")


def test_a_module_is_what_it_would_be_without_us(write: Write, mocker: MockerFixture) -> None:
    """Its loader, file and source are unchanged; we are called when it is complete."""
    write("sitecustomize", "")
    path = write("a_host", "whole = True\n")
    whole = []
    mocker.patch.object(
        startup, "on_imported", side_effect=lambda name: whole.append(sys.modules[name].whole)
    )
    startup.start()
    module = importlib.import_module("a_host")

    assert [True] == whole
    assert str(path) == module.__file__
    assert module.__spec__ is not None
    assert module.__loader__ is module.__spec__.loader
    assert not isinstance(module.__loader__, startup.Loader)


def test_whoever_only_looks_finds_a_loader(write: Write) -> None:
    """``importlib.util.find_spec`` imports nothing, and its loader can be asked for more."""
    write("sitecustomize", "")
    write("a_host", "whole = True\n")
    startup.start()
    spec = importlib.util.find_spec("a_host")

    assert spec is not None
    assert "whole = True\n" == getattr(spec.loader, "get_source")("a_host")  # noqa: B009
    assert "a_host" not in sys.modules


def test_other_modules_are_not_ours_to_find(write: Write) -> None:
    """Nor is one that is not there."""
    write("sitecustomize", "")
    write("another", "")
    startup.start()

    assert importlib.import_module("another").__spec__ is not None
    assert startup.Finder().find_spec("another") is None
    with pytest.raises(ModuleNotFoundError, match="a_host"):
        importlib.import_module("a_host")


def test_the_adapter_is_installed_once_it_is_whole(
    sync: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the account that ``run`` was given; from then on nothing looks on any more."""
    monkeypatch.setenv(startup.ACCOUNT, "portfolio-margin")
    sys.meta_path.insert(0, startup.Finder())
    startup.on_imported("adapter")

    assert "binance.pm_um" == sync.served(sync.new())
    assert not any(isinstance(finder, startup.Finder) for finder in sys.meta_path)


def test_ccxt_brings_the_adapter(mocker: MockerFixture) -> None:
    """It is imported, and its own import installs it."""
    original, asked = __import__, []

    def noted(name: str, *rest: Any) -> Any:
        asked.append(name)
        return original(name, *rest)

    mocker.patch("builtins.__import__", side_effect=noted)
    startup.on_imported("a_host")

    assert "adapter" == asked[-1]


def test_a_python_without_the_adapter_is_refused(mocker: MockerFixture) -> None:
    """It shows which Python, and what to do."""
    mocker.patch("importlib.util.find_spec", return_value=None)
    with pytest.raises(RuntimeError, match="has ccxt but no ccxt-adapter: install it there, with"):
        startup.import_adapter()


def test_an_old_python_is_refused(mocker: MockerFixture) -> None:
    """The adapter could not even be read there."""
    mocker.patch.object(sys, "version_info", (3, 10, 0))
    with pytest.raises(RuntimeError, match=r"is too old: ccxt-adapter needs Python 3\.11"):
        startup.import_adapter()


def test_another_module_of_that_name_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program may have an ``adapter`` of its own: the two cannot be in one process."""
    path = write("adapter", "")
    monkeypatch.delitem(sys.modules, "adapter")
    with pytest.raises(RuntimeError, match="finds another module named adapter, ") as caught:
        startup.import_adapter()

    assert str(path) in str(caught.value)
    assert startup.Finder().find_spec("adapter").loader is not None


def test_a_module_that_was_put_together_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One without a file, under our name."""
    monkeypatch.setitem(sys.modules, "adapter", types.ModuleType("adapter"))
    with pytest.raises(RuntimeError, match="has another module named adapter in this program"):
        startup.import_adapter()


def test_an_adapter_that_cannot_be_imported_is_refused(mocker: MockerFixture) -> None:
    """It is no ImportError, which a program that can do without ccxt would catch."""
    original = __import__

    def broken(name: str, *rest: Any) -> Any:
        if name == "adapter":
            raise ImportError("No module named 'attrs'")
        return original(name, *rest)

    mocker.patch("builtins.__import__", side_effect=broken)
    with pytest.raises(RuntimeError, match="cannot import the adapter \\(No module named 'attrs'"):
        startup.import_adapter()


def test_a_folder_without_a_file_is_not_ours() -> None:
    """A namespace package has no origin."""
    assert not startup.is_adapter_spec(types.SimpleNamespace(origin=None))
    assert startup.is_adapter_spec(adapter.__spec__)
