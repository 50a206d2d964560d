"""The drivers, sync and async: each step is done, and what it gave goes back into the call."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import ccxt
import ccxt.async_support
import pytest

import adapter
from adapter.call import NoReply, Reply
from adapter.driving import cancelled, cancelled_async
from adapter.settings import Policy

SYMBOL = "BTC/USDT:USDT"
ORDER = {"orderId": 7, "symbol": "BTCUSDT", "clientOrderId": "mine", "status": "CANCELED"}
CANCELED = Reply(status=200, body="{}", data=ORDER)
BUSY = Reply(status=503, body="", data={"code": -1008, "msg": "busy"})
INVALID = Reply(status=400, body="{}", data={"code": -1121, "msg": "Invalid symbol."})
LOST = NoReply(sent=True, reason="ReadTimeout")


@attrs.define
class Driven:
    """An exchange object of either kind whose requests are given the next answer."""

    colour: str
    answers: list[Any]
    slept: list[float] = attrs.field(factory=list)
    exchange: Any = None

    def __attrs_post_init__(self) -> None:
        module = ccxt if self.colour == "sync" else ccxt.async_support
        self.exchange = adapter.attach(module.binance({"apiKey": "key", "secret": "secret"}))
        state = self.exchange._adapter
        clock = [0.0]
        state.clock = lambda: clock[0]

        def send(*_: Any, **__: Any) -> Any:
            given = self.answers.pop(0)
            if isinstance(given, Exception):
                raise given
            return given

        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            clock[0] += seconds

        state.send = self.either(send)
        state.sleep = self.either(sleep)

    def either(self, function: Any) -> Any:
        if self.colour == "sync":
            return function

        async def awaited(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return awaited

    def cancel(self, id: str | None = "7", **params: Any) -> Any:
        if self.colour == "sync":
            return self.exchange.cancel_order(id, SYMBOL, params)

        async def call() -> Any:
            try:
                return await self.exchange.cancel_order(id, SYMBOL, params)
            finally:
                await self.exchange.close()

        return asyncio.run(call())


@pytest.fixture(params=["sync", "async"], name="colour")
def _colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_answer_goes_back_into_the_call(colour: str) -> None:
    """And its order comes out."""
    assert "canceled" == Driven(colour, [CANCELED]).cancel()["outcome"]


def test_a_pause_is_slept(colour: str) -> None:
    """Before the cancel is sent again."""
    driven = Driven(colour, [BUSY, BUSY, CANCELED])

    assert "canceled" == driven.cancel()["outcome"]
    assert [0.2, 0.4] == driven.slept


def test_a_send_that_raises_before_any_has_left_is_told_as_it_is(colour: str) -> None:
    """The transport's own error: nothing was sent."""
    with pytest.raises(KeyError):
        Driven(colour, [KeyError("x")]).cancel()


def test_a_send_that_raises_after_that_is_a_doubt_to_be_settled(colour: str) -> None:
    """The looks go on, and one of them settles the call."""
    driven = Driven(colour, [LOST, KeyError("x"), MemoryError(), CANCELED])

    assert "canceled" == driven.cancel()["outcome"]


def test_what_never_can_be_settled_names_what_came_up(colour: str) -> None:
    """As the cause, after the whole deadline."""
    driven = Driven(colour, [LOST, *[KeyError("x")] * 40])
    with pytest.raises(adapter.CancelUnknown) as caught:
        driven.cancel()

    assert isinstance(caught.value.__cause__, KeyError)
    assert sum(driven.slept) > 14.0


RECENT = {**ORDER, "status": "NEW", "time": 1_700_000_000_000 - 500}


def test_a_time_page_that_raises_is_asked_again(colour: str) -> None:
    """Where the exchange's clock decides if a cancel by client id may be sent again."""
    page = Reply(status=200, body="", data={"serverTime": 1_700_000_000_000 + 750})
    driven = Driven(colour, [LOST])
    driven.exchange.nonce = lambda: 1_700_000_000_000 + round(sum(driven.slept) * 1000)
    found = Reply(status=200, body="{}", data=RECENT)
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

    driven.exchange._adapter.send = driven.either(send)

    assert "canceled" == driven.cancel(None, clientOrderId="mine")["outcome"]
    assert [] == kinds["time"]


def test_what_no_plugin_takes_goes_to_ccxts_own_method(colour: str) -> None:
    """With the arguments as they came."""
    driven = Driven(colour, [])
    came = []

    def own(*arguments: Any) -> Any:
        came.append(arguments[1:])
        return {"id": "7"}

    state = driven.exchange._adapter
    arguments = "7", "BTC/USDT", {"x": 1}
    if colour == "sync":
        order = cancelled(driven.exchange, state, own, *arguments)
    else:
        order = asyncio.run(cancelled_async(driven.exchange, state, driven.either(own), *arguments))

    assert {"id": "7", "outcome": None} == order
    assert [arguments] == came


def test_an_implicit_method_of_the_users_is_called(colour: str) -> None:
    """In place of a request of our own."""
    driven = Driven(colour, [])
    driven.exchange.fapiPrivateDeleteOrder = driven.either(lambda _: dict(ORDER))

    assert "canceled" == driven.cancel()["outcome"]


def test_events_are_told_in_order(colour: str) -> None:
    """To the hook, with the call's number and the ids."""
    driven, told = Driven(colour, [BUSY, CANCELED]), list[Any]()
    driven.exchange._adapter.hook = told.append

    driven.cancel()
    assert ["sent", "replied", "judged", "waited"] == [event.what for event in told[:4]]
    assert "settled" == told[-1].what
    assert {("7", "BTCUSDT")} == {(event.order_id, event.market_id) for event in told}
    assert 1 == len({event.call for event in told})


@pytest.mark.parametrize("works", [True, False])
def test_markets_are_loaded_for_a_symbol_that_was_only_guessed(colour: str, works: bool) -> None:
    """Once; where that fails the exchange's word stands, and says so."""
    driven = Driven(colour, [INVALID])
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


def test_the_queue_of_ccxt_is_waited_in_where_that_is_set(colour: str) -> None:
    """``lane = "ccxt"``: ccxt then knows of the request as of its own."""
    driven = Driven(colour, [CANCELED])
    state = driven.exchange._adapter
    queued = Policy(lane="ccxt")
    state.choices = tuple(attrs.evolve(choice, policy=queued) for choice in state.choices)

    assert "canceled" == driven.cancel()["outcome"]
    assert driven.exchange.lastRestRequestTimestamp > 0
