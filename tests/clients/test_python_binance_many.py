"""python-binance, sync and async: several orders, all of a symbol, an amendment, an order list."""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from adapter.simulator import Order, Simulator

binance = pytest.importorskip("binance", reason="python-binance (extra 'clients') is missing")

Call = Callable[..., Awaitable[Any]]
Connect = Callable[..., Call]
OPTION = "BTC-260327-90000-C"

sync_only = pytest.mark.parametrize("connect", ["sync"], indirect=True)
"""Where AsyncClient (1.0.37) lacks the method, or percent-encodes a query twice."""

SHOWN = ("spot", "margin", "pm_margin")
"""The products whose answer to a cancel of all shows every order."""


def several(sim: Simulator, product: str, symbol: str) -> list[Order]:
    return [sim.place(product, symbol, client_order_id=f"mine-{n}") for n in range(3)]


async def test_cancels_several_at_once(sim: Simulator, connect: Connect) -> None:
    """The error of one stands in its place; what is not named stays open."""
    # Not on COIN-M, whose list python-binance (1.0.37) percent-encodes twice.
    orders = several(sim, "usdm", "BTCUSDT")
    sim.book.fill(orders[1])
    ids = [order.order_id for order in orders[:2]]

    first, second = await connect()("futures_cancel_orders", symbol="BTCUSDT", orderidlist=ids)

    assert (first["orderId"], first["status"]) == (ids[0], "CANCELED")
    assert (second["code"], second["msg"]) == (-2011, "Unknown order sent.")
    assert sim.book.open_orders() == [orders[2]]


@sync_only
async def test_cancels_several_options(sim: Simulator, connect: Connect) -> None:
    """Ids beyond 2^53 arrive as they are; it is for the caller to encode the list."""
    orders = several(sim, "options", OPTION)
    ids = [order.order_id for order in orders[:2]]
    listed = quote(json.dumps(ids, separators=(",", ":")))

    answers = await connect()("options_cancel_batch_order", symbol=OPTION, orderIds=listed)

    assert [answer["orderId"] for answer in answers] == ids
    assert sim.book.open_orders() == [orders[2]]


@pytest.mark.parametrize(
    ("product", "symbol", "method"),
    [
        ("spot", "BTCUSDT", "cancel_all_open_orders"),
        ("margin", "BTCUSDT", "cancel_all_open_margin_orders"),
        ("usdm", "BTCUSDT", "futures_cancel_all_open_orders"),
        ("coinm", "BTCUSD_PERP", "futures_coin_cancel_all_open_orders"),
        ("options", OPTION, "options_cancel_all_orders"),
        ("pm_um", "BTCUSDT", "papi_cancel_um_all_open_orders"),
        ("pm_cm", "BTCUSD_PERP", "papi_cancel_cm_all_open_orders"),
        ("pm_margin", "BTCUSDT", "papi_cancel_margin_all_open_orders"),
    ],
    ids=["spot", "margin", "usdm", "coinm", "options", "pm_um", "pm_cm", "pm_margin"],
)
async def test_cancels_all_of_a_symbol(
    sim: Simulator, connect: Connect, product: str, symbol: str, method: str
) -> None:
    """The answer shows each order, or that it is done; other products keep theirs."""
    orders = several(sim, product, symbol)
    other = sim.place("usdm", "ETHUSDT")

    answer = await connect()(method, symbol=symbol)

    assert sim.book.open_orders() == [other]
    if product in SHOWN:
        assert [shown["orderId"] for shown in answer] == [order.order_id for order in orders]
    else:
        assert int(answer["code"]) in (0, 200)


async def amends(call: Call, sim: Simulator, product: str, symbol: str, method: str) -> None:
    """Amend an order, which keeps its id."""
    order = sim.place(product, symbol, quantity=2)
    sent = {"symbol": symbol, "side": "BUY", "orderId": order.order_id}

    amended = await call(method, **sent, quantity="3", price="90")

    assert (amended["orderId"], amended["price"]) == (order.order_id, "90")
    assert sim.book.now(order).quantity == Decimal(3)


async def test_amends_an_order_of_usdm(sim: Simulator, connect: Connect) -> None:
    """Its parameters travel as a form."""
    await amends(connect(), sim, "usdm", "BTCUSDT", "futures_modify_order")

    (request,) = sim.requests
    assert (request.method, request.query) == ("PUT", "")


@sync_only
async def test_amends_an_order_of_coinm(sim: Simulator, connect: Connect) -> None:
    """The same on COIN-M."""
    await amends(connect(), sim, "coinm", "BTCUSD_PERP", "futures_coin_modify_order")


async def test_places_an_oco_and_cancels_a_leg(sim: Simulator, connect: Connect) -> None:
    """A fill of one leg would let the other expire; a cancel cancels both."""
    call = connect()
    above = {"aboveType": "LIMIT_MAKER", "abovePrice": "110000"}
    below = {"belowType": "STOP_LOSS_LIMIT", "belowPrice": "89000", "belowStopPrice": "90000"}
    oco = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "1", **above, **below}

    placed = await call("create_oco_order", **oco, belowTimeInForce="GTC")
    canceled = await call("cancel_order", symbol="BTCUSDT", orderId=placed["orders"][0]["orderId"])

    assert canceled["orderListId"] == placed["orderListId"]
    assert [order.status for order in sim.book.orders("spot")] == ["CANCELED"] * 2
