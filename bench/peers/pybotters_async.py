"""pybotters: ``Client.delete``, which signs by the host."""

from __future__ import annotations

from urllib.parse import urlsplit

import pybotters
from pybotters.auth import Auth, Hosts, Item

from bench.target import MARKET, Answer, Client, Target


async def prepare(target: Target) -> Client:
    """pybotters' ``Client``, told that our host is Binance's."""
    Hosts.items[str(urlsplit(target.url).hostname)] = Item("binance", Auth.binance)
    apis = {"binance": [target.key, target.secret]}
    client = pybotters.Client(apis=apis, base_url=target.url)

    async def cancel(order: int) -> Answer:
        params = {"symbol": MARKET, "orderId": str(order)}
        async with client.delete("/fapi/v1/order", params=params) as response:
            answer: Answer = await response.json()
            return answer

    return Client(cancel, client.close)
