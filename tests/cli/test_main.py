"""The program around the subcommands."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys

import pytest
from pytest_mock import MockerFixture

from adapter.cli import main

Captured = pytest.CaptureFixture[str]

COMMANDS = ("demo", "orders", "show", "cancel", "explain", "plugins", "simulate", "run", "doctor")


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


def test_no_command(capsys: Captured) -> None:
    """A command line without a command is wrong usage."""
    with pytest.raises(SystemExit) as caught:
        main([])

    assert 2 == caught.value.code
    assert capsys.readouterr().err.startswith("usage: ccxt-adapter")


def test_an_error_is_no_traceback() -> None:
    """From a real process too, an error is one line and an exit code."""
    done = python("-m", "adapter", "cancel", "1", "BTC/USDT:USDT")

    assert 2 == done.returncode
    assert done.stderr.startswith("ccxt-adapter: no keys:")
    assert 1 == done.stderr.count("\n")
    assert "" == done.stdout


@pytest.mark.long
def test_the_reader_of_the_output_leaves() -> None:
    """As of ``ccxt-adapter plugins | head``: no traceback, and no code that means something."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "adapter", "plugins", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (141, "") == (done.returncode, done.stderr)


@pytest.mark.long
def test_imports() -> None:
    """A bot that imports the adapter loads no program, and --help no library of the commands."""
    heavy = ("rich", "argparse", "aiohttp", "adapter.cli", "adapter.simulator")
    loaded = f"print([m for m in {heavy} if m in sys.modules])"
    code = f"import sys, adapter; {loaded}; import adapter.cli.parser as p; p.command_line(); "
    done = python("-c", code + loaded)

    assert "[]\n['argparse', 'adapter.cli']\n" == done.stdout, done.stderr
