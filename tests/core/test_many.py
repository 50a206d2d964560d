"""The ids of several orders, and how they are put into requests; the flights of those orders."""

from __future__ import annotations

from typing import Any

import attrs
import ccxt
import pytest
from scripted import BY_CLIENT_ID, BY_ID

from adapter.core.many import Named, batches, parse_ids
from adapter.core.single_flight import AwaitInFlight, CallerGone, SingleFlight, copy_error
from adapter.errors import OrderGone
from adapter.venues.binance.usdm import ENDPOINT as USDM


def parsed(ids: Any, **params: Any) -> list[Named]:
    return parse_ids("binance", ids, params, USDM)


def test_order_ids() -> None:
    """From any iterable, with the params that are left."""
    wanted = [Named("1", {"x": 1}, "ids[0]"), Named(2, {"x": 1}, "ids[1]")]

    assert wanted == parsed(["1", 2], x=1)
    assert wanted == parsed(iter(["1", 2]), x=1, clientOrderIds=[])
    assert ["7"] == [named.id for named in parsed({"7": 1}.keys())]


def test_client_ids() -> None:
    """Under ccxt's name or the venue's; both ids belong together where both are given."""
    own = "clientOrderId"
    [one] = parsed(None, clientOrderIds=["a"], x=1)
    [other] = parsed([], origClientOrderIdList=("b",))
    pairs = parsed([1, 2], clientOrderIds=["a", "b"])

    assert (None, {"x": 1, own: "a"}) == (one.id, one.params)
    assert "params['origClientOrderIdList'][0]" == other.name
    assert [(1, {own: "a"}), (2, {own: "b"})] == [(named.id, named.params) for named in pairs]


@pytest.mark.parametrize(
    ("ids", "params", "error"),
    [
        (None, {}, ccxt.ArgumentsRequired),
        ("12", {}, ccxt.BadRequest),
        ({"1": 1}, {}, ccxt.BadRequest),
        (7, {}, ccxt.BadRequest),
        ([], {"clientOrderIds": "a"}, ccxt.BadRequest),
        ([1], {"orderId": 1}, ccxt.BadRequest),
        ([1], {"clOrdId": "a"}, ccxt.BadRequest),
        ([1], {"orderIdList": [2]}, ccxt.BadRequest),
        ([1], {"orderidList": "[2]"}, ccxt.BadRequest),
        (None, {"origclientorderidlist": ["a"]}, ccxt.BadRequest),
        ([1], {"clientOrderIds": ["a", "b"]}, ccxt.BadRequest),
    ],
)
def test_what_cannot_be_meant(ids: Any, params: dict[str, Any], error: type[Exception]) -> None:
    """It is refused."""
    with pytest.raises(error, match=r"^binance cancelOrders\(\) "):
        parsed(ids, **params)


def test_no_ids() -> None:
    """An empty list has none, and an empty id of a single order is none."""
    assert [] == parsed([]) == parsed([], orderId="", clientOrderId=None)


def test_batches_have_ids_of_one_kind() -> None:
    """In their order, as many as fit; of two ids the client id is what is sent."""
    both = attrs.evolve(BY_ID, client_order_id="mine")
    calls = [BY_ID, BY_CLIENT_ID, BY_ID, both, BY_ID]
    members = [(call, number) for number, call in enumerate(calls)]

    assert [[0, 2], [4], [1, 3]] == batches(members, 2)
    assert [[0, 2, 4], [1, 3]] == batches(members, 10)
    assert [] == batches([], 10)


def test_a_flight_that_another_has_begun_is_waited_for() -> None:
    """Also once it has ended; and where its caller gave it up, the next one begins."""
    flights = SingleFlight()
    first, unused = flights.make("key"), flights.make("key")
    assert first is flights.begin(first)
    other = flights.begin(unused)
    assert first is other
    unused.end()
    first.outcome = {"id": "7"}
    first.end()
    first.end()
    waiting = flights.join("key", lambda: 1.0, other)
    step = next(waiting)
    assert isinstance(step, AwaitInFlight)
    with pytest.raises(StopIteration) as ended:
        waiting.send(step.outcome.result())
    assert {"id": "7"} == ended.value.value

    second = flights.begin(flights.make("key"))
    waiting = flights.join("key", lambda: 1.0, second)
    step = next(waiting)
    second.end()
    assert isinstance(step.outcome.result(), CallerGone)
    with pytest.raises(StopIteration) as ended:
        waiting.send(step.outcome.result())
    assert ended.value.value is not second
    assert [*flights.flights.values()] == [ended.value.value]


def test_an_error_that_cannot_be_copied_is_shared() -> None:
    """Any other is copied, with its order."""

    class NoTimeError(Exception):
        def __init__(self, server: str, code: int) -> None:
            super().__init__(f"{server}: {code}")

    error, gone = NoTimeError("time.invalid", 7), OrderGone("gone", order={"id": "7"})
    copied: Any = copy_error(gone)

    assert error is copy_error(error)
    assert gone is not copied
    assert ({"id": "7"}, True) == (copied.order, copied.order is not gone.order)
