"""Performs the effects of one call, sync and async: the two differ by ``await``."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import logging
from collections.abc import Callable
from typing import Any

import ccxt

from adapter.contract.messages import Order, Sleep
from adapter.core.single_flight import AwaitInFlight
from adapter.engine.direct import Send
from adapter.engine.everything import cancel_all_orders_flow
from adapter.engine.flow import CallCcxt, Effect, LoadMarkets, cancel_flow
from adapter.engine.implicit import CallImplicit, call_implicit, call_implicit_async
from adapter.engine.many import cancel_orders_flow
from adapter.engine.state import ExchangeState
from adapter.engine.together import Flow, RunTogether, Task, Workers, run_together_async

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
    order: Order = run_flow(
        exchange, state, original, cancel_flow(exchange, state, id, symbol, params)
    )
    return order


async def run_cancel_async(
    exchange: Any,
    state: ExchangeState,
    original: Callable[..., Any],
    id: Any,
    symbol: Any,
    params: Any,
) -> Order:
    """`run_cancel`, in async."""
    flow = cancel_flow(exchange, state, id, symbol, params)
    order: Order = await run_flow_async(exchange, state, original, flow)
    return order


def run_cancel_orders(
    exchange: Any,
    state: ExchangeState,
    original: Callable[..., Any],
    ids: Any,
    symbol: Any,
    params: Any,
) -> list[Order]:
    """Cancel several orders; ``original(exchange, ids, symbol, params)`` as in `run_cancel`."""
    flow = cancel_orders_flow(exchange, state, ids, symbol, params)
    orders: list[Order] = run_flow(exchange, state, original, flow)
    return orders


async def run_cancel_orders_async(
    exchange: Any,
    state: ExchangeState,
    original: Callable[..., Any],
    ids: Any,
    symbol: Any,
    params: Any,
) -> list[Order]:
    """`run_cancel_orders`, in async."""
    flow = cancel_orders_flow(exchange, state, ids, symbol, params)
    orders: list[Order] = await run_flow_async(exchange, state, original, flow)
    return orders


def run_cancel_all_orders(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], symbol: Any, params: Any
) -> list[Order]:
    """Cancel all open orders; ``original(exchange, symbol, params)`` as in `run_cancel`."""
    flow = cancel_all_orders_flow(exchange, state, symbol, params)
    orders: list[Order] = run_flow(exchange, state, _without_id(original), flow)
    return orders


async def run_cancel_all_orders_async(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], symbol: Any, params: Any
) -> list[Order]:
    """`run_cancel_all_orders`, in async."""
    flow = cancel_all_orders_flow(exchange, state, symbol, params)
    orders: list[Order] = await run_flow_async(exchange, state, _without_id(original), flow)
    return orders


def _without_id(original: Callable[..., Any]) -> Callable[..., Any]:
    """ccxt's method that takes no ids, called as those that do."""
    return lambda exchange, _, symbol, params: original(exchange, symbol, params)


def run_flow(exchange: Any, state: ExchangeState, original: Callable[..., Any], flow: Flow) -> Any:
    """Perform the effects of a flow, and return what it returns."""
    return Task(flow).run(functools.partial(_perform, exchange, state, original))


async def run_flow_async(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], flow: Flow
) -> Any:
    """`run_flow`, in async."""
    return await Task(flow).run_async(functools.partial(_perform_async, exchange, state, original))


def _perform(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], effect: Effect | RunTogether
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
        case RunTogether(flows, limit):
            perform = functools.partial(_perform, exchange, state, original)
            return Workers(perform, state.io.sleep, state.io.clock, limit).run(flows)
        case _:
            return exchange.throttle(effect.weight)


async def _perform_async(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], effect: Effect | RunTogether
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
        case RunTogether():
            perform = functools.partial(_perform_async, exchange, state, original)
            return await run_together_async(effect, perform)
        case _:
            return await exchange.throttle(effect.weight)
