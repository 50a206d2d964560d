"""freqtrade's exchange class for Binance: what it gets for every kind of cancel."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import NewWorld
from .world import World, freqtrade_exchange

pytest.importorskip("freqtrade", reason="freqtrade is not in this environment")

STATES = ["CANCELED", "CANCELED", "FILLED", "CANCELED", "FILLED"]
UNKNOWN = '{"code":-2011,"msg":"Unknown order sent."}'

Drive = tuple[World, dict[str, Any]]


@pytest.fixture(scope="module")
def drive(new_world: NewWorld, setup: str) -> Drive:
    """The world after all calls and their results; in each part two cancels lose to a fill."""
    world = new_world(setup)
    ours = (None, None, "fill_before", "drop_after", "fill_before")
    ccxts = (None, None, "fill_before", "drop_after", None, "fill_before")  # freqtrade tries again
    stops = (None, None, None)
    world.sim.faults.play(*ours, *stops, *ours, *stops, *ccxts, *stops, on="DELETE")
    binance = freqtrade_exchange("binance", world.config)
    parts = {mode: {"mode": mode, "exchange": binance} for mode in ("futures", "spot")}
    left = freqtrade_exchange("binance", world.config, adapter=False)
    parts["left"] = {"mode": "futures", "exchange": left}
    return world, world.results("freqtrade_calls.py", PARTS=json.dumps(parts))


@pytest.fixture
def futures(drive: Drive) -> Drive:
    return drive[0], drive[1]["futures"]


@pytest.fixture
def spot(drive: Drive) -> Drive:
    return drive[0], drive[1]["spot"]


def test_cancels_of_futures_go_through_the_adapter(futures: Drive) -> None:
    """Each of them, in the order in which freqtrade made them, and the book shows the same."""
    world, _ = futures
    ids = [number for number, _ in world.states("usdm")][: len(STATES)]
    ends = ["canceled", "canceled", "OrderGone", "canceled", "OrderGone"]

    assert list(zip(ids, ends, strict=True)) == world.outcomes()
    assert STATES == [status for _, status in world.states("usdm")][: len(STATES)]


def test_freqtrade_hears_that_it_is_canceled(futures: Drive) -> None:
    """Of cancel_order the adapter's own answer, and of cancel_order_with_result the same state."""
    _, results = futures

    assert "canceled" == results["cancel_order"]["status"] == results["cancel_order"]["outcome"]
    assert "canceled" == results["with_result"]["status"]


def test_freqtrade_hears_that_a_fill_was_faster(futures: Drive) -> None:
    """Its own exception, with Binance's message in it; or the order as it is, filled."""
    _, results = futures

    assert "InvalidOrderException" == results["lost"]["class"]
    assert UNKNOWN in results["lost"]["text"]
    assert "closed" == results["lost_with_result"]["status"]
    assert 0.01 == results["lost_with_result"]["filled"]


def test_freqtrade_hears_that_it_is_canceled_though_the_answer_was_lost(drive: Drive) -> None:
    """The adapter has queried. With ccxt freqtrade tries again, and gets that there is no order."""
    _, results = drive

    assert "canceled" == results["futures"]["dropped"]["status"]
    assert "canceled" == results["spot"]["dropped"]["status"]
    assert "InvalidOrderException" == results["left"]["dropped"]["class"]


def test_stops_of_futures_go_through_the_adapter(futures: Drive) -> None:
    """cancel_stoploss_order has a true outcome, and each cancel is in the trail."""
    world, results = futures
    (first, _), (second, _), *_ = world.states("usdm_algo")
    ends = [(first, "canceled"), (second, "canceled"), (first, "OrderGone")]

    assert (first, "open") == (results["stop"]["id"], results["stop"]["status"])
    assert first == results["stop_canceled"]["id"]
    assert "canceled" == results["stop_canceled"]["status"] == results["stop_canceled"]["outcome"]
    assert "canceled" == results["stop_with_result"]["status"]
    assert ends == world.outcomes("binance.usdm_algo")
    assert "InvalidOrderException" == results["stop_twice"]["class"]
    assert ["CANCELED"] * 4 == [status for _, status in world.states("usdm_algo")]
    assert [200, 200, 400] * 2 == world.cancels("/fapi/v1/algoOrder")


def test_cancels_of_spot_go_through_the_adapter(spot: Drive) -> None:
    """Every one, of a stop-loss too, which is an order like any other there."""
    world, results = spot
    ends = ["canceled", "canceled", "OrderGone", "canceled", "OrderGone"]

    assert [*ends, "canceled", "canceled", "OrderGone"] == [
        end for _, end in world.outcomes("binance.spot")
    ]
    assert [200, 200, 400, 0, 400, 200, 200, 400] == world.cancels("/api/v3/order")
    states = [*STATES, "CANCELED", "CANCELED"]
    assert states == [status for _, status in world.states("spot")]
    assert "canceled" == results["cancel_order"]["outcome"]


def test_freqtrade_hears_the_same_of_spot(spot: Drive) -> None:
    """As of futures."""
    _, results = spot
    canceled = ("cancel_order", "with_result", "stop_canceled", "stop_with_result")

    assert ["canceled"] * 4 == [results[name]["status"] for name in canceled]
    assert ["InvalidOrderException"] * 2 == [
        results[name]["class"] for name in ("lost", "stop_twice")
    ]
    assert "closed" == results["lost_with_result"]["status"]


def test_its_configuration_leaves_an_exchange_to_ccxt(drive: Drive) -> None:
    """With ``{"adapter": false}`` in ccxt's options, futures are cancelled by ccxt's own method."""
    world, results = drive
    left = [number for number, _ in world.states("usdm")][len(STATES) :]

    assert "canceled" == results["left"]["cancel_order"]["status"]
    assert "outcome" not in results["left"]["cancel_order"]
    assert STATES == [dict(world.states("usdm"))[number] for number in left]
    assert not {*left} & {number for number, _ in world.outcomes()}
