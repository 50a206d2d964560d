"""Cancels by ccxt's own methods: what has left, and how often."""

from __future__ import annotations

import asyncio
from typing import Any

import ccxt
import ccxt.async_support
import pytest
import requests

import adapter
from venues.alpaca import (
    ACCEPTED,
    ASSETS,
    CANCEL,
    CANCELED,
    LATER,
    LOOK,
    NOT_FOUND,
    OPEN,
    SOON,
    assert_canceled,
    cancel,
    script,
)
from venues.anywhere import SPOT, AnyHost, connect, lost, page


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


def forget_markets(exchange: Any) -> None:
    exchange.markets = exchange.markets_by_id = None


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
