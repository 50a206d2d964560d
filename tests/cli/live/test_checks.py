"""``ccxt-adapter demo --live`` with a simulator as the exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ccxt
import pytest
from registry.site import Site

from adapter.cli import main
from adapter.cli.demo import checks
from adapter.cli.demo.samples import SAMPLES
from adapter.simulator import Simulator

from .faults import edited, is_anything_open

ALGO = Path(__file__).parents[2] / "contract" / "plugins" / "binance_algo.py"
THREE = ["by order id, twice", "by client id", "two in one call"]

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


def test_every_product(sim: Simulator, ran: Printed) -> None:
    """Four orders on each, cancelled in three ways; the simulator answers as the simulator."""
    found = ran()

    assert 0 == found["exit"]
    assert [] == found["left_open"]
    assert [sample.plugin for sample in SAMPLES] == [each["plugin"] for each in found["products"]]
    for product in found["products"]:
        assert THREE == [check["name"] for check in product["checks"]]
        assert all(check["is_true"] for check in product["checks"])
        assert {} == product["differences"]
        assert 4 == len(sim.book.orders(product["plugin"].partition(".")[2]))
    assert not is_anything_open(sim)


@pytest.mark.usefixtures("usdm")
def test_what_the_exchange_answers_otherwise(sim: Simulator, ran: Printed) -> None:
    """A new field, a missing one, another type and another status are listed by request."""

    def change(body: Any) -> Any:
        if "status" not in body:  # it is an error, or the list of a batch
            return {**body, "code": -2013} if isinstance(body, dict) else body
        del body["cumQty"]
        return {**body, "extra": {"more": 1}, "updateTime": "1"}

    sim.faults.play(edited(lambda body: {**body, "status": "PENDING_NEW"}, "POST"))
    sim.faults.play(edited(change, "DELETE"))
    found = ran()

    assert 0 == found["exit"]
    assert found["products"][0]["differences"] == {
        "POST /fapi/v1/order": ["status is 'PENDING_NEW'; in the simulator 'NEW'"],
        "DELETE /fapi/v1/order": [
            "updateTime is a string; in the simulator a number",
            "extra is missing in the simulator",
            "cumQty is only in the simulator",
            "code is -2013; in the simulator -2011",
        ],
    }


@pytest.mark.usefixtures("usdm", "keys")
def test_a_table(sim: Simulator, capsys: Captured) -> None:
    """The table has a row for each check; differences are below it, and say which request."""
    sim.faults.play(edited(lambda body: {**body, "extra": 1}, "DELETE"))

    assert 0 == main(["demo", "--live", "--url", sim.url])
    text = capsys.readouterr().out
    assert all(name in text for name in THREE)
    assert "DELETE /fapi/v1/order is answered in another way than by the simulator:" in text
    assert "\n  extra is missing in the simulator\n" in text


@pytest.mark.usefixtures("usdm")
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


@pytest.mark.usefixtures("usdm")
def test_queries_that_lag_are_awaited(sim: Simulator, ran: Printed) -> None:
    """An order that a query still shows open is queried until it is not."""
    sim.faults.play("query_lag", lag=0.2)

    assert 0 == ran()["exit"]


@pytest.fixture
def conditional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A plugin for the conditional orders of USDⓈ-M is installed."""
    site = Site(tmp_path / "site", monkeypatch)
    files = {ALGO.name: ALGO.read_text(encoding="utf-8")}
    site.install("their-algo", plugins={"binance.usdm_algo": "binance_algo:USDM"}, files=files)
    yield
    site.close()


@pytest.mark.usefixtures("usdm", "conditional")
def test_conditional_orders(sim: Simulator, ran: Printed) -> None:
    """Where a plugin cancels them, they are checked as well."""
    found = ran()

    assert 0 == found["exit"]
    (product,) = found["products"]
    names = [*THREE, *(f"conditional, {name}" for name in THREE)]
    assert names == [check["name"] for check in product["checks"]]
    assert 4 == len(sim.book.orders("usdm_algo"))
    assert not is_anything_open(sim)


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
