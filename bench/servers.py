"""The server and the proxy before it, each in a process of its own, for the time of a run."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs
import certifi

from bench import certificates
from bench.target import Target
from bench.worker_pool import ROOT

ROUND_TRIP = 20
"""ms, through the proxy."""


@attrs.frozen
class Servers:
    """Where the clients cancel."""

    ca: str
    """A file with the certificate that the server's is signed with, and all usual ones."""
    port: int
    far_port: int
    """Of the proxy."""
    secrets: dict[str, str]
    """By the kind of the key."""

    def target(self, *, far: bool = False, key: str = "hmac", limiter: bool = False) -> Target:
        """The server, on loopback or with `ROUND_TRIP`."""
        url = f"https://127.0.0.1:{self.far_port if far else self.port}"
        return Target(url, self.ca, "bench" * 13, self.secrets[key], limiter)


@contextlib.contextmanager
def started(core: int, keys: Iterable[str]) -> Iterator[Servers]:
    """Both, on free ports of 127.0.0.1, for the time of a ``with`` block."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, contextlib.ExitStack() as stack:
        certificate, ca = Path(name) / "server.pem", Path(name) / "ca.pem"
        pem, authority = certificates.server_certificate()
        certificate.write_bytes(pem)
        ca.write_bytes(authority + Path(certifi.where()).read_bytes())
        port = _start(stack, "bench.server", str(certificate), str(core))
        far_port = _start(stack, "bench.proxy", str(port), str(core), str(ROUND_TRIP))
        secrets = {key: certificates.secret(key) for key in keys}
        yield Servers(str(ca), port, far_port, secrets)


def _start(stack: contextlib.ExitStack, module: str, *arguments: str) -> int:
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
