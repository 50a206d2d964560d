"""python-binance, sync: ``Client.futures_cancel_order``, which sends its params in the body."""

from __future__ import annotations

import binance.client

from bench.target import MARKET, Answer, Client, Target


def prepare(target: Target) -> Client:
    """python-binance's ``Client``, without its first ping."""
    client = binance.client.Client(target.key, target.secret, ping=False)
    client.FUTURES_URL = f"{target.url}/fapi"

    def cancel(order: int) -> Answer:
        answer: Answer = client.futures_cancel_order(symbol=MARKET, orderId=order)
        return answer

    return Client(cancel, client.close_connection, hides_id=True)
