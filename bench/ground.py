"""What stands before the first cancel: certificates, the server, lines with a delay, keys."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import attrs

from bench import answers, certificates, nginx
from bench.machine import Cores
from bench.target import Target

ROUND_TRIPS = (1, 5, 20, 100)
"""ms of the lines that there are; 0 is the server itself."""
KEY, SECRET = "bench".ljust(64, "K"), "bench".ljust(64, "S")
KEYS = ("hmac", "ed25519", "rsa-2048", "rsa-4096")
ROOT = Path(__file__).parent.parent
STARTS = 10.0
"""Seconds within which a server must listen."""


@attrs.define
class Ground:
    """Where the clients cancel."""

    place: Path
    cores: Cores
    server: str
    """``"nginx"`` or ``"uvloop"``."""
    ports: dict[int, int] = attrs.field(factory=dict)
    """Round trip in ms → port; 0 is the server itself."""
    stranger: int = 0
    """The port of a server that nobody vouches for."""
    keys: dict[str, str] = attrs.field(factory=dict)
    pid: int = 0
    """Of the process that answers."""

    @property
    def ca(self) -> str:
        """The file that vouches for the server."""
        return str(self.place / "ca.pem")

    def target(self, *, round_trip: int = 0, key: str = "hmac", limiter: bool = False) -> Target:
        """The server, at the end of a line."""
        url = f"https://127.0.0.1:{self.ports[round_trip]}"
        return Target(url, self.ca, KEY, self.keys[key], limiter)

    def strangers(self) -> Target:
        """A server that must not be trusted."""
        return self.target()._replace(url=f"https://127.0.0.1:{self.stranger}")


@contextlib.contextmanager
def ground(cores: Cores, server: str, keys: tuple[str, ...] = KEYS) -> Iterator[Ground]:
    """Everything, on free ports of 127.0.0.1, for the time of a ``with`` block."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, contextlib.ExitStack() as stack:
        made = Ground(Path(name), cores, server)
        answers.write(made.place / "site")
        made.keys = {key: _secret(key) for key in keys}
        trusted, stranger = certificates.authority(), certificates.authority()
        (made.place / "ca.pem").write_bytes(trusted.bundle())
        certificate = _written(made.place / "server.pem", trusted.vouched())
        unknown = _written(made.place / "stranger.pem", stranger.vouched())
        made.ports[0] = _served(stack, made, certificate)
        _, made.stranger = _own_server(stack, made, unknown)
        made.ports.update(_lines(stack, made))
        yield made


def _written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


def _secret(key: str) -> str:
    kind, _, bits = key.partition("-")
    if kind == "rsa":
        return certificates.rsa_key(int(bits))
    return certificates.ed25519_key() if kind == "ed25519" else SECRET


def _served(stack: contextlib.ExitStack, made: Ground, certificate: Path) -> int:
    if made.server == "nginx":
        return _nginx(stack, made, certificate)
    process, port = _own_server(stack, made, certificate)
    made.pid = process.pid
    return port


def _own_server(
    stack: contextlib.ExitStack, made: Ground, certificate: Path
) -> tuple[subprocess.Popen[str], int]:
    arguments = (str(certificate), str(made.place / "site"), str(made.cores.server))
    process = _started(stack, sys.executable, "-m", "bench.server", *arguments)
    return process, int(_first_line(process))


def _lines(stack: contextlib.ExitStack, made: Ground) -> dict[int, int]:
    arguments = (str(made.ports[0]), str(made.cores.proxy), *map(str, ROUND_TRIPS))
    process = _started(stack, sys.executable, "-m", "bench.proxy", *arguments)
    return dict(zip(ROUND_TRIPS, map(int, _first_line(process).split()), strict=True))


def _nginx(stack: contextlib.ExitStack, made: Ground, certificate: Path) -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    text = nginx.configuration(
        place=made.place,
        site=made.place / "site",
        certificate=certificate,
        port=port,
        core=made.cores.server,
    )
    file = _written(made.place / "nginx.conf", text.encode())
    program = str(found_nginx())
    process = _started(stack, program, "-e", "stderr", "-p", str(made.place), "-c", str(file))
    _wait_for(port, process)
    made.pid = _child(process.pid)
    return port


def found_nginx() -> str | None:
    """The program, if there is one; it is often in no ordinary user's path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _child(pid: int) -> int:
    """The one worker of a master; the master itself where the system does not tell."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    text = children.read_text() if children.exists() else ""
    return int(text.split()[0]) if text.split() else pid


def _started(stack: contextlib.ExitStack, *command: str) -> subprocess.Popen[str]:
    # a session of its own: who presses Ctrl-C means the run, which then ends it
    process = subprocess.Popen(  # noqa: S603  # ours
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    stack.callback(_stopped, process)
    return process


def _stopped(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate()


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101  # for mypy
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{' '.join(map(str, process.args[:4]))} … ended before it listened")  # type: ignore[index]  # a tuple
    return line


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    ends = time.monotonic() + STARTS
    while process.poll() is None and time.monotonic() < ends:
        with (
            contextlib.suppress(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", port)),
        ):
            return
        time.sleep(0.02)
    raise RuntimeError("nginx does not listen; try --server uvloop")
