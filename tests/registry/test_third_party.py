"""A third party's plugin, with a project of its own, is served like ours."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapter
from adapter.testing import Answer, PluginSuite, Replay, cancel

from .site import Site

CANCELED = Answer(
    body='{"symbol":"LTCBTC","origClientOrderId":"myOrder1","orderId":4,'
    '"clientOrderId":"cancelMyOrder1","status":"CANCELED"}'
)


pytestmark = pytest.mark.usefixtures("no_time")


@pytest.fixture(autouse=True)
def _installed(site: Site) -> None:
    site.install_project(Path(__file__).parent / "toy")


class TestSpot(PluginSuite):
    plugin = "binanceus.spot"
    exchange_id = "binanceus"
    symbol = "LTC/BTC"
    order_id, client_order_id = "4", "myOrder1"
    canceled = CANCELED
    unknown_order = Answer(status=400, body='{"code":-2011,"msg":"Unknown order sent."}')


def test_plugin_shows_its_distribution() -> None:
    """A plugin is shown with the name and version of who ships it, and no table is needed."""
    spot = next(plugin for plugin in adapter.plugins() if plugin.name == "binanceus.spot")

    assert ("toy-binanceus-spot", "1.2.3") == (spot.distribution, spot.version)
    assert ("DELETE /api/v3/order", True) == (spot.endpoint, spot.enabled)


def test_optional_parameters_travel_where_the_product_has_them() -> None:
    """``newClientOrderId`` and ``cancelRestrictions`` are sent as the plugin defines."""
    params = {"newClientOrderId": "stop1", "cancelRestrictions": "ONLY_NEW"}
    with Replay([CANCELED]) as replay:
        cancel("binanceus", replay, None, "4", "LTC/BTC", params)

    [request] = replay.received
    assert "/api/v3/order" == request.path
    assert {"symbol": "LTCBTC", "orderId": "4", **params} == request.unsigned_params
