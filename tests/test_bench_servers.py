"""What the speed bench measures with: its server, its proxy, its clients' processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench import servers, timing, worker
from bench.clients import CCXT_SYNC, OTHERS_ASYNC, RAW
from bench.peers import raw_socket
from bench.server import Connection
from bench.target import Client as Connected
from bench.target import Target, UnavailableError, WrongAnswerError, check
from bench.worker_pool import WorkerPool

CANCEL = "DELETE /fapi/v1/order?symbol=BTCUSDT&orderId=77&timestamp=1 HTTP/1.1\r\nHost: x\r\n\r\n"
IN_THE_BODY = "DELETE /fapi/v1/order HTTP/1.1\r\ncontent-length: 10\r\n\r\norderId=78"
TARGET = Target("https://127.0.0.1:1", "", "key", "secret")


@pytest.fixture(scope="module")
def served() -> Iterator[servers.Servers]:
    with servers.started(-1, ["hmac"]) as served:
        yield served


class Wire:
    """Takes what a server sends."""

    sent = b""

    def write(self, data: bytes) -> None:
        self.sent += data


@pytest.fixture
def answered() -> Callable[..., list[Any]]:
    """What the server answers to pieces of bytes: the bodies."""

    def answered(*pieces: str) -> list[Any]:
        connection, wire = Connection({}), Wire()
        connection.connection_made(wire)  # type: ignore[arg-type]  # as much of one as is used
        for piece in pieces:
            connection.data_received(piece.encode())
        bodies = wire.sent.decode().split("\r\n\r\n")[1:]
        return [json.JSONDecoder().raw_decode(body)[0] for body in bodies]

    return answered


def test_the_server_answers_with_the_order_that_was_asked_for(answered: Any) -> None:
    """In whatever pieces, with the id in the query or in the body; another path is an error."""
    pieces = (CANCEL[:30], CANCEL[30:] + IN_THE_BODY + IN_THE_BODY[:-1], IN_THE_BODY[-1])

    assert [77, 78, 78] == [order["orderId"] for order in answered(*pieces)]
    assert -5000 == answered("GET /else HTTP/1.1\r\n\r\n")[0]["code"]


@pytest.mark.parametrize("far", [False, True])
async def test_cancels_come_back_over_tls(served: servers.Servers, far: bool) -> None:
    """One by one and at once, each with its own order; from far away, no sooner than it can."""
    target = served.target(far=far)
    one_by_one = await timing.series(raw_socket.raw_socket, target, count=2)
    at_once = await timing.burst(raw_socket.asyncio_streams, target, count=20, warm=1)

    assert (2, 20) == (len(one_by_one["times"]), len(at_once["times"]))
    assert min(one_by_one["times"]) >= far * servers.ROUND_TRIP * 1000


@pytest.mark.parametrize(
    "answer",
    [{"status": "NEW", "orderId": 7}, {"status": "CANCELED", "orderId": 8}, {"orderId": 7}, {}],
)
def test_a_wrong_answer_is_no_cancel(answer: dict[str, Any]) -> None:
    """Another status, or another order."""
    with pytest.raises(WrongAnswerError, match="order 7 is to be canceled"):
        check(answer, 7)


@pytest.mark.parametrize("task", ["series", "burst"])
async def test_every_answer_is_checked_and_the_client_closed(task: str) -> None:
    """A client that reports "open" after the warm-up is not measured."""
    done: list[object] = []

    def cancel(order: int) -> dict[str, Any]:
        done.append(order)
        return {"status": "canceled" if len(done) < 4 else "open", "id": str(order)}

    client = Connected(cancel, lambda: done.append("closed"))
    with pytest.raises(WrongAnswerError):
        await timing.TASKS[task](lambda _: client, TARGET, count=4)
    assert "closed" == done[-1]


async def test_a_worker_shows_what_cannot_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is not available; any other error is a failure."""

    def connect(target: Target) -> Connected:
        raise UnavailableError(f"nothing at {target.url}")

    monkeypatch.setattr(raw_socket, "raw_socket", connect)
    request: dict[str, Any] = {"task": "series", "count": 1, "target": TARGET._asdict()}
    missing, broken = [
        await worker.result(name, **request) for name in ("raw_socket:raw_socket", "no_such:file")
    ]

    assert {"unavailable": "nothing at https://127.0.0.1:1"} == missing
    assert "ModuleNotFoundError: No module named 'bench.peers.no_such'" == broken["failed"]


def test_a_pool_measures_and_shows_who_is_missing(
    served: servers.Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client cancels in its own process; one is not installed, and one's process ends."""
    with WorkerPool(-1, served.ca, tmp_path) as pool:
        measured = pool.run(RAW, served.target(), "series", count=3)
        absent = pool.run(OTHERS_ASYNC[0], TARGET, "series", count=1)
        monkeypatch.setattr(pool, "core", "none")
        ended = [pool.run(CCXT_SYNC, TARGET, "series", count=1) for _ in range(2)]

    assert 3 == len(measured["times"])
    assert "python -m bench without --quick" in absent["unavailable"]
    assert [{"failed": "its process has ended"}] * 2 == ended


def test_a_process_starts_and_cancels(served: servers.Servers, tmp_path: Path) -> None:
    """With the adapter and no markets; it prints how long it took and its peak memory."""
    request = {"attach": True, "target": served.target(limiter=True)._asdict()}
    with WorkerPool(-1, served.ca, tmp_path) as pool:
        measured = pool.run_module("bench.first_cancel", request)

    assert 1 == len(measured["times"])
    assert measured["memory"] > 1e6


@pytest.mark.long
def test_a_quick_run_of_one_row_measures_and_writes(tmp_path: Path) -> None:
    """Of ccxt and of the adapter, each accepted by the simulator before."""
    options = ["--quick", "--only", "limited-burst", "--output", str(tmp_path / "out")]
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "bench", *options],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stderr
    found: dict[str, Any] = json.loads((tmp_path / "out" / "speed.json").read_text())
    [row] = found["rows"]
    assert [20, 20] == [entry["cancels"] for entry in row["entries"]]
    assert [True, True] == [client["accepted"] for client in found["clients"].values()]
    assert "A quick run" in (tmp_path / "out" / "speed.md").read_text()
