"""Binance's own SDK for spot: orders, order lists, and all orders of a symbol."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from adapter.simulator import Simulator

sdk = pytest.importorskip(
    "binance_sdk_spot", reason="binance-sdk-spot (extra 'clients') is missing"
)

Connect = Callable[..., Any]
BTC = {"symbol": "BTCUSDT"}


@pytest.fixture
def connect(connect_sdk: Connect) -> Connect:
    return lambda **credentials: connect_sdk(sdk.Spot, **credentials)


def states(sim: Simulator) -> list[str]:
    return [order.status for order in sim.book.orders("spot")]


def test_places_queries_and_cancels(sim: Simulator, connect: Connect) -> None:
    """An order is placed, found and cancelled under one id, and the book shows the same."""
    rest = connect()

    placed = rest.new_order(
        **BTC,
        side="BUY",
        type="LIMIT",
        time_in_force="GTC",
        quantity=0.25,
        price=90000.5,
        new_client_order_id="mine-1",
        recv_window=60_000,
    ).data()

    assert (placed.client_order_id, placed.status) == ("mine-1", "NEW")
    (order,) = sim.book.orders()
    assert (order.product, order.order_id) == ("spot", placed.order_id)
    assert (order.quantity, order.price) == (Decimal("0.25"), Decimal("90000.5"))

    found = rest.get_order(**BTC, order_id=placed.order_id).data()

    assert (found.order_id, found.client_order_id) == (placed.order_id, "mine-1")
    assert (found.status, found.time) == ("NEW", order.created)

    canceled = rest.delete_order(**BTC, order_id=placed.order_id).data()

    assert (canceled.order_id, canceled.orig_client_order_id) == (placed.order_id, "mine-1")
    assert (canceled.status, sim.book.now(order).status) == ("CANCELED", "CANCELED")
    assert rest.get_order(**BTC, order_id=placed.order_id).data().status == "CANCELED"


def test_cancels_by_client_id(sim: Simulator, connect: Connect) -> None:
    """The order's own client id cancels it, and nothing else; the cancel has another."""
    mine = sim.place("spot", "BTCUSDT", client_order_id="mine-1")
    other = sim.place("spot", "BTCUSDT", client_order_id="mine-2")

    canceled = (
        connect()
        .delete_order(**BTC, orig_client_order_id="mine-1", new_client_order_id="cancel-1")
        .data()
    )

    assert (canceled.order_id, canceled.orig_client_order_id) == (mine.order_id, "mine-1")
    assert canceled.client_order_id == "cancel-1"
    assert (sim.book.now(mine).status, sim.book.now(other).status) == ("CANCELED", "NEW")


def test_answer_shows_what_has_traded(sim: Simulator, connect: Connect) -> None:
    """The answer to a cancel of an order that was filled in part."""
    order = sim.place("spot", "BTCUSDT", quantity=2, filled=1)

    canceled = connect().delete_order(**BTC, order_id=order.order_id).data()

    assert (canceled.status, canceled.transact_time) == ("CANCELED", sim.book.now(order).updated)
    assert (float(canceled.executed_qty), float(canceled.orig_qty)) == (1, 2)


def test_second_cancel_is_refused(sim: Simulator, connect: Connect) -> None:
    """A cancelled order cannot be cancelled again: HTTP 400 with -2011."""
    order = sim.book.cancel(sim.place("spot", "BTCUSDT"))

    with pytest.raises(sdk.BadRequestError) as refused:
        connect().delete_order(**BTC, order_id=order.order_id)

    assert refused.value.status_code == -2011  # the SDK puts Binance's code there


def test_a_restricted_cancel_is_refused(sim: Simulator, connect: Connect) -> None:
    """The order has traded in part, and stays open."""
    order = sim.place("spot", "BTCUSDT", quantity=2, filled=1)

    with pytest.raises(sdk.BadRequestError, match="cancel restrictions"):
        connect().delete_order(**BTC, order_id=order.order_id, cancel_restrictions="ONLY_NEW")

    assert sim.book.now(order).is_open


def test_places_an_oco_and_cancels_a_leg(sim: Simulator, connect: Connect) -> None:
    """The list that comes back has a report of each leg; the cancel of one ends both."""
    rest = connect()

    placed = rest.order_list_oco(
        **BTC,
        side="SELL",
        quantity=1,
        above_type="LIMIT_MAKER",
        above_price=110_000,
        below_type="STOP_LOSS_LIMIT",
        below_price=89_000,
        below_stop_price=90_000,
        below_time_in_force="GTC",
        list_client_order_id="list-1",
    ).data()

    assert (placed.list_client_order_id, placed.contingency_type) == ("list-1", "OCO")
    stop, profit = placed.order_reports
    assert (stop.type, profit.type) == ("STOP_LOSS_LIMIT", "LIMIT_MAKER")
    assert Decimal(stop.stop_price) == Decimal(90_000)
    assert [placed.additional_properties, stop.additional_properties] == [{}, {}]
    assert states(sim) == ["NEW", "NEW"]
    rest.delete_order(**BTC, order_id=profit.order_id)
    assert states(sim) == ["CANCELED", "CANCELED"]


def test_places_an_oto(sim: Simulator, connect: Connect) -> None:
    """The pending leg waits until the working one is filled."""
    placed = (
        connect()
        .order_list_oto(
            **BTC,
            working_type="LIMIT",
            working_side="BUY",
            working_price=90_000,
            working_quantity=1,
            working_time_in_force="GTC",
            pending_type="LIMIT_MAKER",
            pending_side="SELL",
            pending_price=110_000,
            pending_quantity=1,
        )
        .data()
    )

    assert [report.status for report in placed.order_reports] == ["NEW", "PENDING_NEW"]
    sim.book.fill(sim.book.orders("spot")[0])
    assert states(sim) == ["FILLED", "NEW"]


def test_cancels_all_of_a_symbol(sim: Simulator, connect: Connect) -> None:
    """The answer shows each; the orders of another symbol stay, and the next one is refused."""
    mine = [sim.place("spot", "BTCUSDT") for _ in range(2)]
    other = sim.place("spot", "ETHUSDT")
    rest = connect()

    canceled = rest.delete_open_orders(**BTC).data()

    assert [order.order_id for order in canceled] == [order.order_id for order in mine]
    assert {order.status for order in canceled} == {"CANCELED"}
    assert sim.book.open_orders() == [other]
    with pytest.raises(sdk.BadRequestError) as refused:
        rest.delete_open_orders(**BTC)
    assert refused.value.status_code == -2011


def test_signs_with_a_private_key(sim: Simulator, connect: Connect, pem: str) -> None:
    """RSA and Ed25519 signatures are valid."""
    sim.add_key("asymmetric", pem)
    order = sim.place("spot", "BTCUSDT")

    connect(api_key="asymmetric", private_key=pem).delete_order(**BTC, order_id=order.order_id)

    assert sim.book.now(order).status == "CANCELED"
