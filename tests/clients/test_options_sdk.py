"""Binance's own SDK for Options: ids beyond 2^53, and a cancel that is only accepted."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from adapter.simulator import Simulator

sdk = pytest.importorskip(
    "binance_sdk_derivatives_trading_options",
    reason="binance-sdk-derivatives-trading-options (extra 'clients') is missing",
)

Connect = Callable[..., Any]
CALL = {"symbol": "BTC-260327-90000-C"}


@pytest.fixture
def connect(connect_sdk: Connect) -> Connect:
    return lambda **credentials: connect_sdk(sdk.DerivativesTradingOptions, **credentials)


def test_places_queries_and_cancels(sim: Simulator, connect: Connect) -> None:
    """The cancel is answered with ACCEPTED; the query and the book show CANCELED."""
    rest = connect()

    placed = rest.new_order(
        **CALL,
        side="SELL",
        type="LIMIT",
        time_in_force="GTC",
        quantity=0.25,
        price=1500.5,
        client_order_id="mine-1",
        post_only=True,
        recv_window=60_000,
    ).data()

    assert (placed.client_order_id, placed.status) == ("mine-1", "NEW")
    (order,) = sim.book.orders()
    assert (order.product, order.order_id) == ("options", placed.order_id)
    assert (order.quantity, order.price) == (Decimal("0.25"), Decimal("1500.5"))

    found = rest.query_single_order(**CALL, order_id=placed.order_id).data()

    assert (found.order_id, found.client_order_id) == (placed.order_id, "mine-1")
    assert (found.status, found.create_time) == ("NEW", order.created)

    canceled = rest.cancel_option_order(**CALL, order_id=placed.order_id).data()

    assert (canceled.order_id, canceled.client_order_id) == (placed.order_id, "mine-1")
    assert (canceled.status, canceled.create_date) == ("ACCEPTED", order.created)
    assert sim.book.now(order).status == "CANCELED"
    assert rest.query_single_order(**CALL, order_id=placed.order_id).data().status == "CANCELED"


def test_ids_beyond_doubles_are_distinguished(sim: Simulator, connect: Connect) -> None:
    """Two ids that are one and the same as a double are two orders."""
    first, second = (sim.place("options", CALL["symbol"]) for _ in range(2))
    assert float(first.order_id) == float(second.order_id)

    canceled = connect().cancel_option_order(**CALL, order_id=second.order_id).data()

    assert canceled.order_id == second.order_id
    assert (sim.book.now(first).status, sim.book.now(second).status) == ("NEW", "CANCELED")


def test_cancels_by_client_id(sim: Simulator, connect: Connect) -> None:
    """On options the client id of a cancel is called clientOrderId."""
    mine = sim.place("options", CALL["symbol"], client_order_id="mine-1")
    other = sim.place("options", CALL["symbol"], client_order_id="mine-2")

    canceled = connect().cancel_option_order(**CALL, client_order_id="mine-1").data()

    assert (canceled.order_id, canceled.client_order_id) == (mine.order_id, "mine-1")
    assert (sim.book.now(mine).status, sim.book.now(other).status) == ("CANCELED", "NEW")


def test_order_without_client_id_has_an_empty_one(sim: Simulator, connect: Connect) -> None:
    """Options make up no client id: the answer has the empty string, not null."""
    order = sim.place("options", CALL["symbol"])

    canceled = connect().cancel_option_order(**CALL, order_id=order.order_id).data()

    assert canceled.client_order_id == ""


def test_answer_has_only_fields_of_the_model(sim: Simulator, connect: Connect) -> None:
    """The answer to a cancel has no field that Binance's model of it does not know."""
    order = sim.place("options", CALL["symbol"], quantity=2, filled=1)

    canceled = connect().cancel_option_order(**CALL, order_id=order.order_id).data()

    assert canceled.additional_properties == {}
    assert (canceled.executed_qty, canceled.quantity) == ("1", "2")


def test_second_cancel_is_refused(sim: Simulator, connect: Connect) -> None:
    """A cancelled option order cannot be cancelled again: -6028, not the futures' -2011."""
    order = sim.book.cancel(sim.place("options", CALL["symbol"]))

    with pytest.raises(sdk.BadRequestError) as refused:
        connect().cancel_option_order(**CALL, order_id=order.order_id)

    assert refused.value.status_code == -6028  # the SDK puts Binance's code there


def test_signs_with_a_private_key(sim: Simulator, connect: Connect, pem: str) -> None:
    """RSA and Ed25519 signatures are valid."""
    sim.add_key("asymmetric", pem)
    order = sim.place("options", CALL["symbol"])
    rest = connect(api_key="asymmetric", private_key=pem)

    rest.cancel_option_order(**CALL, order_id=order.order_id)

    assert sim.book.now(order).status == "CANCELED"
