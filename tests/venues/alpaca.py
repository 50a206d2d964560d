"""Cancels at Alpaca, which has a small API and is served as any exchange is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import adapter
from venues.anywhere import SPOT, Address, connect

CANCEL, LOOK = "DELETE /v2/orders/7", "GET /v2/orders/7"
ASSETS = "GET /v2/assets"
NOT_FOUND = 404, {"code": 40410000, "message": "order is not found."}
LATER = {"deadline": 5.0}
SOON = {"deadline": 0.4}


def order(status: str, id: str = "7") -> dict[str, Any]:
    return {"id": id, "status": status, "symbol": "BTC/USDT", "qty": "2", "filled_qty": "0"}


CANCELED, OPEN = (200, order("canceled")), (200, order("new"))
ACCEPTED = 200, {"id": "7"}


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
