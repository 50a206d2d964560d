"""Cancels by ccxt's own methods: what stands between them and the exchange, and what leaves it."""

from __future__ import annotations

import asyncio
import copy
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import AsyncMock, Mock

import ccxt
import ccxt.async_support
import pytest
import requests

import adapter
from venues.anywhere import SPOT, Address, AnyHost, any_host, connect, lost, page

CANCEL, LOOK = "DELETE /v2/orders/7", "GET /v2/orders/7"
ASSETS = "GET /v2/assets"
NOT_FOUND = 404, {"code": 40410000, "message": "order is not found."}
LATER = {"deadline": 5.0}
SOON = {"deadline": 0.4}


def order(status: str, id: str = "7") -> dict[str, Any]:
    return {"id": id, "status": status, "symbol": "BTC/USDT", "qty": "2", "filled_qty": "0"}


CANCELED, OPEN = (200, order("canceled")), (200, order("new"))
ACCEPTED = 200, {"id": "7"}


@pytest.fixture(scope="module")
def host() -> Iterator[AnyHost]:
    with any_host() as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def script(answers: Mapping[str, Any]) -> Callable[[str], Any]:
    """Gives each request its answer; of a list, one after the other, and the last one from then."""
    left = {request: [*a] if isinstance(a, list) else [a] for request, a in answers.items()}
    return lambda request: left[request].pop(0) if len(left[request]) > 1 else left[request][0]


def cancel(
    address: Address,
    mode: str,
    *,
    id: str = "7",
    exchange_id: str = "alpaca",
    params: Mapping[str, Any] = LATER,
    prepare: Callable[[Any], object] = lambda _: None,
    then: Callable[[Any], object] = lambda _: None,
) -> Any:
    """What a cancel gives; ``prepare`` and ``then`` are called with the exchange object."""
    if mode == "sync":
        exchange = connect(exchange_id, address)
        prepare(exchange)
        try:
            return adapter.attach(exchange).cancel_order(id, SPOT, params)
        except Exception as e:
            return e
        finally:
            then(exchange)

    async def call() -> Any:
        async with connect(exchange_id, address, synchronous=False) as exchange:
            prepare(exchange)
            try:
                return await adapter.attach(exchange).cancel_order(id, SPOT, params)
            except Exception as e:
                return e
            finally:
                then(exchange)

    return asyncio.run(call())


def assert_canceled(result: Any, id: str = "7") -> None:
    assert isinstance(result, dict), repr(result)
    assert (id, "canceled", "canceled") == (result["id"], result["status"], result["outcome"])


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


@pytest.mark.parametrize(
    "second",
    [NOT_FOUND, (403, {"message": "forbidden."}), (429, {"code": 42910000, "message": "slow"})],
    ids=["not found", "forbidden", "too many"],
)
def test_what_ccxt_sends_again_by_itself_is_in_doubt(host: AnyHost, mode: str, second: Any) -> None:
    """The first may have cancelled it, whatever the second is answered."""
    address = host.address(script({CANCEL: [None, second], LOOK: CANCELED}))

    def prepare(exchange: Any) -> None:
        exchange.options["maxRetriesOnFailure"] = 1

    result = cancel(address, mode, prepare=prepare)

    assert_canceled(result)
    assert LOOK == address.received[-1]


def test_a_first_send_that_was_lost_is_not_forgotten_for_a_second_without_connection(
    host: AnyHost, mode: str
) -> None:
    """The call does not say that the cancel was not sent."""
    timed_out = ccxt.NetworkError("alpaca")
    timed_out.__cause__ = requests.ReadTimeout()
    unconnected = ccxt.NetworkError("alpaca")
    unconnected.__cause__ = requests.ConnectTimeout()
    failures = {"DELETE": [timed_out, unconnected], "GET": [unconnected]}

    def fetch(_url: str, method: str, *_: Any) -> Any:
        left = failures[method]
        raise left.pop(0) if len(left) > 1 else left[0]

    async def fetch_async(*arguments: Any) -> Any:
        fetch(*arguments)

    def prepare(exchange: Any) -> None:
        exchange.options["maxRetriesOnFailure"] = 1
        exchange.fetch = fetch if mode == "sync" else fetch_async

    result = cancel(host.address(page), mode, params=SOON, prepare=prepare)

    assert isinstance(result, adapter.CancelUnknown)


def test_aiohttp_sends_again_what_a_kept_connection_loses(host: AnyHost) -> None:
    """The second is told of an unknown order, which the first has cancelled: canceled by us."""
    address = host.address(
        script({LOOK: [OPEN, CANCELED], CANCEL: [None, NOT_FOUND], ASSETS: (200, [])})
    )

    async def call() -> Any:
        async with connect("alpaca", address, synchronous=False) as exchange:
            await exchange.fetch_order("7", SPOT)
            return await adapter.attach(exchange).cancel_order("7", SPOT, LATER)

    assert_canceled(asyncio.run(call()))
    assert [LOOK, CANCEL, CANCEL, LOOK] == address.received


def test_not_found_of_one_send_is_looked_at(host: AnyHost, mode: str) -> None:
    """Somebody else has cancelled it before."""
    result = cancel(host.address(script({CANCEL: NOT_FOUND, LOOK: CANCELED})), mode)

    assert isinstance(result, adapter.OrderGone)
    assert "canceled" == result.state


@pytest.mark.parametrize("shown", [OPEN, NOT_FOUND, page("")], ids=["open", "not found", "page"])
def test_a_refusal_that_no_look_explains_is_ccxts(host: AnyHost, mode: str, shown: Any) -> None:
    """The order has not been shown to have ended."""
    result = cancel(host.address(script({CANCEL: NOT_FOUND, LOOK: shown})), mode)

    assert ccxt.InvalidOrder is type(result), repr(result)


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
    result_of_7 = {"success": True, "failure_reason": "UNKNOWN", "order_id": "7"}
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


def forget_markets(exchange: Any) -> None:
    exchange.markets = None


def test_markets_that_load_at_second_try(host: AnyHost, mode: str) -> None:
    """Within the time of the call."""
    asset = {"id": "x", "symbol": "BTC/USDT", "status": "active", "tradable": True}
    asset = {**asset, "min_order_size": "1", "min_trade_increment": "1", "price_increment": "1"}
    address = host.address(
        script({ASSETS: [(502, "<html>"), (200, [asset])], CANCEL: ACCEPTED, LOOK: CANCELED})
    )
    result = cancel(address, mode, prepare=forget_markets)

    assert_canceled(result)
    assert [ASSETS, ASSETS, CANCEL, LOOK] == address.received


@pytest.mark.parametrize("answer", [page, lost])
def test_markets_that_never_load(host: AnyHost, mode: str, answer: Any) -> None:
    """The cancel was not sent, and the error says so."""
    address = host.address(answer)
    result = cancel(address, mode, params=SOON, prepare=forget_markets)

    assert isinstance(result, ccxt.NetworkError)
    assert not isinstance(result, adapter.CancelUnknown)
    assert "was not sent: the markets could not be loaded" in str(result)
    assert {ASSETS} == {*address.received}


def test_wrong_proxy_settings_are_told_at_once(host: AnyHost, mode: str) -> None:
    """ccxt reads them before it sends."""

    def prepare(exchange: Any) -> None:
        exchange.httpProxy = exchange.httpsProxy = "http://127.0.0.1:1"

    result = cancel(host.address(page), mode, prepare=prepare)

    assert isinstance(result, ccxt.InvalidProxySettings)


def test_a_closed_exchange_object_sends_nothing(host: AnyHost) -> None:
    """ccxt says so before it sends."""
    address = host.address(page)

    async def call() -> None:
        exchange = adapter.attach(connect("alpaca", address, synchronous=False))
        await exchange.close()
        with pytest.raises(ccxt.ExchangeClosedByUser):
            await exchange.cancel_order("7", SPOT, LATER)

    asyncio.run(call())
    assert [] == address.received


def test_a_session_of_the_users_own_is_counted_too(host: AnyHost) -> None:
    """And its traces are added once."""
    import aiohttp

    address = host.address(script({LOOK: [OPEN, CANCELED], CANCEL: [None, NOT_FOUND]}))

    async def call() -> tuple[Any, int]:
        async with aiohttp.ClientSession() as session:
            exchange = connect("alpaca", address, synchronous=False)
            exchange.own_session, exchange.session = False, session
            await exchange.fetch_order("7", SPOT)
            result = await adapter.attach(exchange).cancel_order("7", SPOT, LATER)
            traces = len(session.trace_configs)
            await exchange.close()
            return result, traces

    result, traces = asyncio.run(call())
    assert_canceled(result)
    assert 1 == traces


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
