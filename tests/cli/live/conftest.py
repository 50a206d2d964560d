"""``ccxt-adapter demo --live``, without the time that it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_mock import MockerFixture

from adapter.cli import main
from adapter.cli.demo import checks, live
from adapter.cli.keys import settings
from adapter.simulator import Simulator

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def fast(mocker: MockerFixture) -> None:
    """ccxt's request queue and the pauses between queries take no time."""
    mocker.patch(
        "adapter.cli.demo.live.settings",
        lambda file: {**settings(file), "enableRateLimit": False},
    )
    mocker.patch.object(checks, "PAUSE", 0.01)


@pytest.fixture
def spot(mocker: MockerFixture) -> None:
    """No other product is checked; it has no conditional orders of its own."""
    product = next(each for each in live.PRODUCTS if each.plugin == "binance.spot")
    mocker.patch.object(live, "PRODUCTS", (product,))


@pytest.fixture
def impatient(mocker: MockerFixture) -> None:
    """An order is queried once."""
    mocker.patch.object(checks, "LAG", 0.0)


@pytest.fixture
def ran(sim: Simulator, keys: None, printed: Printed) -> Callable[[], Any]:  # noqa: ARG001
    """Run the command against the simulator, and return the JSON that it prints."""

    def run() -> Any:
        code = main(["demo", "--live", "--url", sim.url, "--json"])
        found = printed()
        assert code == found["exit"]
        return found

    return run
