"""A simulated exchange, a folder, and the setups in which a bot is started there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import ccxt

from adapter.simulator import Order, Simulator
from adapter.simulator.connect import redirected

GUIDE = Path(__file__).parent.parent.parent / "docs" / "bots.md"
PROGRAMS = Path(__file__).parent / "programs"
BESIDE = Path(sys.executable).parent
"""The directory of the programs of this environment."""

PATIENCE = 120.0
"""Seconds after which a bot counts as stuck."""

NATIVE, INSTALL, RUN = "native", "install", "run"


def recipes(language: str) -> list[str]:
    """The blocks of the guide in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)


def commands(start: str) -> list[str]:
    """The commands of the guide that start so."""
    return re.findall(rf"^    ({re.escape(start)}.*)$", GUIDE.read_text("utf-8"), re.M)


def freqtrade_exchange(name: str, config: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """The section of freqtrade's configuration for an exchange, from ccxt's ``config`` for it."""
    options = {**config.get("options", {}), **options}
    return {
        "name": name,
        "key": config["apiKey"],
        "secret": config["secret"],
        "password": config.get("password", ""),
        "enable_ws": False,
        "ccxt_config": {"urls": config["urls"], "enableRateLimit": False, "options": options},
    }


@contextlib.contextmanager
def hears_sigint() -> Iterator[None]:
    """A shell makes background processes ignore SIGINT, and so does all that they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@attrs.frozen
class World:
    """``setup`` is how a bot gets the adapter: not at all, by two lines, or by ``run``."""

    sim: Simulator
    folder: Path
    setup: str

    @property
    def trail_file(self) -> Path:
        """Where the trail of every cancel is kept."""
        return self.folder / "trail.jsonl"

    @property
    def config(self) -> dict[str, Any]:
        """What leads any exchange object of ccxt's to the simulator."""
        urls = {"api": redirected(ccxt.binance().urls, self.sim.url)["api"]}
        return {"apiKey": self.sim.api_key, "secret": self.sim.secret, "urls": urls}

    def write(self, name: str, text: str, *, installs: bool = False) -> Path:
        """Put a file into the folder; one that ``installs`` has the two lines above it."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = recipes("python")[0] if installs and self.setup == INSTALL else ""
        file.write_text(lines + text, encoding="utf-8")
        return file

    def started(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """The bot, started by this setup; its output goes to the file ``said``."""
        run = ["ccxt-adapter", "run", "--log", str(self.trail_file), "--"]
        program, *arguments = [*(run if self.setup == RUN else []), *command]
        log = {"ADAPTER_LOG": str(self.trail_file)} if self.setup == INSTALL else {}
        with (self.folder / "said").open("wb") as said, hears_sigint():
            return subprocess.Popen(  # noqa: S603  # a bot of this environment
                [str(BESIDE / program), *arguments],
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**_activated(), **log, "HOME": str(self.folder), **environment},
            )

    def results(self, program: str, **environment: str) -> Any:
        """What a program of ours that drives a bot has found out, at its end."""
        file = self.write("bot.py", (PROGRAMS / program).read_text("utf-8"), installs=True)
        there = {"CONFIG": json.dumps(self.config), "RESULTS": str(self.folder / "results.json")}
        bot = self.started("python", file.name, **{**there, **environment})
        try:
            code = bot.wait(PATIENCE)
        finally:
            bot.kill()
        assert code == 0, self.said
        return json.loads((self.folder / "results.json").read_text("utf-8"))

    @property
    def said(self) -> str:
        """All that the bot has printed."""
        return (self.folder / "said").read_text("utf-8", errors="replace")

    def trail(self, what: str = "settled") -> list[dict[str, Any]]:
        """The events of one kind; fails where the adapter was not in the bot."""
        lines = self.trail_file.read_text("utf-8").splitlines()
        return [event for event in map(json.loads, lines) if event["what"] == what]

    def outcomes(self, plugin: str | None = "binance.usdm") -> list[tuple[str, str]]:
        """How the cancels that went through one plugin, or any, ended, by order."""
        settled = [event for event in self.trail() if plugin in (None, event["plugin"])]
        return [(_order(event), _ended(event["details"])) for event in settled]

    def states(self, product: str) -> list[tuple[str, str]]:
        """The orders of the book and how they are."""
        return [(str(order.order_id), order.status) for order in self.orders(product)]

    def orders(self, product: str) -> list[Order]:
        """The orders of the book, oldest first."""
        return self.sim.book.orders(product)

    def cancels(self, path: str) -> list[int]:
        """The statuses of the answers to cancels that came in on this path."""
        served = list(self.sim.requests)
        return [one.status for one in served if (one.method, one.path) == ("DELETE", path)]

    def wait_for(self, bot: subprocess.Popen[bytes], done: Callable[[], bool]) -> None:
        """Wait until it is so; fails if the bot ends first, or is stuck."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            assert bot.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)


def _order(event: Mapping[str, Any]) -> str:
    return str(event["order_id"] or event["client_order_id"])


def _ended(details: Mapping[str, Any]) -> str:
    return str(details.get("error") or details["status"])


def _activated() -> dict[str, str]:
    """The variables of a shell with this environment activated, without those of adapters."""
    quiet = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ADAPTER_") and not name.lower().endswith("_proxy")
    }
    return {**quiet, "PATH": os.pathsep.join([str(BESIDE), os.environ.get("PATH", "")])}
