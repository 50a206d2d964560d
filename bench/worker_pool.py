"""A process for each client, which stays from its first task to the end of the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import attrs

from bench.clients import Client
from bench.environments import Environments, NotInstalledError
from bench.target import Target

Result = dict[str, Any]

ROOT = Path(__file__).parent.parent
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

    environments: Environments
    core: int
    ca: str
    logs: Path
    """A directory for what the clients print."""
    versions: dict[str, dict[str, str]] = attrs.field(factory=dict)
    _processes: dict[str, subprocess.Popen[str]] = attrs.field(factory=dict)
    _absent: dict[str, Result] = attrs.field(factory=dict)

    def run(self, client: Client, target: Target, task: str, **arguments: object) -> Result:
        """What a client measured, or ``unavailable`` or ``failed`` with the reason."""
        if client.name not in self._processes and client.name not in self._absent:
            self._start(client)
        if client.name in self._absent:
            return self._absent[client.name]
        request = {"task": task, "target": target._asdict(), **arguments}
        try:
            print(json.dumps(request), file=self._processes[client.name].stdin, flush=True)
        except BrokenPipeError:
            return self._ended(client)
        return self._read(client) or self._ended(client)

    def run_module(self, module: str, request: Result) -> Result:
        """What a module of ours prints to one request, in a process that begins now."""
        started = time.monotonic_ns()
        done = subprocess.run(  # noqa: S603  # our own module
            [sys.executable, "-m", module],
            input=json.dumps({**request, "core": self.core, "started": started}),
            env=self._variables(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return {"failed": (done.stderr.splitlines() or ["no message"])[-1]}
        result: Result = json.loads(done.stdout)
        return result

    def _start(self, client: Client) -> None:
        try:
            python = self.environments.python(client)
        except NotInstalledError as e:
            self._absent[client.name] = {"unavailable": str(e)}
            return
        arguments = [client.function, str(self.core), *client.distributions]
        with self._log(client).open("w") as log:
            self._processes[client.name] = subprocess.Popen(  # noqa: S603  # our own module
                [python, "-m", "bench.worker", *arguments],
                env=self._variables(),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        if first := self._read(client):
            self.versions[client.name] = first["versions"]
        else:
            self._ended(client)

    def _read(self, client: Client) -> Result | None:
        """The next line of a client; None when its process has ended."""
        source = self._processes[client.name].stdout
        text = source.readline() if source else ""
        return json.loads(text) if text else None

    def _ended(self, client: Client) -> Result:
        """Take the last line of its log as the reason, from now on."""
        lines = self._log(client).read_text(errors="replace").splitlines()
        self._absent[client.name] = {"failed": (lines or ["its process ended"])[-1]}
        return self._absent[client.name]

    def _log(self, client: Client) -> Path:
        return self.logs / f"{client.function.replace(':', '.')}.log"

    def _variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in REMOVED}
        return {**kept, "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": self.ca}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            try:
                process.communicate(timeout=EXIT_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
