"""Clients that others wrote; each is imported in its own environment alone."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.target import MARKET, Answer, Client, Target


def python_binance(target: Target) -> Client:
    """Without its first ping; its params go in the body."""
    import binance.client

    client = binance.client.Client(target.key, target.secret, ping=False)
    return _python_binance(client, target)


async def python_binance_async(target: Target) -> Client:
    import binance.async_client

    return _python_binance(binance.async_client.AsyncClient(target.key, target.secret), target)


def _python_binance(client: Any, target: Target) -> Client:
    client.FUTURES_URL = f"{target.url}/fapi"
    return Client(
        lambda order: client.futures_cancel_order(symbol=MARKET, orderId=order),
        client.close_connection,
    )


def binance_sdk(target: Target) -> Client:
    """Binance's own SDK, which reads the answer into its model; without retries."""
    from binance_common.configuration import ConfigurationRestAPI
    from binance_sdk_derivatives_trading_usds_futures import DerivativesTradingUsdsFutures

    configuration = ConfigurationRestAPI(
        api_key=target.key, api_secret=target.secret, base_path=target.url, retries=0
    )
    rest = DerivativesTradingUsdsFutures(config_rest_api=configuration).rest_api

    def cancel(order: int) -> Answer:
        data = rest.cancel_order(symbol=MARKET, order_id=order).data()
        return {"status": data.status, "orderId": data.order_id}

    return Client(cancel, rest._session.close)  # it has no close() of its own


async def pybotters(target: Target) -> Client:
    """pybotters' ``Client``, configured with our host as Binance's."""
    import pybotters
    from pybotters.auth import Auth, Hosts, Item

    Hosts.items[str(urlsplit(target.url).hostname)] = Item("binance", Auth.binance)
    apis = {"binance": [target.key, target.secret]}
    client = pybotters.Client(apis=apis, base_url=target.url)

    async def cancel(order: int) -> Answer:
        params = {"symbol": MARKET, "orderId": str(order)}
        async with client.delete("/fapi/v1/order", params=params) as response:
            answer: Answer = await response.json()
            return answer

    return Client(cancel, client.close)


async def nautilus(target: Target) -> Client:
    """nautilus_trader's Rust ``HttpClient``, signed and sent as its Binance client does it.

    Its rate limiter and its models are left out.
    """
    import msgspec
    from nautilus_trader.core.nautilus_pyo3 import HttpClient, HttpMethod, hmac_signature

    headers = {"Content-Type": "application/json", "X-MBX-APIKEY": target.key}
    client = HttpClient()

    async def cancel(order: int) -> Answer:
        now = int(time.time() * 1000)
        query = urlencode({"symbol": MARKET, "orderId": order, "timestamp": now})
        signature = hmac_signature(target.secret, query)
        url = f"{target.url}/fapi/v1/order?{query}&signature={signature}"
        response = await client.request(HttpMethod.DELETE, url, headers=headers)
        answer: Answer = msgspec.json.decode(response.body)
        return answer

    return Client(cancel, lambda: asyncio.sleep(0))  # its connections end with the object
