"""One cancel on an exchange object of either kind, which a test may prepare."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock, Mock

import ccxt
import ccxt.async_support
import pytest

import adapter
from adapter.testing import Replay

Prepare = Callable[[Any], object]


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def mocked(mode: str, *answers: Any) -> Any:
    """A mock of a method that gives, or raises, these one after the other."""
    return (Mock if mode == "sync" else AsyncMock)(side_effect=[*answers])


def call(
    exchange_id: str,
    replay: Replay,
    mode: str,
    *arguments: Any,
    account: str | None = None,
    prepare: Prepare = lambda _: None,
) -> Any:
    """Cancel through the adapter. ``prepare`` is given the exchange before that."""
    if mode == "sync":
        exchange = replay.connect(getattr(ccxt, exchange_id)())
        prepare(exchange)
        return adapter.attach(exchange, account=account).cancel_order(*arguments)

    async def run() -> Any:
        exchange = replay.connect(getattr(ccxt.async_support, exchange_id)({"timeout_on_exit": 0}))
        prepare(exchange)
        try:
            return await adapter.attach(exchange, account=account).cancel_order(*arguments)
        finally:
            await exchange.close()

    return asyncio.run(run())


def lines(replay: Replay) -> list[tuple[str, str]]:
    """Method and path of each request."""
    return [(request.method, request.path) for request in replay.received]
