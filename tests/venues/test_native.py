"""The adapter on a model of each verified venue: what a call says is true of the model's book."""

from __future__ import annotations

import asyncio
import importlib.metadata
from collections.abc import Callable
from typing import Any

import ccxt
import ccxt.async_support
import pytest
from integration.instant import in_no_time

import adapter
from adapter.registry.config import DISTRIBUTION
from adapter.registry.discovery import GROUP
from venues.models import MODELS
from venues.models.model import Model
from venues.models.server import Refused
from venues.truth import falsehoods, told

NAMES = {
    point.name
    for point in importlib.metadata.distribution(DISTRIBUTION).entry_points
    if point.group == GROUP
}
CASES = [
    pytest.param(
        (model, symbol), id=f"{model.IDS[0]}-{symbol}", marks=pytest.mark.long if more else ()
    )
    for model in MODELS
    if model.IDS[0] in NAMES
    for more, symbol in enumerate(model.MARKETS)
]
"""Each market of each model, for the books of a venue differ; the first one by default."""
AMOUNTS = {
    "BTC/USDT": 0.02,
    "BTC/USDT:USDT": 2,
    "BTC/USD:USD": 2,
    "BTC/USD": 0.02,
    "BTC/USDC": 0.02,
    "BTC/USD:BTC": 20,
    "BTC/USDC:USDC": 2,
}
DEADLINE = 6.0
"""Seconds: time for the looks and sends of a call whose exchange recovers."""

SETTLED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "canceled"),
    "lost_after": ({}, "canceled"),
    "lost_before": ({}, "canceled"),
    "html": ({}, "canceled"),
    "http_502_html": ({}, "canceled"),
    "busy": ({"seconds": 0.5}, "canceled"),
    "timed_out": ({}, "canceled"),
    "clock": ({}, "canceled"),
    "partly_fill_before": ({}, "canceled"),
    "ack_lag": ({"lag": 0.3}, "canceled"),
    "fill_before": ({}, "closed"),
    "fill_while_canceling": ({"lag": 0.3}, "closed"),
    "cancel_before": ({}, "gone"),
}
"""By fault of the cancel: its settings, and how the call ends."""
Attach = Callable[[Model, Any], Any]
LAGGING = ("nothing", "lost_after", "html", "partly_fill_before", "fill_before")
"""The faults that are tried again while queries show the orders of half a second ago."""


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[type[Model], str]:
    found: tuple[type[Model], str] = request.param
    return found


def plain(model: Model, **config: Any) -> Any:
    return model.connect(getattr(ccxt, model.IDS[0])({"enableRateLimit": False, **config}))


def placed(model: Model, symbol: str, **params: Any) -> str:
    """The id of an open order, by plain ccxt."""
    order = plain(model).create_order(symbol, "limit", "buy", AMOUNTS[symbol], 30000, params)
    return str(order["id"])


def attached(model: Model, exchange: Any) -> Any:
    """The exchange with the adapter, whose pauses take time of the model's alone."""
    return in_no_time(adapter.attach(exchange), model.advance)


def in_real_time(_: Model, exchange: Any) -> Any:
    """The same with real pauses, for a call that compares the clocks."""
    return adapter.attach(exchange)


def cancel(
    model: Model, mode: str, *arguments: Any, attach: Attach = attached, **config: Any
) -> Any:
    """Cancel by the adapter on an exchange object of its own: the order, or the error."""
    try:
        if mode == "sync":
            return attach(model, plain(model, **config)).cancel_order(*arguments)
        return asyncio.run(cancel_async(model, *arguments, attach=attach, **config))
    except ccxt.BaseError as e:
        return e


async def cancel_async(
    model: Model, *arguments: Any, attach: Attach = attached, **config: Any
) -> Any:
    cls = getattr(ccxt.async_support, model.IDS[0])
    async with model.connect(cls({"enableRateLimit": False, **config})) as exchange:
        return await attach(model, exchange).cancel_order(*arguments)


def assert_true(model: Model, order_id: str, result: Any, *, has_rivals: bool = False) -> None:
    """Whatever a call says of the order is so; ``has_rivals``: others cancel it, too."""
    assert [] == falsehoods(
        told(model, order_id, result, has_rivals=has_rivals, has_fills=False)
    ), repr(result)


def assert_ends(result: Any, end: str) -> None:
    if end == "canceled":
        assert isinstance(result, dict), repr(result)
        assert ("canceled", "canceled") == (result["status"], result["outcome"])
    else:
        assert isinstance(result, adapter.OrderGone), repr(result)
        assert result.state == ("canceled" if end == "gone" else end)


@pytest.mark.parametrize("fault", SETTLED)
def test_a_fault_of_the_cancel_is_settled(model: Model, symbol: str, mode: str, fault: str) -> None:
    """The call ends as the order did."""
    settings, end = SETTLED[fault]
    order_id = placed(model, symbol)
    try:
        if fault != "nothing":
            model.fault(fault, **settings)
    except ValueError:
        pytest.skip(f"{model.IDS[0]} has no {fault}")
    result = cancel(model, mode, order_id, symbol, {"deadline": DEADLINE})

    assert_true(model, order_id, result, has_rivals=fault == "cancel_before")
    assert_ends(result, end)


@pytest.mark.parametrize("fault", LAGGING)
def test_queries_that_lag_are_waited_for(model: Model, symbol: str, mode: str, fault: str) -> None:
    """An old page of the order is not taken for its end."""
    order_id = placed(model, symbol)
    model.advance(1.0)  # the order is older than the page
    if fault != "nothing":
        model.fault(fault)
    model.fault("query_lag", "query", seconds=1.0, lag=0.5)
    result = cancel(model, mode, order_id, symbol, {"deadline": DEADLINE})

    assert_true(model, order_id, result)
    assert_ends(result, SETTLED[fault][1])


@pytest.mark.long
def test_nothing_is_known_while_nothing_answers(model: Model, symbol: str, mode: str) -> None:
    """Then the call says so, and not that the order is canceled."""
    order_id = placed(model, symbol)
    model.fault("html", seconds=60, executed=False)
    model.fault("html", "query", seconds=60)
    result = cancel(model, mode, order_id, symbol, {"deadline": 1.5})

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert "open" == model.book[order_id].state


def test_too_many_requests(model: Model, symbol: str, mode: str) -> None:
    """The one class on all venues, and the order is as it was."""
    order_id = placed(model, symbol)
    model.fault("rate_limit", seconds=60)
    result = cancel(model, mode, order_id, symbol, {"deadline": 1.5})

    assert isinstance(result, adapter.RateLimited), repr(result)
    assert_true(model, order_id, result)


def test_a_clock_that_stays_wrong(model: Model, symbol: str, mode: str) -> None:
    """The one class on all venues, and no error of the key."""
    order_id = placed(model, symbol)
    model.fault("clock", seconds=60)
    result = cancel(model, mode, order_id, symbol, {"deadline": DEADLINE})

    assert isinstance(result, ccxt.InvalidNonce), repr(result)
    assert_true(model, order_id, result)


def test_a_wrong_key(model: Model, symbol: str, mode: str) -> None:
    """It is told at once by the one class, though some venues want the key for their markets."""
    if model.ERRORS["bad_key"] == "InvalidOrder":
        pytest.skip("the venue says that there is no such wallet")
    order_id = placed(model, symbol)
    arguments = order_id, symbol, {"deadline": DEADLINE}
    result = cancel(model, mode, *arguments, apiKey="another-key")

    assert isinstance(result, ccxt.AuthenticationError), repr(result)
    assert "open" == model.book[order_id].state


def test_an_id_that_is_nowhere(model: Model, symbol: str, mode: str) -> None:
    """It is said to be gone, without a state."""
    placed(model, symbol)
    result = cancel(model, mode, model.new_id(999999), symbol, {"deadline": DEADLINE})

    assert isinstance(result, adapter.OrderGone), repr(result)
    assert result.state is None


@pytest.mark.parametrize("end", ["fill", "cancel"])
@pytest.mark.parametrize("fault", [None, "lost_after"])
def test_an_order_that_ended_a_minute_ago(
    model: Model, symbol: str, mode: str, end: str, fault: str | None
) -> None:
    """Some venues forget it, or list it otherwise; no list makes it what it was not."""
    order_id = placed(model, symbol)
    getattr(model.book, end)(order_id)
    model.advance(60)
    if fault is not None:
        model.fault(fault)
    result = cancel(model, mode, order_id, symbol, {"deadline": 1.5})

    assert_true(model, order_id, result, has_rivals=end == "cancel")
    if fault is None:
        assert isinstance(result, adapter.OrderGone), repr(result)


@pytest.mark.parametrize("id", ["", None, " ", "a/b", 1.5, True])
def test_what_is_no_id_is_not_sent(model: Model, symbol: str, id: Any) -> None:
    """An empty id is one slash from the request that cancels all orders."""
    order_id = placed(model, symbol)
    before = len(model.requests)
    result = cancel(model, "sync", id, symbol)

    assert isinstance(result, ccxt.ArgumentsRequired | ccxt.BadRequest), repr(result)
    assert before == len(model.requests)
    assert "open" == model.book[order_id].state


@pytest.mark.parametrize("word", ["clientOrderId", "origClientOrderId", "clOrdId", "orderLinkId"])
def test_a_client_id(model: Model, symbol: str, mode: str, word: str) -> None:
    """It means the same on each venue that can cancel by it, in any venue's word."""
    order_id = placed(model, symbol, clientOrderId=model.CLIENT_ID)
    result = cancel(model, mode, None, symbol, {word: model.CLIENT_ID})
    if model.cancel_by(symbol) is None:
        assert isinstance(result, ccxt.ArgumentsRequired), repr(result)
        assert "open" == model.book[order_id].state
    else:
        assert_true(model, order_id, result)
        assert_ends(result, "canceled")
        assert (order_id, model.CLIENT_ID) == (result["id"], result["clientOrderId"])


@pytest.mark.parametrize("fault", ["lost_after", "fill_before"])
def test_a_client_id_is_settled(model: Model, symbol: str, mode: str, fault: str) -> None:
    """A look finds the order by it, too."""
    if model.cancel_by(symbol) is None:
        pytest.skip("it cannot be cancelled by client id")
    order_id = placed(model, symbol, clientOrderId=model.CLIENT_ID)
    model.fault(fault)
    result = cancel(
        model, mode, None, symbol, {"clientOrderId": model.CLIENT_ID, "deadline": DEADLINE}
    )

    assert_true(model, order_id, result)
    assert_ends(result, SETTLED[fault][1])


@pytest.mark.long
def test_a_client_id_that_is_used_again(model: Model, symbol: str, mode: str) -> None:
    """A cancel that was not executed is not sent again to a newer order.

    The clock of the venue is an hour behind that of the caller.
    """
    if model.cancel_by(symbol) is None:
        pytest.skip("it cannot be cancelled by client id")
    model.advance(-3600)
    order_id = placed(model, symbol, clientOrderId=model.CLIENT_ID)
    model.advance(2)
    newer: list[str] = []
    refusal = model.refusal

    def reuse(*arguments: Any) -> Refused:
        if not newer:
            filled = model.book.fill(order_id)
            model.advance(0.001)
            again = model.book.place(
                *(filled.market, filled.side, filled.amount, filled.price),
                client_id=filled.client_id,
                info=filled.info,
            )
            newer.append(again.id)
        return refusal(*arguments)

    model.refusal = reuse  # type: ignore[assignment,method-assign]  # when the cancel is refused
    model.fault("busy")
    params = {"clientOrderId": model.CLIENT_ID, "deadline": 3.0}
    result = cancel(model, mode, None, symbol, params, attach=in_real_time)

    assert "open" == model.book[newer[0]].state, repr(result)
    assert isinstance(result, ccxt.BaseError)


def test_several_orders(model: Model, symbol: str) -> None:
    """One result for each, none dropped."""
    ids = [placed(model, symbol) for _ in range(3)]
    model.book.fill(ids[1])
    orders = adapter.attach(plain(model)).cancel_orders([*ids, model.new_id(999999)], symbol)

    assert ["canceled", "gone", "canceled", "gone"] == [order["outcome"] for order in orders]
    assert ["canceled", "closed", "canceled", None] == [order["status"] for order in orders]
    assert ids == [order["id"] for order in orders[:3]]


def test_all_orders(model: Model, symbol: str) -> None:
    """Those that were open are canceled, each with its result."""
    ids = [placed(model, symbol) for _ in range(3)]
    exchange = adapter.attach(plain(model))
    orders = exchange.cancel_all_orders(symbol)

    assert {*ids} == {order["id"] for order in orders}
    assert {"canceled"} == {order["outcome"] for order in orders}
    assert [] == exchange.cancel_all_orders(symbol)
    assert {"canceled"} == {model.book[each].state for each in ids}
