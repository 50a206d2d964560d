"""Copies of an attached exchange object, flat, deep and pickled."""

from __future__ import annotations

import copy
import pickle

import pytest

import adapter
from adapter.simulator import Simulator

from .host import SYMBOL, Host


def test_a_copy_stands_on_its_own_feet(host: Host, sim: Simulator) -> None:
    """``copy.deepcopy`` of an attached exchange cancels with its own keys, urls and markets."""
    if not host.is_sync:
        pytest.skip("ccxt's async classes hold a future and cannot be copied once used")
    exchange = sim.connect(host.attached({"apiKey": "first", "secret": "one"}))
    placed = [sim.place("usdm", "BTCUSDT") for _ in range(3)]
    host.cancel(exchange, placed[0].order_id, SYMBOL)
    copied = host.keep(copy.deepcopy(exchange))
    copied.apiKey, copied.secret = "second", "two"
    sim.add_key("second", "two")
    host.cancel(copied, placed[1].order_id, SYMBOL)
    host.cancel(exchange, placed[2].order_id, SYMBOL)

    assert ["first", "second", "first"] == [r.headers["X-MBX-APIKEY"] for r in sim.requests]
    assert copied.cancel_order.__self__ is copied
    assert copied.cancelOrder.__self__ is copied


def test_a_flat_copy_that_is_attached_stands_on_its_own_feet(host: Host, sim: Simulator) -> None:
    """``copy.copy`` shares what it likes, and after ``attach`` neither cancel nor account."""
    exchange = sim.connect(host.attached({"apiKey": "first", "secret": "one"}))
    copied = host.keep(adapter.attach(copy.copy(exchange), account="portfolio-margin"))
    copied.apiKey, copied.secret = "second", "two"
    sim.add_key("second", "two")
    host.cancel(copied, sim.place("pm_um", "BTCUSDT").order_id, SYMBOL)
    host.cancel(exchange, sim.place("usdm", "BTCUSDT").order_id, SYMBOL)

    assert [("second", "/papi/v1/um/order"), ("first", "/fapi/v1/order")] == [
        (request.headers["X-MBX-APIKEY"], request.path) for request in sim.requests
    ]
    assert copied.cancel_order.__self__ is copied
    assert copied.cancelOrder.__self__ is copied
    assert exchange.cancel_order.__self__ is exchange


def test_a_fresh_copy_works_in_both_modes(host: Host, sim: Simulator) -> None:
    """Copied before its first call, an exchange of either mode is served."""
    exchange = host.attached({"apiKey": "first", "secret": "one"}, account="portfolio-margin")
    copied = host.keep(copy.deepcopy(exchange))
    sim.connect(copied)
    placed = sim.place("pm_um", "BTCUSDT")
    order = host.cancel(copied, placed.order_id, SYMBOL)

    assert "canceled" == order["outcome"]
    assert copied.cancel_order.__self__ is copied
    assert "cancel_order" in vars(exchange)
    adapter.detach(copied)
    assert "cancel_order" in vars(exchange)


def test_pickling_shows_what_to_do(host: Host) -> None:
    """Methods on an object would not come back: a copy that cancels as ccxt does must not be."""
    with pytest.raises(TypeError, match=r"detach\(\) it and attach the copy, or use .*install\(\)"):
        pickle.dumps(host.attached())
