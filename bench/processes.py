"""The processes of a run: the server, the proxy before it, and one for each client.

A client's process stays from its first task to the end of the run. Clients that others wrote have
virtual environments of their own, kept in the cache directory.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import attrs
import certifi
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.rows import Client
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
ROUND_TRIP = 20
"""ms, through the proxy."""


@attrs.define
class WorkerPool:
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
        output, _ = process.communicate(json.dumps({**request, "started": time.monotonic_ns()}))
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
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=EXIT_TIMEOUT)
            process.kill()
            process.wait()


@attrs.frozen
class Servers:
    ca: str
    """A file with the certificate that the server's is signed with, and all usual ones."""
    port: int
    far_port: int
    """Of the proxy that delays."""
    proxy_port: int
    """Of the one that does not, for clients that connect through it."""
    rsa_key: str = attrs.field(repr=False)
    """RSA-2048, as PEM."""

    @rsa_key.default
    def _rsa_key(self) -> str:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def target(self, *, far: bool = False, rsa: bool = False, **settings: Any) -> Target:
        """The server, on loopback or with `ROUND_TRIP`."""
        url = f"https://127.0.0.1:{self.far_port if far else self.port}"
        proxy = f"http://127.0.0.1:{self.proxy_port}"
        key = "bench" * 13
        return Target(url, self.ca, key, self.rsa_key if rsa else key, proxy, **settings)


@contextlib.contextmanager
def started(core: int) -> Iterator[Servers]:
    """Both, on free ports of 127.0.0.1, for the time of a ``with`` block."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, contextlib.ExitStack() as stack:
        certificate, ca = Path(name) / "server.pem", Path(name) / "ca.pem"
        authority = trustme.CA()
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
        ca.write_bytes(authority.cert_pem.bytes() + Path(certifi.where()).read_bytes())
        port = start(stack, "bench.server", str(certificate), str(core))
        far_port, proxy_port = (
            start(stack, "bench.proxy", str(port), str(core), str(trip)) for trip in (ROUND_TRIP, 0)
        )
        yield Servers(str(ca), port, far_port, proxy_port)


def start(stack: contextlib.ExitStack, module: str, *arguments: str) -> int:
    """The port that a module of ours listens on."""
    # a session of its own: who presses Ctrl-C means the run, which then ends it
    process = stack.enter_context(
        subprocess.Popen(  # noqa: S603  # ours
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    )
    stack.callback(process.terminate)
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"{module} ended before it listened")
    return int(line)
