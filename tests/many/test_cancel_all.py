"""``cancel_all_orders``: the orders that were open when the call began, and no others."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock, Mock

import ccxt
import pytest
from integration.host import Host, still

import adapter
from adapter.core.events import Event
from adapter.simulator import Simulator

from .answers import answered, last_parts, made
from .test_together import in_real_time
from .trader import BY_NAME, KINDS, Kind, Trader, outcomes

kinds = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
CONDITIONAL = {
    "usdm": "usdm_algo",
    "coinm": "coinm_algo",
    "pm_um": "pm_um_algo",
    "pm_cm": "pm_cm_conditional",
}
FUTURES = [BY_NAME[name] for name in CONDITIONAL]
INVALID = {"code": -1121, "msg": "Invalid symbol."}


def cancel_all(trader: Trader, symbol: str | None = None, **params: Any) -> Any:
    asked = {**trader.kind.params, **params}
    wanted = trader.kind.unified if symbol is None else symbol
    return trader.host.done(lambda: trader.exchange.cancel_all_orders(wanted, asked))


@kinds
def test_each_open_order_is_cancelled(host: Host, sim: Simulator, kind: Kind) -> None:
    """One query, and then each as by ``cancel_orders``; what is not open is not touched."""
    trader = Trader(host, sim, kind)
    filled, *orders = trader.place_many(4)
    sim.book.fill(filled)
    came = cancel_all(trader)

    assert [str(order.order_id) for order in orders] == [order["id"] for order in came]
    assert ["canceled"] * 3 == outcomes(came)
    assert [None] * 3 == [order["error"] for order in came]
    assert ["CANCELED"] * 3 == [trader.book(order) for order in orders]
    assert "GET openOrders" == last_parts(sim)[0]
    batches = last_parts(sim).count("DELETE batchOrders")
    assert (1 if kind.name in ("usdm", "coinm", "options") else 0) == batches


@kinds
def test_nothing_is_open(host: Host, sim: Simulator, kind: Kind) -> None:
    """An empty list, after one query."""
    trader = Trader(host, sim, kind)

    assert [] == cancel_all(trader)
    assert ["GET openOrders"] == last_parts(sim)
    assert "settled" == trader.events[-1].what


def test_other_markets_and_accounts_are_left(host: Host, sim: Simulator) -> None:
    """By symbol and account."""
    trader = Trader(host, sim)
    order = trader.place()
    others = sim.place("usdm", "ETHUSDT"), sim.place("pm_um", "BTCUSDT")
    came = cancel_all(trader)

    assert [str(order.order_id)] == [each["id"] for each in came]
    assert ["NEW"] * 2 == [trader.book(other) for other in others]


def test_what_happens_after_the_list(host: Host, sim: Simulator) -> None:
    """An order that is placed meanwhile stays, and one that is filled is gone."""
    trader = Trader(host, sim)
    filled, order = trader.place_many(2)
    placed = []

    def on_event(event: Event) -> None:
        if event.what == "started":
            sim.book.fill(filled)
            placed.append(sim.place("usdm", "BTCUSDT"))

    vars(trader.exchange)["_adapter"].config.on_event = on_event
    came = cancel_all(trader)

    assert ["gone", "canceled"] == outcomes(came)
    assert "closed" == came[0]["status"]
    assert "NEW" == trader.book(placed[0])
    assert "CANCELED" == trader.book(order)


@pytest.mark.long
def test_a_thousand_orders(host: Host, sim: Simulator) -> None:
    """One list and a hundred requests."""
    trader = Trader(host, sim)
    in_real_time(trader)
    for _ in range(1000):
        sim.place("usdm", "BTCUSDT")
    came = cancel_all(trader)

    assert ["canceled"] * 1000 == outcomes(came)
    assert 101 == len(sim.requests)


@pytest.mark.parametrize(
    "fault", ["drop_after", "http_500", "cut_json", "limited_429", "skew_hour"]
)
def test_a_list_that_did_not_come_is_asked_for_again(
    host: Host, sim: Simulator, fault: str
) -> None:
    """A query changes nothing."""
    trader = Trader(host, sim)
    trader.place_many(3)
    sim.faults.play(fault, on="GET", seconds=3600 if fault == "skew_hour" else None)
    came = cancel_all(trader)

    assert ["canceled"] * 3 == outcomes(came)
    assert 2 == last_parts(sim).count("GET openOrders")


def test_no_list_no_cancel(host: Host, sim: Simulator) -> None:
    """What keeps the list away is raised, and the orders are as they were."""
    trader = Trader(host, sim)
    order = trader.place()
    sim.faults.play("banned_418", on="GET", seconds=120)
    with pytest.raises(adapter.RateLimited):
        cancel_all(trader)
    trader.exchange.secret = "another"
    sim.faults.clear()
    vars(trader.exchange)["_adapter"].limiters.clear()
    with pytest.raises(ccxt.AuthenticationError):
        cancel_all(trader)

    assert "NEW" == trader.book(order)
    assert ("settled", "AuthenticationError") == (
        trader.events[-1].what,
        trader.events[-1].details["error"],
    )


def test_a_caller_that_leaves_while_it_is_listed(host: Host, sim: Simulator) -> None:
    """Nothing was cancelled, and the event says so."""
    trader = Trader(host, sim)
    io = vars(trader.exchange)["_adapter"].io

    class LeftError(BaseException):
        pass

    io.send = Mock(side_effect=LeftError)
    with pytest.raises(LeftError):
        cancel_all(trader)

    assert ("interrupted", False) == (trader.events[-1].what, trader.events[-1].details["sent"])


@pytest.mark.parametrize(
    "params",
    [
        {"orderId": 7},
        {"clientOrderId": "a"},
        {"clientOrderIds": ["a"]},
        {"orderIdList": "[7]"},
        {"trigger": True, "portfolioMargin": True, "strategyId": 7},
    ],
)
def test_ids_have_no_place_here(host: Host, sim: Simulator, params: dict[str, Any]) -> None:
    """Nothing is sent."""
    with pytest.raises(ccxt.BadRequest, match="takes no ids"):
        cancel_all(Trader(host, sim), **params)

    assert [] == sim.requests


def test_params_are_a_dict(host: Host, sim: Simulator) -> None:
    """As for the others."""
    trader = Trader(host, sim)
    with pytest.raises(ccxt.BadRequest, match="params as a dict"):
        host.done(lambda: trader.exchange.cancel_all_orders(trader.kind.unified, [1]))


@pytest.mark.parametrize("kind", FUTURES, ids=[kind.name for kind in FUTURES])
def test_conditional_orders(host: Host, sim: Simulator, kind: Kind) -> None:
    """With ``trigger`` those of their own book; each is followed until it is final."""
    trader = Trader(host, sim, kind)
    regular = trader.place()
    book = CONDITIONAL[kind.name]
    stops = [sim.place(book, kind.symbol) for _ in range(3)]
    came = cancel_all(trader, trigger=True)

    assert [str(stop.order_id) for stop in stops] == [order["id"] for order in came]
    assert ["canceled"] * 3 == outcomes(came)
    assert "NEW" == trader.book(regular)
    assert {"CANCELED"} == {order.status for order in sim.book.orders(book)}


@pytest.mark.parametrize("data", [{"orderId": 7, "status": "NEW"}, None, "text"])
def test_a_list_that_is_none(host: Host, sim: Simulator, data: Any) -> None:
    """It is asked for until the deadline."""
    trader = Trader(host, sim)
    answered(trader, lambda _: made(data), [], path="openOrders")
    with pytest.raises(ccxt.RequestTimeout):
        cancel_all(trader)

    assert trader.events_named("waited")


def test_a_market_that_was_derived_is_looked_up(host: Host, sim: Simulator) -> None:
    """-1121 to the list: once, and then under the market's own id."""
    trader = Trader(host, sim)
    order = sim.place("usdm", "ETHUSDT")
    trader.exchange.milliseconds = sim.book.clock
    answered(trader, lambda _: made(INVALID, 400), [], symbol="BTCUSDT", path="openOrders")

    def load() -> Any:
        still(trader.exchange)
        trader.exchange.milliseconds = sim.book.clock
        trader.exchange.markets[trader.kind.unified]["id"] = "ETHUSDT"
        return True

    trader.exchange.load_markets = load if host.is_sync else AsyncMock(side_effect=load)
    came = cancel_all(trader)

    assert [(str(order.order_id), "canceled")] == [(o["id"], o["outcome"]) for o in came]


def test_a_market_that_is_not_found_either(host: Host, sim: Simulator) -> None:
    """The exchange's answer."""
    trader = Trader(host, sim)
    answered(trader, lambda _: made(INVALID, 400), [], path="openOrders")
    error = ccxt.NetworkError("no")
    mock = Mock if host.is_sync else AsyncMock
    trader.exchange.load_markets = mock(side_effect=error)
    with pytest.raises(ccxt.BadSymbol):
        cancel_all(trader)


def test_what_users_mock(host: Host, sim: Simulator) -> None:
    """The list and each cancel go through it."""
    trader = Trader(host, sim)
    open_order, canceled = {"orderId": 7, "status": "NEW"}, {"orderId": 7, "status": "CANCELED"}

    def answer(_: str, method: str = "GET", *__: Any) -> Any:
        return [open_order] if method == "GET" else canceled

    mock = Mock if host.is_sync else AsyncMock
    trader.exchange.fetch = mock(side_effect=answer)
    [came] = cancel_all(trader)

    assert ("7", "canceled") == (came["id"], came["outcome"])
    assert [] == sim.requests


def test_a_mock_of_the_list(host: Host, sim: Simulator) -> None:
    """It is asked, and no real cancel follows."""
    trader = Trader(host, sim)
    order = trader.place()
    mock = Mock if host.is_sync else AsyncMock
    trader.exchange.fapiPrivateGetOpenOrders = mock(return_value=[{"orderId": order.order_id}])
    [came] = cancel_all(trader)

    assert "refused" == came["outcome"]
    assert "fapiPrivateGetOpenOrders is a mock" in str(came["error"])
    assert "NEW" == trader.book(order)
