"""An environment for each client that cannot share ours, kept in the cache from run to run."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs

from bench.clients import Client

READY = "ready"
"""The file in an environment that is complete; it holds what it was made with."""


class NotInstalledError(Exception):
    """A client has no environment here; says why."""


def cache() -> Path:
    """``ccxt-adapter-bench`` in the user's cache directory."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "ccxt-adapter-bench"


@attrs.frozen
class Environments:
    """Where they are, and whether what is missing may be installed."""

    place: Path
    may_install: bool
    say: Callable[[str], object]
    """Told what takes time."""

    def python(self, client: Client) -> str:
        """The interpreter to run a client with; raises `NotInstalledError`."""
        if not client.needs:
            return sys.executable
        place = self.home(client)
        ready = place / READY
        if not ready.exists() or ready.read_text() != " ".join(client.needs):
            self._make(place, client)
            ready.write_text(" ".join(client.needs))
        return str(_interpreter(place))

    def home(self, client: Client) -> Path:
        """The directory of a client's environment, made or not."""
        return self.place / platform.python_version() / client.needs[0]

    def _make(self, place: Path, client: Client) -> None:
        if not self.may_install:
            raise NotInstalledError("not installed; python -m bench without --quick installs it")
        self.say(f"installing {' '.join(client.needs)}")
        shutil.rmtree(place, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(place))
        _run(str(_interpreter(place)), "-m", "pip", "install", "--quiet", *client.needs)


def _interpreter(place: Path) -> Path:
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise NotInstalledError((errors or done.stderr.splitlines() or ["pip failed"])[-1])
