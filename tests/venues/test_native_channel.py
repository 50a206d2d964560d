"""The channel by ccxt's own methods: what its looks, lists and clock give, and what it keeps."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback
from functools import partial
from typing import Any
from unittest.mock import Mock

import attrs
import ccxt
import pytest

import adapter
from adapter.contract.messages import CancelRequest, ResponseKind
from adapter.contract.native import Look, NativeEndpoint
from adapter.core.routing import match_route
from adapter.engine.native import Native
from adapter.engine.runners import perform
from adapter.engine.state import STATE
from adapter.engine.together import run_flow
from venues.alpaca import CANCEL, LATER, LOOK, SOON
from venues.anywhere import SECRET, SPOT, Address, AnyHost, connect, page

ORDER = {"id": "7", "symbol": "BTC/USDT", "qty": "2", "filled_qty": "0"}
CALL = CancelRequest(market_id=SPOT, order_id="7", client_order_id=None, deadline=5, confirm=True)
ROW = NativeEndpoint(api_version=1, exchanges=frozenset({"alpaca"}))


def channel(address: Address, row: NativeEndpoint = ROW) -> Native:
    exchange = adapter.attach(connect("alpaca", address))
    state = vars(exchange)[STATE]
    match = match_route(exchange, SPOT, {}, state.config.endpoints, None)
    assert match.active is not None
    active = attrs.evolve(match.active, endpoint=row)
    return Native(exchange, state, match, active, CALL, Mock(), False, row)


def run(native: Native, flow: Any) -> Any:
    return run_flow(flow, partial(perform, native.exchange, native.state, Mock()))


def test_each_look_is_made_until_one_finds_the_order(host: AnyHost) -> None:
    """A list comes after the query by id."""
    shown = {**ORDER, "status": "canceled"}
    address = host.address(lambda request: (200, {}) if request == LOOK else (200, [shown]))
    looks = (Look(), Look(method="fetch_closed_orders", lists=True, order_id_param="orderId"))
    native = channel(address, attrs.evolve(ROW, looks=looks))
    found = run(native, native.query(CALL, 5.0))

    assert (ResponseKind.ORDER, "canceled") == (found.kind, found.status)
    assert [LOOK, "GET /v2/orders"] == address.received
    assert 2 == native.requests


def test_an_order_that_no_look_can_find_by_its_client_id(host: AnyHost) -> None:
    """Then nothing is sent."""
    address = host.address(page)
    native = channel(address, attrs.evolve(ROW, looks=(Look(client_id_param=None),)))
    call = attrs.evolve(CALL, order_id=None, client_order_id="mine")
    found = run(native, native.query(call, 5.0))

    assert ResponseKind.NOT_SENT is found.kind
    assert [] == address.received


@pytest.mark.parametrize("param", ["clientOrderId", None])
def test_a_list_is_searched_for_a_client_id(host: AnyHost, param: str | None) -> None:
    """Whether or not the list can be narrowed by it."""
    shown = {**ORDER, "status": "canceled", "client_order_id": "mine"}
    look = Look(method="fetch_closed_orders", lists=True, client_id_param=param)
    native = channel(host.address(lambda _: (200, [shown])), attrs.evolve(ROW, looks=(look,)))
    call = attrs.evolve(CALL, order_id=None, client_order_id="mine")
    found = run(native, native.query(call, 5.0))

    assert ResponseKind.ORDER is found.kind


def test_a_row_that_fails_at_an_answer_makes_it_unreadable(host: AnyHost) -> None:
    """The call ends with `CancelUnknown`."""

    def fail(data: Any) -> bool:
        raise KeyError(data)

    native = channel(host.address(lambda _: (200, {})), attrs.evolve(ROW, acknowledges=fail))
    found = run(native, native.cancel(CALL, 5.0))

    assert ResponseKind.UNREADABLE is found.kind
    assert native.has_left


def test_a_blocked_exchange_is_sent_nothing(host: AnyHost) -> None:
    """And the request is not counted."""
    address = host.address(page)
    native = channel(address)
    native.block(60.0)
    found = run(native, native.query(CALL, 5.0))

    assert ResponseKind.HELD_LOCALLY is found.kind
    assert 0 == native.requests
    assert [] == address.received


@pytest.mark.parametrize("listed", ["x", {}, {"id": "a/b", "symbol": SPOT}])
def test_a_listed_order_without_a_usable_id_is_not_cancelled(host: AnyHost, listed: Any) -> None:
    """An id that a URL would change names another request."""
    assert None is channel(host.address(page)).identify(listed)


def test_a_list_that_is_a_page_lists_nothing(host: AnyHost) -> None:
    """No order is cancelled for it, and it is not taken for an empty list."""
    address = host.address(page)
    exchange = adapter.attach(connect("okx", address))

    with pytest.raises(ccxt.RequestTimeout):
        exchange.cancel_all_orders(SPOT, SOON)
    assert {"GET /api/v5/trade/orders-pending"} == {*address.received}


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (401, {"code": "50111", "msg": "Invalid OK-ACCESS-KEY", "data": []}, "AuthenticationError"),
        (200, {"code": "50011", "msg": "Too Many Requests", "data": []}, "RateLimited"),
    ],
)
def test_a_list_that_is_refused_is_asked_for_once(
    host: AnyHost, status: int, answer: Any, error: str
) -> None:
    """By the class of the refusal, at once."""
    address = host.address(lambda _: (status, answer))
    exchange = adapter.attach(connect("okx", address))

    with pytest.raises(ccxt.BaseError) as caught:
        exchange.cancel_all_orders(SPOT)
    assert error == type(caught.value).__name__
    assert ["GET /api/v5/trade/orders-pending"] == address.received


def clock(host: AnyHost, prepare: Any) -> tuple[Any, Address, Any]:
    """A cancel on an exchange that refuses the first for its time."""
    skewed = [(400, {"code": -1021, "msg": "Timestamp for this request is outside"})]
    shown = {"orderId": 7, "symbol": "BTCUSDT", "status": "CANCELED", "time": 5}

    def answer(request: str) -> Any:
        if request.startswith("DELETE") and skewed:
            return skewed.pop()
        return 200, {"serverTime": 5000} if request.endswith("time") else shown

    address = host.address(answer)
    exchange = adapter.attach(connect("binanceus", address))
    prepare(exchange)
    return exchange.cancel_order("7", SPOT, LATER), address, exchange


def test_the_clock_is_set_by_the_exchanges(host: AnyHost) -> None:
    """As ccxt does it, and then the cancel is sent again."""
    result, address, exchange = clock(host, lambda _: None)

    assert "canceled" == result["outcome"]
    assert ["DELETE", "GET", "DELETE", "GET"] == [each.split()[0] for each in address.received]
    assert exchange.options["timeDifference"] > 1e12


@pytest.mark.parametrize("how", ["no method", "fails", "page"])
def test_a_clock_that_cannot_be_read_stays(
    host: AnyHost, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    """The cancel is sent again all the same."""

    def prepare(exchange: Any) -> None:
        if how == "no method":
            exchange.has["fetchTime"] = False
        elif how == "fails":
            exchange.fetch_time = Mock(side_effect=ccxt.NotSupported("x"))
        else:
            exchange.fetch_time = Mock(return_value="<html>")

    result, _, exchange = clock(host, prepare)

    assert "canceled" == result["outcome"]
    assert 0 == exchange.options["timeDifference"]
    assert (how == "fails") == ("its time could not be read: NotSupported" in caplog.text)


def test_an_exchange_whose_clock_ccxt_does_not_correct(host: AnyHost) -> None:
    """Its time is not asked for."""
    address = host.address(page)
    native = channel(address)
    run(native, native.sync_clock(Mock(), 5.0))

    assert [] == address.received


def test_two_ids_that_name_two_orders_are_logged(
    host: AnyHost, caplog: pytest.LogCaptureFixture
) -> None:
    """The client id is what was sent."""
    accepted = {"ordId": "8", "clOrdId": "mine", "sCode": "0"}
    shown = {"ordId": "7", "clOrdId": "other", "instId": "BTCUSDT", "state": "canceled"}

    def answer(request: str) -> Any:
        return 200, {"code": "0", "data": [accepted if request.startswith("POST") else shown]}

    exchange = adapter.attach(connect("okx", host.address(answer)))
    exchange.cancel_order("7", SPOT, {**LATER, "clientOrderId": "mine"})

    [message] = caplog.messages
    assert "the client id is what was sent" in message


def test_markets_that_fail_before_anything_is_sent(host: AnyHost) -> None:
    """The call says that the cancel was not sent, and why."""
    exchange = connect("alpaca", host.address(page))
    exchange.markets = exchange.markets_by_id = None
    exchange.load_markets = Mock(side_effect=ccxt.NotSupported("no"))

    with pytest.raises(ccxt.NetworkError, match=r"could not be loaded \(NotSupported\)"):
        adapter.attach(exchange).cancel_order("7", SPOT, SOON)


@pytest.mark.parametrize("cls", [ValueError, ccxt.InvalidOrder, ccxt.RequestTimeout])
def test_an_error_of_the_users_own_loses_its_url(host: AnyHost, cls: type[Exception]) -> None:
    """And what is in the chain that a traceback shows."""

    class Own(cls):  # type: ignore[misc, valid-type]  # chosen at run time
        pass

    def fetch(url: str, *_: Any) -> None:
        try:
            raise ValueError(SECRET)
        except ValueError as e:
            raise Own(f"no: {url}?signature=abc") from e

    exchange = connect("alpaca", host.address(page))
    exchange.fetch = fetch
    with pytest.raises(adapter.CancelUnknown) as caught:
        adapter.attach(exchange).cancel_order("7", SPOT, SOON)

    text = "".join(traceback.format_exception(caught.value))
    assert SECRET not in text
    assert "signature=abc" not in text


def test_a_process_without_aiohttp(host: AnyHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync bot need not have loaded it."""
    monkeypatch.delitem(sys.modules, "aiohttp")
    exchange = adapter.attach(connect("alpaca", host.address(None)))

    with pytest.raises(ccxt.NetworkError, match="was not sent"):
        exchange.cancel_order("7", SPOT, SOON)


def test_other_calls_of_the_object_are_none_of_the_cancels(host: AnyHost) -> None:
    """A thread that fetches while the cancel is under way."""
    exchange = connect("alpaca", host.address(page))
    done: list[Any] = []

    def answer(request: str) -> Any:
        if request == CANCEL:
            done.append(exchange.fetch_order("8", SPOT)["id"])
            return 200, {"id": "7"}
        return 200, {**ORDER, "id": request[-1], "status": "canceled"}

    exchange.urls = connect("alpaca", host.address(answer)).urls
    result = adapter.attach(exchange).cancel_order("7", SPOT, LATER)

    assert ["8"] == done
    assert ("7", "canceled") == (result["id"], result["outcome"])


def test_other_tasks_of_the_object_are_none_of_the_cancels(host: AnyHost) -> None:
    """A task that fetches while the cancel is under way."""
    fetched = threading.Event()

    def answer(request: str) -> Any:
        if request == CANCEL:
            fetched.wait(30)
            return 200, {"id": "7"}
        if request.endswith("8"):
            fetched.set()
        return 200, {**ORDER, "id": request[-1], "status": "canceled"}

    async def call() -> tuple[Any, Any]:
        async with connect("alpaca", host.address(answer), synchronous=False) as exchange:
            task = asyncio.create_task(adapter.attach(exchange).cancel_order("7", SPOT, LATER))
            while "fetch" not in vars(exchange):
                await asyncio.sleep(0)
            return await exchange.fetch_order("8", SPOT), await task

    other, result = asyncio.run(call())

    assert "8" == other["id"]
    assert ("7", "canceled") == (result["id"], result["outcome"])


def test_events_name_ccxts_methods(host: AnyHost, caplog: pytest.LogCaptureFixture) -> None:
    """What was sent, by which of them."""
    caplog.set_level(logging.DEBUG, logger="adapter")
    events: list[adapter.Event] = []
    exchange = connect("alpaca", host.address(lambda _: (200, {**ORDER, "status": "canceled"})))
    adapter.attach(exchange, on_event=events.append).cancel_order("7", SPOT, LATER)

    sent = [event.details["method"] for event in events if event.what == "sent"]
    assert ["cancel_order", "fetch_order"] == sent
