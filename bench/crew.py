"""The processes that the clients run in, and a word with each."""

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
from bench.ground import ROOT
from bench.target import Target

Line = dict[str, Any]

SETTINGS = ("PYTHONPATH", "ADAPTER_PLUGINS", "PYTHONDONTWRITEBYTECODE", "PYTHONASYNCIODEBUG")
BUNDLES = ("SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
ENDS = 10.0
"""Seconds that a process has to end in when it is told to."""


@attrs.define
class Crew:
    """A process for each client, from the first time that it is needed."""

    environments: Environments
    core: int
    ca: str
    logs: Path
    """A directory for what the clients print."""
    versions: dict[str, dict[str, str]] = attrs.field(factory=dict)
    _hands: dict[str, subprocess.Popen[str]] = attrs.field(factory=dict)
    _absent: dict[str, Line] = attrs.field(factory=dict)

    def tell(self, client: Client, target: Target, deed: str, **words: object) -> Line:
        """Have a client do something; what it measured, or ``unavailable`` or ``failed``."""
        if client.name not in self._hands and client.name not in self._absent:
            self._hire(client)
        if client.name in self._absent:
            return self._absent[client.name]
        answer = self._said(client, {"do": deed, "target": target._asdict(), **words})
        if answer is None:
            self._absent[client.name] = {"failed": self._last_words(client)}
            del self._hands[client.name]
        return answer or self._absent[client.name]

    def alone(self, module: str, line: Line) -> Line:
        """Run a module for one line, in a process that begins now."""
        command = [sys.executable, "-m", module]
        began = time.monotonic_ns()
        done = subprocess.run(  # noqa: S603  # our own module
            command,
            input=json.dumps({**line, "core": self.core, "began": began}),
            env=environment(self.ca),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return {"failed": (done.stderr.splitlines() or ["no word"])[-1]}
        answer: Line = json.loads(done.stdout)
        return answer

    def _hire(self, client: Client) -> None:
        try:
            python = self.environments.python(client)
        except NotInstalledError as e:
            self._absent[client.name] = {"unavailable": str(e)}
            return
        command = [python, "-m", "bench.worker", client.module, str(self.core)]
        with self._log(client).open("w") as log:
            self._hands[client.name] = subprocess.Popen(  # noqa: S603  # our own module
                [*command, *client.distributions],
                env=environment(self.ca),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        first = self._heard(client)
        if first is None or "versions" not in first:
            self._absent[client.name] = first or {"failed": self._last_words(client)}
        else:
            self.versions[client.name] = first["versions"]

    def _said(self, client: Client, line: Line) -> Line | None:
        hand = self._hands[client.name].stdin
        if hand is None:
            return None
        try:
            print(json.dumps(line), file=hand, flush=True)
        except BrokenPipeError:
            return None
        return self._heard(client)

    def _heard(self, client: Client) -> Line | None:
        """The next line of a client; None when its process has ended."""
        source = self._hands[client.name].stdout
        text = source.readline() if source else ""
        return json.loads(text) if text else None

    def _log(self, client: Client) -> Path:
        return self.logs / f"{client.module}.log"

    def _last_words(self, client: Client) -> str:
        lines = self._log(client).read_text(errors="replace").splitlines()
        return lines[-1] if lines else "its process ended without a word"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._hands.values():
            if process.stdin:
                process.stdin.close()
        for process in self._hands.values():
            try:
                process.wait(ENDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()


def environment(ca: str) -> dict[str, str]:
    """The variables of a client's process: no proxy, no settings, and whom to trust by default."""
    removed = {*SETTINGS, *BUNDLES, *PROXIES}
    kept = {name: value for name, value in os.environ.items() if name not in removed}
    return {**kept, "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": ca}
