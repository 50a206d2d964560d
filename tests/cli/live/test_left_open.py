"""Which orders ``ccxt-adapter demo --live`` leaves open, and how it says so."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from pytest_mock import MockerFixture

from adapter.cli import main
from adapter.cli.demo import checks, live
from adapter.cli.keys import settings
from adapter.simulator import Simulator

from .faults import edited, refused

Printed = Callable[[], Any]
Captured = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("spot", "impatient")
def test_a_cancel_that_no_query_confirms_is_not_true(sim: Simulator, ran: Printed) -> None:
    """What the adapter reports is compared with ccxt's own query, which shows the order open."""
    sim.faults.play("query_lag", lag=20.0)
    found = ran()

    assert 3 == found["exit"]
    assert {False} == {check["is_true"] for check in found["products"][0]["checks"]}
    assert "a query shows: " in found["products"][0]["checks"][0]["text"]
    assert 4 == len(found["left_open"])


@pytest.mark.usefixtures("spot", "impatient")
def test_what_is_left_open_is_named(sim: Simulator, ran: Printed) -> None:
    """Cancels that the exchange refuses leave orders open, and they are named with their ids."""
    sim.faults.play(refused(-2015, "DELETE"))
    found = ran()

    assert 3 == found["exit"]
    open_orders = {
        (str(order.order_id), order.client_order_id) for order in sim.book.orders("spot")
    }
    assert 4 == len(open_orders)
    assert open_orders == {(each["id"], each["client_id"]) for each in found["left_open"]}
    assert {"BTC/USDT"} == {each["symbol"] for each in found["left_open"]}
    assert {"open"} == {each["last_seen"] for each in found["left_open"]}


@pytest.mark.usefixtures("spot", "impatient", "keys")
def test_what_is_left_open_is_printed(sim: Simulator, capsys: Captured) -> None:
    """For people too, on stderr."""
    sim.faults.play(refused(-2015, "DELETE"))

    assert 3 == main(["demo", "--live", "--url", sim.url])
    order = sim.book.orders("spot")[0]
    ids = f"id {order.order_id}, client id {order.client_order_id}"
    assert f"May still be open: BTC/USDT, {ids}" in capsys.readouterr().err


@pytest.mark.usefixtures("spot", "impatient")
def test_an_order_that_is_refused_is_not_left_open(sim: Simulator, ran: Printed) -> None:
    """Nothing was placed, so that no cancel was true; the reason is given."""
    sim.faults.play(refused(-2019, "POST"))
    found = ran()

    assert 1 == found["exit"]
    (check,) = found["products"][0]["checks"]
    assert check["is_true"] is None
    assert check["text"].startswith("not placed: ExchangeError: binance")
    assert [] == found["left_open"]
    words = "HTTP 400 with code -2019; the simulator HTTP 200"
    assert [words] == found["products"][0]["differences"]["POST /api/v3/order"]


@pytest.mark.usefixtures("spot")
def test_an_order_whose_answer_is_lost_is_cancelled(sim: Simulator, ran: Printed) -> None:
    """It is found by its client id, which is known before it is sent."""
    sim.faults.play("drop_after", on="POST")
    found = ran()

    assert [] == found["left_open"]
    (order,) = sim.book.orders("spot")
    assert "CANCELED" == order.status


@pytest.mark.usefixtures("spot", "impatient", "no_time")
def test_an_order_that_may_come_late_is_named(sim: Simulator, ran: Printed) -> None:
    """One whose answer is lost and that no query finds may still arrive."""
    sim.faults.play("drop_before", on="POST")
    found = ran()

    assert 3 == found["exit"]
    (left,) = found["left_open"]
    assert left["id"] is None
    assert left["last_seen"].startswith("OrderNotFound")
    assert not sim.book.orders("spot")


@pytest.mark.usefixtures("spot", "keys")
def test_ctrl_c(sim: Simulator) -> None:
    """An order that was just placed is cancelled."""
    main_thread = threading.main_thread().ident or 0

    def interrupt(body: Any) -> Any:
        signal.pthread_kill(main_thread, signal.SIGINT)
        return body

    sim.faults.play(attrs.evolve(edited(interrupt, "POST"), for_seconds=None))

    assert 130 == main(["demo", "--live", "--url", sim.url])
    (order,) = sim.book.orders("spot")
    assert "CANCELED" == order.status


@pytest.mark.usefixtures("spot", "keys")
def test_ctrl_c_before_an_order_is_sent(
    sim: Simulator, mocker: MockerFixture, capsys: Captured
) -> None:
    """While ccxt holds it back in its request queue, there is nothing that may be open."""

    def throttle(*_: object) -> None:
        if sim.requests and sim.requests[-1].path == "/api/v3/ticker/24hr":
            raise KeyboardInterrupt

    mocker.patch("adapter.cli.demo.live.settings", settings)
    mocker.patch("ccxt.Exchange.throttle", throttle)
    placed = mocker.spy(checks, "Placed")

    assert 130 == main(["demo", "--live", "--url", sim.url])
    assert 4 + 1 == placed.call_count  # those of the comparison, and the one that was not sent
    assert not sim.book.orders("spot")
    assert "" == capsys.readouterr().err


@pytest.mark.usefixtures("spot", "impatient", "keys")
def test_a_mistake_of_the_program(sim: Simulator, mocker: MockerFixture, capsys: Captured) -> None:
    """It is not swallowed, and names what it leaves open."""
    sim.faults.play(refused(-2015, "DELETE"))
    mocker.patch.object(live, "differences", side_effect=ZeroDivisionError("oops"))

    assert 3 == main(["demo", "--live", "--url", sim.url])
    error = capsys.readouterr().err
    assert "May still be open: BTC/USDT" in error
    assert "ZeroDivisionError: oops" in error
    sim.faults.clear()
    with pytest.raises(ZeroDivisionError):
        main(["demo", "--live", "--url", sim.url])
