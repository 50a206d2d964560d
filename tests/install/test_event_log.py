"""``ADAPTER_LOG``: the trail of every cancel, as lines of JSON."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from pytest_mock import MockerFixture

import adapter
from adapter.core import events
from adapter.core.events import Event
from adapter.integration.event_log import ENVIRONMENT, EventLog, open_log
from adapter.simulator import Simulator

from .bot import OPTION, Bot

pytestmark = pytest.mark.one_in(2)  # sync and pro; the other files here have async by default
EVENT = Event(
    call=1,
    time=1_700_000_000_000,
    what="replied",
    plugin="binance.usdm",
    market_id="BTCUSDT",
    order_id="7",
    client_order_id=None,
    details={"status": 200, "ms": 1.5},
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "trail.jsonl"
    monkeypatch.setenv(ENVIRONMENT, str(path))
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_event_is_a_line(bot: Bot, sim: Simulator, file: Path) -> None:
    """All of its fields, and the process."""
    events: list[Event] = []
    adapter.install(on_event=events.append)
    bot.cancels(sim, bot.new())

    assert ["sent", "replied", "classified", "settled"] == [line["what"] for line in lines(file)]
    assert lines(file) == [
        {
            "pid": os.getpid(),
            **{field.name: getattr(event, field.name) for field in attrs.fields(Event)},
            "details": dict(event.details),
        }
        for event in events
    ]


def test_what_the_program_attached_itself_is_there_too(
    bot: Bot, sim: Simulator, file: Path
) -> None:
    """It is the log of the process, and its own hook gets it as well."""
    events: list[Event] = []
    adapter.install()
    bot.cancels(sim, adapter.attach(bot.new(), on_event=events.append))

    assert [event.what for event in events] == [line["what"] for line in lines(file)]


def test_a_file_is_added_to(bot: Bot, sim: Simulator, file: Path) -> None:
    """Its content is kept, and each event is in it once, however often one installs."""
    file.write_text("{}\n", encoding="utf-8")
    with adapter.install(), adapter.install():
        bot.cancels(sim, bot.new())

    assert 1 + 4 == len(lines(file))


def test_uninstall_ends_it(bot: Bot, sim: Simulator, file: Path) -> None:
    """An exchange object that stays attached writes no trail after that."""
    adapter.install()
    exchange = adapter.attach(bot.new())
    adapter.uninstall()
    bot.cancels(sim, exchange)

    assert [] == lines(file)
    assert () == events.listeners


def test_another_file_for_a_block(
    bot: Bot, sim: Simulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is read by each `install`; the outer file is used again afterwards."""
    adapter.install()
    exchange = bot.new()
    other = file.with_name("other.jsonl")
    monkeypatch.setenv(ENVIRONMENT, str(other))
    with adapter.install():
        bot.cancels(sim, exchange)
    bot.cancels(sim, exchange)

    assert [4, 4] == [len(lines(other)), len(lines(file))]


def test_no_secret_is_in_it(bot: Bot, sim: Simulator, file: Path) -> None:
    """Neither key, secret nor signature, although the answer was lost."""
    adapter.install()
    placed = sim.place("options", "BTC-260327-90000-C")
    sim.faults.play("drop_after", on="DELETE")
    bot.cancel(sim.connect(bot.new()), placed.order_id, OPTION)

    text = file.read_text(encoding="utf-8")
    assert "AMBIGUOUS" in text
    for word in (sim.api_key, sim.secret, "signature", "http://"):
        assert word not in text


def test_a_path_that_cannot_be_written_is_reported_at_once(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is installed, and the error shows what to do."""
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "no" / "trail.jsonl"))
    with pytest.raises(adapter.PluginError, match=r"ADAPTER_LOG: .*No such file.*name a file"):
        adapter.install()

    assert bot.served(bot.new()) is None


@pytest.mark.one_in(1)
@pytest.mark.parametrize("empty", ["", None], ids=str)
def test_without_the_variable_there_is_no_trail(
    monkeypatch: pytest.MonkeyPatch, empty: str | None
) -> None:
    """Empty is none."""
    if empty is not None:
        monkeypatch.setenv(ENVIRONMENT, empty)
    adapter.install()

    assert () == events.listeners


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_full_disk_costs_no_cancel_and_is_reported_once(
    bot: Bot, sim: Simulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Two cancels, eight events, one error in the log."""
    monkeypatch.setenv(ENVIRONMENT, "/dev/full")
    adapter.install()
    exchange = bot.new()
    for _ in range(2):
        assert "canceled" == bot.cancels(sim, exchange)["outcome"]

    [record] = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert "ADAPTER_LOG: /dev/full cannot be written (No space left on device)" in record.message


def test_a_torn_line_harms_no_other(
    tmp_path: Path, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """When half a line was written, the next event begins a new one."""
    path = tmp_path / "trail.jsonl"
    write, torn = os.write, open_log(str(path))
    half: Callable[[int, bytes], int] = lambda file, data: write(file, data[:10])  # noqa: E731
    patched = mocker.patch("os.write", side_effect=half)
    torn(EVENT)
    mocker.stop(patched)
    torn(EVENT)
    torn(EVENT)

    [_, *whole] = path.read_text(encoding="utf-8").splitlines()
    assert [7, 7] == [int(json.loads(line)["order_id"]) for line in whole]
    assert 1 == len(caplog.records)
    assert "bytes were written" in caplog.records[0].message


def test_it_is_closed_when_nobody_holds_it(tmp_path: Path, mocker: MockerFixture) -> None:
    """And not before: a cancel that is in progress may still write."""
    closed = mocker.Mock()
    file = EventLog("trail.jsonl", 5, close=closed)
    held = file
    del file
    closed.assert_not_called()
    del held

    closed.assert_called_once_with(5)
    assert tmp_path.is_dir()


def test_a_word_that_json_has_not(tmp_path: Path) -> None:
    """Whatever the details are, the line can be read."""
    path = tmp_path / "trail.jsonl"
    open_log(str(path))(attrs.evolve(EVENT, details={"path": Path("order")}))

    assert {"path": "order"} == lines(path)[0]["details"]


WRITER = """\
import sys, attrs
sys.path.insert(0, sys.argv[2])
from install.test_event_log import EVENT
from adapter.integration.event_log import open_log
file = open_log(sys.argv[1])
for call in range(300):
    file(attrs.evolve(EVENT, call=call, details={"reason": "x" * 500}))
"""


@pytest.mark.long
def test_several_processes_share_a_file(tmp_path: Path) -> None:
    """Every line of each is whole, and in its order."""
    path = tmp_path / "trail.jsonl"
    command = [sys.executable, "-c", WRITER, str(path), str(Path(__file__).parent.parent)]
    writers = [subprocess.Popen(command) for _ in range(3)]  # noqa: S603  # our own script

    assert [0] * 3 == [writer.wait() for writer in writers]
    found = lines(path)
    assert {writer.pid for writer in writers} == {line["pid"] for line in found}
    for writer in writers:
        assert list(range(300)) == [line["call"] for line in found if line["pid"] == writer.pid]
