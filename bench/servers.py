"""The server and the proxy before it, each in a process of its own, for the time of a run."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import certifi
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.target import Target
from bench.worker_pool import ROOT

ROUND_TRIP = 20
"""ms, through the proxy."""


def _rsa_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@attrs.frozen
class Servers:
    """Where the clients cancel."""

    ca: str
    """A file with the certificate that the server's is signed with, and all usual ones."""
    port: int
    far_port: int
    """Of the proxy that delays."""
    proxy_port: int
    """Of the one that does not, for clients that connect through it."""
    rsa_key: str = attrs.field(factory=_rsa_key, repr=False)
    """RSA-2048, as PEM."""

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
