"""Drives the steps of one call, in either colour: the two drivers differ by ``await``."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Callable
from typing import Any

import ccxt

from adapter.attachment import Attachment
from adapter.call import Wait
from adapter.native import CallCcxt, called, called_async
from adapter.product import Order
from adapter.sending import Send
from adapter.steps import LoadMarkets, Native, Step, steps
from adapter.under_way import Join

log = logging.getLogger("adapter")


def cancelled(
    exchange: Any, state: Attachment, own: Callable[..., Any], id: Any, symbol: Any, params: Any
) -> Order:
    """Cancel one order; ``own(exchange, id, symbol, params)`` takes what no plugin does."""
    done: Any = None
    walk = steps(exchange, state, id, symbol, params)
    resume = walk.send
    try:
        while True:
            step = resume(done)
            try:
                resume, done = walk.send, _take(exchange, state, own, step)
            except Exception as e:
                resume, done = walk.throw, e
    except StopIteration as end:
        order: Order = end.value
        return order
    finally:
        walk.close()


async def cancelled_async(
    exchange: Any, state: Attachment, own: Callable[..., Any], id: Any, symbol: Any, params: Any
) -> Order:
    """`cancelled` in the other colour."""
    done: Any = None
    walk = steps(exchange, state, id, symbol, params)
    resume = walk.send
    try:
        while True:
            step = resume(done)
            try:
                resume, done = walk.send, await _take_async(exchange, state, own, step)
            except Exception as e:
                resume, done = walk.throw, e
    except StopIteration as end:
        order: Order = end.value
        return order
    finally:
        walk.close()


def _take(exchange: Any, state: Attachment, own: Callable[..., Any], step: Step) -> Any:
    match step:
        case Send(signed, timeout, short):
            return state.send(exchange, signed, timeout, short=short)
        case CallCcxt():
            return called(exchange, step)
        case Wait(seconds):
            return state.sleep(seconds)
        case Join(outcome, timeout):
            done, _ = concurrent.futures.wait([outcome], timeout)
            return outcome.result() if done else None
        case Native(id, symbol, params):
            return own(exchange, id, symbol, params)
        case LoadMarkets():
            try:
                return exchange.load_markets()
            except ccxt.BaseError as e:
                log.warning("%s: load_markets: %s", exchange.id, type(e).__name__)
                return None
        case _:
            return exchange.throttle(step.weight)


async def _take_async(exchange: Any, state: Attachment, own: Callable[..., Any], step: Step) -> Any:
    match step:
        case Send(signed, timeout, short):
            return await state.send(exchange, signed, timeout, short=short)
        case CallCcxt():
            return await called_async(exchange, step)
        case Wait(seconds):
            return await state.sleep(seconds)
        case Join(outcome, timeout):
            done, _ = await asyncio.wait([asyncio.wrap_future(outcome)], timeout=timeout)
            return outcome.result() if done else None
        case Native(id, symbol, params):
            return await own(exchange, id, symbol, params)
        case LoadMarkets():
            try:
                return await exchange.load_markets()
            except ccxt.BaseError as e:
                log.warning("%s: load_markets: %s", exchange.id, type(e).__name__)
                return None
        case _:
            return await exchange.throttle(step.weight)
