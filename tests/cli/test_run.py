"""``ccxt-adapter run``, as real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from adapter.integration.startup.sitecustomize import HERE
from adapter.simulator import Simulator

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name == "nt", reason="programs here have a first line with #!"),
]

BOT = """\
import asyncio, json, os, re, sys
import ccxt
import ccxt.async_support
import ccxt.pro

os.chdir("/")
url, key, secret, *order_ids = sys.argv[1:]

def made(module):
    exchange = module.binance({"apiKey": key, "secret": secret, "enableRateLimit": False})
    for name, address in exchange.urls["api"].items():
        if isinstance(address, str):
            exchange.urls["api"][name] = re.sub("^https?://[^/]+", url, address)
    return exchange

class Logged(ccxt.pro.binance):
    async def cancel_order(self, id, symbol=None, params={}):
        print("logged", file=sys.stderr)
        return await super().cancel_order(id, symbol, params)

ccxt.pro.binance = Logged

async def cancel(module, order_id):
    exchange = made(module)
    try:
        return await exchange.cancel_order(order_id, "BTC/USDT:USDT")
    finally:
        await exchange.close()

orders = [made(ccxt).cancelOrder(order_ids[0], "BTC/USDT:USDT")]
orders += [asyncio.run(cancel(m, i)) for m, i in zip((ccxt.async_support, ccxt.pro), order_ids[1:])]
print(json.dumps(orders))
"""
HAS_IT = "print('adapter.integration.install' in __import__('sys').modules)"
"""Whether the adapter is installed in a process."""


@attrs.frozen
class Place:
    """A directory with programs in it, and runs of them."""

    path: Path

    def write(self, name: str, text: str, *, mode: int = 0o644) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        return file

    def run(
        self, *arguments: str, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # our own programs
            [sys.executable, "-m", "adapter", "run", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.path,
            env={**os.environ, **(env or {})},
            timeout=60,
        )


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADAPTER_LOG", "ADAPTER_ACCOUNT", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_bot_is_served(place: Place, sim: Simulator) -> None:
    """Its sync, async and pro exchanges and its subclass; ``--log`` appends the steps."""
    place.write("bot.py", BOT)
    orders = [str(sim.place("usdm", "BTCUSDT").order_id) for _ in range(3)]
    arguments = [sim.url, sim.api_key, sim.secret, *orders]
    done = place.run("--log", "trail.jsonl", "--", "bot.py", *arguments)

    assert (0, "logged\n") == (done.returncode, done.stderr)
    answers = json.loads(done.stdout)
    assert [(i, "canceled") for i in orders] == [(a["id"], a["outcome"]) for a in answers]
    assert ["DELETE"] * 3 == [request.method for request in sim.requests]
    lines = (place.path / "trail.jsonl").read_text(encoding="utf-8").splitlines()
    assert ["sent", "replied", "classified", "settled"] * 3 == [
        json.loads(x)["what"] for x in lines
    ]


def test_the_account_and_the_settings(place: Place) -> None:
    """``--account`` and ``--plugins`` are for every exchange of a bot that uses the adapter."""
    place.write("mine.toml", "[binance.options]\nenabled = false\n")
    place.write(
        "bot.py",
        "import adapter, ccxt, ccxt.async_support, os; os.chdir('/')\n"
        "print(*(m.binance.cancel_order.__globals__['__name__'] for m in"
        " (ccxt, ccxt.async_support)))\n"
        "for symbol in ('BTC/USDT:USDT', 'BTC/USDT:USDT-260327-90000-C'):\n"
        "    print(adapter.explain(ccxt.binance(), symbol).plugin)\n"
        "adapter.install(on_event=print)\n"
        "print(adapter.explain(ccxt.binance(), 'BTC/USDT:USDT').plugin)",
    )
    done = place.run("--account", "portfolio-margin", "--plugins", "mine.toml", "--", "bot.py")

    served = "adapter.integration.patching adapter.integration.patching\n"
    assert f"{served}binance.pm_um\nNone\nbinance.pm_um\n" == done.stdout, done.stderr


def test_a_module(place: Place) -> None:
    """``-m`` is an option of this Python; no module of the package is written."""
    place.write("mybot/__main__.py", f"import ccxt, sys; print(*sys.argv[1:]); {HAS_IT}")
    package = Path(HERE).parent
    before = _files(package)
    done = place.run("--", "-m", "mybot", "--help", "--", "x")

    assert before == _files(package)
    assert "--help -- x\nTrue\n" == done.stdout, done.stderr


def test_a_program_by_name(place: Place) -> None:
    """A console script with the Python of its first line, found on PATH."""
    script = f"#!{sys.executable}\nimport ccxt, sys\nprint(*sys.argv[1:])\n{HAS_IT}\n"
    place.write("bin/mybot", script, mode=0o755)
    path = f"{place.path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = place.run("--", "mybot", "trade", "--dry", env={"PATH": path})

    assert "trade --dry\nTrue\n" == done.stdout, done.stderr


def test_child_processes_are_served(place: Place) -> None:
    """By a shell, and by the start methods of multiprocessing that start a new Python."""
    place.write(
        "bot.py",
        "import multiprocessing, os, sys\n"
        "def child(_=None):\n"
        "    import ccxt\n"
        f"    {HAS_IT}\n"
        "    sys.stdout.flush()\n"
        "if __name__ == '__main__':\n"
        "    for way in ('spawn', 'forkserver'):\n"
        "        process = multiprocessing.get_context(way).Process(target=child)\n"
        "        process.start(); process.join()\n"
        "    os.execvp('sh', ['sh', '-c', sys.executable + ' -c \"import bot; bot.child()\"'])\n",
    )
    done = place.run("--", "bot.py")

    assert "True\n" * 3 == done.stdout, done.stderr


def test_a_process_without_ccxt_pays_nothing(place: Place) -> None:
    """Neither ccxt nor the adapter is imported for it, and its path is its own."""
    code = (
        "import sys; print([m for m in sys.modules if m.split('.')[0] in ('adapter', 'ccxt')],"
        " [p for p in sys.path if 'startup' in p])"
    )
    done = place.run("--", "-c", code)

    assert "[] []\n" == done.stdout, done.stderr


def test_the_environment_is_kept(place: Place) -> None:
    """PYTHONPATH and a ``sitecustomize`` of the user's own."""
    place.write("mine/sitecustomize.py", "import sys; sys.mine = 'mine'")
    place.write("mine/helper.py", "word = 'helped'")
    code = "import ccxt, helper, sitecustomize, sys; print(helper.word, sys.mine)"
    done = place.run("--", "-c", code, env={"PYTHONPATH": str(place.path / "mine")})

    assert "helped mine\n" == done.stdout, done.stderr


def test_the_exit_code_is_the_programs(place: Place) -> None:
    """Whatever it is."""
    assert 7 == place.run("--", "-c", "raise SystemExit(7)").returncode


@pytest.fixture
def hears_sigint() -> Iterator[None]:
    """A shell makes background processes ignore SIGINT, and so does all that they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_sigint")
def test_signals_reach_the_program(place: Place) -> None:
    """It has the very process that was started, so it ends as it would by itself."""
    place.write("bot.py", "import time; print('ready', flush=True)\nwhile True: time.sleep(1)")
    command = [sys.executable, "-m", "adapter", "run", "--", "bot.py"]
    with subprocess.Popen(  # noqa: S603  # our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=place.path
    ) as process:
        assert process.stdout is not None
        watchdog = threading.Timer(30, process.kill)
        watchdog.start()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate()
        watchdog.cancel()

    assert -signal.SIGINT == process.returncode


def test_a_broken_pipe_is_the_programs(place: Place) -> None:
    """A shell's program ends by SIGPIPE, which Python ignores for itself alone."""
    done = place.run("--", "sh", "-c", "trap '' INT; kill -PIPE $$; echo survived")

    assert (-signal.SIGPIPE, "") == (done.returncode, done.stdout)


def bare_python(place: Place) -> str:
    """A Python without the adapter, that finds something called ccxt."""
    venv.create(place.path / "other", symlinks=True)
    [packages] = (place.path / "other").glob("lib/python*/site-packages")
    (packages / "ccxt.py").write_text("print('ccxt was imported')")
    return str(place.path / "other" / "bin" / "python")


def test_a_python_without_the_adapter_gets_no_ccxt(place: Place) -> None:
    """It shows what to do, rather than trade without; what needs no ccxt runs as ever."""
    python = bare_python(place)
    code = "try:\n    import ccxt\nexcept ImportError:\n    pass\nprint('it went on')"
    refused = place.run("--", python, "-c", code)
    without = place.run("--", python, "-c", "print('no ccxt here')")

    assert 1 == refused.returncode
    assert "it went on" not in refused.stdout
    assert f"{python} has ccxt but no ccxt-adapter: install it there" in refused.stderr
    assert ("no ccxt here\n", "") == (without.stdout, without.stderr)


def test_a_program_with_an_adapter_of_its_own_is_refused(place: Place) -> None:
    """The name is taken: a clear error, instead of one module shadowing the other."""
    place.write("adapter.py", "mine = True")
    place.write("bot.py", "import adapter; assert adapter.mine\nimport ccxt\nprint('it went on')")
    done = subprocess.run(  # noqa: S603  # from elsewhere: -m looks in the working directory
        [sys.executable, "-m", "adapter", "run", "--", str(place.path / "bot.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )

    assert (1, "") == (done.returncode, done.stdout)
    assert "finds another module named adapter" in done.stderr
    assert str(place.path / "adapter.py") in done.stderr


def _files(package: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in package.rglob("*.py")}
