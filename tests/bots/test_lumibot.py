"""lumibot's own broker for ccxt: what it believes after every kind of cancel."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import NewWorld
from .world import NATIVE, World

pytest.importorskip("lumibot", reason="lumibot is not in this environment")

Drive = tuple[World, dict[str, Any]]


def driven(world: World) -> Drive:
    """The world after all cancels, of which the second loses to a fill."""
    world.sim.faults.play(None, "fill_before", on="DELETE")
    return world, world.results("lumibot_calls.py")


@pytest.fixture(scope="module")
def drive(new_world: NewWorld, setup: str) -> Drive:
    return driven(new_world(setup))


@pytest.fixture(scope="module")
def native(new_world: NewWorld) -> Drive:
    """The same without the adapter."""
    return driven(new_world(NATIVE))


def test_cancels_of_futures_go_through_the_adapter(drive: Drive) -> None:
    """One takes and one loses to a fill, as the book shows, and lumibot believes as much."""
    world, results = drive
    future, lost = results["future"], results["lost"]

    assert [(future["id"], "CANCELED"), (lost["id"], "FILLED")] == world.states("usdm")
    assert [(future["id"], "canceled"), (lost["id"], "OrderGone")] == [
        (event["order_id"], event["details"].get("error") or event["details"]["status"])
        for event in world.trail()
        if event["order_id"] in (future["id"], lost["id"])
    ]
    assert ("canceled", "canceled") == (future["outcome"], future["believes"])
    assert ["OrderGone", "OrderNotFound"] == lost["error"][:2]


def test_lumibot_believes_that_an_option_is_canceled(drive: Drive, native: Drive) -> None:
    """With the adapter it does, as the book shows; without, it believes the order in the market."""
    for (world, results), believes in ((drive, "canceled"), (native, "new")):
        assert [(results["option"]["id"], "CANCELED")] == world.states("options")
        assert believes == results["option"]["believes"]
    assert "open" == native[1]["option"]["answer"]
    assert "binance.options" in {event["plugin"] for event in drive[0].trail()}


def test_cancels_of_spot_go_through_the_adapter(drive: Drive) -> None:
    """Of a stop, too, and lumibot believes what the book shows."""
    world, results = drive
    orders = [results["spot"], results["spot_stop"]]

    assert [(order["id"], "CANCELED") for order in orders] == world.states("spot")
    assert ["canceled"] * 2 == [order["outcome"] for order in orders]
    assert ["canceled"] * 2 == [order["believes"] for order in orders]
    assert [200, 200] == world.cancels("/api/v3/order")


def test_a_stop_of_futures_that_lumibot_does_not_call_one(drive: Drive, native: Drive) -> None:
    """The adapter finds it by its order id, and cancels it; without, it stays in the market."""
    world, results = native
    stop = results["future_stop"]
    assert [(stop["id"], "NEW")] == world.states("usdm_algo")
    assert "OrderNotFound" in stop["error"]
    assert "new" == stop["believes"]
    world, results = drive
    stop = results["future_stop"]
    assert [(stop["id"], "CANCELED")] == world.states("usdm_algo")
    assert ("canceled", "canceled") == (stop["outcome"], stop["believes"])
    assert [200] == world.cancels("/fapi/v1/algoOrder")
