"""``ccxt-adapter simulate``."""

from __future__ import annotations

import io
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from contextlib import redirect_stdout

import pytest

from adapter.cli import main
from adapter.cli.demo.samples import SAMPLES, STOPS
from adapter.cli.simulate import stopping
from adapter.simulator import Simulator


class Terminal(io.StringIO):
    """One whose user waits for the last command, runs it, and presses Ctrl-C."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[int] = []

    def flush(self) -> None:
        commands = re.findall(r"^ccxt-adapter (cancel .*)$", self.getvalue(), re.MULTILINE)
        if len(SAMPLES + STOPS) == len(commands) and not self.codes:
            with pytest.MonkeyPatch.context() as environment, redirect_stdout(io.StringIO()):
                for name, value in re.findall(
                    r"^export (\w+)=(.*)$", self.getvalue(), re.MULTILINE
                ):
                    environment.setenv(name, value)
                self.codes = [main(shlex.split(command)) for command in commands]
            signal.raise_signal(signal.SIGINT)


def test_what_it_prints_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys and the commands, as printed, cancel one open order for each plugin."""
    monkeypatch.setenv("COLUMNS", "80")
    terminal = Terminal()
    with redirect_stdout(terminal):
        code = main(["simulate"])

    assert [0] * len(SAMPLES + STOPS) == terminal.codes
    assert 0 == code
    for sample in SAMPLES + STOPS:
        client_id = f"my-{sample.plugin.removeprefix('binance.').replace('_', '-')}"
        assert re.search(rf"^\d+ +{client_id} +{sample.symbol} *$", terminal.getvalue(), re.M)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it(number: signal.Signals) -> None:
    """SIGINT and SIGTERM set the event, and the handlers of before are back afterwards."""
    before = signal.getsignal(number)
    with stopping() as stopped:
        signal.raise_signal(number)
        assert stopped.is_set()

    assert signal.getsignal(number) is before


def test_a_port_in_use(sim: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken is one line, and wrong usage."""
    port = sim.url.rpartition(":")[2]

    assert 2 == main(["simulate", "--port", port])
    assert f"ccxt-adapter: port {port} cannot be used (" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "http", "\N{SUPERSCRIPT TWO}", "9" * 5000])
def test_no_port(port: str) -> None:
    """What is no port is refused by the command line."""
    with pytest.raises(SystemExit) as caught:
        main(["simulate", "--port", port])
    assert 2 == caught.value.code


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="signals of another process are POSIX's")
def test_as_a_process() -> None:
    """Its first line has its address, a signal ends it with 0, and stderr stays empty."""
    command = [sys.executable, "-m", "adapter", "simulate"]
    with subprocess.Popen(  # noqa: S603  # our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        watchdog = threading.Timer(300, process.kill)
        watchdog.start()
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate()
        watchdog.cancel()

    assert re.search(r"http://127\.0\.0\.1:\d+ until Ctrl-C", first)
    assert (0, "") == (process.returncode, errors)
