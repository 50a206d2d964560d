"""``cancel_orders``: one true dict for each id, whatever became of each."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock, Mock

import ccxt
import pytest
from integration.host import Host

import adapter
from adapter.simulator import Simulator

from .trader import BY_NAME, KEPT, KINDS, Kind, Trader, outcomes

kinds = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


@kinds
def test_each_id_has_its_order(host: Host, sim: Simulator, kind: Kind) -> None:
    """In the order given, with the keys and values that a single call gives."""
    trader = Trader(host, sim, kind)
    *orders, single = trader.place_many(4)
    came = trader.cancel_many(orders)

    assert [str(order.order_id) for order in orders] == [order["id"] for order in came]
    assert [order.client_order_id for order in orders] == [o["clientOrderId"] for o in came]
    assert ["canceled"] * 3 == outcomes(came) == [order["status"] for order in came]
    assert {*trader.cancel(single), "error"} == {*came[0]}
    assert ["CANCELED"] * 4 == [trader.book(order) for order in (*orders, single)]


@kinds
def test_client_ids_go_as_a_list_of_their_own(host: Host, sim: Simulator, kind: Kind) -> None:
    """By ccxt's method for them, which calls ``cancel_orders`` with them in params."""
    trader = Trader(host, sim, kind)
    orders = trader.place_many(3)
    came = trader.cancel_by_client_ids(reversed(orders))

    assert ["mine-2", "mine-1", "mine-0"] == [order["clientOrderId"] for order in came]
    assert ["canceled"] * 3 == outcomes(came)


@kinds
def test_none_is_dropped(host: Host, sim: Simulator, kind: Kind) -> None:
    """One filled before, one twice, and one that never was: each says what it came to."""
    trader = Trader(host, sim, kind)
    open_order, filled = trader.place_many(2)
    sim.book.fill(filled)
    came = trader.cancel_many([filled, open_order, 999, open_order])

    assert ["gone", "canceled", "gone", "canceled"] == outcomes(came)
    assert ["closed", "canceled", None, "canceled"] == [order["status"] for order in came]
    assert [str(filled.order_id), "999"] == [came[0]["id"], came[2]["id"]]
    assert 1.0 == came[0]["filled"]
    assert isinstance(came[0]["error"], adapter.OrderGone)
    assert came[1] == came[3]
    assert came[1] is not came[3]
    assert {*came[0]} == {*came[1]} == {*came[2]}


def test_an_id_that_is_gone_twice_has_an_error_twice(host: Host, sim: Simulator) -> None:
    """Who changes one of them does not change the other."""
    trader = Trader(host, sim)
    one, other = trader.cancel_many([999, 999])

    assert "gone" == one["outcome"] == other["outcome"]
    assert str(one["error"]) == str(other["error"])
    assert one["error"] is not other["error"]


def test_both_ids_of_each_order(host: Host, sim: Simulator) -> None:
    """As many order ids as client ids belong together, as in a single call."""
    trader = Trader(host, sim, BY_NAME["pm_um"])
    orders = trader.place_many(2)
    came = trader.cancel_many(orders, clientOrderIds=["mine-0", "mine-1"])

    assert [str(order.order_id) for order in orders] == [order["id"] for order in came]
    assert "DD" == trader.asked


def test_a_refused_one_is_as_it_was(host: Host, sim: Simulator) -> None:
    """With the error that a single call would have raised; the others are cancelled."""
    trader = Trader(host, sim, BY_NAME["pm_um"])
    orders = trader.place_many(3)
    sim.faults.play("refused_2011_disabled", on="DELETE")
    came = trader.cancel_many(orders)

    assert ["canceled", "canceled", "refused"] == sorted(outcomes(came))
    refused = next(order for order in came if order["outcome"] == "refused")
    assert isinstance(refused["error"], ccxt.PermissionDenied)
    assert refused["status"] is None
    assert "NEW" == next(trader.book(o) for o in orders if str(o.order_id) == refused["id"])


def test_a_lost_answer_is_settled(host: Host, sim: Simulator) -> None:
    """The order is queried, as in a single call."""
    trader = Trader(host, sim, BY_NAME["pm_um"])
    sim.faults.play("drop_after", on="DELETE")
    came = trader.cancel_many(trader.place_many(3))

    assert ["canceled"] * 3 == outcomes(came)
    assert 1 == trader.asked.count("q")


def test_nobody_can_say(host: Host, sim: Simulator) -> None:
    """Where every cancel is lost until the deadline, each is unknown, and was seen open."""
    trader = Trader(host, sim, BY_NAME["pm_um"])
    orders = trader.place_many(2)
    sim.faults.play("drop_before", on="DELETE", for_seconds=KEPT)
    came = trader.cancel_many(orders, deadline=2.0)

    assert ["unknown"] * 2 == outcomes(came)
    assert all(isinstance(order["error"], adapter.CancelUnknown) for order in came)
    assert [str(order.order_id) for order in orders] == [order["id"] for order in came]


def test_a_limit_that_ends_in_time_is_waited_for(host: Host, sim: Simulator) -> None:
    """And one that does not is an error of each."""
    trader = Trader(host, sim, BY_NAME["pm_um"])
    sim.faults.play("limited_429", on="DELETE", seconds=1)
    assert ["canceled"] * 3 == outcomes(trader.cancel_many(trader.place_many(3)))

    orders = [trader.place() for _ in range(3)]
    sim.faults.play("banned_418", on="DELETE", seconds=120)
    came = trader.cancel_many(orders)
    assert ["refused"] * 3 == outcomes(came)
    assert all(isinstance(order["error"], adapter.RateLimited) for order in came)
    assert ["NEW"] * 3 == [trader.book(order) for order in orders]


def test_no_ids_are_no_orders(host: Host, sim: Simulator) -> None:
    """Nothing is sent."""
    trader = Trader(host, sim)

    assert [] == trader.cancel_many([])
    assert [] == sim.requests


BAD: dict[str, tuple[Any, dict[str, Any], type[Exception], str]] = {
    "no ids": (None, {}, ccxt.ArgumentsRequired, "needs a list of ids"),
    "one text": ("123", {}, ccxt.BadRequest, "takes ids as a list; got str"),
    "a wrong one": (["1", "x"], {}, ccxt.BadRequest, "ids[1]: takes the order id"),
    "an empty one": (["1", "2", ""], {}, ccxt.ArgumentsRequired, "ids[2]: needs"),
    "an empty client id": (
        *([], {"clientOrderIds": ["a", ""]}, ccxt.ArgumentsRequired),
        "params['clientOrderIds'][1]: needs",
    ),
    "a bad client id": (
        *([], {"origClientOrderIdList": ["a b"]}, ccxt.BadRequest),
        "params['origClientOrderIdList'][0]: takes",
    ),
    "a single id": (["1"], {"clientOrderId": "a"}, ccxt.BadRequest, "got params['clientOrderId']"),
    "another list": (["1"], {"orderIdList": "[2]"}, ccxt.BadRequest, "got params['orderIdList']"),
    "an older id": (
        *(["1", "2"], {"trigger": True, "portfolioMargin": True, "strategyId": 3}),
        *(ccxt.BadRequest, "got params['strategyId']"),
    ),
    "malformed": (
        *([], {"clientOrderIds": ["a", "\n"]}, ccxt.BadRequest),
        "params['clientOrderIds'][1]: takes params['clientOrderId'] as",
    ),
    "too few": (["1", "2"], {"clientOrderIds": ["a"]}, ccxt.BadRequest, "2 ids and 1 client ids"),
}


@pytest.mark.parametrize(("ids", "params", "error", "text"), BAD.values(), ids=BAD)
def test_a_wrong_argument_sends_nothing(
    host: Host,
    sim: Simulator,
    ids: Any,
    params: dict[str, Any],
    error: type[Exception],
    text: str,
) -> None:
    """The message names the one that is wrong."""
    trader = Trader(host, sim)
    with pytest.raises(error) as raised:
        trader.call("cancel_orders", ids, **params)

    assert text in str(raised.value)
    assert str(raised.value).startswith("binance cancelOrders() ")
    assert [] == sim.requests
    assert {} == trader.flights


@pytest.mark.parametrize("symbol", [None, ""])
def test_a_symbol_is_needed(host: Host, sim: Simulator, symbol: Any) -> None:
    """As in ccxt."""
    trader = Trader(host, sim)
    with pytest.raises(ccxt.ArgumentsRequired, match="symbol"):
        host.done(lambda: trader.exchange.cancel_orders(["1"], symbol))

    assert [] == sim.requests


def test_params_are_a_dict(host: Host, sim: Simulator) -> None:
    """Or None, which is none."""
    trader = Trader(host, sim)
    with pytest.raises(ccxt.BadRequest, match="params as a dict; got list"):
        host.done(lambda: trader.exchange.cancel_orders(["1"], trader.kind.unified, [1]))

    order = trader.place()
    came = host.done(
        lambda: trader.exchange.cancel_orders([order.order_id], trader.kind.unified, None)
    )
    assert ["canceled"] == outcomes(came)


def test_the_arguments_stay_as_they_are(host: Host, sim: Simulator) -> None:
    """List and dict are the caller's."""
    trader = Trader(host, sim)
    ids, params = [str(trader.place().order_id)], {"deadline": 5.0, "clientOrderIds": ["mine"]}
    kept = [*ids], {**params, "clientOrderIds": ["mine"]}
    host.done(lambda: trader.exchange.cancel_orders(ids, trader.kind.unified, params))

    assert kept == (ids, params)


def test_what_no_plugin_serves_is_ccxts(host: Host, sim: Simulator) -> None:
    """With its own method, whose orders have an outcome of None."""
    trader = Trader(host, sim)
    mock = Mock if host.is_sync else AsyncMock
    trader.exchange.fapiPrivateDeleteBatchOrders = mock(
        return_value=[{"orderId": "1", "status": "CANCELED"}]
    )
    came = trader.cancel_many([1, 2], stock=True)

    assert [("1", None, None)] == [(o["id"], o["outcome"], o["error"]) for o in came]
    sent = trader.exchange.fapiPrivateDeleteBatchOrders.call_args.args[0]
    assert [1, 2] == sent["orderidlist"]


def test_what_ccxts_method_returns_is_returned(host: Host, sim: Simulator) -> None:
    """Where that is no list, too."""
    trader = Trader(host, sim)
    mock = Mock if host.is_sync else AsyncMock
    trader.exchange.fapiPrivateDeleteBatchOrders = mock(return_value=[])
    trader.exchange.parse_orders = Mock(return_value={"code": 200})

    assert {"code": 200} == trader.cancel_many([1, 2], stock=True)
