"""python-binance, async: ``AsyncClient.futures_cancel_order``, with its params in the body."""

from __future__ import annotations

import binance.async_client

from bench.target import MARKET, Answer, Client, Target


async def prepare(target: Target) -> Client:
    """python-binance's ``AsyncClient``, without its first ping."""
    client = binance.async_client.AsyncClient(target.key, target.secret)
    client.FUTURES_URL = f"{target.url}/fapi"

    async def cancel(order: int) -> Answer:
        answer: Answer = await client.futures_cancel_order(symbol=MARKET, orderId=order)
        return answer

    return Client(cancel, client.close_connection, hides_id=True)
