"""Binance's own SDK for USDⓈ-M futures: everything in the query, answers into typed models."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from adapter.simulator import Simulator

sdk = pytest.importorskip(
    "binance_sdk_derivatives_trading_usds_futures",
    reason="binance-sdk-derivatives-trading-usds-futures (extra 'clients') is missing",
)

Connect = Callable[..., Any]
BTC = {"symbol": "BTCUSDT"}


@pytest.fixture
def connect(connect_sdk: Connect) -> Connect:
    return lambda **credentials: connect_sdk(sdk.DerivativesTradingUsdsFutures, **credentials)


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
    assert (order.product, order.order_id) == ("usdm", placed.order_id)
    assert (order.quantity, order.price) == (Decimal("0.25"), Decimal("90000.5"))

    found = rest.query_order(**BTC, order_id=placed.order_id).data()

    assert (found.order_id, found.client_order_id) == (placed.order_id, "mine-1")
    assert (found.status, found.time) == ("NEW", order.created)

    canceled = rest.cancel_order(**BTC, order_id=placed.order_id).data()

    assert (canceled.order_id, canceled.client_order_id) == (placed.order_id, "mine-1")
    assert (canceled.status, sim.book.now(order).status) == ("CANCELED", "CANCELED")
    assert rest.query_order(**BTC, order_id=placed.order_id).data().status == "CANCELED"


def test_cancels_by_client_id(sim: Simulator, connect: Connect) -> None:
    """A client id with signs that the query must encode arrives as it was."""
    mine = sim.place("usdm", "BTCUSDT", client_order_id="a/b:c.d_e-1")
    other = sim.place("usdm", "BTCUSDT", client_order_id="a/b:c.d_e-2")

    canceled = connect().cancel_order(**BTC, orig_client_order_id="a/b:c.d_e-1").data()

    assert (canceled.order_id, canceled.client_order_id) == (mine.order_id, "a/b:c.d_e-1")
    assert (sim.book.now(mine).status, sim.book.now(other).status) == ("CANCELED", "NEW")


def test_answer_has_only_fields_of_the_model(sim: Simulator, connect: Connect) -> None:
    """The answer to a cancel has no field that Binance's model of it does not know."""
    order = sim.place("usdm", "BTCUSDT", quantity=2, filled=1)

    canceled = connect().cancel_order(**BTC, order_id=order.order_id).data()

    assert canceled.additional_properties == {}
    assert (canceled.executed_qty, canceled.cum_qty) == ("1", "1")


def test_answer_carries_the_weight_used(sim: Simulator, connect: Connect) -> None:
    """The SDK reads the weight that both requests used from the headers."""
    order = sim.place("usdm", "BTCUSDT")
    rest = connect()

    rest.query_order(**BTC, order_id=order.order_id)
    (limit,) = rest.cancel_order(**BTC, order_id=order.order_id).rate_limits

    assert (limit.rateLimitType, limit.interval, limit.count) == ("REQUEST_WEIGHT", "MINUTE", 2)


def test_second_cancel_is_refused(sim: Simulator, connect: Connect) -> None:
    """A cancelled order cannot be cancelled again: HTTP 400 with -2011."""
    order = sim.book.cancel(sim.place("usdm", "BTCUSDT"))

    with pytest.raises(sdk.BadRequestError) as refused:
        connect().cancel_order(**BTC, order_id=order.order_id)

    assert refused.value.status_code == -2011  # the SDK puts Binance's code there
    assert refused.value.error_message == "Unknown order sent."


def test_cancels_several_at_once(sim: Simulator, connect: Connect) -> None:
    """By order id and by client id; the error of one, in its place, is an order without fields."""
    mine = [sim.place("usdm", "BTCUSDT", client_order_id=f"mine-{n}") for n in range(4)]
    sim.book.fill(mine[1])
    rest = connect()

    by_id = rest.cancel_multiple_orders(
        **BTC, order_id_list=[order.order_id for order in mine[:2]]
    ).data()
    by_name = rest.cancel_multiple_orders(**BTC, orig_client_order_id_list=["mine-2"]).data()

    assert (by_id[0].order_id, by_id[0].status) == (mine[0].order_id, "CANCELED")
    assert (by_id[1].order_id, by_id[1].status) == (None, None)
    assert [order.client_order_id for order in by_name] == ["mine-2"]
    assert sim.book.open_orders() == [mine[3]]


def test_cancels_all_of_a_symbol(sim: Simulator, connect: Connect) -> None:
    """The answer says that it is done; the orders of another symbol stay."""
    for _ in range(2):
        sim.place("usdm", "BTCUSDT")
    other = sim.place("usdm", "ETHUSDT")

    done = connect().cancel_all_open_orders(**BTC).data()

    assert (int(done.code), sim.book.open_orders()) == (200, [other])


def test_amends_an_order(sim: Simulator, connect: Connect) -> None:
    """The answer has no field that Binance's model of it does not know."""
    order = sim.place("usdm", "BTCUSDT", quantity=2)

    amended = (
        connect()
        .modify_order(**BTC, side="BUY", order_id=order.order_id, quantity=3, price=90, modify_id=7)
        .data()
    )

    assert (amended.orig_qty, amended.price, amended.additional_properties) == ("3", "90", {})
    assert sim.book.now(order).quantity == Decimal(3)


def test_signs_with_a_private_key(sim: Simulator, connect: Connect, pem: str) -> None:
    """RSA and Ed25519 signatures are valid."""
    sim.add_key("asymmetric", pem)
    order = sim.place("usdm", "BTCUSDT")

    connect(api_key="asymmetric", private_key=pem).cancel_order(**BTC, order_id=order.order_id)

    assert sim.book.now(order).status == "CANCELED"


@pytest.mark.parametrize(
    ("wrong", "error", "code"),
    [
        ({"api_secret": "not the secret"}, "BadRequestError", -1022),
        ({"api_key": "nobody"}, "UnauthorizedError", -2015),
        ({"api_key": ""}, "UnauthorizedError", -2014),
    ],
)
def test_wrong_credentials_cancel_nothing(
    sim: Simulator, connect: Connect, wrong: dict[str, str], error: str, code: int
) -> None:
    """A cancel under a wrong secret, an unknown key or no key is refused; the order stays open."""
    order = sim.place("usdm", "BTCUSDT")

    with pytest.raises(getattr(sdk, error)) as refused:
        connect(**wrong).cancel_order(**BTC, order_id=order.order_id)

    assert refused.value.status_code == code
    assert sim.book.now(order).status == "NEW"
