"""A virtual environment for each client that others wrote, kept in the user's cache directory."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import attrs

from bench.clients import Client

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ccxt-adapter-bench"


class NotInstalledError(Exception):
    """A client has no environment here; says why."""


@attrs.frozen
class Environments:
    """Where they are, and whether what is missing may be installed."""

    directory: Path
    may_install: bool

    def python(self, client: Client) -> str:
        """The interpreter to run a client with; raises `NotInstalledError`."""
        if not client.needs:
            return sys.executable
        home = self.directory / platform.python_version() / client.needs
        python, ready = str(home / "bin" / "python"), home / "ready"
        if not ready.exists():
            if not self.may_install:
                raise NotInstalledError("not installed; python -m bench without --quick does it")
            print(f"installing {client.needs}", file=sys.stderr)
            shutil.rmtree(home, ignore_errors=True)
            _run(sys.executable, "-m", "venv", str(home))
            _run(python, "-m", "pip", "install", "--quiet", client.needs)
            ready.touch()
        return python


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise NotInstalledError((errors or done.stderr.splitlines() or ["pip failed"])[-1])
