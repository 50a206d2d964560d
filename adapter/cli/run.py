"""``ccxt-adapter run``: starts a program with the adapter, through environment variables."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from adapter.cli.exit_codes import UsageError
from adapter.cli.python_flags import ignoring_flag
from adapter.integration import event_log
from adapter.integration.startup.sitecustomize import ACCOUNT, HERE
from adapter.registry import config
from adapter.registry.discovery import checked

RUN = """\
Start a bot that uses ccxt, with the adapter on every exchange object that it makes. The bot is not
changed, and only --log writes a file. It gets its signals itself, and its exit code is returned.
The Python processes that it starts get the adapter too.
"""
RUN_MORE = """\
PROGRAM is a script (bot.py), a module (-m MODULE), code (-c CODE), or a program by its name or path
(freqtrade, ./start.sh, python3). Write -- before it; what follows it is passed to it.

settings:
  --log FILE (or ADAPTER_LOG=FILE) records the events of every cancel; processes may share it.
  --plugins FILE (or ADAPTER_PLUGINS=FILE) is your own plugins.toml.
  --account portfolio-margin is for a bot that trades such an account and cannot set it.
  In the bot's own configuration, ccxt's options may have "adapter": false, which leaves that
  exchange to ccxt, or "adapter": {"deadline": 5.0}, which applies to that exchange alone.

examples:
  ccxt-adapter run -- bot.py --pair BTC/USDT:USDT
  ccxt-adapter run -- -m mybot.main
  ccxt-adapter run --log trail.jsonl -- freqtrade trade --config config.json

A Python that has ccxt but no ccxt-adapter prints an error and cannot import ccxt, rather than trade
without the adapter. One that is started with -I, -E or -S, or without the bot's environment
variables, does not load the adapter.

exit codes: that of the program; 2 wrong usage, 126 PROGRAM cannot be run, 127 PROGRAM is not found:
nothing was started
"""

NOT_FOUND = 127
NOT_RUNNABLE = 126
SCRIPTS_DIRECTORY = Path(sys.executable).parent
"""The programs of this environment, whether it is activated or not."""

SCRIPTS = (".py", ".pyw", ".pyz")
PYTHONS_OWN = ("-m", "-c")

IGNORED = ("SIGPIPE", "SIGXFSZ")
"""Signals that Python ignores; a program would inherit that."""


def run(args: argparse.Namespace) -> int:
    """Replace this process by the program, or return a shell's exit code where it cannot be run.

    Raises `UsageError` and `adapter.PluginError` before anything is started.
    """
    environment = _environment(args)
    command = _command(args.program, args.arguments)
    path = shutil.which(command[0]) or shutil.which(command[0], path=str(SCRIPTS_DIRECTORY))
    if path is None:
        return _not_runnable(command[0])
    if flag := ignoring_flag(path, command):
        raise UsageError(
            f"{flag} makes Python ignore PYTHONPATH, so {command[0]} would run without the adapter:"
            f" leave {flag} out, or let the program call adapter.install()"
        )
    try:
        return _started(path, command, environment)
    except OSError as e:
        return _failed(f"{command[0]} cannot be run ({e.strerror or e})", NOT_RUNNABLE)


def _not_runnable(name: str) -> int:
    if Path(name).exists():
        return _failed(
            f"{name} is not executable; run a Python script as python {name}", NOT_RUNNABLE
        )
    return _failed(f"{name} is not found: neither a file, nor a program on PATH", NOT_FOUND)


def _failed(what: str, code: int) -> int:
    print(f"ccxt-adapter: {what}", file=sys.stderr)
    return code


def _environment(args: argparse.Namespace) -> dict[str, str]:
    """The environment of this process, with the variables that make Python install the adapter."""
    given = {
        event_log.ENVIRONMENT: _absolute(args.log or os.environ.get(event_log.ENVIRONMENT)),
        config.ENVIRONMENT: _absolute(args.plugins or os.environ.get(config.ENVIRONMENT)),
        ACCOUNT: args.account or os.environ.get(ACCOUNT),
    }
    checked(config.load(given[config.ENVIRONMENT]))
    if log := given[event_log.ENVIRONMENT]:
        event_log.open_log(log)
    before = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    path = os.pathsep.join([HERE, *(entry for entry in before if entry != HERE)])
    variables = {name: value for name, value in given.items() if value}
    return {**os.environ, **variables, "PYTHONPATH": path}


def _absolute(path: str | None) -> str | None:
    """Absolute, because the program and its child processes may change the directory."""
    return os.path.abspath(path) if path else None


def _command(program: str, arguments: list[str]) -> list[str]:
    """What to run: this Python with a script, a module or code, or the program itself."""
    if program in PYTHONS_OWN:
        if not arguments:
            what = {"-m": "a module", "-c": "code"}[program]
            raise UsageError(f"{program} must be followed by {what}")
        return [sys.executable, program, *arguments]
    if program.startswith("-"):
        raise UsageError(
            f"{program} is not a program: write ccxt-adapter run -- PROGRAM, and put an option of"
            " Python's after python"
        )
    if program.endswith(SCRIPTS) and Path(program).is_file():
        return [sys.executable, program, *arguments]
    return [program, *arguments]


def _started(path: str, command: list[str], environment: Mapping[str, str]) -> int:
    sys.stdout.flush()
    if os.name != "nt":
        for name in IGNORED:
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        os.execve(path, command, environment)  # noqa: S606  # the program that was asked for
    return _waited_for(path, command, environment)


def _waited_for(path: str, command: list[str], environment: Mapping[str, str]) -> int:
    """Run the program as a child, where exec does not replace a process; only it gets Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(  # noqa: S603  # the program that was asked for
            [path, *command[1:]], env=environment, check=False
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)
