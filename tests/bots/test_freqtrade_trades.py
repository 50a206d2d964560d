"""freqtrade itself, trading: it cancels what is not filled in time, and twice a fill is faster.

Its entry is cancelled and placed again; the second cancel loses to a fill. A stop-loss goes to the
exchange. Its exit is cancelled and placed again, and again the second cancel loses. It ends by
cancelling the stop-loss.
"""

from __future__ import annotations

import contextlib
import json
import shlex
import signal
import sqlite3
from collections.abc import Mapping
from typing import Any

import pytest

from .conftest import NewWorld
from .world import PROGRAMS, RUN, World, commands, recipes

pytest.importorskip("freqtrade", reason="freqtrade is not in this environment")

PAIRS = {"futures": "BTC/USDT:USDT", "spot": "BTC/USDT"}
PRICES = {"price_side": "same", "use_order_book": True, "order_book_top": 1}
BASE = "trades.sqlite"
TABLES = "SELECT count(*) FROM sqlite_master WHERE name IN ('trades', 'orders')"
ENDS = ["canceled", "OrderGone", "canceled", "OrderGone"]


def configured(world: World, mode: str) -> dict[str, Any]:
    """The configuration of freqtrade; only the guide's lines in it are about the adapter."""
    ccxt_config = {"urls": world.config["urls"], "enableRateLimit": False}
    (own,) = (json.loads(recipe) for recipe in recipes("json"))
    return {
        "dry_run": False,
        "max_open_trades": 1,
        "stake_currency": "USDT",
        "stake_amount": 5_000,
        "trading_mode": mode,
        "margin_mode": "isolated" if mode == "futures" else "",
        "entry_pricing": PRICES,
        "exit_pricing": PRICES,
        "pairlists": [{"method": "StaticPairList"}],
        "db_url": f"sqlite:///{world.folder / BASE}",
        "initial_state": "running",
        "internals": {"process_throttle_secs": 1},
        "exchange": {
            "name": "binance",
            "key": world.sim.api_key,
            "secret": world.sim.secret,
            "pair_whitelist": [PAIRS[mode]],
            "enable_ws": False,
            "ccxt_config": ccxt_config | own["exchange"]["ccxt_config"],
        },
    }


def closed(world: World) -> bool:
    """Whether freqtrade believes that its trade is over, and every order of it."""
    is_open = "(SELECT is_open FROM trades)"
    waiting = "(SELECT count(*) FROM orders WHERE ft_is_open)"
    return [(0, 0)] == asked(world, f"SELECT {is_open}, {waiting}")


def asked(world: World, query: str) -> list[Any]:
    """What freqtrade's database answers; nothing while it is not made."""
    if not (world.folder / BASE).is_file():
        return []
    base = sqlite3.connect(f"file:{world.folder / BASE}?mode=ro", uri=True, timeout=30)
    with contextlib.closing(base):
        made = base.execute(TABLES).fetchall()
        return base.execute(query).fetchall() if made == [(2,)] else []


def traded(world: World, mode: str, faults: tuple[str | None, ...]) -> World:
    """The world after freqtrade was started by the guide's command, and has closed its trade."""
    world.sim.faults.play(*faults, on="DELETE")
    world.write("config.json", json.dumps(configured(world, mode)))
    strategy = (PROGRAMS / "MyStrategy.py").read_text("utf-8")
    world.write("user_data/strategies/MyStrategy.py", strategy, installs=True)
    (command,) = commands("freqtrade trade")
    bot = world.started(*shlex.split(command))
    try:
        world.wait_for(bot, lambda: closed(world))
        bot.send_signal(signal.SIGINT)
        bot.wait(60)
    finally:
        bot.kill()
    return world


@pytest.fixture(scope="module")
def futures(new_world: NewWorld, setup: str) -> World:
    return traded(new_world(setup), "futures", (None, "fill_before", None, "fill_before"))


@pytest.fixture(scope="module")
def spot(new_world: NewWorld) -> World:
    """There the stop-loss is cancelled before the exit, by the third cancel."""
    faults = (None, "fill_before", None, None, None, "fill_before")
    return traded(new_world(RUN), "spot", faults)


def believed(world: World) -> Mapping[str, str]:
    """What freqtrade believes of its orders."""
    return dict(asked(world, "SELECT order_id, status FROM orders"))


def test_the_guide_names_the_command_twice() -> None:
    """Started through the adapter or not, the command of freqtrade is the same."""
    (alone,) = commands("freqtrade trade")

    assert [f"ccxt-adapter run --log trail.jsonl -- {alone}"] == [
        command for command in commands("ccxt-adapter run") if "freqtrade" in command
    ]


def test_its_cancels_of_futures_go_through_the_adapter(futures: World) -> None:
    """All four, with the outcome that the book confirms."""
    ids = [number for number, _ in futures.states("usdm")]
    states = ["CANCELED", "FILLED", "CANCELED", "FILLED"]

    assert list(zip(ids, ENDS, strict=True)) == futures.outcomes()
    assert states == [status for _, status in futures.states("usdm")]


def test_its_stop_loss_goes_through_the_adapter(futures: World) -> None:
    """One conditional order, cancelled once, with a true outcome in the trail."""
    ((stop, status),) = futures.states("usdm_algo")

    assert "CANCELED" == status
    assert [200] == futures.cancels("/fapi/v1/algoOrder")
    assert [(stop, "canceled")] == futures.outcomes("binance.usdm_algo")


def test_it_believes_what_the_book_shows(futures: World) -> None:
    """An order that freqtrade has in its database has the state there that it has in the book."""
    words = {"CANCELED": "canceled", "FILLED": "closed"}
    book = {n: words[s] for product in ("usdm", "usdm_algo") for n, s in futures.states(product)}
    believes = believed(futures)

    assert believes == {number: book[number] for number in believes}
    assert {"canceled", "closed"} == {*believes.values()}
    assert not sum(o.executed if o.side == "BUY" else -o.executed for o in futures.orders("usdm"))


def test_its_cancels_of_spot_go_through_the_adapter(spot: World) -> None:
    """Started through the adapter it closes its trade as ever; what is reported is in the book."""
    words = {"canceled": "CANCELED", "OrderGone": "FILLED"}
    outcomes, states = spot.outcomes("binance.spot"), dict(spot.states("spot"))

    assert 4 <= len(outcomes)
    assert [states[number] for number, _ in outcomes] == [words[end] for _, end in outcomes]
    assert {"CANCELED", "FILLED"} == {*states.values()}
