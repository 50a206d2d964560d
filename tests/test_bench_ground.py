"""What the speed bench measures with: its server, its lines, its clients' processes."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # nobody installs bench/
pytest.importorskip("bench", reason="bench/ is in the source tree only")

from bench import proof, timing, worker
from bench.clients import FLOOR, NAUTILUS, Client
from bench.crew import Crew
from bench.environments import Environments, NotInstalledError
from bench.ground import Ground, ground
from bench.machine import Cores
from bench.peers import floor_async, floor_sync
from bench.server import Answers, Connection
from bench.target import FIRST_ORDER, Target, UnavailableError, WrongAnswerError, check
from bench.target import Client as Prepared

CANCEL = "DELETE /fapi/v1/order?symbol=BTCUSDT&orderId=77&timestamp=1 HTTP/1.1\r\nHost: x\r\n\r\n"
IN_THE_BODY = "DELETE /fapi/v1/order HTTP/1.1\r\ncontent-length: 10\r\n\r\norderId=77"
TARGET = Target("https://127.0.0.1:1", "", "key", "secret")


@pytest.fixture(scope="module")
def made() -> Iterator[Ground]:
    with ground(Cores(-1, -1, -1), "uvloop", ("hmac",)) as made:
        yield made


class Wire:
    """Takes what a server sends."""

    def __init__(self) -> None:
        self.sent = b""

    def write(self, data: bytes) -> None:
        self.sent += data


@pytest.fixture
def answered(tmp_path: Path) -> Callable[..., list[Any]]:
    """What the server answers to pieces of bytes: the bodies."""
    (tmp_path / "time").write_text('{"serverTime":5}')

    def answered(*pieces: str) -> list[Any]:
        connection, wire = Connection(Answers(tmp_path)), Wire()
        connection.connection_made(wire)  # type: ignore[arg-type]  # as much of one as is used
        for piece in pieces:
            connection.data_received(piece.encode())
        bodies = wire.sent.decode().split("\r\n\r\n")[1:]
        return [json.JSONDecoder().raw_decode(body)[0] for body in bodies]

    return answered


def test_the_server_answers_with_the_order_that_was_asked_for(answered: Any) -> None:
    """The id of the query; without one, always the same."""
    [order], [hidden] = answered(CANCEL), answered(IN_THE_BODY)

    assert (77, "CANCELED") == (order["orderId"], order["status"])
    assert hidden["orderId"] == FIRST_ORDER


def test_the_server_takes_requests_in_any_pieces(answered: Any) -> None:
    """One in two pieces, and two with a body in one."""
    assert [77] == [order["orderId"] for order in answered(CANCEL[:30], CANCEL[30:])]
    assert 2 == len(answered(IN_THE_BODY * 2))


def test_the_server_has_files(answered: Any) -> None:
    """A path is answered by its file, and another one by an error of Binance's kind."""
    assert [{"serverTime": 5}] == answered("GET /time HTTP/1.1\r\n\r\n")
    assert -5000 == answered("GET /else HTTP/1.1\r\n\r\n")[0]["code"]


@pytest.mark.parametrize("round_trip", [0, 1, 5, 20, 100])
def test_every_line_leads_to_the_server(made: Ground, round_trip: int) -> None:
    """A cancel over TLS comes back with its own answer."""
    found = timing.series(floor_sync.prepare, made.target(round_trip=round_trip), count=2)

    assert 2 == len(found["times"])


async def test_a_burst_is_answered(made: Ground) -> None:
    """Every cancel of it, each with its own order, over a line as well."""
    for round_trip in (0, 1):
        target = made.target(round_trip=round_trip)
        found = await timing.burst(floor_async.prepare, target, count=20, bursts=1)

        assert 20 == len(found["times"])


async def test_a_strangers_certificate_is_refused(made: Ground) -> None:
    """By a client that verifies, and the proof says so."""
    with pytest.raises(ssl.SSLCertVerificationError):
        floor_sync.prepare(made.strangers())
    shown = await proof.verifies(floor_sync.prepare, made.strangers(), order=1)

    assert {"verifies": True, "by": "SSLCertVerificationError"} == shown


@pytest.mark.parametrize(
    "answer",
    [{"status": "NEW", "orderId": 7}, {"status": "CANCELED", "orderId": 8}, {"orderId": 7}, {}],
)
def test_a_wrong_answer_is_no_cancel(answer: dict[str, Any]) -> None:
    """Another status, or another order."""
    with pytest.raises(WrongAnswerError, match="order 7 is to be canceled"):
        check(answer, 7)


def prepared(*, lies: bool = False, hides_id: bool = False) -> tuple[Any, list[int]]:
    """A sync client that keeps the orders it is asked to cancel."""
    seen: list[int] = []

    def cancel(order: int) -> dict[str, Any]:
        seen.append(order)
        return {"status": "open" if lies else "canceled", "id": str(order)}

    return lambda _: Prepared(cancel, lambda: None, hides_id), seen


def test_every_answer_is_checked() -> None:
    """A client that says "open" is not measured."""
    prepare, _ = prepared(lies=True)
    with pytest.raises(WrongAnswerError):
        timing.series(prepare, TARGET, count=3)


def test_every_cancel_is_of_another_order() -> None:
    """But for a client whose order the server could not see."""
    prepare, seen = prepared()
    timing.series(prepare, TARGET, count=3, warm=0)
    hiding, one = prepared(hides_id=True)
    timing.series(hiding, TARGET, count=3, warm=0)

    assert (3, 1) == (len({*seen}), len({*one}))


def test_a_worker_tells_what_cannot_be_done() -> None:
    """What is missing is not available; any other error is a failure."""

    def prepare(target: Target) -> Prepared:
        raise UnavailableError(f"nothing at {target.url}") if target.limiter else KeyError("x")

    with asyncio.Runner() as runner:
        line = {"do": "series", "count": 1, "target": TARGET._asdict()}
        missing = {**line, "target": TARGET._replace(limiter=True)._asdict()}

        assert {"unavailable": "nothing at https://127.0.0.1:1"} == worker.done(
            prepare, runner, missing
        )
        assert {"failed": "KeyError: 'x'"} == worker.done(prepare, runner, line)


def crew(tmp_path: Path) -> Crew:
    return Crew(Environments(tmp_path, False, print), core=-1, ca="", logs=tmp_path)


def test_a_crew_tells_of_a_client_that_is_not_installed(tmp_path: Path) -> None:
    """It says how to have it, and leaves no half of an environment."""
    with crew(tmp_path) as hands:
        answer = hands.tell(NAUTILUS, TARGET, "series", count=1)

    assert "python -m bench without --quick installs it" in answer["unavailable"]
    assert [] == list(tmp_path.iterdir())


def test_a_crew_tells_of_a_client_that_does_not_start(tmp_path: Path) -> None:
    """With its own words, as often as it is asked."""
    with crew(tmp_path) as hands:
        answers = [hands.tell(Client("x", "no_such_file", ()), TARGET, "series") for _ in range(2)]

    assert {"failed"} == {key for answer in answers for key in answer}
    assert "No module named 'bench.peers.no_such_file'" in answers[1]["failed"]


def test_a_crew_measures(made: Ground, tmp_path: Path) -> None:
    """A client in its own process cancels at the server."""
    environments = Environments(tmp_path, False, print)
    with Crew(environments, core=-1, ca=made.ca, logs=tmp_path) as hands:
        answer = hands.tell(FLOOR, made.target(), "series", count=3)

    assert 3 == len(answer["times"])


def test_an_environment_that_is_ready_is_used_again(tmp_path: Path) -> None:
    """Nothing is installed for it; one that was made with something else is not it."""
    environments = Environments(tmp_path, False, print)
    with pytest.raises(NotInstalledError):
        environments.python(NAUTILUS)
    [python] = {environments.home(NAUTILUS)}
    python.mkdir(parents=True)
    (python / "ready").write_text("nautilus_trader")

    assert environments.python(NAUTILUS).startswith(str(python))
