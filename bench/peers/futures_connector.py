"""binance-futures-connector: ``UMFutures.cancel_order``."""

from __future__ import annotations

from binance.um_futures import UMFutures

from bench.target import MARKET, Answer, Client, Target


def prepare(target: Target) -> Client:
    """The connector's client for USDⓈ-M futures."""
    client = UMFutures(key=target.key, secret=target.secret, base_url=target.url)

    def cancel(order: int) -> Answer:
        answer: Answer = client.cancel_order(symbol=MARKET, orderId=order)
        return answer

    return Client(cancel, client.session.close)
