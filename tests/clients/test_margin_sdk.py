"""Binance's own SDK for margin: the cross and the isolated account."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from adapter.simulator import Order, Simulator

sdk = pytest.importorskip(
    "binance_sdk_margin_trading",
    reason="binance-sdk-margin-trading (extra 'clients') is missing",
)

Connect = Callable[..., Any]
BTC = {"symbol": "BTCUSDT"}

each_account = pytest.mark.parametrize("isolated", [False, True], ids=["cross", "isolated"])


@pytest.fixture
def connect(connect_sdk: Connect) -> Connect:
    return lambda **credentials: connect_sdk(sdk.MarginTrading, **credentials)


def of(isolated: bool) -> dict[str, str]:
    """What names the symbol and the account; cross is the default."""
    return {**BTC, "is_isolated": "TRUE"} if isolated else BTC


def one(sim: Simulator, isolated: bool, name: str) -> Order:
    return sim.place("margin", "BTCUSDT", client_order_id=name, is_isolated=isolated)


@each_account
def test_places_queries_and_cancels(sim: Simulator, connect: Connect, isolated: bool) -> None:
    """An order is placed, found and cancelled under one id, and the book shows the same."""
    rest = connect()

    placed = rest.margin_account_new_order(
        **of(isolated),
        side="BUY",
        type="LIMIT",
        time_in_force="GTC",
        quantity=0.25,
        price=90000.5,
        new_client_order_id="mine-1",
        recv_window=60_000,
    ).data()

    assert (placed.client_order_id, placed.is_isolated) == ("mine-1", isolated)
    (order,) = sim.book.orders()
    assert (order.product, order.order_id) == ("margin", placed.order_id)
    assert (order.price, order.is_isolated) == (Decimal("90000.5"), isolated)

    found = rest.query_margin_accounts_order(**of(isolated), order_id=placed.order_id).data()

    assert (found.order_id, found.client_order_id) == (placed.order_id, "mine-1")
    assert (found.status, found.time) == ("NEW", order.created)

    canceled = rest.margin_account_cancel_order(**of(isolated), order_id=placed.order_id).data()

    assert int(canceled.order_id) == placed.order_id
    assert (canceled.orig_client_order_id, canceled.is_isolated) == ("mine-1", isolated)
    assert (canceled.status, sim.book.now(order).status) == ("CANCELED", "CANCELED")


@each_account
def test_cancels_by_client_id(sim: Simulator, connect: Connect, isolated: bool) -> None:
    """The order's own client id cancels it, and nothing else."""
    mine, other = (one(sim, isolated, name) for name in ("mine-1", "mine-2"))

    canceled = (
        connect().margin_account_cancel_order(**of(isolated), orig_client_order_id="mine-1").data()
    )

    assert int(canceled.order_id) == mine.order_id
    assert (sim.book.now(mine).status, sim.book.now(other).status) == ("CANCELED", "NEW")


@each_account
def test_the_accounts_share_no_orders(sim: Simulator, connect: Connect, isolated: bool) -> None:
    """An order of one account is unknown to the other."""
    order = one(sim, not isolated, "mine-1")

    with pytest.raises(sdk.BadRequestError) as refused:
        connect().margin_account_cancel_order(**of(isolated), order_id=order.order_id)

    assert refused.value.status_code == -2011  # the SDK puts Binance's code there
    assert sim.book.now(order).is_open


def test_answer_has_only_known_fields(sim: Simulator, connect: Connect) -> None:
    """The answer to a cancel has one field that the exchange sends and the model does not have."""
    order = sim.place("margin", "BTCUSDT", quantity=2, filled=1)

    canceled = connect().margin_account_cancel_order(**BTC, order_id=order.order_id).data()

    assert canceled.additional_properties == {"selfTradePreventionMode": "EXPIRE_MAKER"}
    assert (float(canceled.executed_qty), float(canceled.orig_qty)) == (1, 2)


@each_account
def test_cancels_all_of_a_symbol(sim: Simulator, connect: Connect, isolated: bool) -> None:
    """Of one account; the other keeps its orders."""
    mine = [one(sim, isolated, name) for name in ("mine-1", "mine-2")]
    other = one(sim, not isolated, "mine-3")

    canceled = connect().margin_account_cancel_all_open_orders_on_a_symbol(**of(isolated)).data()

    assert [int(order.order_id) for order in canceled] == [order.order_id for order in mine]
    assert sim.book.open_orders() == [other]


def test_signs_with_a_private_key(sim: Simulator, connect: Connect, pem: str) -> None:
    """RSA and Ed25519 signatures are valid."""
    sim.add_key("asymmetric", pem)
    order = sim.place("margin", "BTCUSDT")
    rest = connect(api_key="asymmetric", private_key=pem)

    rest.margin_account_cancel_order(**BTC, order_id=order.order_id)

    assert sim.book.now(order).status == "CANCELED"
