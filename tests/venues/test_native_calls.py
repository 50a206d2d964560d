"""Cancels by ccxt's own methods: what the user's code and other calls do meanwhile."""

from __future__ import annotations

import asyncio
import copy
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import AsyncMock, Mock

import ccxt
import ccxt.async_support
import pytest

import adapter
from venues.alpaca import (
    ACCEPTED,
    CANCEL,
    CANCELED,
    LATER,
    LOOK,
    SOON,
    assert_canceled,
    cancel,
    order,
    script,
)
from venues.anywhere import SPOT, AnyHost, connect, page


def test_a_mocked_fetch_is_used_and_left_as_it_is(host: AnyHost, mode: str) -> None:
    """A user's tests replace it; nothing reaches the exchange."""
    address = host.address(page)
    mock: Any = (Mock if mode == "sync" else AsyncMock)(
        side_effect=[{"id": "7"}, order("canceled")]
    )
    left: list[Any] = []
    result = cancel(
        address,
        mode,
        prepare=lambda exchange: setattr(exchange, "fetch", mock),
        then=lambda exchange: left.append(exchange.fetch),
    )

    assert_canceled(result)
    assert [mock] == left
    assert ["DELETE", "GET"] == [call.args[1] for call in mock.call_args_list]
    assert [] == address.received


@pytest.mark.parametrize("returned", ["some text", None, [1]])
def test_what_is_no_answer_of_the_exchange_accepts_nothing(
    host: AnyHost, mode: str, returned: Any
) -> None:
    """Though a fetch of the user's own has returned it."""
    mock: Any = (Mock if mode == "sync" else AsyncMock)(return_value=returned)
    result = cancel(
        host.address(page),
        mode,
        params=SOON,
        prepare=lambda exchange: setattr(exchange, "fetch", mock),
    )

    assert isinstance(result, adapter.CancelUnknown)


def test_a_fetch_that_the_user_replaces_meanwhile_stays(host: AnyHost) -> None:
    """Only what the adapter has set itself is taken back."""
    later = Mock()
    exchange = adapter.attach(connect("alpaca", host.address(page)))

    def fetch(*_: Any) -> Any:
        exchange.fetch = later
        return {"id": "7"}

    exchange.fetch = fetch
    exchange.cancel_order("7", SPOT, {"confirm": False})

    assert later is exchange.fetch


@pytest.mark.parametrize("accepted", [{"id": "7"}, {"id": "7", "info": {"id": "7"}}])
def test_a_mocked_implicit_method_is_used(
    host: AnyHost, mode: str, accepted: dict[str, Any]
) -> None:
    """Then no request is seen, and what it returned is the answer."""
    address = host.address(script({LOOK: CANCELED}))
    mock: Any = (Mock if mode == "sync" else AsyncMock)(return_value=accepted)
    result = cancel(
        address,
        mode,
        prepare=lambda exchange: setattr(exchange, "traderPrivateDeleteV2OrdersOrderId", mock),
    )

    assert_canceled(result)
    assert [LOOK] == address.received


def test_calls_of_one_exchange_object_see_their_own_answers(host: AnyHost, mode: str) -> None:
    """In two threads or tasks at once: one order is canceled, the other was filled."""
    both = threading.Barrier(2)

    def answer(request: str) -> Any:
        order_id = request[-1]
        if request.startswith("DELETE"):
            both.wait(30)
            return 200, {"id": order_id}
        return 200, order("canceled" if order_id == "7" else "filled", order_id)

    address = host.address(answer)
    if mode == "sync":
        exchange = adapter.attach(connect("alpaca", address))
        with ThreadPoolExecutor(2) as pool:
            calls = [pool.submit(exchange.cancel_order, each, SPOT, LATER) for each in "78"]
        found: list[Any] = [call.exception() or call.result() for call in calls]
    else:

        async def gathered() -> list[Any]:
            async with connect("alpaca", address, synchronous=False) as exchange:
                adapter.attach(exchange)
                calls = [exchange.cancel_order(each, SPOT, LATER) for each in "78"]
                return await asyncio.gather(*calls, return_exceptions=True)

        found = asyncio.run(gathered())

    assert_canceled(found[0])
    assert isinstance(found[1], adapter.OrderGone)
    assert "8" == (found[1].order or {})["id"]


def test_a_call_is_left_at_its_deadline(host: AnyHost, mode: str) -> None:
    """ccxt waits for an answer that does not come."""
    over = threading.Event()

    def answer(_: str) -> None:
        over.wait(30)

    try:
        result = cancel(host.address(answer), mode, params=SOON)
    finally:
        over.set()

    assert isinstance(result, adapter.CancelUnknown)
    assert "no answer came in time" in str(result)


def test_a_call_that_waits_in_ccxts_queue_at_its_deadline(host: AnyHost, mode: str) -> None:
    """A task is cancelled there; a thread goes on by itself, and may send."""
    over = threading.Event()

    def wait(_: Any) -> None:
        over.wait(30)

    async def wait_async(_: Any) -> None:
        await asyncio.sleep(30)

    def prepare(exchange: Any) -> None:
        exchange.enableRateLimit = True
        exchange.throttle = wait if mode == "sync" else wait_async

    try:
        result = cancel(host.address(page), mode, params=SOON, prepare=prepare)
    finally:
        over.set()

    assert "still in ccxt's queue" in str(result)
    assert isinstance(result, ccxt.NetworkError)
    assert isinstance(result, adapter.CancelUnknown) == (mode == "sync")


def test_a_deep_copy_cancels_by_itself(host: AnyHost) -> None:
    """It is attached too, and its calls are its own."""
    address = host.address(script({CANCEL: ACCEPTED, LOOK: CANCELED}))
    exchange = adapter.attach(connect("alpaca", address))
    copied = copy.deepcopy(exchange)

    assert_canceled(copied.cancel_order("7", SPOT, LATER))
    assert_canceled(exchange.cancel_order("7", SPOT, LATER))
    assert "fetch" not in vars(exchange)
    assert "fetch" not in vars(copied)


def test_detach_gives_ccxts_methods_back(host: AnyHost) -> None:
    """The object is as it was."""
    exchange = connect("alpaca", host.address(script({CANCEL: ACCEPTED, LOOK: CANCELED})))
    adapter.attach(exchange).cancel_order("7", SPOT, LATER)
    adapter.detach(exchange)

    assert {"cancel_order", "fetch", "on_rest_response"}.isdisjoint(vars(exchange))
    assert "outcome" not in exchange.cancel_order("7", SPOT)


def test_an_installation_serves_a_subclass_that_calls_super(host: AnyHost, mode: str) -> None:
    """Its method is called once, and the adapter by it."""
    address = host.address(script({CANCEL: ACCEPTED, LOOK: CANCELED}))
    called: list[str] = []
    base: Any = (ccxt if mode == "sync" else ccxt.async_support).alpaca

    class Mine(base):  # type: ignore[misc]  # sync or async is chosen at run time
        def cancel_order(self, id: str, *arguments: Any, **named: Any) -> Any:
            called.append(id)
            return super().cancel_order(id, *arguments, **named)

    module: Any = ccxt if mode == "sync" else ccxt.async_support
    with pytest.MonkeyPatch.context() as patched, adapter.install():
        patched.setattr(module, "mine", Mine, raising=False)
        if mode == "sync":
            result = connect("mine", address).cancel_order("7", SPOT, LATER)
        else:

            async def call() -> Any:
                async with connect("mine", address, synchronous=False) as exchange:
                    return await exchange.cancel_order("7", SPOT, LATER)

            result = asyncio.run(call())

    assert_canceled(result)
    assert ["7"] == called


@pytest.mark.parametrize("installed", [False, True])
def test_ccxts_own_cancel_of_several_is_reached(host: AnyHost, mode: str, installed: bool) -> None:
    """Coinbase's ``cancel_order`` calls ``cancel_orders`` of the same object."""
    batch = "POST /api/v3/brokerage/orders/batch_cancel"
    reason = "UNKNOWN_CANCEL_FAILURE_REASON"
    result_of_7 = {"success": True, "failure_reason": reason, "order_id": "7"}
    address = host.address(
        script(
            {
                batch: (200, {"results": [result_of_7]}),
                "GET /api/v3/brokerage/orders/historical/7": (
                    200,
                    {"order": {"order_id": "7", "status": "CANCELLED"}},
                ),
            }
        )
    )
    if installed:
        with adapter.install():
            result = cancel(address, mode, exchange_id="coinbase", then=adapter.detach)
    else:
        result = cancel(address, mode, exchange_id="coinbase")

    assert_canceled(result)
    assert batch == address.received[0]
    assert 1 == address.received.count(batch)


def test_a_mocked_cancel_order_of_ccxts_class_is_not_passed_by(
    host: AnyHost, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is sent."""
    monkeypatch.setattr(ccxt.alpaca, "cancel_order", Mock(return_value={"id": "7"}))
    monkeypatch.setattr(ccxt.alpaca, "cancelOrder", Mock(return_value={"id": "7"}), raising=False)
    address = host.address(page)
    caplog.set_level(logging.WARNING)
    exchange = adapter.attach(connect("alpaca", address))

    assert {"id": "7"} == exchange.cancel_order("7", SPOT)
    assert [] == address.received
