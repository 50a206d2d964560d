"""``ccxt-adapter run`` up to the moment at which it becomes another program."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from pytest_mock import MockerFixture

from adapter.cli import main
from adapter.cli.python_flags import ignoring_flag
from adapter.cli.run import _waited_for
from adapter.integration.startup.sitecustomize import ACCOUNT, HERE


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADAPTER_LOG", "ADAPTER_PLUGINS", ACCOUNT):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/one", HERE, "/two"]))


@pytest.fixture
def became(mocker: MockerFixture) -> Mock:
    """What it would become: nothing, with the code 5, so that the signals stay as they are."""
    return mocker.patch("adapter.cli.run._started", return_value=5)


def test_what_it_becomes(became: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths in the environment are absolute, and what was there stays."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bot.py").touch()
    (tmp_path / "mine.toml").touch()
    line = ["--account", "classic", "--log", "x.jsonl", "--plugins", "mine.toml", "bot.py", "-v"]

    assert 5 == main(["run", *line])
    [(path, command, env)] = [call.args for call in became.call_args_list]
    assert (sys.executable, [sys.executable, "bot.py", "-v"]) == (path, command)
    assert os.pathsep.join([HERE, "/one", "/two"]) == env["PYTHONPATH"]
    assert "classic" == env[ACCOUNT]
    assert str(tmp_path / "x.jsonl") == env["ADAPTER_LOG"]
    assert str(tmp_path / "mine.toml") == env["ADAPTER_PLUGINS"]
    assert {*os.environ} <= {*env}


def test_what_is_not_set_stays_unset(became: Mock) -> None:
    """An empty variable would be one more thing to explain."""
    main(["run", "--", "-c", "pass"])

    env = became.call_args.args[2]
    assert not {"ADAPTER_LOG", "ADAPTER_PLUGINS", ACCOUNT} & {*env}


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_which_program(
    became: Mock, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its path, else on PATH, else among those of this environment, activated or not."""
    program = tmp_path / "bin" / "mybot"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path or str(program.parent))
    monkeypatch.setattr("adapter.cli.run.SCRIPTS_DIRECTORY", program.parent)

    assert [5, 5] == [main(["run", "--", name, "-v"]) for name in ("mybot", "bin/mybot")]
    [by_name, by_path] = [call.args[0] for call in became.call_args_list]
    assert (str(program), "bin/mybot") == (by_name, by_path)


def test_the_signals_that_python_ignores_are_given_back(
    mocker: MockerFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program inherits what is ignored."""
    if os.name == "nt":
        pytest.skip("no process becomes another there")
    execve = mocker.patch("os.execve", side_effect=OSError(8, "Exec format error"))
    before = signal.getsignal(signal.SIGPIPE)
    try:
        code = main(["run", "--", "-c", "pass"])
        within = signal.getsignal(signal.SIGPIPE)
    finally:
        signal.signal(signal.SIGPIPE, before)

    assert 126 == code
    assert " cannot be run (Exec format error)" in capsys.readouterr().err
    execve.assert_called_once()
    assert signal.SIG_DFL == within


def test_where_no_process_becomes_another(tmp_path: Path) -> None:
    """The program runs beneath, Ctrl-C is its own, and its exit code is ours."""
    before = signal.getsignal(signal.SIGINT)
    code = "import signal, sys; sys.exit(7 if signal.getsignal(signal.SIGINT) else 8)"
    env = {**os.environ, "PYTHONPATH": ""}

    assert 7 == _waited_for(sys.executable, ["python", "-c", code], env)
    assert before == signal.getsignal(signal.SIGINT)
    assert tmp_path.is_dir()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "the following arguments are required: PROGRAM\n"),
        (["--"], 2, "the following arguments are required: PROGRAM\n"),
        (["--", "-m"], 2, "-m must be followed by a module"),
        (["--", "-c"], 2, "-c must be followed by code"),
        (["--", "-u", "bot.py"], 2, "-u is not a program"),
        (["--account", "papi", "--", "bot.py"], 2, "invalid choice: 'papi'"),
        (["--", "nothing"], 127, "nothing is not found: neither a file, nor a program on PATH"),
        (["--", "nothing.py"], 127, "nothing.py is not found"),
        (["--", "./notes.txt"], 126, "./notes.txt is not executable"),
        (["--", sys.executable, "-I", "bot.py"], 2, "-I makes Python ignore PYTHONPATH"),
        (["--", "./isolated"], 2, "leave -I out, or let the program call adapter.install()"),
        (["--plugins", "mine.toml", "bot.py"], 2, "[binance.usdm] has no setting 'dead_line'"),
        (["--log", "no/x.jsonl", "bot.py"], 2, "cannot be written (No such file or directory)"),
    ],
    ids=str,
)
def test_what_cannot_be_run(
    became: Mock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    """The exit codes of a shell, and what to do instead; nothing is started."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").touch()
    (tmp_path / "isolated").touch(0o755)
    (tmp_path / "isolated").write_text(f"#!{sys.executable} -I\n")
    (tmp_path / "mine.toml").write_text("[binance.usdm]\ndead_line = 5\n")
    try:
        returned = main(["run", *arguments])
    except SystemExit as e:
        returned = int(e.code or 0)
    captured = capsys.readouterr()

    assert (code, "") == (returned, captured.out)
    assert words in captured.err
    became.assert_not_called()


@pytest.mark.parametrize(
    ("line", "flag"),
    [
        ("python bot.py", None),
        ("python bot.py -I", None),
        ("python", None),
        ("python -u -B bot.py", None),
        ("python -I bot.py", "-I"),
        ("python3.11 -uE bot.py", "-E"),
        ("python.exe -S -m bot", "-S"),
        ("python -m bot -I", None),
        ("python -Bmbot -I", None),
        ("python -c pass -I", None),
        ("python -W error -I bot.py", "-I"),
        ("python -Werror -I bot.py", "-I"),
        ("python -X dev bot.py -I", None),
        ("env -S A=1 python3 -I bot.py", "-I"),
        ("env", None),
        ("grep python -I", None),
        ("freqtrade -I", None),
    ],
)
def test_flags_that_make_a_python_deaf(line: str, flag: str | None, tmp_path: Path) -> None:
    """In the command, and in the first line of a script."""
    script, other = tmp_path / "script", tmp_path / "other"
    script.write_text(f"#!/usr/bin/{line}\n")
    other.write_bytes(b"\x7fELF")

    assert flag == ignoring_flag(str(other), line.split())
    assert flag == ignoring_flag(str(script), ["script", "-I"])


def test_a_program_that_cannot_be_read_is_no_script(mocker: MockerFixture) -> None:
    """One may be allowed to run it and not to read it."""
    opened: Any = mocker.patch("pathlib.Path.open", side_effect=PermissionError)

    assert ignoring_flag("/usr/bin/secret", ["secret"]) is None
    opened.assert_called_once()
