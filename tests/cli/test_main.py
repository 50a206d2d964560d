"""The program around the subcommands."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest
from pytest_mock import MockerFixture

from adapter.cli import main

Captured = pytest.CaptureFixture[str]

COMMANDS = ("demo", "cancel", "explain", "plugins", "simulate", "run", "doctor")


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, *arguments], capture_output=True, text=True, check=False
    )


def test_version(capsys: Captured) -> None:
    """--version names this distribution's version and ccxt's."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])

    assert 0 == caught.value.code
    text = capsys.readouterr().out
    for name in ("ccxt-adapter", "ccxt"):
        assert f"{name} {importlib.metadata.version(name)}" in text


def test_help_names_every_command(capsys: Captured) -> None:
    """--help lists the subcommands."""
    with pytest.raises(SystemExit) as caught:
        main(["--help"])

    assert 0 == caught.value.code
    text = capsys.readouterr().out
    assert all(command in text for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command: str, capsys: Captured) -> None:
    """Each subcommand's help has an example and its exit codes."""
    with pytest.raises(SystemExit):
        main([command, "--help"])

    text = capsys.readouterr().out
    assert f"  ccxt-adapter {command}" in text
    assert "exit codes: " in text


def test_the_module_is_the_program(mocker: MockerFixture) -> None:
    """Without arguments main reads those of the process."""
    mocker.patch("sys.argv", ["ccxt-adapter", "explain", "BTC/USDT:USDT", "--json"])

    assert 0 == main()


def test_no_command() -> None:
    """A line without a command is wrong usage, and the module has the script's name."""
    done = python("-m", "adapter")

    assert 2 == done.returncode
    assert done.stderr.startswith("usage: ccxt-adapter")


def test_an_error_is_no_traceback() -> None:
    """From a real process too, an error is one line and an exit code."""
    done = python("-m", "adapter", "cancel", "1", "BTC/USDT:USDT")

    assert 2 == done.returncode
    assert done.stderr.startswith("ccxt-adapter: no keys:")
    assert 1 == done.stderr.count("\n")
    assert "" == done.stdout


def test_importing_the_adapter_loads_no_program() -> None:
    """A bot that imports the adapter pays for neither the script nor what it shows."""
    done = python(
        "-c",
        "import sys, adapter; print([m for m in sys.modules if m.split('.')[0] in"
        " ('rich', 'argparse', 'aiohttp') or m.startswith(('adapter.cli', 'adapter.simulator'))])",
    )

    assert "[]" == done.stdout.strip()


def test_help_loads_no_command() -> None:
    """--help waits for no library that only the subcommands need."""
    done = python(
        "-c",
        "import sys, adapter.cli.parser; adapter.cli.parser.command_line();"
        "print([m for m in sys.modules if m.split('.')[0] in ('rich', 'aiohttp')])",
    )

    assert "[]" == done.stdout.strip()
