"""Calls that their caller leaves, or closes the exchange object under: what stays behind."""

from __future__ import annotations

import _thread
import asyncio
import copy
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ccxt
import ccxt.async_support
import pytest

import adapter
from venues.models.okx import Okx
from venues.test_native import assert_true, placed, plain

SYMBOL = "BTC/USDT"


class Slow(Okx):
    """Answers a cancel when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.has_come = threading.Event()
        self.may_answer = threading.Event()

    def cancel(self, *arguments: Any) -> Any:
        self.has_come.set()
        self.may_answer.wait(30)
        return super().cancel(*arguments)


@pytest.fixture
def model() -> Iterator[Slow]:
    with Slow() as model:
        yield model
        model.may_answer.set()


def connected(model: Slow) -> Any:
    return adapter.attach(model.connect(ccxt.async_support.okx({"enableRateLimit": False})))


def test_a_task_that_is_cancelled_leaves_the_object_usable(model: Slow) -> None:
    """No wrapper stays, and the next call sees its own answers."""
    left, other = placed(model, SYMBOL), placed(model, SYMBOL)

    async def call() -> Any:
        async with connected(model) as exchange:
            task = asyncio.ensure_future(exchange.cancel_order(left, SYMBOL))
            await asyncio.to_thread(model.has_come.wait, 30)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert {"fetch", "on_rest_response"}.isdisjoint(vars(exchange))
            model.may_answer.set()
            return await exchange.cancel_order(other, SYMBOL)

    assert_true(model, other, asyncio.run(call()))
    assert "canceled" == model.book[other].state


def test_ctrl_c_leaves_the_object_usable(model: Slow) -> None:
    """It is raised at once, and what was sent goes on."""
    left, other = placed(model, SYMBOL), placed(model, SYMBOL)
    exchange = adapter.attach(plain(model))

    def interrupt() -> None:
        model.has_come.wait(30)
        _thread.interrupt_main()

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        exchange.cancel_order(left, SYMBOL)
    assert {"fetch", "on_rest_response"}.isdisjoint(vars(exchange))
    model.may_answer.set()

    assert_true(model, other, exchange.cancel_order(other, SYMBOL))
    assert "canceled" == model.book[other].state


def test_an_object_that_is_closed_meanwhile(model: Slow) -> None:
    """The cancel has left, and nothing can be asked any more: nobody knows, and never will."""
    order_id = placed(model, SYMBOL)

    async def call() -> Any:
        exchange = connected(model)
        task = asyncio.ensure_future(exchange.cancel_order(order_id, SYMBOL, {"deadline": 60.0}))
        await asyncio.to_thread(model.has_come.wait, 30)
        await exchange.close()
        return (await asyncio.gather(task, return_exceptions=True))[0]

    result = asyncio.run(call())
    model.may_answer.set()

    assert isinstance(result, adapter.CancelUnknown), repr(result)
    assert isinstance(result.__cause__, ccxt.ExchangeClosedByUser)
    assert "of 0 queries" in str(result)
    assert_true(model, order_id, result)


def test_a_copy_made_during_a_call_has_its_own_methods(model: Slow) -> None:
    """Its requests are seen once, and a refused key is no doubt."""
    left, other = placed(model, SYMBOL), placed(model, SYMBOL)
    exchange = adapter.attach(plain(model))
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(exchange.cancel_order, left, SYMBOL)
        model.has_come.wait(30)
        copied = copy.deepcopy(exchange)
        model.may_answer.set()
        assert "canceled" == call.result()["outcome"]

    assert copied.fetch.__self__ is copied.on_rest_response.__self__ is copied
    copied.apiKey = "another-key"
    with pytest.raises(ccxt.AuthenticationError):
        copied.cancel_order(other, SYMBOL)
