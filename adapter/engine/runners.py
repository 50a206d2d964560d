"""Performs the effects of one call, sync and async: the two differ by ``await``."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Callable
from typing import Any

import ccxt

from adapter.contract.messages import Order, Sleep
from adapter.core.single_flight import AwaitInFlight
from adapter.engine.direct import Send
from adapter.engine.flow import CallCcxt, Effect, LoadMarkets, cancel_flow
from adapter.engine.implicit import CallImplicit, call_implicit, call_implicit_async
from adapter.engine.state import ExchangeState

log = logging.getLogger("adapter")


def run_cancel(
    exchange: Any,
    state: ExchangeState,
    original: Callable[..., Any],
    id: Any,
    symbol: Any,
    params: Any,
) -> Order:
    """Cancel one order; ``original(exchange, id, symbol, params)`` takes what no plugin does."""
    done: Any = None
    flow = cancel_flow(exchange, state, id, symbol, params)
    resume = flow.send
    try:
        while True:
            effect = resume(done)
            try:
                resume, done = flow.send, _perform(exchange, state, original, effect)
            except Exception as e:
                resume, done = flow.throw, e
    except StopIteration as end:
        order: Order = end.value
        return order
    finally:
        flow.close()


async def run_cancel_async(
    exchange: Any,
    state: ExchangeState,
    original: Callable[..., Any],
    id: Any,
    symbol: Any,
    params: Any,
) -> Order:
    """`run_cancel`, in async."""
    done: Any = None
    flow = cancel_flow(exchange, state, id, symbol, params)
    resume = flow.send
    try:
        while True:
            effect = resume(done)
            try:
                resume, done = flow.send, await _perform_async(exchange, state, original, effect)
            except Exception as e:
                resume, done = flow.throw, e
    except StopIteration as end:
        order: Order = end.value
        return order
    finally:
        flow.close()


def _perform(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], effect: Effect
) -> Any:
    match effect:
        case Send(signed, timeout, direct):
            return state.io.send(exchange, signed, timeout, direct=direct)
        case CallImplicit():
            return call_implicit(exchange, effect)
        case Sleep(seconds):
            return state.io.sleep(seconds)
        case AwaitInFlight(outcome, timeout):
            done, _ = concurrent.futures.wait([outcome], timeout)
            return outcome.result() if done else None
        case CallCcxt(id, symbol, params):
            return original(exchange, id, symbol, params)
        case LoadMarkets():
            try:
                return exchange.load_markets()
            except ccxt.BaseError as e:
                log.warning("%s: load_markets: %s", exchange.id, type(e).__name__)
                return None
        case _:
            return exchange.throttle(effect.weight)


async def _perform_async(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], effect: Effect
) -> Any:
    match effect:
        case Send(signed, timeout, direct):
            return await state.io.send(exchange, signed, timeout, direct=direct)
        case CallImplicit():
            return await call_implicit_async(exchange, effect)
        case Sleep(seconds):
            return await state.io.sleep(seconds)
        case AwaitInFlight(outcome, timeout):
            done, _ = await asyncio.wait([asyncio.wrap_future(outcome)], timeout=timeout)
            return outcome.result() if done else None
        case CallCcxt(id, symbol, params):
            return await original(exchange, id, symbol, params)
        case LoadMarkets():
            try:
                return await exchange.load_markets()
            except ccxt.BaseError as e:
                log.warning("%s: load_markets: %s", exchange.id, type(e).__name__)
                return None
        case _:
            return await exchange.throttle(effect.weight)
