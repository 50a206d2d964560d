"""Performs the effects of one call, sync and async: the two differ by ``await``."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import logging
from collections.abc import Callable
from typing import Any

import ccxt

from adapter.contract.messages import Sleep
from adapter.core.single_flight import AwaitInFlight
from adapter.engine.direct import Send
from adapter.engine.flow import CallCcxt, Effect, LoadMarkets
from adapter.engine.implicit import CallImplicit, call_implicit, call_implicit_async
from adapter.engine.native_calls import CallNative, call_native, call_native_async
from adapter.engine.state import ExchangeState
from adapter.engine.together import RunTogether, Workers, run_together_async

log = logging.getLogger("adapter")


def perform(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], effect: Effect | RunTogether
) -> Any:
    """Perform one effect, and return what the flow is given.

    ``original(exchange, …)``, ccxt's own method, takes what no plugin does.
    """
    match effect:
        case Send(signed, timeout, direct):
            return state.io.send(exchange, signed, timeout, direct=direct)
        case CallImplicit():
            return call_implicit(exchange, effect)
        case CallNative():
            return call_native(exchange, state, effect)
        case Sleep(seconds):
            return state.io.sleep(seconds)
        case AwaitInFlight(outcome, timeout):
            done, _ = concurrent.futures.wait([outcome], timeout)
            return outcome.result() if done else None
        case CallCcxt(arguments):
            return original(exchange, *arguments)
        case LoadMarkets():
            try:
                return exchange.load_markets()
            except ccxt.BaseError as e:
                log.warning("%s: load_markets: %s", exchange.id, type(e).__name__)
                return None
        case RunTogether(flows, limit):
            run = functools.partial(perform, exchange, state, original)
            return Workers(run, state.io.sleep, state.io.clock, limit).run(flows)
        case _:
            return exchange.throttle(effect.weight)


async def perform_async(
    exchange: Any, state: ExchangeState, original: Callable[..., Any], effect: Effect | RunTogether
) -> Any:
    """`perform`, in async."""
    match effect:
        case Send(signed, timeout, direct):
            return await state.io.send(exchange, signed, timeout, direct=direct)
        case CallImplicit():
            return await call_implicit_async(exchange, effect)
        case CallNative():
            return await call_native_async(exchange, state, effect)
        case Sleep(seconds):
            return await state.io.sleep(seconds)
        case AwaitInFlight(outcome, timeout):
            done, _ = await asyncio.wait([asyncio.wrap_future(outcome)], timeout=timeout)
            return outcome.result() if done else None
        case CallCcxt(arguments):
            return await original(exchange, *arguments)
        case LoadMarkets():
            try:
                return await exchange.load_markets()
            except ccxt.BaseError as e:
                log.warning("%s: load_markets: %s", exchange.id, type(e).__name__)
                return None
        case RunTogether():
            run = functools.partial(perform_async, exchange, state, original)
            return await run_together_async(effect, run)
        case _:
            return await exchange.throttle(effect.weight)
