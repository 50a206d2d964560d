"""freqtrade's own exchange class for Binance: what it hears of every kind of cancel."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import NewWorld
from .world import World

pytest.importorskip("freqtrade", reason="freqtrade is not in this environment")

STATES = ["CANCELED", "CANCELED", "FILLED", "CANCELED", "FILLED"]
UNKNOWN = '{"code":-2011,"msg":"Unknown order sent."}'

Drive = tuple[World, dict[str, Any]]


@pytest.fixture(scope="module")
def drive(new_world: NewWorld, way: str) -> Drive:
    """The world after all calls and their results; in each part two cancels lose to a fill."""
    world = new_world(way)
    futures = (None, None, "fill_before", "drop_after", "fill_before")
    ccxts = (None, None, "fill_before", "drop_after", None, "fill_before")  # freqtrade tries again
    stops = (None, None, None)  # those of spot are cancelled where its other orders are
    world.sim.faults.play(*futures, *ccxts, *stops, *ccxts, on="DELETE")
    return world, world.told("freqtrade_calls.py")


@pytest.fixture
def futures(drive: Drive) -> Drive:
    return drive[0], drive[1]["futures"]


@pytest.fixture
def spot(drive: Drive) -> Drive:
    return drive[0], drive[1]["spot"]


def test_cancels_of_futures_go_through_the_adapter(futures: Drive) -> None:
    """Each of them, in the order in which freqtrade made them, and the book says the same."""
    world, _ = futures
    ids = [number for number, _ in world.states("usdm")][: len(STATES)]
    ends = ["canceled", "canceled", "OrderGone", "canceled", "OrderGone"]

    assert list(zip(ids, ends, strict=True)) == world.outcomes()
    assert STATES == [status for _, status in world.states("usdm")][: len(STATES)]


def test_freqtrade_hears_that_it_is_canceled(futures: Drive) -> None:
    """Of cancel_order the adapter's own answer, and of cancel_order_with_result the same state."""
    _, told = futures

    assert "canceled" == told["cancel_order"]["status"] == told["cancel_order"]["outcome"]
    assert "canceled" == told["with_result"]["status"]


def test_freqtrade_hears_that_a_fill_was_faster(futures: Drive) -> None:
    """Its own exception, with Binance's words in it; or the order as it is, filled."""
    _, told = futures

    assert "InvalidOrderException" == told["lost"]["class"]
    assert UNKNOWN in told["lost"]["text"]
    assert "closed" == told["lost_with_result"]["status"]
    assert 0.01 == told["lost_with_result"]["filled"]


def test_freqtrade_hears_that_it_is_canceled_though_the_answer_was_lost(
    futures: Drive, spot: Drive
) -> None:
    """The adapter has asked. With ccxt freqtrade tries again, and hears that there is no order."""
    assert "canceled" == futures[1]["dropped"]["status"]
    assert "InvalidOrderException" == spot[1]["dropped"]["class"]


def test_stops_of_futures_are_ccxts_own(futures: Drive) -> None:
    """They are placed, found and cancelled on ccxt's conditional path, and the book says so."""
    world, told = futures
    (first, _), *_ = world.states("usdm_algo")

    assert (first, "open") == (told["stop"]["id"], told["stop"]["status"])
    assert first == told["stop_canceled"]["id"]
    assert told["stop_canceled"]["outcome"] is None
    assert "canceled" == told["stop_with_result"]["status"]
    assert "InvalidOrderException" == told["stop_twice"]["class"]
    assert ["CANCELED"] * 4 == [status for _, status in world.states("usdm_algo")]
    assert [200, 200, 400] * 2 == world.cancels("/fapi/v1/algoOrder")


def test_spot_is_ccxts_own(spot: Drive) -> None:
    """Every cancel, of a stop-loss too: the adapter is there and settles those of futures only."""
    world, told = spot
    ids = {number for number, _ in world.states("spot")}

    assert not ids & {number for number, _ in world.outcomes()}
    assert [200, 200, 400, 0, 400, 400, 200, 200, 400] == world.cancels("/api/v3/order")
    states = ["CANCELED", *STATES, "CANCELED"]
    assert states == [status for _, status in world.states("spot")]
    assert told["cancel_order"]["outcome"] is None


def test_freqtrade_hears_the_same_of_spot(spot: Drive) -> None:
    """What it always heard from ccxt."""
    _, told = spot
    canceled = ("cancel_order", "with_result", "stop_canceled", "stop_with_result")

    assert ["canceled"] * 4 == [told[name]["status"] for name in canceled]
    assert ["InvalidOrderException"] * 2 == [told[name]["class"] for name in ("lost", "stop_twice")]
    assert "closed" == told["lost_with_result"]["status"]


def test_its_configuration_leaves_an_exchange_to_ccxt(drive: Drive) -> None:
    """With ``{"adapter": false}`` in ccxt's options, futures are cancelled by ccxt's own method."""
    world, told = drive
    left = [number for number, _ in world.states("usdm")][len(STATES) :]

    assert "canceled" == told["left"]["cancel_order"]["status"]
    assert "outcome" not in told["left"]["cancel_order"]
    assert STATES == [dict(world.states("usdm"))[number] for number in left]
    assert not {*left} & {number for number, _ in world.outcomes()}
