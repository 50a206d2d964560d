"""Whatever a request for several orders is answered, each order is told the truth about."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock, Mock

import attrs
import ccxt
import pytest
from integration.host import API_KEY, SYMBOL, Host, moved, still
from outcomes.raw_server import Peer, RawServer, kept

from adapter.contract.messages import NoResponse, Response
from adapter.core.rate_limit import HostLimiter
from adapter.simulator import Simulator
from adapter.venues.binance import Binance

from .answers import Answer, answered, last_parts, made, shown
from .trader import Trader, outcomes

GONE = {"code": -2011, "msg": "Unknown order sent."}


def test_an_answer_in_another_order(host: Host, sim: Simulator) -> None:
    """Each is recognised by its id, and the error that may be of any is nobody's."""
    trader = Trader(host, sim)
    one, filled, other = orders = trader.place_many(3)
    sim.book.fill(filled)
    answered(trader, lambda _: made([shown(other), GONE, shown(one)]), orders)
    came = trader.cancel_many(orders)

    assert ["canceled", "gone", "canceled"] == outcomes(came)
    assert [f"mine-{number}" for number in range(3)] == [each["clientOrderId"] for each in came]
    assert ["GET order"] == last_parts(sim)


WITHOUT_MEANING: dict[str, Answer] = {
    "too short": lambda orders: made([shown(orders[0])]),
    "too long": lambda orders: made([shown(order) for order in orders] + [GONE]),
    "another": lambda orders: made([{**shown(order), "orderId": 1} for order in orders]),
    "no orders": lambda orders: made([None] * len(orders)),
    "no list": lambda _: made({"done": True}),
    "no JSON": lambda _: Response(status=200, body="<html>"),
    "-2012": lambda _: made({"code": -2012, "msg": "Batch cancel failure."}, 400),
    "nothing": lambda _: NoResponse(may_have_been_sent=True, reason="ReadTimeout"),
}


@pytest.mark.parametrize("answer", WITHOUT_MEANING.values(), ids=WITHOUT_MEANING)
def test_what_an_answer_does_not_say_is_looked_up(
    host: Host, sim: Simulator, answer: Answer
) -> None:
    """Nothing is taken for canceled that the exchange has not shown so."""
    trader = Trader(host, sim)
    orders = trader.place_many(3)
    answered(trader, answer, orders)
    came = trader.cancel_many(orders)

    assert {"canceled"} == {*outcomes(came)}
    looked = last_parts(sim).count("GET order")
    assert looked >= (0 if answer is WITHOUT_MEANING["too long"] else 2)


DUE_TO_ONE: dict[str, Answer] = {
    "-1100": lambda _: made({"code": -1100, "msg": "Illegal characters found."}, 400),
    "-2011": lambda _: made(GONE, 400),
    "-4032": lambda _: made({"code": -4032, "msg": "Exceed maximum cancel order size."}, 400),
    "404": lambda _: Response(status=404, body="<html>"),
}


@pytest.mark.parametrize("answer", DUE_TO_ONE.values(), ids=DUE_TO_ONE)
def test_a_refusal_that_may_be_due_to_one(host: Host, sim: Simulator, answer: Answer) -> None:
    """Each is cancelled by a request of its own."""
    trader = Trader(host, sim)
    orders = trader.place_many(3)
    answered(trader, answer, orders)
    came = trader.cancel_many(orders)

    assert ["canceled"] * 3 == outcomes(came)
    assert ["DELETE order"] * 3 == last_parts(sim)


FOR_ALL: dict[str, tuple[Answer, type[Exception]]] = {
    "-2015": (lambda _: made({"code": -2015, "msg": "x"}, 401), ccxt.AuthenticationError),
    "-1022": (lambda _: made({"code": -1022, "msg": "x"}, 400), ccxt.AuthenticationError),
    "403": (lambda _: Response(status=403, body="<html>"), ccxt.DDoSProtection),
    "451": (lambda _: Response(status=451, body="{}", data={"code": 0}), ccxt.PermissionDenied),
}


@pytest.mark.parametrize(("answer", "error"), FOR_ALL.values(), ids=FOR_ALL)
def test_a_refusal_of_all(
    host: Host, sim: Simulator, answer: Answer, error: type[Exception]
) -> None:
    """Nothing further is sent with a key that was refused, nor past a firewall."""
    trader = Trader(host, sim)
    orders = trader.place_many(3)
    answered(trader, answer, orders)
    came = trader.cancel_many(orders)

    assert ["refused"] * 3 == outcomes(came)
    assert all(isinstance(each["error"], error) for each in came)
    assert [] == sim.requests


def test_a_host_that_is_not_there(host: Host, sim: Simulator) -> None:
    """It was not sent, by the operating system's word."""
    trader = Trader(host, sim)
    orders = trader.place_many(3)
    answered(trader, lambda _: NoResponse(may_have_been_sent=False, reason="refused"), orders)
    came = trader.cancel_many(orders)

    assert ["refused"] * 3 == outcomes(came)
    assert all("was not sent" in str(each["error"]) for each in came)


def test_a_market_that_was_derived_is_looked_up(host: Host, sim: Simulator) -> None:
    """-1121: once for all, and then the orders are cancelled under the market's own id."""
    trader = Trader(host, sim)
    orders = [sim.place("usdm", "ETHUSDT") for _ in range(3)]
    trader.exchange.milliseconds = sim.book.clock
    loads: list[int] = []
    unknown = Mock(return_value=made({"code": -1121, "msg": "Invalid symbol."}, 400))
    answered(trader, unknown, orders, symbol="BTCUSDT")

    def load() -> Any:
        loads.append(1)
        still(trader.exchange)
        trader.exchange.milliseconds = sim.book.clock
        trader.exchange.markets[trader.kind.unified]["id"] = "ETHUSDT"
        return True

    trader.exchange.load_markets = load if host.is_sync else AsyncMock(side_effect=load)
    came = trader.cancel_many(orders)

    assert [1] == loads
    assert 1 == unknown.call_count
    assert ["canceled"] * 3 == outcomes(came)
    assert ["DELETE batchOrders"] == last_parts(sim)


@pytest.mark.parametrize("loaded", ["the same", "another", "no markets"])
def test_a_market_that_is_not_found_either(host: Host, sim: Simulator, loaded: str) -> None:
    """The exchange's answer is the error of each."""
    trader = Trader(host, sim)
    orders = trader.place_many(3)
    answered(trader, lambda _: made({"code": -1121, "msg": "Invalid symbol."}, 400), orders)

    def load() -> Any:
        if loaded == "no markets":
            raise ccxt.NetworkError("no")
        still(trader.exchange)
        if loaded == "another":
            trader.exchange.markets, trader.exchange.markets_by_id = {"X/Y": {}}, {}
        return trader.exchange.markets

    trader.exchange.load_markets = load if host.is_sync else AsyncMock(side_effect=load)
    came = trader.cancel_many(orders)

    assert ["refused"] * 3 == outcomes(came)
    assert all(isinstance(each["error"], ccxt.BadSymbol) for each in came)
    assert [] == sim.requests


def test_an_error_after_the_answer_came(host: Host, sim: Simulator) -> None:
    """A plugin's, while it is read: the request has left, so each order is looked up."""
    trader = Trader(host, sim)
    orders = trader.place_many(3)
    failed: list[int] = []
    record = HostLimiter.record

    def fail_once(limiter: HostLimiter, *arguments: Any) -> None:
        record(limiter, *arguments)
        if not failed:
            failed.append(1)
            raise ZeroDivisionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HostLimiter, "record", fail_once)
        came = trader.cancel_many(orders)

    assert ["canceled"] * 3 == outcomes(came)
    assert ["DELETE batchOrders", *["GET order"] * 3] == last_parts(sim)


def test_an_answer_that_quotes_the_request(host: Host) -> None:
    """No message shows the key or the signature that it quotes."""

    def serve(peer: Peer) -> None:
        while True:
            url = peer.listen().split()[1]
            peer.say(kept([{"code": -4000, "msg": f"{url} by {API_KEY}"}] * 2))

    with RawServer(serve) as server:
        exchange = moved(host.attached(), server.url)
        came = host.done(lambda: exchange.cancel_orders(["7", "8"], SYMBOL))
        host.close_exchanges()
    texts = [str(order["error"]) for order in came]

    assert ["refused"] * 2 == outcomes(came)
    assert all("/batchOrders?" in text and "signature=…" in text for text in texts)
    assert not any(API_KEY in text for text in texts)


class NoTimeError(Exception):
    """An error of the user's that cannot be copied, as its constructor takes something else."""

    def __init__(self, server: str, code: int) -> None:
        super().__init__(f"{server}: {code}")


def test_an_error_of_the_users_that_cannot_be_copied(host: Host, sim: Simulator) -> None:
    """Each order has it, and nothing is sent."""
    trader = Trader(host, sim)
    orders = trader.place_many(3)
    trader.exchange.nonce = Mock(side_effect=NoTimeError("time.invalid", 7))
    came = trader.cancel_many([*orders, orders[0]])

    assert ["refused"] * 4 == outcomes(came)
    assert all(isinstance(each["error"], NoTimeError) for each in came)
    assert [] == sim.requests


def test_a_plugin_that_fails_at_the_answer(
    host: Host, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can say what became of the orders, and each is told so."""
    trader = Trader(host, sim)
    orders = trader.place_many(2)
    monkeypatch.setattr(Binance, "is_success", Mock(side_effect=ZeroDivisionError))
    came = trader.cancel_many(orders)

    assert ["unknown"] * 2 == outcomes(came)
    assert "DELETE batchOrders" == last_parts(sim)[0]


def test_an_answer_too_deep_to_be_written_again(host: Host, sim: Simulator) -> None:
    """It is no order's, and each is looked up."""
    trader = Trader(host, sim)
    orders = trader.place_many(2)
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    answered(trader, lambda _: Response(status=200, body="[]", data=[deep] * 2), orders)
    came = trader.cancel_many(orders)

    assert ["canceled"] * 2 == outcomes(came)


def test_a_text_that_is_no_list_any_more(host: Host, sim: Simulator) -> None:
    """A hook may have changed it; what it says of each order is in the data."""
    trader = Trader(host, sim)
    orders = trader.place_many(2)
    changed = attrs.evolve(made([shown(order) for order in orders]), body="changed")
    answered(trader, lambda _: changed, orders)

    assert ["canceled"] * 2 == outcomes(trader.cancel_many(orders))
