"""Ten orders by one request: whatever comes back, each of them is told the truth about."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock, Mock
from urllib.parse import parse_qs, urlsplit

import ccxt
import pytest
from integration.host import Host, still

import adapter
from adapter.contract.messages import NoResponse, Response, SignedRequest
from adapter.simulator import Order, Simulator

from .test_together import in_real_time
from .trader import BY_NAME, Kind, Trader, outcomes

USDM, OPTIONS = BY_NAME["usdm"], BY_NAME["options"]
batched = pytest.mark.parametrize("kind", [USDM, OPTIONS], ids=["usdm", "options"])

GONE = {"code": -2011, "msg": "Unknown order sent."}


def last_parts(sim: Simulator) -> list[str]:
    """Method and last part of the path of each request."""
    return [f"{r.method} {r.path.rpartition('/')[2]}" for r in sim.requests]


@batched
def test_a_thousand_ids_are_a_hundred_requests(host: Host, sim: Simulator, kind: Kind) -> None:
    """Of ten each, and no more."""
    trader = Trader(host, sim, kind)
    in_real_time(trader)
    orders = [sim.place(kind.name, kind.symbol) for _ in range(1000)]
    came = trader.cancel_many(orders, confirm=False)

    assert {"canceled" if kind is USDM else "accepted"} == {*outcomes(came)}
    assert [str(order.order_id) for order in orders] == [order["id"] for order in came]
    assert 100 == len(sim.requests)
    assert {"CANCELED"} == {trader.book(order) for order in orders}


@batched
def test_the_ids_as_they_are_written(host: Host, sim: Simulator, kind: Kind) -> None:
    """JSON lists, numbers and texts, without spaces; a single one goes as ever."""
    trader = Trader(host, sim, kind)
    orders = trader.place_many(4)
    ids = [order.order_id for order in orders]
    trader.cancel_many(orders[:2])
    trader.cancel_by_client_ids(orders[2:])
    trader.cancel_many([999])
    first, second, *_ = (parse_qs(r.query) for r in sim.requests if "batch" in r.path)
    by_id, by_name = (
        ("orderIdList", "origClientOrderIdList") if kind is USDM else ("orderIds", "clientOrderIds")
    )

    assert [f"[{ids[0]},{ids[1]}]"] == first[by_id]
    assert ['["mine-2","mine-3"]'] == second[by_name]
    assert "DELETE order" in last_parts(sim)


@batched
def test_each_has_an_end_of_its_own(host: Host, sim: Simulator, kind: Kind) -> None:
    """One refused, one filled before, one that never was, and one that is cancelled."""
    trader = Trader(host, sim, kind)
    refused, filled, order = trader.place_many(3)
    sim.book.fill(filled)
    sim.faults.play("refused_2011_disabled", on="DELETE")
    came = trader.cancel_many([refused, filled, 999, order])

    assert ["refused", "gone", "gone", "canceled"] == outcomes(came)
    assert [None, "closed", None, "canceled"] == [each["status"] for each in came]
    assert isinstance(came[0]["error"], ccxt.PermissionDenied)
    assert isinstance(came[1]["error"], adapter.OrderGone)
    assert 1 == last_parts(sim).count("DELETE batchOrders")
    assert ["NEW", "FILLED", "CANCELED"] == [trader.book(o) for o in (refused, filled, order)]


@pytest.mark.parametrize(
    "fault", ["drop_after", "cut_body", "reset_after", "http_500_executed", "code_1007_executed"]
)
@batched
def test_a_lost_answer_is_settled_one_by_one(
    host: Host, sim: Simulator, kind: Kind, fault: str
) -> None:
    """Each is queried, and no cancel is sent again."""
    trader = Trader(host, sim, kind)
    orders = trader.place_many(4)
    sim.faults.play(fault, on="DELETE")
    came = trader.cancel_many(orders)

    assert ["canceled"] * 4 == outcomes(came)
    assert ["DELETE batchOrders"] + ["GET order"] * 4 == last_parts(sim)


@batched
def test_a_request_that_did_not_arrive_is_sent_again(
    host: Host, sim: Simulator, kind: Kind
) -> None:
    """One by one, once queries have shown that each is open."""
    trader = Trader(host, sim, kind)
    orders = trader.place_many(3)
    sim.faults.play("drop_before", on="DELETE")
    came = trader.cancel_many(orders)

    assert ["canceled"] * 3 == outcomes(came)
    assert 3 == last_parts(sim).count("DELETE order")
    assert ["CANCELED"] * 3 == [trader.book(order) for order in orders]


NOT_EXECUTED = ("limited_429", "limited_429_bare", "http_503_unavailable", "skew_hour")


@pytest.mark.parametrize("fault", NOT_EXECUTED)
def test_what_was_not_executed_is_sent_again_as_one(host: Host, sim: Simulator, fault: str) -> None:
    """After the wait, or with the host's time: two requests for all."""
    trader = Trader(host, sim)
    orders = trader.place_many(10)
    sim.faults.play(fault, on="DELETE")
    came = trader.cancel_many(orders, deadline=90.0)

    assert ["canceled"] * 10 == outcomes(came)
    assert ["DELETE batchOrders"] * 2 == [part for part in last_parts(sim) if "time" not in part]


def test_a_ban_is_an_error_of_each(host: Host, sim: Simulator) -> None:
    """Nothing was executed."""
    trader = Trader(host, sim)
    orders = trader.place_many(20)
    sim.faults.play("banned_418", on="DELETE", seconds=120)
    came = trader.cancel_many(orders)

    assert ["refused"] * 20 == outcomes(came)
    assert all(isinstance(each["error"], adapter.RateLimited) for each in came)
    assert 20 == len({id(each["error"]) for each in came})
    assert {"NEW"} == {trader.book(order) for order in orders}
    assert {} == trader.flights


def test_an_accepted_one_is_followed(host: Host, sim: Simulator) -> None:
    """Options answer with ACCEPTED: each is queried until it is final."""
    trader = Trader(host, sim, OPTIONS)
    came = trader.cancel_many(trader.place_many(5))

    assert ["canceled"] * 5 == outcomes(came)
    assert ["DELETE batchOrders"] + ["GET order"] * 5 == last_parts(sim)


Answer = Callable[[list[Order]], Response | NoResponse]


def answered(
    trader: Trader,
    answer: Answer,
    orders: list[Order],
    *,
    symbol: str | None = None,
    path: str = "batchOrders",
) -> None:
    """Let requests for several orders have this answer, which the exchange does not give.

    ``symbol`` leaves those of any other symbol to the exchange.
    """
    io = vars(trader.exchange)["_adapter"].io
    send = io.send

    def sent(exchange: Any, signed: SignedRequest, *rest: Any, **named: Any) -> Any:
        url = urlsplit(signed.url)
        is_other = symbol is not None and f"symbol={symbol}" not in url.query
        if is_other or not url.path.endswith(path):
            return send(exchange, signed, *rest, **named)
        return answer(orders)

    async def asent(*arguments: Any, **named: Any) -> Any:
        came = sent(*arguments, **named)
        return came if isinstance(came, Response | NoResponse) else await came

    io.send = sent if trader.host.is_sync else asent


def made(data: Any, status: int = 200) -> Response:
    return Response(status=status, body=json.dumps(data), data=data)


def shown(order: Order) -> dict[str, Any]:
    ids = {"orderId": order.order_id, "clientOrderId": order.client_order_id}
    return {**ids, "symbol": order.symbol, "status": "CANCELED", "executedQty": "0"}


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


@pytest.mark.parametrize("loaded", ["the same", "no markets"])
def test_a_market_that_is_not_found_either(host: Host, sim: Simulator, loaded: str) -> None:
    """The exchange's answer is the error of each."""
    trader = Trader(host, sim)
    orders = trader.place_many(3)
    answered(trader, lambda _: made({"code": -1121, "msg": "Invalid symbol."}, 400), orders)

    def load() -> Any:
        if loaded == "no markets":
            raise ccxt.NetworkError("no")
        return still(trader.exchange).markets

    trader.exchange.load_markets = load if host.is_sync else AsyncMock(side_effect=load)
    came = trader.cancel_many(orders)

    assert ["refused"] * 3 == outcomes(came)
    assert all(isinstance(each["error"], ccxt.BadSymbol) for each in came)
    assert [] == sim.requests


def test_what_users_mock_is_asked_one_by_one(host: Host, sim: Simulator) -> None:
    """As in a single call: a test that mocks ``fetch`` never sends a real cancel."""
    trader = Trader(host, sim)
    mock = Mock if host.is_sync else AsyncMock
    trader.exchange.fetch = mock(return_value={"orderId": "7", "status": "CANCELED"})
    came = trader.cancel_many([7, 7, 8])

    assert ["canceled", "canceled", "unknown"] == outcomes(came)
    assert [] == sim.requests
    assert all("/order?" in call.args[0] for call in trader.exchange.fetch.call_args_list)


def test_a_mock_of_the_request_for_several(host: Host, sim: Simulator) -> None:
    """Nothing is sent past it, and the error says what to mock."""
    trader = Trader(host, sim)
    trader.exchange.fapiPrivateDeleteBatchOrders = Mock()
    came = trader.cancel_many([7, 8])

    assert ["refused"] * 2 == outcomes(came)
    assert "fapiPrivateDeleteBatchOrders is a mock" in str(came[0]["error"])
    assert [] == sim.requests
    order = trader.place()
    assert "canceled" == trader.cancel(order)["outcome"]


def test_events_of_a_request_for_several(host: Host, sim: Simulator) -> None:
    """It is of no single order, and names those that it is for."""
    trader = Trader(host, sim)
    orders = trader.place_many(2)
    trader.cancel_many(orders)
    of_all = [event for event in trader.events if event.order_id is None]
    sent = next(event for event in of_all if event.what == "sent")

    assert ["started", "sent", "replied", "classified", "settled"] == [e.what for e in of_all]
    assert "batchOrders" == sent.details["path"]
    assert [str(order.order_id) for order in orders] == [*sent.details["orders"]]
    assert ["classified", "settled"] * 2 == [e.what for e in trader.events if e.order_id]
