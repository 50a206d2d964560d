"""Spot: its types of orders, its answers and its wallet."""

import pytest

from adapter.simulator import Simulator

from .wire import NOW, SPOT, Wire, mandatory

STOP = {"type": "STOP_LOSS_LIMIT", "side": "SELL", "stopPrice": "0.0009", "price": "0.0008"}
ALWAYS = {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}


def wallet(wire: Wire, **params: object) -> dict[str, tuple[str, str]]:
    """What is free and what is locked, by coin."""
    balances = wire.signed("GET", "/api/v3/account", **params).json["balances"]
    return {balance["asset"]: (balance["free"], balance["locked"]) for balance in balances}


@pytest.mark.parametrize(
    ("params", "more"),
    [
        ({}, {"fills", "status", "workingTime"}),
        ({"newOrderRespType": "RESULT"}, {"status", "workingTime"}),
        ({"newOrderRespType": "ACK"}, set()),
        (STOP, set()),
    ],
    ids=["limit", "result", "ack", "stop"],
)
def test_what_placing_answers(wire: Wire, params: dict[str, object], more: set[str]) -> None:
    """LIMIT orders answer in FULL by default, stop orders with ACK."""
    answer = wire.place(SPOT, **params).json

    assert ALWAYS <= set(answer)
    assert more == {"fills", "status", "workingTime"} & set(answer)
    assert answer["transactTime"] == NOW


def test_a_stop_waits_in_the_book(wire: Wire) -> None:
    """A stop-loss is open and does not work until its price is met; it is cancelled as any."""
    number = wire.place(SPOT, **STOP).json["orderId"]
    found = wire.query(SPOT, orderId=number).json

    assert (found["status"], found["type"], found["isWorking"]) == ("NEW", STOP["type"], False)
    assert found["stopPrice"] == "0.00090000"
    assert wire.cancel(SPOT, orderId=number).json["type"] == STOP["type"]


def test_types_of_orders(wire: Wire) -> None:
    """A stop needs its price, a maker order no time in force; futures' values are unknown."""
    assert wire.place(SPOT, **STOP | {"stopPrice": None}).error == mandatory("stopPrice")
    maker = wire.place(SPOT, type="LIMIT_MAKER", timeInForce=None).json["orderId"]
    assert wire.query(SPOT, orderId=maker).json["status"] == "NEW"
    assert wire.place(SPOT, type="STOP_MARKET").json["code"] == -1116


def test_open_orders_lock_what_they_may_give(sim: Simulator, wire: Wire) -> None:
    """A bid locks its value and an ask its amount, until they end."""
    bid = sim.place("spot", "BTCUSDT", quantity=2, price=50_000)
    ask = sim.place("spot", "LTCBTC", side="SELL", quantity=3, price="0.001")

    assert wallet(wire)["USDT"] == ("9900000.00000000", "100000.00000000")
    assert wallet(wire)["LTC"] == ("997.00000000", "3.00000000")
    for order in (bid, ask):
        sim.book.cancel(order)
    assert wallet(wire)["USDT"] == ("10000000.00000000", "0.00000000")


def test_trades_change_the_wallet(sim: Simulator, wire: Wire) -> None:
    """What an order has traded is not locked any more, and has changed hands at its price."""
    sim.place("spot", "BTCUSDT", quantity=2, price=50_000, filled="0.5")
    sim.place("spot", "LTCBTC", side="SELL", quantity=1000, price="0.001", filled=1000)
    coins = wallet(wire, omitZeroBalances="true")

    assert coins["USDT"] == ("9900000.00000000", "75000.00000000")
    assert coins["BTC"] == ("101.50000000", "0.00000000")
    assert "LTC" not in coins


def test_a_trade_for_each_order_that_traded(sim: Simulator, wire: Wire) -> None:
    """The trades of one symbol, of one order if asked, at the order's price and without a fee."""
    first, second, _ = (
        sim.place("spot", "BTCUSDT", quantity=2, price=50_000, filled=n) for n in ("0.5", 2, 0)
    )
    trades = wire.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT").json
    (one,) = wire.signed("GET", "/api/v3/myTrades", symbol="BTCUSDT", orderId=second.order_id).json

    assert [trade["orderId"] for trade in trades] == [first.order_id, second.order_id]
    assert (one["price"], one["qty"], one["quoteQty"]) == ("50000", "2", "100000")
    assert (one["isBuyer"], one["commission"], one["time"]) == (True, "0", NOW)
    assert wire.signed("GET", "/api/v3/myTrades", symbol="X").json["code"] == -1121
