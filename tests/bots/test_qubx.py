"""Qubx's connector and its exchange classes: the events that its strategy gets for a cancel."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from .conftest import NewWorld
from .world import World

pytest.importorskip("qubx", reason="Qubx is not in this environment")

CANCELED = ["OrderCanceledEvent"]


@attrs.frozen(kw_only=True)
class Venue:
    """An account of Qubx's, and where its orders are."""

    name: str
    plugin: str
    product: str
    algo: str
    stops: str
    own_class: str


FUTURES = Venue(
    name="BINANCE.UM",
    plugin="binance.usdm",
    product="usdm",
    algo="usdm_algo",
    stops="/fapi/v1/algoOrder",
    own_class="BinanceQVUSDM",
)
PORTFOLIO_MARGIN = Venue(
    name="BINANCE.PM",
    plugin="binance.pm_um",
    product="pm_um",
    algo="pm_um_algo",
    stops="/papi/v1/um/algo/order",
    own_class="BinancePortfolioMargin",
)

Drive = tuple[World, dict[str, Any]]
each = pytest.mark.parametrize("venue", [FUTURES, PORTFOLIO_MARGIN], ids=lambda venue: venue.name)


@pytest.fixture(scope="module")
def drive(new_world: NewWorld, setup: str) -> Drive:
    """The world after all cancels, of which the third at each venue loses to a fill."""
    world = new_world(setup)
    races = (None, None, "fill_before", None)
    world.sim.faults.play(*races, *races, on="DELETE")
    return world, world.results("qubx_calls.py")


@each
def test_its_cancels_go_through_the_adapter(drive: Drive, venue: Venue) -> None:
    """By id and by client id, from exchange objects of Qubx's own classes; the book agrees."""
    world, results = drive
    by_id, by_client_id, lost, _ = results[venue.name]["ids"]
    ours = [event for event in world.trail() if event["plugin"] == venue.plugin]
    states = {order.client_order_id: order.status for order in world.orders(venue.product)}

    assert venue.own_class == results[venue.name]["class"]
    assert [by_id, by_client_id, lost] == [e["order_id"] or e["client_order_id"] for e in ours]
    assert ["canceled", "canceled"] == [event["details"]["outcome"] for event in ours[:2]]
    assert {"qubx_1": "CANCELED", "qubx_2": "CANCELED", "qubx_3": "FILLED"} == states


@each
def test_its_strategy_gets_what_the_book_shows(drive: Drive, venue: Venue) -> None:
    """Canceled when it is; nothing when a fill was faster, which the exchange reports."""
    _, results = drive

    assert CANCELED == results[venue.name]["by_id"] == results[venue.name]["by_client_id"]
    assert [] == results[venue.name]["lost"]


@each
def test_its_stops_take_the_conditional_path(drive: Drive, venue: Venue) -> None:
    """The adapter's, or that of the class for Portfolio Margin, whose cancel_order stays in force.

    What the adapter reports of it is what the book shows.
    """
    world, results = drive
    stop = results[venue.name]["ids"][-1]

    assert CANCELED == results[venue.name]["stop"]
    assert [(stop, "CANCELED")] == world.states(venue.algo)
    assert [200] == world.cancels(venue.stops)
    reported = [event["details"] for event in world.trail() if event["order_id"] == stop]
    assert all("canceled" == details["outcome"] for details in reported)
