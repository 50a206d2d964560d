"""A process for each client, which stays from its first task to the end of the run.

Clients that others wrote have virtual environments of their own, kept in the cache directory.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import attrs

from bench.clients import Client
from bench.target import Target, UnavailableError

Json = dict[str, Any]

ROOT = Path(__file__).parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ccxt-adapter-bench"
REMOVED = {
    *("PYTHONPATH", "ADAPTER_PLUGINS", "PYTHONDONTWRITEBYTECODE", "PYTHONASYNCIODEBUG"),
    *("SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
    *("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
}
"""Variables that change what is measured."""
EXIT_TIMEOUT = 10.0


@attrs.define
class WorkerPool:
    """Runs tasks of `bench.timing` with clients, each in its own process."""

    core: int
    ca: str
    cache: Path = CACHE
    may_install: bool = False
    _processes: dict[str, subprocess.Popen[str]] = attrs.field(factory=dict)

    def run(self, client: Client, target: Target, task: str, **arguments: object) -> Json:
        """What a client measured, or ``unavailable`` or ``failed`` with the reason."""
        try:
            process = self._processes.get(client.name) or self._start(client)
        except UnavailableError as e:
            return {"unavailable": str(e)}
        assert process.stdout  # noqa: S101  # for mypy
        try:
            request = {"task": task, "target": target._asdict(), **arguments}
            print(json.dumps(request), file=process.stdin, flush=True)
            result: Json = json.loads(process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError):
            return {"failed": "its process has ended"}
        return result

    def run_fresh(self, target: Target, task: str, **arguments: object) -> Json:
        """What `bench.fresh` measured, in a process that begins now."""
        request = {"task": task, "target": target._asdict(), "core": self.core, **arguments}
        process = self._popen(sys.executable, "bench.fresh")
        started = {"started": time.monotonic_ns()}
        output, _ = process.communicate(json.dumps({**request, **started}))
        result: Json = json.loads(output) if output else {"failed": "its process has ended"}
        return result

    def _start(self, client: Client) -> subprocess.Popen[str]:
        python = self._python(client) if client.needs else sys.executable
        process = self._popen(python, "bench.worker", client.function, str(self.core))
        self._processes[client.name] = process
        return process

    def _python(self, client: Client) -> str:
        """The interpreter of a client's own environment, which is made where it may be."""
        home = self.cache / platform.python_version() / client.needs
        python, ready = str(home / "bin" / "python"), home / "ready"
        if not ready.exists():
            if not self.may_install:
                raise UnavailableError("not installed; python -m bench without --quick does it")
            print(f"installing {client.needs}", file=sys.stderr)
            shutil.rmtree(home, ignore_errors=True)
            install = [python, "-m", "pip", "install", "--quiet", client.needs]
            for command in ([sys.executable, "-m", "venv", str(home)], install):
                if subprocess.run(command, check=False, stdout=sys.stderr).returncode:  # noqa: S603  # ours
                    raise UnavailableError("its installation failed")
            ready.touch()
        return python

    def _popen(self, python: str, module: str, *arguments: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if name not in REMOVED}
        return subprocess.Popen(  # noqa: S603  # our own module
            [python, "-m", module, *arguments],
            env={**kept, "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": self.ca},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            try:
                process.communicate(timeout=EXIT_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
