"""The USDⓈ-M account: settings, positions, and free balance."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from adapter.simulator import Simulator

from .wire import NOW, Clock, Wire, mandatory

ROOT = "/fapi/v1"


def ask(wire: Wire, path: str, **params: object) -> Any:
    """The body of a signed GET."""
    return wire.signed("GET", path, **params).json


def held(wire: Wire, symbol: str = "BTCUSDT") -> dict[str, Decimal]:
    """The numbers of the one position."""
    (position,) = ask(wire, "/fapi/v3/positionRisk", symbol=symbol)
    words = {"symbol", "positionSide", "marginAsset"}
    return {name: Decimal(value) for name, value in position.items() if name not in words}


def test_modes(wire: Wire) -> None:
    """Positions are one-way and margin is of one asset."""
    assert ask(wire, f"{ROOT}/positionSide/dual") == {"dualSidePosition": False}
    assert ask(wire, f"{ROOT}/multiAssetsMargin") == {"multiAssetsMargin": False}
    assert ask(wire, f"{ROOT}/income", symbol="BTCUSDT") == []


def test_brackets_follow_each_other(wire: Wire) -> None:
    """Every symbol has brackets; each begins where the last ends, without a jump in margin."""
    every = ask(wire, f"{ROOT}/leverageBracket")
    (one,) = ask(wire, f"{ROOT}/leverageBracket", symbol="ETHUSDT")
    brackets = one["brackets"]

    assert one in every
    assert [bracket["bracket"] for bracket in brackets] == [1, 2, 3, 4]
    for lower, upper in pairwise(brackets):
        edge = upper["notionalFloor"]
        assert lower["notionalCap"] == edge
        assert lower["initialLeverage"] > upper["initialLeverage"]
        assert edge * lower["maintMarginRatio"] - lower["cum"] == pytest.approx(
            edge * upper["maintMarginRatio"] - upper["cum"]
        )


def test_leverage(wire: Wire) -> None:
    """It is answered with what a position may be worth at most; no bracket goes beyond 125."""
    params = {"symbol": "BTCUSDT", "leverage": 100}
    answer = wire.signed("POST", f"{ROOT}/leverage", **params).json

    assert answer == {"symbol": "BTCUSDT", "leverage": 100, "maxNotionalValue": "600000"}
    for wrong in (0, 126):
        error = wire.signed("POST", f"{ROOT}/leverage", **params | {"leverage": wrong}).error
        assert error == (400, -4028, f"Leverage {wrong} is not valid")
    assert wire.signed("POST", f"{ROOT}/leverage", symbol="BTCUSDT").error == mandatory("leverage")
    assert wire.signed("POST", f"{ROOT}/leverage", symbol="X", leverage=1).json["code"] == -1121


def test_margin_type(wire: Wire) -> None:
    """It is crossed until it is changed; to change nothing is -4046."""
    path, params = f"{ROOT}/marginType", {"symbol": "BTCUSDT", "marginType": "ISOLATED"}
    same = (400, -4046, "No need to change margin type.")

    assert wire.signed("POST", path, **params | {"marginType": "CROSSED"}).error == same
    assert wire.signed("POST", path, **params).json == {"code": 200, "msg": "success"}
    assert wire.signed("POST", path, **params).error == same
    assert wire.signed("POST", path, **params | {"marginType": "cross"}).json["code"] == -1130


def test_a_position_is_what_has_traded(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """Two buys make one position at their mean price; margin is its value by the leverage."""
    wire.signed("POST", f"{ROOT}/leverage", symbol="BTCUSDT", leverage=10)
    wire.signed("POST", f"{ROOT}/marginType", symbol="BTCUSDT", marginType="ISOLATED")
    sim.place("usdm", "BTCUSDT", quantity=1, price=90_000, filled=1)
    clock.now += 5
    sim.place("usdm", "BTCUSDT", quantity=5, price=96_000, filled=2)
    sim.place("usdm", "BTCUSDT", side="SELL", quantity=1, price=200_000)
    now = held(wire)

    assert now["positionAmt"] == 3
    assert (now["entryPrice"], now["markPrice"]) == (Decimal(94_000), Decimal(100_000))
    assert (now["notional"], now["unRealizedProfit"]) == (Decimal(300_000), Decimal(18_000))
    assert now["positionInitialMargin"] == now["isolatedMargin"] == 30_000
    assert now["openOrderInitialMargin"] == (3 * 96_000 + 200_000) / Decimal(10)
    assert now["maintMargin"] == 300_000 * Decimal("0.005") - 50
    assert now["updateTime"] == NOW + 5


@pytest.mark.parametrize(
    ("sold", "amount", "entry", "won"),
    [(1, 1, 90_000, 5_000), (2, 0, 0, 10_000), (3, -1, 95_000, 10_000)],
    ids=["in part", "in full", "and more"],
)
def test_selling_what_is_held(
    sim: Simulator, wire: Wire, sold: int, amount: int, entry: int, won: int
) -> None:
    """What is closed has won its difference; what goes beyond is a short at the new price."""
    sim.place("usdm", "BTCUSDT", quantity=2, price=90_000, filled=2)
    sim.place("usdm", "BTCUSDT", side="SELL", quantity=3, price=95_000, filled=sold)
    sim.place("usdm", "BTCUSDT", quantity=1, price=1)  # so that it is shown even when it is closed
    now = held(wire)
    account = ask(wire, "/fapi/v3/account")

    assert (now["positionAmt"], now["entryPrice"]) == (Decimal(amount), Decimal(entry))
    assert Decimal(account["totalWalletBalance"]) == 10_000_000 + won
    assert now["unRealizedProfit"] == amount * (100_000 - entry)


def test_what_is_shown(sim: Simulator, wire: Wire) -> None:
    """Only symbols with a position or an open order are; a reducing order needs no margin."""
    assert ask(wire, "/fapi/v3/positionRisk") == []
    wire.signed(
        "POST",
        f"{ROOT}/order",
        symbol="ETHUSDT",
        side="SELL",
        type="LIMIT",
        timeInForce="GTC",
        quantity=1,
        price=4_000,
        reduceOnly="true",
    )
    sim.place("usdm", "BTCUSDT", quantity=1, price=90_000, filled=1)

    shown = [position["symbol"] for position in ask(wire, "/fapi/v3/positionRisk")]
    assert shown == ["BTCUSDT", "ETHUSDT"]
    assert held(wire, "ETHUSDT")["openOrderInitialMargin"] == 0


def test_what_is_free(sim: Simulator, wire: Wire) -> None:
    """The wallet with what is won on paper, without the margins; account and balance agree."""
    sim.place("usdm", "BTCUSDT", quantity=2, price=90_000, filled=1)
    account, (balance,) = ask(wire, "/fapi/v3/account"), ask(wire, "/fapi/v3/balance")
    (asset,) = account["assets"]
    free = 10_000_000 + 10_000 - (100_000 + 90_000) / Decimal(20)

    assert Decimal(account["availableBalance"]) == Decimal(balance["availableBalance"]) == free
    assert Decimal(asset["availableBalance"]) == free
    assert account["totalMarginBalance"] == asset["marginBalance"] == "10010000"
    assert (balance["asset"], balance["balance"]) == ("USDT", "10000000")
    assert [position["symbol"] for position in account["positions"]] == ["BTCUSDT"]


def test_trades(sim: Simulator, wire: Wire, clock: Clock) -> None:
    """Each order that traded is one trade, since a time if asked."""
    sim.place("usdm", "BTCUSDT", side="SELL", quantity=1, price=90_000, filled="0.4")
    clock.now += 5
    later = sim.place("usdm", "BTCUSDT", quantity=1, price=80_000, filled=1)
    where = {"symbol": "BTCUSDT", "timestamp": clock.now}
    first, _ = ask(wire, f"{ROOT}/userTrades", **where)
    (second,) = ask(wire, f"{ROOT}/userTrades", startTime=NOW + 1, **where)

    assert (first["side"], first["qty"], first["buyer"]) == ("SELL", "0.4", False)
    assert (second["orderId"], second["quoteQty"]) == (later.order_id, "80000")
