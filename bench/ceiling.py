"""How much the server can take, so that nobody mistakes its limit for a client's."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import attrs

from bench.ground import Ground
from bench.peers import floor_sync
from bench.target import FIRST_ORDER, check

CONNECTIONS, DEPTH, TIMES = 16, 25, 40
ONE_BY_ONE = 2000


@attrs.frozen
class Ceiling:
    """What the server does when it is asked for more than any client asks for."""

    per_second: int
    """Requests, 16 connections with 25 requests under way on each."""
    cpu: float | None
    """µs of its processor for one request, one by one; None where the system does not tell."""


def measured(ground: Ground) -> Ceiling:
    """Ask a lot of the server."""
    return Ceiling(per_second=_at_once(ground), cpu=_one_by_one(ground))


def _at_once(ground: Ground) -> int:
    target = ground.target()
    wire = floor_sync.template(target) % floor_sync.signed(target.secret.encode(), FIRST_ORDER)
    lines = [floor_sync.connected(target) for _ in range(CONNECTIONS)]
    try:
        length = _length_of_one(lines[0], wire)
        began = time.perf_counter()
        for _ in range(TIMES):
            for line in lines:
                line.sendall(wire * DEPTH)
            for line in lines:
                _read(line, length * DEPTH)
        return round(CONNECTIONS * DEPTH * TIMES / (time.perf_counter() - began))
    finally:
        for line in lines:
            line.close()


def _length_of_one(line: socket.socket, wire: bytes) -> int:
    line.sendall(wire)
    data = line.recv(65536)
    while floor_sync.parsed(data) is None:
        data += line.recv(65536)
    return len(data)


def _read(line: socket.socket, count: int) -> None:
    while count > 0:
        count -= len(line.recv(262_144))


def _one_by_one(ground: Ground) -> float | None:
    client = floor_sync.prepare(ground.target())
    began = _cpu(ground.pid)
    for _ in range(ONE_BY_ONE):
        check(client.cancel(FIRST_ORDER), FIRST_ORDER)
    spent = _cpu(ground.pid) - began
    client.close()
    return round(spent / ONE_BY_ONE * 1e6, 1) if began else None


def _cpu(pid: int) -> float:
    """Seconds of processor that a process has used; 0 where there is no ``/proc``."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
