"""``ccxt-adapter demo --live`` with a simulator as the exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ccxt
import pytest

import adapter
from adapter.cli import main
from adapter.cli.demo import checks
from adapter.cli.demo.samples import SAMPLES
from adapter.simulator import Simulator

from .faults import edited, is_anything_open

THREE = ["by order id, twice", "by client id", "two in one call"]
CONTRACTS = ("binance.usdm", "binance.coinm", "binance.pm_um", "binance.pm_cm")
"""The products that have conditional orders of their own."""

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


@pytest.mark.long
def test_every_product(sim: Simulator, ran: Printed) -> None:
    """Four orders on each, and four conditional ones, are cancelled in three ways.

    The simulator answers as the simulator.
    """
    found = ran()

    assert 0 == found["exit"]
    assert [] == found["left_open"]
    assert [sample.plugin for sample in SAMPLES] == [each["plugin"] for each in found["products"]]
    for product in found["products"]:
        more = [f"conditional, {name}" for name in THREE if product["plugin"] in CONTRACTS]
        assert [*THREE, *more] == [check["name"] for check in product["checks"]]
        assert all(check["is_true"] for check in product["checks"])
        assert {} == product["differences"]
        assert 4 == len(sim.book.orders(product["plugin"].partition(".")[2]))
    assert not is_anything_open(sim)


@pytest.mark.usefixtures("spot")
def test_what_the_exchange_answers_otherwise(sim: Simulator, ran: Printed) -> None:
    """A new field, a missing one, another type and another status are listed by request."""

    def change(body: Any) -> Any:
        if "status" not in body:  # it is an error
            return {**body, "code": -2013}
        del body["timeInForce"]
        return {**body, "extra": {"more": 1}, "transactTime": "1"}

    sim.faults.play(edited(lambda body: {**body, "status": "PENDING_NEW"}, "POST"))
    sim.faults.play(edited(change, "DELETE"))
    found = ran()

    assert 0 == found["exit"]
    assert found["products"][0]["differences"] == {
        "POST /api/v3/order": ["status is 'PENDING_NEW'; in the simulator 'NEW'"],
        "DELETE /api/v3/order": [
            "transactTime is a string; in the simulator a number",
            "extra is missing in the simulator",
            "timeInForce is only in the simulator",
            "code is -2013; in the simulator -2011",
        ],
    }


@pytest.mark.usefixtures("spot", "keys")
def test_a_table(sim: Simulator, capsys: Captured) -> None:
    """The table has a row for each check; differences are below it, and say which request."""
    sim.faults.play(edited(lambda body: {**body, "extra": 1}, "DELETE"))

    assert 0 == main(["demo", "--live", "--url", sim.url])
    text = capsys.readouterr().out
    assert all(name in text for name in THREE)
    assert "DELETE /api/v3/order is answered in another way than by the simulator:" in text
    assert "\n  extra is missing in the simulator\n" in text


@pytest.mark.usefixtures("spot")
def test_an_order_that_was_filled_is_no_true_cancel(sim: Simulator, ran: Printed) -> None:
    """The check has the adapter's error, the other checks go on, and nothing is left open."""
    sim.faults.play("fill_before", on="DELETE")
    found = ran()

    assert 1 == found["exit"]
    first, *others = found["products"][0]["checks"]
    assert first["is_true"] is False
    assert "OrderGone" in first["text"]
    assert all(check["is_true"] for check in others)
    assert [] == found["left_open"]


@pytest.mark.usefixtures("spot")
def test_queries_that_lag_are_awaited(sim: Simulator, ran: Printed) -> None:
    """An order that a query still shows open is queried until it is not."""
    sim.faults.play("query_lag", lag=0.2)

    assert 0 == ran()["exit"]


@pytest.mark.usefixtures("impatient")
def test_a_conditional_order_is_looked_for_among_the_open_ones(sim: Simulator) -> None:
    """By either id. One that is not listed has ended only if it was surely placed."""
    exchange = sim.connect(ccxt.binance({"enableRateLimit": False}))
    params = {"clientOrderId": "mine", "takeProfitPrice": "50000"}
    created = exchange.create_order("BTC/USDT:USDT", "limit", "buy", "1", "50000", params)
    by_id, by_client_id = (
        checks.Placed("BTC/USDT:USDT", {"trigger": True}, "mine", order_id)
        for order_id in (created["id"], None)
    )

    def seen(order: checks.Placed) -> tuple[str, bool]:
        checks.query(exchange, order)
        return order.last_seen, order.has_ended

    assert [("open", False)] * 2 == [seen(by_id), seen(by_client_id)]
    exchange.cancel_order(created["id"], "BTC/USDT:USDT", {"trigger": True})
    assert ("not among the open orders", True) == seen(by_id)
    assert ("not found", False) == seen(by_client_id)


def test_a_conditional_order_that_has_become_another(sim: Simulator) -> None:
    """That other order may be open, so it is named."""
    exchange = adapter.attach(sim.connect(ccxt.binance({"enableRateLimit": False})))
    params = {"takeProfitPrice": "50000"}
    created = exchange.create_order("BTC/USDT:USDT", "limit", "buy", "1", "50000", params)
    (conditional,) = sim.book.orders("usdm_algo")
    _, successor = sim.trigger(conditional)
    order = checks.Placed("BTC/USDT:USDT", {"trigger": True}, created["clientOrderId"])
    order.id = created["id"]

    checks.clean_up(exchange, [order])
    assert not order.has_ended
    assert str(successor.order_id) in order.last_seen
