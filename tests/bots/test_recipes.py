"""The guide's recipes are run as they are; freqtrade's is in test_freqtrade_trades."""

from __future__ import annotations

import shlex

import pytest

from .conftest import NewWorld
from .world import NATIVE, PATIENCE, World, commands, recipes

ASIDE = "\nimport os, adapter\nprint(adapter.explain(broker.api, 'BTC/USDT:USDT').plugin)\n"
ENDING = "import sys\nsys.stdout.flush()\nos._exit(0)  # the broker's threads have no end\n"


def recipe(holding: str) -> str:
    """The one block of Python of the guide that contains this."""
    (found,) = (block for block in recipes("python") if holding in block)
    return found


def done(world: World, *command: str) -> str:
    """What is printed by a bot that ends well."""
    bot = world.started(*command)
    try:
        code = bot.wait(PATIENCE)
    finally:
        bot.kill()
    assert 0 == code, world.said
    return world.said


@pytest.mark.long
def test_a_script(new_world: NewWorld) -> None:
    """As it is, by the guide's command: it reports canceled, and the log has the adapter."""
    world = new_world(NATIVE)
    (command,) = commands("ccxt-adapter run --log trail.jsonl -- bot.py")[-1:]
    world.write("bot.py", f"CONFIG = {world.config!r}\n{recipe('exchange.create_order')}")

    assert "canceled\n" == done(world, *shlex.split(command))
    assert [(world.states("usdm")[0][0], "canceled")] == world.outcomes()
    assert ["CANCELED"] == [status for _, status in world.states("usdm")]


def test_lumibot(new_world: NewWorld) -> None:
    """The exchange object of the broker that the guide makes is served by the adapter."""
    pytest.importorskip("lumibot", reason="lumibot is not in this environment")
    world = new_world(NATIVE)
    config = {"exchange_id": "binance", "sandbox": False, **world.config}
    # it is not to listen to the streams of the real exchange
    made = recipe("broker").replace("Ccxt(CONFIG)", "Ccxt(CONFIG, connect_stream=False)")
    world.write("bot.py", f"CONFIG = {config!r}\n{made}{ASIDE}{ENDING}")

    assert "binance.usdm" in done(world, "python", "bot.py").split()
