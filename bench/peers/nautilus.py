"""nautilus_trader: its Rust ``HttpClient``, signed and sent as its Binance client does it."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import msgspec
from nautilus_trader.core.nautilus_pyo3 import HttpClient, HttpMethod, hmac_signature

from bench.target import MARKET, Answer, Client, Target


async def prepare(target: Target) -> Client:
    """The client under ``nautilus_trader.adapters.binance``, without its limiter and its models."""
    endpoint = f"{target.url}/fapi/v1/order"
    headers = {"Content-Type": "application/json", "X-MBX-APIKEY": target.key}
    client = HttpClient()

    async def cancel(order: int) -> Answer:
        now = int(time.time() * 1000)
        query = urlencode({"symbol": MARKET, "orderId": order, "timestamp": now})
        url = f"{endpoint}?{query}&signature={hmac_signature(target.secret, query)}"
        response = await client.request(HttpMethod.DELETE, url, headers=headers)
        answer: Answer = msgspec.json.decode(response.body)
        return answer

    async def close() -> None:
        """Its connections end with the object."""

    return Client(cancel, close)
