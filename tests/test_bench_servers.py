"""What the speed bench measures with: its server, its proxy, its clients' processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ccxt
import pytest
from pytest_mock import MockerFixture

sys.path.insert(0, str(Path(__file__).parent.parent))  # bench/ is not installed
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench import processes, worker
from bench.peers import on_ccxt
from bench.processes import WorkerPool
from bench.rows import ASYNC, CCXT_SYNC, OTHERS_ASYNC, SYNC
from bench.server import Connection
from bench.target import Client as Connected
from bench.target import Target, UnavailableError, WrongAnswerError, check, connect

CANCEL = "DELETE /fapi/v1/order?symbol=BTCUSDT&orderId=77&timestamp=1 HTTP/1.1\r\nHost: x\r\n\r\n"
IN_THE_BODY = "DELETE /fapi/v1/order HTTP/1.1\r\ncontent-length: 10\r\n\r\norderId=78"
TARGET = Target("https://127.0.0.1:1", "", "key", "secret")


@pytest.fixture(scope="module")
def served() -> Iterator[processes.Servers]:
    with processes.started(-1) as served:
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


@pytest.fixture(scope="module")
def pool(
    served: processes.Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WorkerPool]:
    with WorkerPool(-1, served.ca, tmp_path_factory.mktemp("cache")) as pool:
        yield pool


@pytest.mark.long
@pytest.mark.parametrize("far", [False, True])
def test_cancels_come_back_over_tls(served: processes.Servers, pool: WorkerPool, far: bool) -> None:
    """One by one and at once, each with its own order; from far away, no sooner than it can."""
    target = served.target(far=far)
    one_by_one = pool.run(SYNC[2], target, "series", count=2)
    at_once = pool.run(ASYNC[2], target, "burst", count=20, warm=1)

    assert 2 * one_by_one["p50"] == pytest.approx(one_by_one["total"], rel=0.5)
    assert one_by_one["total"] >= 2 * far * processes.ROUND_TRIP * 1000
    assert at_once["total"] >= far * processes.ROUND_TRIP * 1000


def test_a_cancel_goes_through_the_proxy(served: processes.Servers, pool: WorkerPool) -> None:
    """Where nothing listens at the address of the exchange, it comes back by the proxy alone."""
    target = served.target()._replace(url="https://127.0.0.1:9")
    without = pool.run(CCXT_SYNC, target, "series", count=1)
    by_proxy = pool.run(CCXT_SYNC, target._replace(setting="proxy"), "series", count=1)

    assert without["failed"].startswith("NetworkError")
    assert by_proxy["p50"] > 0


def test_the_other_settings_are_those_of_the_exchange_object() -> None:
    """A path of certificates, and a hook that changes no answer."""
    verify, hook = (
        connect(ccxt.binance, TARGET._replace(ca="a.pem", setting=setting))
        for setting in ("verify", "hook")
    )
    [called] = hook.session.hooks["response"]

    assert ("a.pem", True) == (verify.verify, hook.verify)
    assert "answer" == called("answer", timeout=1)


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
        await worker.TASKS[task](lambda _: client, TARGET, count=4)
    assert "closed" == done[-1]


@pytest.mark.long
async def test_a_worker_shows_what_cannot_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is not available; any other error is a failure."""

    def connect(target: Target) -> Connected:
        raise UnavailableError(f"nothing at {target.url}")

    monkeypatch.setattr(on_ccxt, "plain_sync", connect)
    request: dict[str, Any] = {"task": "series", "count": 1, "target": TARGET._asdict()}
    missing, broken = [
        await worker.result(name, **request) for name in ("on_ccxt:plain_sync", "no_such:file")
    ]

    assert {"unavailable": "nothing at https://127.0.0.1:1"} == missing
    assert "ModuleNotFoundError: No module named 'bench.peers.no_such'" == broken["failed"]


@pytest.mark.long
def test_a_pool_shows_who_is_missing(
    served: processes.Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client cancels in its own process; one is not installed, and one's process ends."""
    with WorkerPool(-1, served.ca, tmp_path) as pool:
        measured = pool.run(ASYNC[2], served.target(), "behind_queue", count=3)
        absent = pool.run(OTHERS_ASYNC[0], TARGET, "series", count=1)
        monkeypatch.setattr(pool, "core", "none")
        ended = [pool.run(CCXT_SYNC, TARGET, "series", count=1) for _ in range(2)]

    assert 0 < measured["p50"] <= measured["total"]
    assert "python -m bench without --quick" in absent["unavailable"]
    assert [{"failed": "its process has ended"}] * 2 == ended


@pytest.mark.long
@pytest.mark.parametrize(
    ("task", "arguments", "measure"),
    [
        ("first_cancel", {"transport": "session"}, "p50"),
        pytest.param("cost", {"of": "ccxt", "memory": False}, "p50", marks=pytest.mark.long),
        ("cost", {"of": "adapter", "memory": False}, "p50"),
        pytest.param("cost", {"of": "exchange", "memory": True}, "memory", marks=pytest.mark.long),
        pytest.param("cost", {"of": "attached", "memory": True}, "memory", marks=pytest.mark.long),
    ],
)
def test_a_process_starts_for_one_measurement(
    served: processes.Servers, pool: WorkerPool, task: str, arguments: dict[str, Any], measure: str
) -> None:
    """With the adapter a first cancel needs no markets; a cost is a time or a memory."""
    measured = pool.run_fresh(served.target(limiter=True), task, **arguments)

    assert [measure] == [*measured]
    assert 1000 < measured[measure]


@pytest.mark.long
def test_the_extra_fast_is_needed_for_its_rows(mocker: MockerFixture) -> None:
    """Without pycurl they are not available, rather than measured without it."""
    mocker.patch("importlib.util.find_spec", return_value=None)
    with pytest.raises(UnavailableError, match="the extra fast is missing"):
        on_ccxt.fast_sync(TARGET)


@pytest.mark.long
def test_a_quick_run_of_one_row_measures_and_writes(tmp_path: Path) -> None:
    """Of ccxt and of the adapter, each accepted by the simulator before."""
    out = tmp_path / "ccxt-adapter-bench" / "last"
    done = subprocess.run(  # our own program
        [sys.executable, "-m", "bench", "--quick", "--only", "limited-burst"],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stderr
    found: dict[str, Any] = json.loads((out / "speed.json").read_text())
    [row] = found["rows"]
    measured = {entry["name"]: entry for entry in row["entries"] if "measures" in entry}
    assert {"ccxt, async", "adapter, async"} <= measured.keys()
    assert all(found["clients"][name]["accepted"] for name in measured)
    assert "A quick run" in (out / "speed.md").read_text()
