"""Ten orders by one request: whatever comes back, each of them is told the truth about."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import AsyncMock, Mock
from urllib.parse import parse_qs

import ccxt
import pytest
from integration.host import Host
from integration.instant import in_no_time

import adapter
from adapter.engine.many import CONCURRENCY
from adapter.simulator import Order, Simulator

from .answers import last_parts
from .test_together import in_real_time
from .trader import BY_NAME, Kind, Trader, outcomes

USDM, OPTIONS = BY_NAME["usdm"], BY_NAME["options"]
batched = pytest.mark.parametrize("kind", [USDM, OPTIONS], ids=["usdm", "options"])
GONE = {"code": -2011, "msg": "Unknown order sent."}


@pytest.mark.one_in(2)
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


@pytest.mark.parametrize("fault", ["limited_429", "http_503_unavailable", "skew_hour"])
def test_what_was_not_executed_is_sent_again_by_order_ids(
    host: Host, sim: Simulator, fault: str
) -> None:
    """Of a batch by client ids: each order is queried first, as one of them may be newer.

    The newer one here is a minute newer, however slow the machine is.
    """
    trader = Trader(host, sim)
    reused, *orders = trader.place_many(3)
    newer: list[Order] = []

    def reuse(seconds: float) -> None:
        skip(seconds)
        if not newer and seconds:
            sim.book.fill(reused)
            newer.append(trader.place(age=-60_000, client_order_id=reused.client_order_id))

    clock = vars(trader.exchange)["_adapter"].io.clock
    skip, clock.skipped = clock.skipped, reuse
    sim.faults.play(fault, on="DELETE")
    first, *came = trader.cancel_by_client_ids([reused, *orders], deadline=90.0)

    assert 1 == last_parts(sim).count("DELETE batchOrders")
    assert ["CANCELED"] * 2 == [trader.book(order) for order in orders]
    assert ["canceled"] * 2 == outcomes(came)
    if not newer:  # a clock is set without a pause
        assert "canceled" == first["outcome"]
    else:
        assert "NEW" == trader.book(newer[0])
        # a query may come after the one has traded, and before the other is there
        ends = ("unknown", str(newer[0].order_id)), ("gone", str(reused.order_id))
        assert (first["outcome"], first["id"]) in ends


def test_a_batch_by_unique_client_ids_is_sent_again_as_one(
    host: Host, sim: Simulator, tmp_path: Path
) -> None:
    """Where the user never gives one twice, none can mean a newer order."""
    own = tmp_path / "plugins.toml"
    own.write_text('[defaults]\nclient_ids = "unique"\n', "utf-8")
    trader = Trader(host, sim)
    adapter.attach(adapter.detach(trader.exchange), plugins=own)
    in_no_time(trader.exchange)
    orders = trader.place_many(3)
    sim.faults.play("http_503_unavailable", on="DELETE")

    assert ["canceled"] * 3 == outcomes(trader.cancel_by_client_ids(orders))
    assert ["DELETE batchOrders"] * 2 == last_parts(sim)


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


@pytest.mark.parametrize(
    "fault", ["limited_429", "drop_after", "drop_before", "http_503_unavailable"]
)
def test_a_fault_in_the_middle(host: Host, sim: Simulator, fault: str) -> None:
    """Of thirty requests, one is lost or refused: each order is cancelled all the same."""
    trader = Trader(host, sim)
    in_real_time(trader)
    orders = [sim.place("usdm", "BTCUSDT") for _ in range(300)]
    sim.faults.play(None, None, None, fault, on="DELETE")
    came = trader.cancel_many(orders)

    assert ["canceled"] * 300 == outcomes(came)
    assert {"CANCELED"} == {trader.book(order) for order in orders}
    refused = [r for r in sim.requests if r.status == 429]
    assert len(refused) <= CONCURRENCY


def test_an_accepted_one_is_followed(host: Host, sim: Simulator) -> None:
    """Options answer with ACCEPTED: each is queried until it is final."""
    trader = Trader(host, sim, OPTIONS)
    came = trader.cancel_many(trader.place_many(5))

    assert ["canceled"] * 5 == outcomes(came)
    assert ["DELETE batchOrders"] + ["GET order"] * 5 == last_parts(sim)


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
    """It is asked, as by ccxt's own method, and nothing is sent past it."""
    trader = Trader(host, sim)
    mock = Mock if host.is_sync else AsyncMock
    canceled = [{"orderId": number, "status": "CANCELED"} for number in (7, 8)]
    trader.exchange.fapiPrivateDeleteBatchOrders = mock(return_value=canceled)
    came = trader.cancel_many([7, 8])

    assert ["canceled"] * 2 == outcomes(came)
    assert "[7,8]" == trader.exchange.fapiPrivateDeleteBatchOrders.call_args.args[0]["orderIdList"]
    assert [] == sim.requests
    assert "canceled" == trader.cancel(trader.place())["outcome"]


def test_what_such_a_mock_does_not_say(host: Host, sim: Simulator) -> None:
    """Nothing is asked of the exchange either, and the message says what to mock."""
    trader = Trader(host, sim)
    mock = Mock if host.is_sync else AsyncMock
    trader.exchange.fapiPrivateDeleteBatchOrders = mock(return_value=[GONE, GONE])
    came = trader.cancel_many([7, 8])

    assert [("gone", None)] * 2 == [(each["outcome"], each["status"]) for each in came]
    assert "fapiPrivateDeleteBatchOrders is a mock" in str(came[0]["error"].__cause__)
    assert [] == sim.requests


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
