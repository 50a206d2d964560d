"""The drivers, sync and async: each step is done, and what it gave goes back into the call."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import attrs
import ccxt
import ccxt.async_support
import pytest
from policies import shipped_policy

import adapter
from adapter.contract.messages import NoResponse, Response
from adapter.core.rate_limit import HostLimiter
from adapter.core.single_flight import Flight
from adapter.engine.flow import CallCcxt, cancel_flow
from adapter.engine.runners import perform, perform_async
from adapter.engine.together import run_flow, run_flow_async

SYMBOL = "BTC/USDT:USDT"
ORDER = {"orderId": 7, "symbol": "BTCUSDT", "clientOrderId": "mine", "status": "CANCELED"}
CANCELED = Response(status=200, body="{}", data=ORDER)
BUSY = Response(status=503, body="", data={"code": -1008, "msg": "busy"})
INVALID = Response(status=400, body="{}", data={"code": -1121, "msg": "Invalid symbol."})
LOST = NoResponse(may_have_been_sent=True, reason="ReadTimeout")


@attrs.define
class Driven:
    """An exchange object of either kind whose requests are given the next answer."""

    mode: str
    answers: list[Any]
    slept: list[float] = attrs.field(factory=list)
    sent: list[Any] = attrs.field(factory=list)
    clock: float = 0.0
    exchange: Any = None

    def __attrs_post_init__(self) -> None:
        module = ccxt if self.mode == "sync" else ccxt.async_support
        self.exchange = adapter.attach(module.binance({"apiKey": "key", "secret": "secret"}))
        state = self.exchange._adapter
        state.io.clock = lambda: self.clock

        def send(_: Any, signed: Any, *__: Any, **___: Any) -> Any:
            self.sent.append(signed)
            given = self.answers.pop(0)
            if isinstance(given, Exception):
                raise given
            return given

        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.clock += seconds

        state.io.send = self.either(send)
        state.io.sleep = self.either(sleep)

    def either(self, function: Any) -> Any:
        if self.mode == "sync":
            return function

        async def awaited(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return awaited

    def cancel(self, id: str | None = "7", **params: Any) -> Any:
        if self.mode == "sync":
            return self.exchange.cancel_order(id, SYMBOL, params)

        async def call() -> Any:
            try:
                return await self.exchange.cancel_order(id, SYMBOL, params)
            finally:
                await self.exchange.close()

        return asyncio.run(call())


@pytest.fixture(params=["sync", "async"], name="mode")
def _colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_answer_goes_back_into_the_call(mode: str) -> None:
    """And its order comes out."""
    assert "canceled" == Driven(mode, [CANCELED]).cancel()["outcome"]


def test_a_pause_is_slept(mode: str) -> None:
    """Before the cancel is sent again."""
    driven = Driven(mode, [BUSY, BUSY, CANCELED])

    assert "canceled" == driven.cancel()["outcome"]
    assert [0.2, 0.4] == driven.slept


def test_a_send_that_raises_before_any_has_left_is_reported_as_it_is(mode: str) -> None:
    """The transport's own error: nothing was sent."""
    with pytest.raises(KeyError):
        Driven(mode, [KeyError("x")]).cancel()


def test_a_send_that_raises_after_that_is_a_doubt_to_be_settled(mode: str) -> None:
    """The looks go on, and one of them settles the call."""
    driven = Driven(mode, [LOST, KeyError("x"), MemoryError(), CANCELED])

    assert "canceled" == driven.cancel()["outcome"]


def test_what_never_can_be_settled_names_what_came_up(mode: str) -> None:
    """As the cause, after the whole deadline."""
    driven = Driven(mode, [LOST, *[KeyError("x")] * 40])
    with pytest.raises(adapter.CancelUnknown) as caught:
        driven.cancel()

    assert isinstance(caught.value.__cause__, KeyError)
    assert sum(driven.slept) > 14.0


RECENT = {**ORDER, "status": "NEW", "time": 1_700_000_000_000 - 500}


def test_a_time_page_that_raises_is_asked_again(mode: str) -> None:
    """Where the exchange's clock decides if a cancel by client id may be sent again."""
    page = Response(status=200, body="", data={"serverTime": 1_700_000_000_000 + 750})
    driven = Driven(mode, [LOST])
    driven.exchange.nonce = lambda: 1_700_000_000_000 + round(sum(driven.slept) * 1000)
    found = Response(status=200, body="{}", data=RECENT)
    kinds: dict[str, list[Any]] = {
        "DELETE": [LOST, CANCELED],
        "GET": [found] * 40,
        "time": [KeyError("x"), page],
    }

    def send(_: Any, signed: Any, *__: Any, **___: Any) -> Any:
        given = kinds["time" if "/time" in signed.url else signed.method].pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    driven.exchange._adapter.io.send = driven.either(send)

    assert "canceled" == driven.cancel(None, clientOrderId="mine")["outcome"]
    assert [] == kinds["time"]


def test_what_no_plugin_takes_goes_to_ccxts_own_method(mode: str) -> None:
    """With the arguments as they came."""
    driven = Driven(mode, [])
    came = []

    def own(*arguments: Any) -> Any:
        came.append(arguments[1:])
        return {"id": "7"}

    state = driven.exchange._adapter
    arguments = "7", "TSLA/USDT", {"stock": True, "x": 1}
    flow = cancel_flow(driven.exchange, state, *arguments)
    if mode == "sync":
        order = run_flow(flow, partial(perform, driven.exchange, state, own))
    else:
        performing = partial(perform_async, driven.exchange, state, driven.either(own))
        order = asyncio.run(run_flow_async(flow, performing))

    assert {"id": "7", "outcome": None} == order
    assert [arguments] == came


def test_an_implicit_method_of_the_users_is_called(mode: str) -> None:
    """Instead of a request of our own."""
    driven = Driven(mode, [])
    driven.exchange.fapiPrivateDeleteOrder = driven.either(lambda _: dict(ORDER))

    assert "canceled" == driven.cancel()["outcome"]


def test_events_are_reported_in_order(mode: str) -> None:
    """To the hook, with the call's number and the ids."""
    driven, events = Driven(mode, [BUSY, CANCELED]), list[Any]()
    driven.exchange._adapter.config.on_event = events.append

    driven.cancel()
    assert ["sent", "replied", "classified", "waited"] == [event.what for event in events[:4]]
    assert "settled" == events[-1].what
    assert {("7", "BTCUSDT")} == {(event.order_id, event.market_id) for event in events}
    assert 1 == len({event.call for event in events})


@pytest.mark.parametrize("works", [True, False])
def test_markets_are_loaded_for_a_symbol_that_was_only_guessed(mode: str, works: bool) -> None:
    """Once; where that fails the exchange's answer counts, and is reported."""
    driven = Driven(mode, [INVALID])
    loads = []

    def load_markets() -> Any:
        loads.append(1)
        if not works:
            raise ccxt.NetworkError("down")
        return {SYMBOL: {}}

    driven.exchange.load_markets = driven.either(load_markets)
    with pytest.raises(ccxt.BadSymbol) as caught:
        driven.cancel()

    assert [1] == loads
    notes = getattr(caught.value, "__notes__", [])
    assert works == ("The markets could not be loaded to look the symbol up." not in notes)


def test_the_queue_of_ccxt_is_waited_in_where_that_is_set(mode: str) -> None:
    """``throttle = "wait"``: ccxt then knows of the request as of its own."""
    driven = Driven(mode, [CANCELED])
    state = driven.exchange._adapter
    queued = shipped_policy(throttle="wait")
    state.config.endpoints = tuple(
        attrs.evolve(choice, policy=queued) for choice in state.config.endpoints
    )

    assert "canceled" == driven.cancel()["outcome"]
    assert driven.exchange.lastRestRequestTimestamp > 0


@pytest.mark.parametrize("has_ended", [True, False])
def test_a_call_that_is_in_progress_is_waited_for(mode: str, has_ended: bool) -> None:
    """It gets the outcome of that; after its own deadline, `CancelUnknown`."""
    driven = Driven(mode, [])
    key, flights = (
        ("binance.usdm", "BTCUSDT", "7", None),
        driven.exchange._adapter.single_flight.flights,
    )
    lead = flights[key] = Flight(key, flights)
    if has_ended:
        lead.future().set_result({"status": "canceled", "outcome": "canceled"})
        assert "canceled" == driven.cancel()["status"]
    else:
        with pytest.raises(adapter.CancelUnknown, match="another call is cancelling this order"):
            driven.cancel(deadline=0.01)


def test_params_that_are_no_dict_are_refused(mode: str) -> None:
    """With what came instead."""
    driven = Driven(mode, [])

    def cancel() -> Any:
        exchange, state = driven.exchange, driven.exchange._adapter
        flow = cancel_flow(exchange, state, "7", SYMBOL, [1])
        if mode == "sync":
            return run_flow(flow, partial(perform, exchange, state, print))
        performing = partial(perform_async, exchange, state, print)
        return asyncio.run(run_flow_async(flow, performing))

    with pytest.raises(ccxt.BadRequest, match="takes params as a dict; got list"):
        cancel()


@pytest.mark.parametrize("spent", [0.0, 20.0])
def test_markets_that_say_otherwise_are_believed_while_there_is_time(
    mode: str, spent: float
) -> None:
    """The call begins again with the market id that they have, within the same deadline."""
    driven = Driven(mode, [INVALID, CANCELED])
    exchange = driven.exchange

    def load_markets() -> Any:
        structure = {"id": "BTCUSDT2", "symbol": SYMBOL, "type": "swap", "swap": True}
        market = exchange.safe_market_structure({**structure, "linear": True, "inverse": False})
        exchange.markets, driven.clock = {SYMBOL: market}, driven.clock + spent
        return exchange.markets

    exchange.load_markets = driven.either(load_markets)
    if not spent:
        assert "canceled" == driven.cancel()["outcome"]
        assert ["BTCUSDT", "BTCUSDT2"] == [
            signed.url.partition("symbol=")[2].partition("&")[0] for signed in driven.sent
        ]
        return
    with pytest.raises(ccxt.BadSymbol) as caught:
        driven.cancel()
    assert "that took all the time" in caught.value.__notes__[0]
    assert 1 == len(driven.sent)


def test_our_own_words_are_kept_from_ccxts_method(mode: str) -> None:
    """It would send them on; the account of the object is used instead."""
    driven = Driven(mode, [])
    driven.exchange._adapter.config.account = "portfolio-margin"
    walk = cancel_flow(
        driven.exchange,
        driven.exchange._adapter,
        "7",
        SYMBOL,
        {"stock": True, "deadline": 3, "confirm": False},
    )
    native = next(walk)

    assert isinstance(native, CallCcxt)
    assert {"portfolioMargin": True, "stock": True} == native.arguments[-1]


def test_a_clock_that_fails_costs_the_hook_its_events(mode: str) -> None:
    """And the call nothing."""
    driven, events = Driven(mode, [CANCELED]), list[Any]()
    driven.exchange._adapter.config.on_event = events.append

    def milliseconds() -> int:
        raise KeyError("x")

    driven.exchange.milliseconds = milliseconds
    driven.exchange.enableRateLimit = False
    driven.exchange.nonce = lambda: 1_700_000_000_000

    assert "canceled" == driven.cancel()["outcome"]
    assert [] == events


def test_ids_of_two_orders_are_warned_of_once(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    """The client id is what was sent."""
    accepted = Response(status=200, body="{}", data={**ORDER, "status": "NEW"})
    driven = Driven(mode, [accepted, accepted, CANCELED])
    driven.cancel("8", clientOrderId="mine")

    [record] = [r for r in caplog.records if "the client id is what was sent" in r.getMessage()]
    assert "was given order id 8 and client id mine, and order 7" in record.getMessage()


def test_what_raises_after_the_answer_came_is_a_doubt(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cancel has left: what came of it is found by a query."""
    driven, events, fails = Driven(mode, [LOST, CANCELED]), HostLimiter.record, [KeyError("x")]

    def failing(*arguments: Any) -> None:
        events(*arguments)
        if fails:
            raise fails.pop()

    monkeypatch.setattr(HostLimiter, "record", failing)

    assert "canceled" == driven.cancel()["outcome"]
    assert ["DELETE", "GET"] == [signed.method for signed in driven.sent]


def test_what_raises_before_a_cancel_has_left_is_reported_as_it_is(mode: str) -> None:
    """Neither the first nor the second has."""
    driven = Driven(mode, [NoResponse(may_have_been_sent=False, reason="refused"), KeyError("x")])
    with pytest.raises(KeyError):
        driven.cancel()


def test_a_limit_holds_the_host_for_all(mode: str) -> None:
    """Until it ends, by the attachment's clock."""
    headers = {"retry-after": "3"}
    limited = Response(status=429, body="{}", data={"code": -1003}, headers=headers)
    driven = Driven(mode, [limited, CANCELED])

    assert "canceled" == driven.cancel()["outcome"]
    assert [3.0] == driven.slept
    assert 3000.0 == driven.exchange._adapter.limiters["fapi.binance.com"].blocked_until


@pytest.mark.parametrize("page", [200, 500])
def test_a_clock_is_set_by_the_page_or_by_the_answer(mode: str, page: int) -> None:
    """ccxt's own ``timeDifference``, so that its other calls are in time as well."""
    dated = {"date": "Tue, 14 Nov 2023 22:13:20 GMT"}
    data = {"code": -1021, "msg": "Timestamp"}
    late = Response(status=400, body="{}", data=data, headers=dated, time=1_700_000_005_000)
    time = {"serverTime": 1_700_000_001_000}
    events = Response(status=page, body="{}", data=time, time=1_700_000_005_000)
    driven = Driven(mode, [late, events, CANCELED])

    assert "canceled" == driven.cancel()["outcome"]
    assert (4000 if page == 200 else 5000) == driven.exchange.options["timeDifference"]


def test_a_time_that_nobody_tells_sets_no_clock(mode: str) -> None:
    """Neither page nor answer has it: the cancel is sent once more as it is."""
    late = Response(status=400, body="{}", data={"code": -1021, "msg": "Timestamp"})
    driven = Driven(mode, [late, NoResponse(may_have_been_sent=True, reason="x"), CANCELED])
    before = driven.exchange.options.get("timeDifference")

    assert "canceled" == driven.cancel()["outcome"]
    assert before == driven.exchange.options.get("timeDifference")


def test_where_there_is_no_time_page_the_answer_tells(mode: str) -> None:
    """As on Portfolio Margin: no page is asked for."""
    dated = {"date": "Tue, 14 Nov 2023 22:13:20 GMT"}
    data = {"code": -1021, "msg": "Timestamp"}
    late = Response(status=400, body="{}", data=data, headers=dated, time=1_700_000_005_000)
    driven = Driven(mode, [late, CANCELED])
    driven.cancel(portfolioMargin=True)

    assert ["DELETE", "DELETE"] == [signed.method for signed in driven.sent]
    assert 5000 == driven.exchange.options["timeDifference"]
